"""``sync rollback``: undo a run."""

from pathlib import Path
from typing import Any

import click

from syncer.app import LiveTarget, PolicySource, RollbackOptions, RunOptions, rollback
from syncer.cli.audit import heads_option
from syncer.cli.options import (
    pick,
    policies_option,
    policy_set_option,
    record_option,
    run_options,
    state_option,
    target_options,
    telemetry_options,
)
from syncer.cli.present import present
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal


@click.command(name="rollback")
@click.argument("run_id", metavar="[RUN]", required=False, default="")
@click.option(
    "--queue",
    "queues",
    metavar="NAME",
    multiple=True,
    help="Undo only this queue: a name, an id or a glob. May be repeated.",
)
@click.option("--skip-conflicts", is_flag=True, help="Leave queues that were changed since as they are.")
@click.option(
    "--ignore-checks",
    metavar="REASON",
    default="",
    help="Ignore all limits of the settings; the audit records the reason. A loop is still refused.",
)
@click.option(
    "--plan",
    "plan_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Undo this saved plan; if the trail is lost, from the images in the plan.",
)
@click.option(
    "--lift", metavar="RUN", default="", help="Lift the hold of the rollback RUN; nothing is undone."
)
@heads_option(
    "A head that was kept after RUN, or a file of heads: RUN can be undone even if older entries are broken."
)
@policies_option
@policy_set_option
@target_options
@state_option
@record_option
@run_options
@output_options
@telemetry_options
def command(run_id: str, **options: Any) -> int:
    """Undo the run RUN (or the newest apply: last), from the images in its audit.

    The beginning of its id is enough. If the run was undone already, nothing is sent. If one of its rules was
    changed since, that is a conflict, and nothing is changed at all. Broken or missing files don't stop a
    rollback, and neither do capacities; a loop does. The changes are shown, approved, applied in loop-free
    order, and audited.
    """
    terminal = pick_terminal(options)
    source, target, run = pick(PolicySource, options), pick(LiveTarget, options), pick(RunOptions, options)
    how = pick(RollbackOptions, {**options, "heads": tuple(options.pop("heads"))})
    return present(
        "rollback",
        terminal,
        lambda: rollback(run_id, source, target, run, how, session=terminal.session),
        run.audit_head,
        sends=True,
    )
