"""``sync plan``: what would change."""

from pathlib import Path
from typing import Any

import click

from syncer.app import LiveTarget, PlanOptions, PolicySource, plan
from syncer.cli.options import (
    output_options,
    pick,
    policy_set_option,
    queue_option,
    record_option,
    source_options,
    state_option,
    target_options,
    telemetry_options,
    unmanaged_option,
)
from syncer.cli.present import present
from syncer.cli.terminal import pick_terminal
from syncer.model.garbage import young_collection


@click.command(name="plan")
@source_options
@policy_set_option
@queue_option
@target_options
@state_option
@record_option
@output_options
@telemetry_options
@unmanaged_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Save the plan, for apply.")
@click.option(
    "--base",
    default="",
    metavar="REVISION",
    help="The policies before the change, a Git revision or a folder: their capacities and loads count.",
)
@click.option(
    "--merge-target",
    is_flag=True,
    help="In a pipeline of a merge request: plan what merging gives. The checkout stays as it is.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
def command(**options: Any) -> int:
    """Show what would change live, checked over the whole set; save it as a plan.

    A plan that is refused is shown, exits with 3, and can't be applied.
    """
    terminal = pick_terminal(options)
    source, target, wanted = (
        pick(PolicySource, options),
        pick(LiveTarget, options),
        pick(PlanOptions, options),
    )
    with young_collection():
        return present(
            "plan", terminal, lambda: plan(source, target, wanted, session=terminal.session), wanted.out
        )
