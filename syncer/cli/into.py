"""``sync into``: what overflows into a queue now."""

from pathlib import Path
from typing import Any

import click

from syncer.app import LiveTarget, PolicySource, into
from syncer.cli.completion import complete_queues
from syncer.cli.options import pick, policies_option, state_option, target_options
from syncer.cli.present import present
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal


@click.command(name="into")
@click.argument("queue", metavar="QUEUE", shell_complete=complete_queues)
@policies_option
@target_options
@state_option
@output_options
def command(queue: str, state_dir: Path, **options: Any) -> int:
    """Show what overflows into QUEUE now: rules and backup queues, directly and through other queues, and
    the in-queue flows that transfer there.

    QUEUE is a name, an id, a glob, or the unique beginning of a name. Needs no policies, and only reads.
    """
    terminal = pick_terminal(options)
    source, target = pick(PolicySource, options), pick(LiveTarget, options)
    return present("into", terminal, lambda: into(queue, source, target, state_dir, session=terminal.session))
