"""``sync rollback``: undo a run."""

from typing import Any

import click

from syncer.app import LiveTarget, PolicySource, RunOptions, rollback
from syncer.cli.options import (
    output_options,
    pick,
    policies_option,
    run_options,
    state_option,
    target_options,
    telemetry_options,
)
from syncer.cli.present import present
from syncer.cli.terminal import pick_terminal


@click.command(name="rollback")
@click.argument("run_id", metavar="RUN")
@policies_option
@target_options
@state_option
@run_options
@output_options
@telemetry_options
def command(run_id: str, **options: Any) -> int:
    """Undo the run RUN (or the newest apply: last), from the images that its audit holds.

    If the run was undone already, nothing is sent. If somebody changed one of its rules since, that is a
    conflict: then nothing is changed at all. Like every plan the way back is checked, shown, asked for,
    applied in loop-free order, and audited.
    """
    terminal = pick_terminal(options)
    source, target, run = pick(PolicySource, options), pick(LiveTarget, options), pick(RunOptions, options)
    return present(
        "rollback",
        terminal,
        lambda: rollback(run_id, source, target, run, session=terminal.session),
        run.audit_head,
        sends=True,
    )
