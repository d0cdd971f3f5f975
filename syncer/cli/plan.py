"""``sync plan``: what would change."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from syncer.cli.options import (
    Output,
    Source,
    Target,
    output_options,
    pick,
    source_options,
    state_option,
    target_options,
    unmanaged_option,
    watching_options,
)
from syncer.cli.present import present
from syncer.cli.unfinished import unfinished
from syncer.cli.watch import Watch, pick_watch
from syncer.errors import PoliciesInvalid, WrongUsage
from syncer.model.policy import PolicyFile
from syncer.report.views import Planned, Report


@click.command(name="plan")
@source_options
@target_options
@state_option
@output_options
@watching_options
@unmanaged_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Save the plan, for apply.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
def command(
    out: Path | None, detailed_exitcode: bool, unmanaged: bool, state_dir: Path, **options: Any
) -> int:
    """Show what would change live, checked over the whole set; save it as a plan.

    A plan with errors is shown, exits with 3, and can't be applied.
    """
    source, target, output = pick(Source, options), pick(Target, options), pick(Output, options)
    watch = pick_watch(options)
    watch.warnings.extend(unfinished(state_dir))
    return present(
        "plan", output, lambda: plan(source, target, watch, out, detailed_exitcode, unmanaged), watch, out
    )


def refuse_overwriting(out: Path, files: Sequence[PolicyFile]) -> None:
    """Raise WrongUsage where ``out`` is one of the files that were read."""
    if any(out.resolve() == Path(file.path).resolve() for file in files):
        raise WrongUsage(f"{out} is a file of the policies", hint="Name another file for the plan.")


def plan(
    source: Source,
    target: Target,
    watch: Watch,
    out: Path | None,
    detailed_exitcode: bool,
    unmanaged: bool,
) -> Report:
    """Read, list, compare, check, save."""
    from syncer.checks.safety import warnings_ahead
    from syncer.cli.live import client_for, fresh_plan
    from syncer.model.times import utc_now
    from syncer.planning.document import plan_document
    from syncer.planning.gather import read_disk
    from syncer.planning.planfile import save_plan

    disk = read_disk(source.policies, source.paths, source.env)
    if out is not None:
        refuse_overwriting(out, disk.files)
    if not disk.readable:
        return Report("plan", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
    with client_for(target, disk.settings, write=False) as client:
        watch.calls = client.calls
        fresh = fresh_plan(disk, client, target, with_groups=unmanaged)
    ahead = warnings_ahead(fresh.plan, disk.settings.safety, utc_now())
    made = replace(fresh.plan, findings=(*fresh.plan.findings, *ahead))
    document = plan_document(made)
    if out is not None:
        save_plan(document, out, os.environ.get("SYNCER_PLAN_KEY", ""))
    code = 2 if detailed_exitcode and made.changes else 0
    if not made.applicable:
        code = PoliciesInvalid.exit_code
    view = Planned(made, document, str(out) if out else "", fresh.unmanaged(unmanaged))
    return Report("plan", code, view, made.findings, disk.sources)
