"""``sync audit``: the trail of all that was done."""

import re
from pathlib import Path
from typing import Any

import click

from syncer.app import audit_report, audit_show, audit_verify
from syncer.cli.options import output_options, state_option
from syncer.cli.present import present
from syncer.cli.terminal import pick_terminal


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
    return present("audit show", pick_terminal(options), lambda: audit_show(state_dir, run))


@command.command(name="verify", short_help="Follow the chain of hashes; name the first broken entry.")
@state_option
@click.option("--head", callback=_head, help="A head that was kept elsewhere: it must be in the chain.")
@output_options
def verify_command(state_dir: Path, head: str, **options: Any) -> int:
    """Follow the chain of hashes; exits with 1 and names the first broken entry where it breaks."""
    return present("audit verify", pick_terminal(options), lambda: audit_verify(state_dir, head))


@command.command(name="report", short_help="Add it up: counts, rates, latencies, calls, what changed.")
@state_option
@output_options
def report_command(state_dir: Path, **options: Any) -> int:
    """Add the trail up: counts, rates, latencies, calls, and what changed."""
    return present("audit report", pick_terminal(options), lambda: audit_report(state_dir))
