"""Rollback: what a run changed, whether that is still so, and the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.app.options import LiveTarget, PolicySource, RunOptions
from syncer.app.session import Session, begun
from syncer.errors import PoliciesInvalid, WrongUsage
from syncer.net.timing import rfc3339
from syncer.report.views import Applied, CutOffRun, ReportOf

if TYPE_CHECKING:
    from syncer.app.run import LockedRun
    from syncer.planning.standing import StandingRun


def rollback(
    run: str,
    source: PolicySource,
    target: LiveTarget,
    options: RunOptions = RunOptions(),
    *,
    session: Session | None = None,
) -> ReportOf[Applied]:
    """Undo ``run``, an id or ``last`` (the newest apply), from the images that its audit holds.

    The view is an ``Applied``; its exit code is that of the report. If the run was undone already, nothing is
    sent. If somebody changed one of its rules since, that is a conflict: then nothing is changed at all. The
    session approves what is sent. A refusal is recorded in the audit, and is the error of the report.
    Raises Refused where the plan is not approved, AuditError, WrongUsage, ConfigError, AuthError, LiveError.
    """
    session = begun(session)
    return session.ended(_rollback(run, source, target, options, session))


def _rollback(
    run: str, source: PolicySource, target: LiveTarget, options: RunOptions, session: Session
) -> ReportOf[Applied]:
    from syncer.app.attempt import attempt
    from syncer.app.run import locked_run
    from syncer.audit.verify import refuse_broken
    from syncer.planning.gather import read_disk

    if options.queues:
        raise WrongUsage("a run is undone as a whole, and can't be narrowed", hint="Leave the queues out.")
    with attempt("rollback", source, options, session) as begun:
        disk = read_disk(source.folder, source.paths, source.environment)
        if not disk.readable:
            begun.leave(PoliciesInvalid("a policy file can't be read", reason="unreadable-policies"))
            return ReportOf("rollback", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
        with locked_run(begun, disk, target, options, session) as locked:
            recovered = locked.recover()
            if recovered and options.on_cut_off == "stop":
                return locked.stopped(recovered)
            refuse_broken(locked.chain.files())
            return roll_back(locked, run, recovered, ask=True)


def roll_back(
    locked: LockedRun, run: str, recovered: tuple[CutOffRun, ...] = (), *, ask: bool
) -> ReportOf[Applied]:
    """Plan the way back from the audit's images and the queues as they are now, and go it.

    ``run`` is an id, or ``last``: the newest apply that changed something.
    """
    from syncer.app.connection import FreshPlan, listed_live
    from syncer.app.deadline import going_on
    from syncer.kinds.registry import ask_groups
    from syncer.planning.gather import inputs_of
    from syncer.planning.standing import standing
    from syncer.planning.undo import undo_plan

    found = standing(locked.chain.strictly(), run, locked.run.place)
    if not found.images:
        locked.attempt.close("done", reason="undone-before", detail=found.words)
        return ReportOf("rollback", 0, Applied(None, None, recovered, found.words))
    locked.attempt.run = replace(locked.run, undoes=found.run)
    with_groups = ask_groups({image.rule.kind for image in found.images})
    live, listed = listed_live(locked.disk, locked.client, locked.target, with_groups=with_groups)
    plan = undo_plan(found.images, inputs_of(locked.disk, live), rfc3339(locked.session.now()))
    report = locked.execute(FreshPlan(plan, live, listed), recovered, lambda: None, ask=ask)
    return going_on(_with_words(report, found), f"syncer rollback {found.run}")


def _with_words(report: ReportOf[Applied], found: StandingRun) -> ReportOf[Applied]:
    """The report with what the trail, or live alone, says of the run that was to be undone."""
    if report.view is None:
        return report
    words = found.words
    if report.view.result is None:
        words = f"live is as it was before run {found.run}: nothing was sent"
    return replace(report, view=replace(report.view, message=words))
