"""Apply: a saved plan, or a plan that is made and approved here."""

from __future__ import annotations

import shlex
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.app.deadline import going_on, only_late
from syncer.app.options import RunOptions
from syncer.app.session import Session, begun
from syncer.errors import LiveError, PoliciesInvalid, Refused, StalePlan, WrongUsage
from syncer.net.timing import rfc3339
from syncer.report.views import Applied, CutOffRun, ReportOf

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.app.attempt import Attempt
    from syncer.app.connection import FreshPlan
    from syncer.app.places import LiveTarget, PolicySource
    from syncer.app.run import LockedRun
    from syncer.app.watch import Watch
    from syncer.applying.guard import Used
    from syncer.model.plan import Plan
    from syncer.planning.disk import OnDisk
    from syncer.planning.gather import Live
    from syncer.planning.saved_plan import SavedPlan

KEY = "SYNCER_PLAN_KEY"
NARROWED = "Make a narrowed plan: syncer plan --queue NAME --out plan.json"


def apply(
    source: PolicySource,
    target: LiveTarget,
    options: RunOptions = RunOptions(),
    *,
    plan_file: Path | None = None,
    session: Session | None = None,
) -> ReportOf[Applied]:
    """Make the organization match the policies: one locked PUT per queue, sinks first, audited.

    With a saved ``plan_file``, exactly that plan is applied, except for changes that were made meanwhile, or
    nothing if the policies or the organization have changed. If a newer commit was applied already, nothing
    is sent. Without a ``plan_file``, a plan is made, and the session approves it. With ``watch`` in the
    options, the queues that get more contacts are watched once the lock is released.

    The view is an ``Applied``; its exit code is that of the report: 0, 1 (failed), 4 (refused), 5 (in part)
    or 130 (interrupted). A refusal is recorded in the audit, and is the error of the report. The view is None
    if a policy file can't be read (the findings give the reason, the exit code is 3). Raises Refused if the
    plan is not approved or another run has the lock, BadPlan, AuditError, WrongUsage, ConfigError, AuthError,
    LiveError.
    """
    from syncer.app.watch import Watch

    session = begun(session)
    watch = Watch(options, target, session)
    report = _apply(source, target, options, plan_file, session, watch)
    return session.ended(watch.after(report))


def _apply(
    source: PolicySource,
    target: LiveTarget,
    options: RunOptions,
    plan_file: Path | None,
    session: Session,
    watch: Watch,
) -> ReportOf[Applied]:
    """Read plan and policies, then do what is left to do."""
    from syncer.app.attempt import attempt
    from syncer.app.locked_run import locked_run
    from syncer.app.planned_source import source_of
    from syncer.app.witness import with_earlier
    from syncer.planning.disk import read_disk

    if plan_file is not None and options.queues:
        raise WrongUsage("a saved plan is applied as it is, and can't be narrowed", hint=NARROWED)
    session.source = source_of(session.environ, source)
    with attempt("apply", source, options, session) as begun:
        saved = _loaded(plan_file, begun) if plan_file else None
        paths = [Path(path) for path in saved.paths] if saved else list(source.paths)
        disk = read_disk(source.folder, paths, environment_of_plan(source, saved))
        _refuse_other_folder(saved, disk, source.folder)
        if not disk.readable:
            begun.leave(PoliciesInvalid("a policy file can't be read", reason="unreadable-policies"))
            return ReportOf("apply", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
        with locked_run(begun, disk, target, options, session, saved) as locked:
            watched = replace(locked, before_writes=partial(watch.before, locked))
            report = going_on(_left_to_do(watched, saved), _again(plan_file))
            if options.on_failure == "rollback" and _failed(report):
                report = _rolled_back(locked, report)
            return with_earlier(report, begun.witness)


def _again(plan_file: Path | None) -> str:
    """Return the command that continues with what a run has left to do."""
    return f"syncer apply {plan_file}" if plan_file else "syncer apply"


def _loaded(plan_file: Path, begun: Attempt) -> SavedPlan:
    from syncer.planning.saved_plan import read_plan

    begun.presented(plan_file)
    saved, begun.content = read_plan(plan_file, begun.session.environ.get(KEY, ""))
    return saved


def _refuse_other_folder(saved: SavedPlan | None, disk: OnDisk, folder: Path) -> None:
    """Raise StalePlan where a plan was made from another folder: one line in place of one a file."""
    from syncer.planning.disk import other_folder

    if saved and (made_from := other_folder(saved, disk, folder)):
        raise StalePlan(
            f"this plan was made from {made_from}, not from {folder}: nothing was applied",
            hint=f"Give --policies {shlex.quote(made_from)}.",
        )


def environment_of_plan(source: PolicySource, saved: SavedPlan | None) -> str:
    """Return the environment: that of a saved plan, which no option can change.

    Raises Refused if the option names another one.
    """
    planned = saved.environment if saved else source.environment
    if source.environment and source.environment != planned:
        raise Refused(
            f"the plan is for {f'the environment {planned!r}' if planned else 'no environment'}, "
            f"not for {source.environment!r}: nothing was applied",
            hint="Leave out --env and SYNCER_ENV, or make a plan for this environment.",
            reason="plan-for-another-environment",
        )
    return planned


def _left_to_do(locked: LockedRun, saved: SavedPlan | None) -> ReportOf[Applied]:
    from syncer.applying.guard import Used, refuse_undone, used_before
    from syncer.planning.standing import undone

    locked.session.source = replace(locked.session.source, before=locked.applied_before.whole)
    recovered = locked.recover()
    if recovered and locked.options.on_cut_off == "stop":
        return locked.stopped(recovered)
    used = used_before(locked.chain.strictly(), saved) if saved else Used(frozenset())
    if used.queues:
        refuse_undone(used, undone(locked.chain.strictly(), locked.run.place))
    return _nothing_left(locked, saved, used, recovered) or _sent(locked, saved, used.queues, recovered)


def _nothing_left(
    locked: LockedRun, saved: SavedPlan | None, used: Used, recovered: tuple[CutOffRun, ...]
) -> ReportOf[Applied] | None:
    """Return the report if nothing needs to be sent: the plan was applied already, it is empty, or a newer
    commit was applied. Raises Refused if the commit may be an older one."""
    from syncer.app.commit_order import OLDER, commit_order
    from syncer.app.empty_plan import empty_plan
    from syncer.applying.guard import left_to_do

    def done(reason: str, message: str) -> ReportOf[Applied]:
        locked.attempt.close("done", reason=reason, detail=message)
        return ReportOf("apply", 0, Applied(None, None, recovered, message))

    if saved is not None and saved.changes and not left_to_do(saved, used.queues).changes:
        message = f"this plan was already applied by run {used.run} at {used.timestamp}: nothing was sent"
        return done("applied-before", message)
    order = commit_order(locked)
    if order.is_older:
        return done(OLDER, order.words)
    if saved is not None and not saved.changes:
        return empty_plan(locked, saved, _planned_again(locked, saved, saved.selected), order, recovered)
    order.refuse_unknown()
    return None


def _sent(
    locked: LockedRun, saved: SavedPlan | None, used: frozenset[str], recovered: tuple[CutOffRun, ...]
) -> ReportOf[Applied]:
    """Plan again, refuse what must be refused, and send the rest; ``used`` are the queues that the saved
    plan has already changed."""
    from syncer.app.holds import but_for_held
    from syncer.app.saved_again import PlannedAgain
    from syncer.resolving.select import refuse_unfit

    selected = saved.selected if saved else locked.options.queues
    fresh = _planned_again(locked, saved, selected)
    locked.attempt.run = replace(locked.run, lifts=fresh.held.ended)
    if saved is None:
        refuse_unfit(locked.disk.policies, selected, fresh.read.queues)
        report = locked.execute(fresh, recovered, lambda: _refuse_unexplained(locked, fresh), ask=True)
        return but_for_held(report, fresh)
    again = PlannedAgain(locked, saved, used, fresh, signed=bool(locked.session.environ.get(KEY)))

    def guard() -> None:
        again.guard()
        _refuse_unexplained(locked, fresh)

    report = locked.execute(fresh, recovered, guard, ask=False)
    return again.told(but_for_held(report, fresh))


def _planned_again(locked: LockedRun, saved: SavedPlan | None, selected: tuple[str, ...]) -> FreshPlan:
    from syncer.app.connection import fresh_plan
    from syncer.app.holds import holds_of
    from syncer.app.names_before import names_of
    from syncer.planning.before import Base, base_of_saved

    base = base_of_saved(saved) if saved else Base(locked.facts_before)
    return fresh_plan(
        locked.disk,
        locked.client,
        locked.target,
        locked.session,
        selected=selected,
        base=lambda _: base,
        exceptions=locked.kept.record.exceptions,
        holds=holds_of(locked.kept.record.exceptions),
        names=names_of(locked.kept.record, locked.chain),
        flows=locked.reading_flows,
        causes=_causes(locked),
    )


def _refuse_unexplained(locked: LockedRun, fresh: FreshPlan) -> None:
    from syncer.applying.guard import refuse_unexplained

    if locked.options.require_explained:
        place = locked.kept.record.place(locked.run.place, locked.run.environment)
        refuse_unexplained(fresh.plan, known=bool(place.queues))


def _causes(locked: LockedRun) -> Callable[[Plan, Live], Plan]:
    """Return the function that adds the cause to each change, once all open runs are closed."""
    from syncer.app.last_applied import LastApplied

    now, warn = rfc3339(locked.session.now()), locked.session.warnings.append
    last = LastApplied(locked.options.state_dir, now, warn, locked.kept.record)
    return last.causes(locked.disk.settings)


def _failed(report: ReportOf[Applied]) -> bool:
    """Whether a run changed something but not everything. A run that only its deadline stopped did not fail,
    and neither did one that may have overwritten an edit: undoing it would not restore the edit."""
    result = report.view.result if isinstance(report.view, Applied) else None
    if result is None or only_late(result) or result.only_overwritten:
        return False
    return result.status in ("in part", "failed", "refused")


def _asked_again(locked: LockedRun) -> tuple[CutOffRun, ...]:
    """Find the state of the queues that the run left unknown. If they still can't be read, they stay unknown
    and are undone as if they had been changed."""
    try:
        return locked.recover()
    except LiveError:
        return ()


def _rolled_back(locked: LockedRun, failed: ReportOf[Applied]) -> ReportOf[Applied]:
    """Undo the run that failed. The exit code is still that of the failure; both results are reported."""
    from syncer.app.undo import Undo
    from syncer.planning.restore import CONFLICT

    if not isinstance(failed.view, Applied) or failed.view.result is None:
        return failed
    with locked.again("rollback") as again:
        recovered = _asked_again(again)
        back = Undo(again, ask=False).of_run(failed.view.result.run.id)
    undone = back.view.result if isinstance(back.view, Applied) else None
    recovered = (*failed.view.recovered, *recovered)
    words = "the run failed and was rolled back"
    view = replace(failed.view, undone=undone, recovered=recovered, message=words)
    if back.error is not None or (undone is not None and undone.status != "done"):
        words = "the run failed, and could not be rolled back as a whole"
        view = replace(view, message=f"{words}: continue with syncer rollback {failed.view.result.run.id}")
    conflicts = (each for each in back.findings if each.id == CONFLICT)
    findings = (*failed.findings, *(undone.findings if undone else conflicts))
    return replace(failed, view=view, error=back.error, findings=findings)
