"""``sync status``: what is going on, on one screen."""

from pathlib import Path
from typing import Any

import click

from syncer.app import LiveTarget, PolicySource, status
from syncer.cli.options import pick, policies_option, record_option, state_option, target_options
from syncer.cli.present import present
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal


@click.command(name="status")
@policies_option
@target_options
@state_option
@record_option
@output_options
def command(state_dir: Path, record: str, **options: Any) -> int:
    """Show what is going on: loops in the live queues, stops and holds, a freeze, a run in progress or cut
    off, and the last runs that changed something, each with the command that undoes it.

    Needs no policies, and only reads.
    """
    terminal = pick_terminal(options)
    source, target = pick(PolicySource, options), pick(LiveTarget, options)
    return present(
        "status",
        terminal,
        lambda: status(source, target, state_dir, record=record, session=terminal.session),
    )
