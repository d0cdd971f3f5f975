"""``sync apply``: make live what the policies say."""

from pathlib import Path
from typing import Any, get_args

import click

from syncer.app import LiveTarget, PolicySource, RunOptions, apply
from syncer.app.options import MAX_WATCH
from syncer.app.places import OnFailure
from syncer.cli.choice import Choice
from syncer.cli.options import (
    TimeSpan,
    output_options,
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
from syncer.cli.terminal import pick_terminal


@click.command(name="apply")
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@policies_option
@policy_set_option
@queue_option
@target_options
@state_option
@record_option
@click.option("--max-age", type=TimeSpan(), help="Refuse a plan older than this many minutes.")
@click.option(
    "--on-failure",
    type=Choice(get_args(OnFailure)),
    default="continue",
    show_default=True,
    help="When a queue fails: go on with what doesn't wait for it, start nothing more, or undo the run.",
)
@click.option(
    "--watch",
    metavar="MINUTES",
    type=click.IntRange(1, MAX_WATCH),
    help="Look at queue observations for so many minutes after the run, and report targets that got worse.",
)
@click.option(
    "--allow-older", is_flag=True, help="Apply a commit though a newer or an unknown one was applied since."
)
@click.option(
    "--require-explained",
    is_flag=True,
    envvar="SYNCER_REQUIRE_EXPLAINED",
    show_envvar=True,
    help="Refuse changes that overwrite a hand edit and come from no change of the policies.",
)
@run_options
@output_options
@telemetry_options
def command(plan_file: Path | None, **options: Any) -> int:
    """Make live what the policies say: one locked PUT a queue, sinks first, journalled and audited.

    With a PLAN, as plan --out saves it, exactly that is applied, or nothing where policies or live have
    moved. Without one a plan is made, shown, and applied once you agree.
    """
    terminal = pick_terminal(options, hint="Save a plan (syncer plan --out plan.json) and apply it, or say")
    source, target, run = pick(PolicySource, options), pick(LiveTarget, options), pick(RunOptions, options)
    return present(
        "apply",
        terminal,
        lambda: apply(source, target, run, plan_file=plan_file, session=terminal.session),
        run.audit_head,
        sends=True,
    )
