"""``sync audit``: the trail of all that was done."""

import re
from pathlib import Path
from typing import Any

import click

from syncer.cli.options import Output, output_options, pick, state_option
from syncer.cli.present import present
from syncer.cli.unfinished import unfinished
from syncer.report.views import AuditFigures, AuditShown, AuditVerified, Report


def _head(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    """A head as a run prints it; an empty or odd one would verify nothing."""
    if value is not None and not re.fullmatch("sha256:[0-9a-f]{64}", value):
        raise click.BadParameter("a head is sha256: and 64 hexadecimal digits, as a run prints it")
    return value or ""


@click.group(name="audit")
def command() -> None:
    """Show, verify or add up the audit trail."""


@command.command(name="show")
@state_option
@click.option("--run", default="", help="Only the entries of this run.")
@output_options
def show_command(state_dir: Path, run: str, **options: Any) -> int:
    """Show the entries, oldest first."""
    return present("audit show", pick(Output, options), lambda: show(state_dir, run))


@command.command(name="verify", short_help="Follow the chain of hashes; name the first broken entry.")
@state_option
@click.option("--head", callback=_head, help="A head that was kept elsewhere: it must be in the chain.")
@output_options
def verify_command(state_dir: Path, head: str, **options: Any) -> int:
    """Follow the chain of hashes; exits with 1 and names the first broken entry where it breaks."""
    return present("audit verify", pick(Output, options), lambda: verify(state_dir, head))


@command.command(name="report", short_help="Add it up: counts, rates, latencies, calls, what changed.")
@state_option
@output_options
def report_command(state_dir: Path, **options: Any) -> int:
    """Add the trail up: counts, rates, latencies, calls, and what changed."""
    return present("audit report", pick(Output, options), lambda: add_up(state_dir))


def show(state_dir: Path, run: str) -> Report:
    """All entries, or those of one run."""
    from syncer.audit.chain import Chain
    from syncer.errors import AuditError

    entries = [entry for entry in Chain(state_dir / "audit").entries() if run in ("", entry.get("run"))]
    if run and not entries:
        raise AuditError(f"the audit trail knows no run {run}", hint="List all with: syncer audit show")
    return Report("audit show", view=AuditShown(entries), warnings=unfinished(state_dir))


def verify(state_dir: Path, head: str) -> Report:
    """The exit code is 1 where the chain is broken."""
    from syncer.audit.chain import Chain
    from syncer.audit.verify import verify_chain
    from syncer.errors import AuditError

    path = Chain(state_dir / "audit").path
    if not path.exists():
        raise AuditError(f"there is no audit trail at {path}", hint="Name its folder with --state-dir.")
    found = verify_chain(path, head)
    if found.entries == 0 and found.whole:
        raise AuditError(
            f"the audit trail {path} holds no entry", hint="Somebody emptied it, or nothing ran yet."
        )
    view = AuditVerified(str(path), found, head)
    return Report("audit verify", 0 if found.whole else 1, view, warnings=unfinished(state_dir))


def add_up(state_dir: Path) -> Report:
    """Figures, and the changes that were made."""
    from syncer.audit.chain import Chain
    from syncer.audit.figures import figures

    entries = list(Chain(state_dir / "audit").entries())
    changes = [entry for entry in entries if entry.get("kind") == "change"]
    view = AuditFigures(figures(entries), changes)
    return Report("audit report", view=view, warnings=unfinished(state_dir))
