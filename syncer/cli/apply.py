"""``sync apply``: make the live queues match the policies."""

from pathlib import Path
from typing import Any, get_args

import click

from syncer.app import LiveTarget, PolicySource, RunOptions, apply
from syncer.app.options import MAX_WATCH
from syncer.app.places import OnFailure
from syncer.cli.choice import Choice
from syncer.cli.options import (
    TimeSpan,
    pick,
    policies_option,
    policy_set_option,
    queue_option,
    record_option,
    run_options,
    state_option,
    target_options,
    telemetry_options,
)
from syncer.cli.present import present
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal


@click.command(name="apply")
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@policies_option
@policy_set_option
@queue_option
@target_options
@state_option
@record_option
@click.option("--max-age", metavar="MINUTES", type=TimeSpan(), help="Refuse a plan that is older.")
@click.option(
    "--on-failure",
    type=Choice(get_args(OnFailure)),
    default="continue",
    show_default=True,
    help="When a queue fails: continue with what doesn't depend on it, start nothing more, or undo the run.",
)
@click.option(
    "--watch",
    metavar="MINUTES",
    type=click.IntRange(1, MAX_WATCH),
    help="Watch queue observations for this long after the run, and report targets that get worse.",
)
@click.option(
    "--allow-older", is_flag=True, help="Apply a commit even if a newer or an unknown one was applied since."
)
@click.option(
    "--require-explained",
    is_flag=True,
    envvar="SYNCER_REQUIRE_EXPLAINED",
    show_envvar=True,
    help="Refuse changes that overwrite a manual edit and don't come from a change to the policies.",
)
@run_options
@output_options
@telemetry_options
def command(plan_file: Path | None, **options: Any) -> int:
    """Make the live queues match the policies: one locked PUT per queue, sinks first, journaled and audited.

    With a PLAN saved by plan --out, exactly that plan is applied, or nothing if the policies or the live
    queues have changed since. Without one, a plan is made, shown, and applied once you approve it.
    """
    terminal = pick_terminal(options, hint="Save a plan (syncer plan --out plan.json) and apply it, or use")
    source, target, run = pick(PolicySource, options), pick(LiveTarget, options), pick(RunOptions, options)
    return present(
        "apply",
        terminal,
        lambda: apply(source, target, run, plan_file=plan_file, session=terminal.session),
        run.audit_head,
        sends=True,
    )
