"""``sync plan``: what would change."""

from pathlib import Path
from typing import Any

import click

from syncer.app import LiveTarget, PlanOptions, PolicySource, plan
from syncer.cli.options import (
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
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal
from syncer.model.garbage import without_collection


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
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Save the plan for apply.")
@click.option(
    "--base",
    default="",
    metavar="REVISION",
    help="Git revision or folder with the earlier policies, to compare capacities and loads with.",
)
@click.option(
    "--merge-target",
    is_flag=True,
    help="In a merge request pipeline, plan the merged result. The checkout stays as it is.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes.")
def command(**options: Any) -> int:
    """Show what would change in the live queues, checked as a whole; save it as a plan.

    If the plan is refused, it is still shown, but the exit code is 3 and it can't be applied.
    """
    terminal = pick_terminal(options)
    source, target, wanted = (
        pick(PolicySource, options),
        pick(LiveTarget, options),
        pick(PlanOptions, options),
    )
    with without_collection():
        return present(
            "plan", terminal, lambda: plan(source, target, wanted, session=terminal.session), wanted.out
        )
