"""Lift: restore what a stop turned off or removed, and end its hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.app.options import RunOptions, StopOptions
from syncer.app.session import Session, begun
from syncer.audit.exceptions import STOP
from syncer.errors import AuditError
from syncer.net.timing import rfc3339
from syncer.report.lookups import ExceptionsShown
from syncer.report.views import CutOffRun, ReportOf, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from syncer.app.places import LiveTarget, PolicySource
    from syncer.app.run import LockedRun
    from syncer.applying.apply import Result
    from syncer.audit.exceptions import Exemption
    from syncer.planning.audit_images import Image


def lift(
    which: str,
    source: PolicySource,
    target: LiveTarget,
    wanted: StopOptions = StopOptions(),
    options: RunOptions = RunOptions(),
    *,
    session: Session | None = None,
) -> ReportOf[Stopped | ExceptionsShown]:
    """Lift the stops of ``which``: the name or id of their queue, the id of a run, or ``loops``.

    What each removed is restored from its images, unless it was changed since or would close a loop; the rest
    is named. Like every plan it is shown, approved and audited. If ``wanted`` turns restoring off, the hold
    ends and the queues stay as they are. Raises WrongUsage if there is no such stop, Refused, ConfigError,
    AuditError, AuthError, LiveError.
    """
    from syncer.app.stop_list import named

    session = begun(session)
    return _lifted(lambda found: named(found, which), source, target, wanted, options, session)


def expire(
    source: PolicySource,
    target: LiveTarget,
    wanted: StopOptions = StopOptions(),
    options: RunOptions = RunOptions(),
    *,
    session: Session | None = None,
) -> ReportOf[Stopped | ExceptionsShown]:
    """Lift every stop that has expired, for a schedule. Otherwise like ``lift``; if there is none, the API is
    only asked for the organization, if ``options`` name a store of the record."""
    from syncer.app.known_exceptions import exceptions_known, store_here

    session = begun(session)

    def expired(found: Iterable[Exemption]) -> list[Exemption]:
        return [each for each in found if each.kind == STOP and each.is_expired(session.now())]

    if wanted.undo is None:
        link = store_here(options.record, source, target, session)
        here = exceptions_known(options.state_dir, link, session)
        if not expired(here):
            return session.ended(_none_expired(session, here))
    return _lifted(expired, source, target, wanted, options, session)


def _none_expired(session: Session, here: Sequence[Exemption]) -> ReportOf[Stopped | ExceptionsShown]:
    view = ExceptionsShown(tuple(here), rfc3339(session.now()), "no stop has expired: nothing was sent")
    return ReportOf("stop", 0, view)


def _lifted(
    choose: Callable[[Sequence[Exemption]], Sequence[Exemption]],
    source: PolicySource,
    target: LiveTarget,
    wanted: StopOptions,
    options: RunOptions,
    session: Session,
) -> ReportOf[Stopped | ExceptionsShown]:
    from syncer.app.attempt import attempt
    from syncer.app.locked_run import locked_run
    from syncer.app.stop_run import disk_as_far
    from syncer.app.undo_file import state_of
    from syncer.app.witness import with_earlier
    from syncer.audit.exceptions import exceptions_at

    with state_of(options, wanted.undo) as used, attempt("lift", source, used, session) as first:
        disk = disk_as_far(source, target, session)
        with locked_run(first, disk, target, used, session, apart=wanted.undo is not None) as locked:
            recovered = locked.recover()
            here = exceptions_at(locked.kept.record.exceptions, locked.run.place)
            chosen = sorted(choose(here), key=lambda each: each.at, reverse=True)
            if not chosen:
                return session.ended(with_earlier(_none_expired(session, here), first.witness))
            if not wanted.no_restore:
                _refuse_broken(locked, chosen)
            if len(chosen) > 1:
                session.message(_several(chosen))
            reports = list(_one_by_one(locked, chosen, here, recovered, restore=not wanted.no_restore))
    return session.ended(with_earlier(_together(reports), first.witness))


def _refuse_broken(locked: LockedRun, chosen: Sequence[Exemption]) -> None:
    """Raise AuditError if the trail is broken: it doesn't show reliably what a stop removed. For a stop in a
    new chain after the break, it does."""
    from syncer.audit.verify import refuse_broken
    from syncer.audit.vouched import whole_after

    try:
        after = whole_after(locked.chain.files())
        behind = {str(entry.get("run")) for entry in locked.chain.entries(after)} if after else set()
        if after and not all(each.id in behind for each in chosen):
            refuse_broken(locked.chain.files())
    except AuditError as error:
        error.hint = (
            "Restore it with the run of the stop and a head that was kept: syncer rollback RUN --head HASH "
            "(syncer stop --list names RUN). Or only end the hold: --no-restore."
        )
        raise


def _one_by_one(
    locked: LockedRun,
    chosen: Sequence[Exemption],
    here: Sequence[Exemption],
    recovered: tuple[CutOffRun, ...],
    *,
    restore: bool,
) -> Iterator[ReportOf[Stopped]]:
    """One run per stop, the newest first: each is undone on the queues as the one before left them."""
    gone = {each.id for each in chosen}
    others = [each for each in here if each.id not in gone]
    lift_one = _lift_one if restore else _end_hold
    yield lift_one(locked, chosen[0], others, recovered)
    for exemption in chosen[1:]:
        with locked.again("lift") as again:
            yield lift_one(again, exemption, others, ())


def _several(chosen: Sequence[Exemption]) -> str:
    each_in_words = (
        f"run {each.id}"
        + (f" of {each.user}" if each.user else "")
        + (f" ({each.reason})" if each.reason else "")
        for each in chosen
    )
    return f"this lifts {len(chosen)} stops: {', '.join(each_in_words)}; the id of a run selects one"


def _end_hold(
    locked: LockedRun, made: Exemption, _others: Sequence[Exemption], recovered: tuple[CutOffRun, ...]
) -> ReportOf[Stopped]:
    """End the hold, and send nothing: what the stop removed stays away, and can be undone later."""
    images = _images(locked, made)
    locked.attempt.run = replace(locked.run, undoes=made.id, undoes_queues=(), lifts=(made.id,))
    locked.attempt.close("done", reason="not-restored")
    locked.kept.note(locked.run)
    names = dict.fromkeys(image.queue_name for image in images)
    left = tuple(
        f"{name}: its overflow stays off, as you asked; restore it with: {_back(made)}" for name in names
    )
    view = Stopped("lift", made, left=left, recovered=recovered)
    return ReportOf("stop", 0, view, (), locked.disk.sources)


def _back(made: Exemption) -> str:
    return f"syncer rollback {made.id}"


def _lift_one(
    locked: LockedRun, made: Exemption, others: Sequence[Exemption], recovered: tuple[CutOffRun, ...]
) -> ReportOf[Stopped]:
    from syncer.app.connection import listed_live
    from syncer.app.stop_run import Listed, ask, send
    from syncer.audit.entries import intended
    from syncer.planning.gather import inputs_of
    from syncer.planning.lift import free_images, way_back_of_stop

    disk, client = locked.disk, locked.client
    flows = locked.reading_flows
    listed = Listed(*listed_live(disk, client, locked.target, with_groups=False, flows=flows))
    standing = _images(locked, made)
    since = [each for each in others if each.kind == STOP or each.at > made.at]
    images, kept_off = free_images(standing, since)
    back = way_back_of_stop(images, inputs_of(disk, listed.live), rfc3339(locked.session.now()))
    plan, going = back.plan, dict.fromkeys(each.queue for each in back.images)
    locked.attempt.validated = True
    locked.attempt.run = replace(
        locked.run,
        undoes=made.id,
        lifts=(made.id,),
        intended=intended(plan.changes),
        undoes_queues=None if back.images == standing else tuple(going),
    )
    result = None
    if plan.changes:
        ask(locked, plan)
        result = send(locked, plan, listed)
    else:
        locked.attempt.close("done", reason="nothing-to-do")
        locked.kept.note(locked.run)
    later = f"restore the rest with: {_back(made)}" if back.left or kept_off else ""
    left = (*back.left, *kept_off, *_undone(result), *filter(None, (later,)))
    view = Stopped("lift", made, result, *_counts(result), left=left, recovered=recovered)
    findings = (*plan.findings, *(result.findings if result else ()))
    return ReportOf("stop", result.exit_code if result else 0, view, findings, locked.disk.sources)


def _images(locked: LockedRun, made: Exemption) -> tuple[Image, ...]:
    """What the run changed and was not restored since; nothing if the trail doesn't have the run."""
    from syncer.planning.standing import standing

    if made.kind != STOP:
        return ()
    try:
        return standing(locked.chain.strictly(), made.id, locked.run.place).images
    except AuditError as error:
        if error.reason != "unknown-run":
            raise
        locked.session.warnings.append(
            f"the trail in {locked.options.state_dir} has no run {made.id}, so nothing is restored: the next "
            "apply restores what the policies state; restore the rest where the stop was made, "
            f"with: {_back(made)}"
        )
        return ()


def _undone(result: Result | None) -> Iterator[str]:
    for each in result.outcomes if result else ():
        if not each.done:
            detail = f": {each.detail}" if each.detail else ""
            yield f"{each.change.name}: {each.status.value}{detail}"


def _counts(result: Result | None) -> tuple[int, int]:
    """How many rules were turned on, and how many were restored."""
    from syncer.model.change import Action

    done = [each for each in result.outcomes if each.done] if result else []
    rules = [rule.action for outcome in done for rule in outcome.change.rules]
    return rules.count(Action.UPDATE), rules.count(Action.CREATE)


def _together(reports: Sequence[ReportOf[Stopped]]) -> ReportOf[Stopped | ExceptionsShown]:
    """Several lifts as one report: the totals, everything that is left, and the worst exit code."""
    first, *_ = reports
    views = [report.view for report in reports if report.view]
    results = [view.result for view in views if view.result]
    outcomes = tuple(outcome for result in results for outcome in result.outcomes)
    view = replace(
        views[0],
        result=replace(results[-1], outcomes=outcomes) if results else None,
        disabled=sum(each.disabled for each in views),
        removed=sum(each.removed for each in views),
        left=tuple(words for each in views for words in each.left),
        also=tuple(each.exemption for each in views[1:]),
    )
    findings = tuple(dict.fromkeys(finding for report in reports for finding in report.findings))
    return ReportOf(first.command, max(each.exit_code for each in reports), view, findings, first.sources)
