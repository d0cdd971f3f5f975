"""``sync apply``: make live what the policies say."""

from pathlib import Path
from typing import Any

import click

from syncer.cli.options import (
    Output,
    Source,
    Target,
    TimeSpan,
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


@click.command(name="apply")
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@policies_option
@target_options
@state_option
@click.option("--max-age", type=TimeSpan(), help="Refuse a plan older than this many minutes.")
@click.option(
    "--on-failure",
    type=click.Choice(["continue", "stop", "rollback"]),
    default="continue",
    show_default=True,
    help="When a queue fails: go on with what doesn't wait for it, start nothing more, or undo the run.",
)
@running_options
@output_options
@watching_options
def command(**options: Any) -> int:
    """Make live what the policies say: one locked PUT a queue, sinks first, journalled and audited.

    With a PLAN, as plan --out saves it, exactly that is applied, or nothing where policies or live have
    moved. Without one a plan is made, shown, and applied once you agree.
    """
    from syncer.cli.applying import apply

    source, target, output = pick(Source, options), pick(Target, options), pick(Output, options)
    running, watch = pick_running(options), pick_watch(options)
    return present(
        "apply",
        output,
        lambda: apply(source, target, running, output, watch),
        watch,
        running.audit_head,
    )
