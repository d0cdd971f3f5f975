"""``sync rollback``: undo a run."""

from typing import Any

import click

from syncer.cli.options import (
    Output,
    Source,
    Target,
    output_options,
    pick,
    policies_option,
    running_options,
    state_option,
    target_options,
    watching_options,
)
from syncer.cli.present import present
from syncer.cli.running import pick_running
from syncer.cli.watch import pick_watch


@click.command(name="rollback")
@click.argument("run", metavar="RUN")
@policies_option
@target_options
@state_option
@running_options
@output_options
@watching_options
def command(run: str, **options: Any) -> int:
    """Undo the run RUN (or the newest apply: last), from the images that its audit holds.

    If the run was undone already, nothing is sent. If somebody changed one of its rules since, that is a
    conflict: then nothing is changed at all. Like every plan the way back is checked, shown, asked for,
    applied in loop-free order, and audited.
    """
    from syncer.cli.rolling_back import rollback

    source, target, output = pick(Source, options), pick(Target, options), pick(Output, options)
    running, watch = pick_running(options), pick_watch(options)
    return present(
        "rollback",
        output,
        lambda: rollback(run, source, target, running, output, watch),
        watch,
        running.audit_head,
    )
