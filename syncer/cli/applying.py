"""The steps of an apply, in their order: what was reviewed, what is wanted, what is left to do."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from syncer.applying.guard import Used, left_to_do, refuse_moved, refuse_old, used_before
from syncer.cli.live import fresh_plan
from syncer.cli.options import Output, Source, Target
from syncer.cli.rolling_back import roll_back
from syncer.cli.running import Running
from syncer.cli.watch import Watch
from syncer.cli.work import Work, new_run, working
from syncer.errors import PoliciesInvalid, Refused
from syncer.model.times import utc_now
from syncer.planning.document import plan_document
from syncer.planning.gather import read_disk
from syncer.planning.planfile import load_plan
from syncer.report.views import Applied, Report


def apply(source: Source, target: Target, running: Running, output: Output, watch: Watch) -> Report:
    """Read plan and policies, then do what is left to do."""
    saved = None
    if running.plan_file is not None:
        saved = load_plan(running.plan_file, os.environ.get("SYNCER_PLAN_KEY", ""))
    paths = [Path(path) for path in saved["paths"]] if saved else []
    disk = read_disk(source.policies, paths, _environment(source, saved))
    if not disk.readable:
        return Report("apply", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
    with working("apply", disk, target, running, output, watch, saved) as work:
        report = _apply(work, saved)
        if running.on_failure == "rollback" and _failed(report):
            return _rolled_back(work, report)
        return report


def _environment(source: Source, saved: Mapping[str, Any] | None) -> str:
    """The environment that is meant: that of a saved plan, which no option can change."""
    planned = saved["environment"] if saved else source.env
    if source.env and source.env != planned:
        raise Refused(
            f"the plan is for {f'the environment {planned!r}' if planned else 'no environment'}, "
            f"not for {source.env!r}: nothing was applied",
            hint="Leave --env and SYNCER_ENV out, or make a plan for this environment.",
        )
    return str(planned)


def _apply(work: Work, saved: Mapping[str, Any] | None) -> Report:
    recovered = work.recover()
    if recovered and work.running.on_cut_off == "stop":
        return work.stopped(recovered)
    used = used_before(work.chain.entries(), saved) if saved else Used(frozenset())
    if saved is not None and saved["changes"] and not left_to_do(saved, used.queues)["changes"]:
        message = f"this plan was applied by run {used.run} at {used.timestamp}: nothing was sent"
        return Report("apply", 0, Applied(None, None, recovered, message))
    if saved is not None and not saved["changes"]:
        return Report(
            "apply", 0, Applied(None, None, recovered, "this plan changes nothing: nothing was sent")
        )
    fresh = fresh_plan(work.disk, work.client, work.target)

    def guard() -> None:
        if saved is not None:
            refuse_old(saved, work.running.max_age, utc_now())
            refuse_moved(left_to_do(saved, used.queues), plan_document(fresh.plan))

    return work.carry_out(fresh, recovered, guard, ask=saved is None)


def _failed(report: Report) -> bool:
    """Whether a run has changed something, and not all that it should."""
    result = report.view.result if isinstance(report.view, Applied) else None
    return result is not None and result.status in ("in part", "failed", "refused")


def _rolled_back(work: Work, failed: Report) -> Report:
    """Undo the run that failed. The exit code stays that of the failure; both results are reported."""
    if not isinstance(failed.view, Applied) or failed.view.result is None:
        return failed
    run = new_run(work.watch.next_run(), "rollback", work.client, work.disk, work.running)
    back = roll_back(replace(work, run=run), failed.view.result.run.id, ask=False)
    undone = back.view.result if isinstance(back.view, Applied) else None
    view = replace(failed.view, undone=undone, message="the run failed and was rolled back")
    if back.error is not None or (undone is not None and undone.status != "done"):
        view = replace(view, message="the run failed, and could not be rolled back as a whole")
    findings = (*failed.findings, *(undone.findings if undone else ()))
    return replace(failed, view=view, error=back.error, findings=findings)
