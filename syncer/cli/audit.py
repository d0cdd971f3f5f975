"""``sync audit``: the trail of everything that was done."""

import re
from pathlib import Path
from typing import Any

import click

from syncer.app import (
    AuditOptions,
    LiveTarget,
    PolicySource,
    ReconcileOptions,
    audit_anchor,
    audit_export,
    audit_reconcile,
    audit_report,
    audit_show,
    audit_upstream,
    audit_verify,
)
from syncer.cli.audit_options import scope_options
from syncer.cli.options import (
    Decorator,
    anchor_option,
    pick,
    policies_option,
    policy_set_option,
    record_option,
    state_option,
    target_options,
    tsa_roots_option,
)
from syncer.cli.present import present
from syncer.cli.report_options import output_options, rows_options, table_options
from syncer.cli.terminal import pick_terminal
from syncer.report.escape import plain


def _heads(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> list[str]:
    """Heads as runs print them, or from files with one per line. An empty or malformed one is an error."""
    return [head for value in values for head in _heads_in(value)]


def _heads_in(value: str) -> list[str]:
    if re.fullmatch(_HEAD, value):
        return [value]
    try:
        heads = Path(value).read_text("utf-8").split() if value else []
    except (OSError, ValueError):
        heads = []
    if not heads or not all(re.fullmatch(_HEAD, head) for head in heads):
        raise click.BadParameter(
            "a head is sha256: and 64 hexadecimal digits, as a run prints it; or name a file of heads"
        )
    return heads


_HEAD = "sha256:[0-9a-f]{64}"

_HEADS = "A head that was kept elsewhere, or a file of heads: each must be in the chain. May be repeated."


def heads_option(words: str) -> Decorator[Any]:
    """``--head``: heads as a run prints them, or files that contain heads."""
    return click.option("--head", "heads", multiple=True, metavar="HASH|FILE", callback=_heads, help=words)


@click.group(name="audit")
def command() -> None:
    """Show, verify, reconcile, anchor, export or report on the audit trail."""


@command.command(name="show")
@state_option
@click.option("--run", metavar="RUN", default="", help="Only the entries of this run.")
@click.option(
    "--upstream",
    is_flag=True,
    help="Show changes upstream of the queue in --queue, ranked by the contacts that they added there.",
)
@scope_options
@output_options
def show_command(state_dir: Path, run: str, upstream: bool, **options: Any) -> int:
    """Show the entries, oldest first: all, or those that match."""
    terminal = pick_terminal(options)
    show = audit_upstream if upstream else audit_show
    wanted = pick(AuditOptions, options)
    return present("audit show", terminal, lambda: show(state_dir, run, wanted, session=terminal.session))


@command.command(name="verify", short_help="Verify the chain of hashes; name each place where it is broken.")
@state_option
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@heads_option(_HEADS)
@click.option("--require-attested", is_flag=True, help="Fail if nothing vouches for the newest entry.")
@tsa_roots_option
@record_option
@policies_option
@policy_set_option
@output_options
def verify_command(
    state_dir: Path,
    files: tuple[Path, ...],
    heads: list[str],
    require_attested: bool,
    tsa_roots: Path | None,
    record: str,
    **options: Any,
) -> int:
    """Verify the chain of hashes, and check its entries against each other.

    Exits with 1 if the trail is broken, and names each place. FILES are verified instead of the trail in the
    state folder: all files of a trail, or the newest. With --record, the head that the record keeps for the
    policies counts like one of --head, and a fork of its chain is named.
    """
    source, terminal = pick(PolicySource, options), pick_terminal(options)
    return present(
        "audit verify",
        terminal,
        lambda: audit_verify(
            *(state_dir, heads, files),
            require_attested=require_attested,
            tsa_roots=tsa_roots,
            record=record,
            source=source,
            session=terminal.session,
        ),
    )


@command.command(
    name="report", short_help="Write the report that an auditor files: scope, runs, exceptions, changes."
)
@state_option
@heads_option(_HEADS)
@scope_options
@output_options
def report_command(state_dir: Path, heads: list[str], **options: Any) -> int:
    """Write the report that an auditor files: scope, verification, figures, runs, exceptions and changes.

    Exits with 1 if the chain of hashes is broken.
    """
    terminal = pick_terminal(options)
    return present(
        "audit report",
        terminal,
        lambda: audit_report(state_dir, pick(AuditOptions, options), heads=heads, session=terminal.session),
    )


@command.command(name="export", short_help="Write one row per change: CSV, JSON Lines or OCSF events.")
@state_option
@scope_options
@rows_options
def export_command(state_dir: Path, **options: Any) -> int:
    """Write one row per change, with who ran it and why."""
    terminal = pick_terminal(options)
    return present(
        "audit export",
        terminal,
        lambda: audit_export(state_dir, pick(AuditOptions, options), session=terminal.session),
    )


@command.command(name="reconcile", short_help="Compare the trail with the organization's own audit.")
@click.option(
    "--since", required=True, metavar="TIME", help="From this time on, in the formats of audit show."
)
@click.option(
    "--until", default="", metavar="TIME", help="Up to but not including this time; now by default."
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when others edited something.")
@policies_option
@target_options
@state_option
@table_options
def reconcile_command(state_dir: Path, **options: Any) -> int:
    """Compare each write of the trail with the audit of Genesys Cloud, and list what others edited.

    Exits with 1 if our client wrote something that the trail doesn't have, or the trail has a write that the
    audit doesn't have.
    """
    terminal = pick_terminal(options)
    wanted, source, target = (pick(kind, options) for kind in (ReconcileOptions, PolicySource, LiveTarget))
    return present(
        "audit reconcile",
        terminal,
        lambda: audit_reconcile(wanted, source, target, state_dir, session=terminal.session),
    )


@command.command(name="anchor", short_help="Anchor the head where it can't be rewritten.")
@anchor_option
@tsa_roots_option
@state_option
def anchor_command(anchors: tuple[str, ...], tsa_roots: Path | None, state_dir: Path) -> int:
    """Anchor the current head of an unbroken trail: with a timestamp, or a signed Git tag in this repository.

    The receipt is kept next to the trail; audit verify checks it.
    """
    done = audit_anchor(anchors, state_dir, tsa_roots=tsa_roots)
    for receipt in done.receipts:
        note = f" ({receipt.status}: {receipt.problem})" if receipt.problem else ""
        click.echo(plain(f"{receipt.kind}: entry {receipt.entry} at {receipt.time}{note}: {receipt.path}"))
    click.echo(f"anchored: entry {done.head.number}, head {done.head.hash}")
    return 0
