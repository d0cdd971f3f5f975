"""Undo one run, under the lock: what is left of it, the plan, and the messages about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from syncer.app.options import RollbackOptions
from syncer.errors import AuditError, Refused, WrongUsage
from syncer.model.settings import ApiLocation
from syncer.net.timing import rfc3339
from syncer.report.views import Applied, CutOffRun, ReportOf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from syncer.app.run import LockedRun
    from syncer.model.plan import Plan
    from syncer.planning.audit_images import Image
    from syncer.planning.saved_plan import SavedPlan
    from syncer.planning.standing import StandingRun


AGAIN = (
    "the policies still contain what was undone: revert them too; until then each plan and apply with this "
    "state folder, or the same --record, holds these queues back, and any other applies it again"
)


@dataclass(frozen=True, slots=True)
class Undo:
    """One rollback under the lock."""

    locked: LockedRun
    how: RollbackOptions = RollbackOptions()
    ask: bool = True

    def of_run(self, run: str, recovered: tuple[CutOffRun, ...] = ()) -> ReportOf[Applied]:
        """Undo the run ``run`` from the trail."""
        from syncer.app.deadline import going_on
        from syncer.app.held_chain import naming_where
        from syncer.planning.standing import newer_than, standing

        locked, here = self.locked, self.locked.run.place
        entries = self._entries(run)
        with naming_where(run, locked.kept, locked.run):
            found = standing(entries(), run, here)
        if not found.images:
            locked.attempt.close("done", reason="undone-before", detail=found.words)
            return ReportOf("rollback", 0, Applied(None, None, recovered, found.words))
        locked.attempt.run = replace(locked.run, undoes=found.run)
        report = self._go(found, lambda: newer_than(entries(), found.run, here), recovered)
        return going_on(report, f"syncer rollback {found.run}")

    def of_plan(self, saved: SavedPlan, recovered: tuple[CutOffRun, ...] = ()) -> ReportOf[Applied]:
        """Undo a saved plan: the run that applied it, if an unbroken trail has one, else from its images."""
        from syncer.applying.guard import used_before
        from syncer.audit.verify import refuse_broken
        from syncer.planning.audit_images import images_of_plan
        from syncer.planning.standing import StandingRun

        locked = self.locked
        _refuse_other_place(saved, locked)
        try:
            refuse_broken(locked.chain.files())
            run = used_before(locked.chain.strictly(), saved).run
        except AuditError as error:
            run = ""
            locked.session.warnings.append(f"the trail was not used: {error.message}")
        if run:
            return self.of_run(run, recovered)
        images = tuple(images_of_plan(saved))
        if not images:
            words = "this plan changes nothing, so there is nothing to undo"
            locked.attempt.close("done", reason="nothing-to-do", detail=words)
            return ReportOf("rollback", 0, Applied(None, None, recovered, words))
        return self._go(StandingRun("", images), tuple, recovered)

    def _entries(self, run: str) -> Callable[[], Iterator[dict[str, Any]]]:
        """The entries that are trusted. Raises AuditError if there are none."""
        from syncer.audit.verify import verify_chain
        from syncer.audit.vouched import entries_from, refuse_unvouched
        from syncer.planning.standing import standing

        chain, heads = self.locked.chain, self.how.heads
        if not heads:
            return self._behind_breaks(run)
        whole = verify_chain(chain.files(), heads)
        if all(found.kind == "torn" for found in whole.breaks):
            return chain.strictly
        id_ = standing(chain.entries(), run, self.locked.run.place).run
        refuse_unvouched(chain.files(), id_, heads)
        self.locked.session.warnings.append(
            f"the trail is broken before run {id_}; the kept head vouches for the run, so it can be undone"
        )
        return lambda: entries_from(chain.files(), id_)

    def _behind_breaks(self, run: str) -> Callable[[], Iterator[dict[str, Any]]]:
        """The entries of an unbroken trail, or of the new chain after the break. Raises AuditError if the run
        is not in that."""
        from syncer.audit.verify import refuse_broken
        from syncer.audit.vouched import whole_after
        from syncer.planning.standing import standing

        chain = self.locked.chain
        after = whole_after(chain.files())
        if not after:
            return chain.strictly
        try:
            standing(chain.entries(after), run, self.locked.run.place)
        except AuditError:
            refuse_broken(chain.files())
        return lambda: chain.entries(after)

    def _go(
        self,
        found: StandingRun,
        newer: Callable[[], Iterable[StandingRun]],
        recovered: tuple[CutOffRun, ...],
    ) -> ReportOf[Applied]:
        """Plan the undo from images and the current queues, and apply it."""
        from syncer.app.connection import FreshPlan, listed_live
        from syncer.audit.exceptions import STOP
        from syncer.kinds.registry import ask_groups
        from syncer.planning.gather import inputs_of
        from syncer.planning.undo import AboutConflicts, left_in_conflict, tolerant, undo_plan

        locked = self.locked
        with_groups = ask_groups({image.rule.kind for image in found.images})
        live, listed = listed_live(
            *(locked.disk, locked.client, locked.target),
            with_groups=with_groups,
            flows=locked.reading_flows,
        )
        images = _selected(found.images, locked.options.queues, live.names)
        stops = frozenset(each.id for each in locked.kept.record.exceptions if each.kind == STOP)
        conflicts = AboutConflicts(newer, skip=self.how.skip_conflicts, stops=stops - {found.run})
        now = rfc3339(locked.session.now())
        others = tuple(each for each in locked.kept.record.exceptions if each.id != found.run)
        inputs = replace(inputs_of(locked.disk, live), exceptions=others)
        plan = undo_plan(images, inputs, now, conflicts)
        plan = tolerant(plan, ignore_owners=bool(self.how.ignore_checks))
        left, stopped = left_in_conflict(plan), _stopped(plan)
        self._note(found, images, left | stopped)
        if self.ask and not found.rollback:
            self._hold(found, tuple(queue for queue in _queues(images) if queue not in left))
        elif found.rollback and not (left or stopped) and _queues(images) == _queues(found.images):
            # What that rollback held is brought back, all of it: its hold must not come back to life.
            locked.attempt.run = replace(locked.run, lifts=(found.run,))
        report = locked.execute(FreshPlan(plan, live, listed), recovered, ask=self.ask)
        return _with_words(report, found, left)

    def _note(self, found: StandingRun, images: Sequence[Image], left: frozenset[str]) -> None:
        """Note the queues of the run in its entry, if these are not all of them."""
        about = tuple(queue for queue in _queues(images) if queue not in left)
        if about != _queues(found.images):
            self.locked.attempt.run = replace(self.locked.run, undoes_queues=about)

    def _hold(self, found: StandingRun, queues: tuple[str, ...]) -> None:
        """Hold what was undone by hand until the policies change, or the hold is lifted."""
        from syncer.audit.exceptions import ROLLBACK, Exemption, exception_document

        run = self.locked.run
        exemption = Exemption(
            ROLLBACK,
            run.id,
            run.place,
            run.environment,
            queues=queues,
            reason=str(run.evidence.get("justification", "")),
            ticket=str(run.evidence.get("ticket", "")),
            user=run.origin.user,
            at=run.started_at,
            undoes=found.run,
        )
        if queues:
            self.locked.attempt.run = replace(run, exception=exception_document(exemption))


def _refuse_other_place(saved: SavedPlan, locked: LockedRun) -> None:
    """Raise Refused if the plan was made for another organization."""
    planned = ApiLocation(saved.api, saved.organization)
    if not planned.is_as(locked.run.place):
        raise Refused(
            f"the plan was made for {planned}, this is {locked.run.place}: nothing was undone",
            hint="Use the credentials of that organization.",
            reason="plan-for-another-organization",
        )


def _queues(images: Sequence[Image]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(image.queue for image in images))


def _selected(
    images: tuple[Image, ...], patterns: Sequence[str], names: Mapping[str, str]
) -> tuple[Image, ...]:
    """The images of the queues that match a pattern, by id or by an old or current name.

    Raises WrongUsage if none matches one of the patterns.
    """
    from syncer.model.queue import fits

    def fit(image: Image, wanted: Sequence[str]) -> bool:
        called = {image.queue, image.queue_name, names.get(image.queue, image.queue)}
        return any(fits(name, wanted) for name in called)

    unfit = [pattern for pattern in patterns if not any(fit(image, (pattern,)) for image in images)]
    if unfit:
        raise WrongUsage(
            f"no queue that is left to undo matches {' or '.join(map(repr, unfit))}",
            hint=f"They are: {', '.join(sorted({image.queue_name for image in images}))}.",
        )
    return tuple(image for image in images if fit(image, patterns)) if patterns else images


def _with_words(report: ReportOf[Applied], found: StandingRun, left: frozenset[str]) -> ReportOf[Applied]:
    """The report with a message from the trail, or from the live queues alone, on the run that was to be
    undone."""
    if report.view is None:
        return report
    what = f"run {found.run}" if found.run else "the plan was applied"
    stopped = _stays_off(report.view, found.run)
    words = found.words if found.run else ""
    if report.view.result is None and not left:
        words = (
            "nothing was sent"
            if stopped
            else f"the live queues are as they were before {what}: nothing was sent"
        )
    if left:
        queues = "1 queue is" if len(left) == 1 else f"{len(left):,} queues are"
        words = "; ".join(filter(None, (words, f"{queues} in conflict and left as it was found")))
    result = report.view.result
    held = result is not None and bool(result.run.exception) and any(each.done for each in result.outcomes)
    message = "; ".join(filter(None, (words, stopped, AGAIN if held else "")))
    return replace(report, view=replace(report.view, message=message))


def _stopped(plan: Plan) -> frozenset[str]:
    """The ids of the queues with something that a stop holds back: they are not undone completely."""
    names = {name for held in plan.held if held.rules for name in held.queues}
    return frozenset(each.queue for each in plan.live if each.name in names)


def _stays_off(view: Applied, run: str) -> str:
    """What the rollback didn't restore because of a stop, and what will restore it."""
    held = [each for each in (view.plan.held if view.plan else ()) if each.rules]
    words = "; ".join(f"{'; '.join(each.effects())} by {each.about()} (run {each.id})" for each in held)
    again = f"give syncer rollback {run} again" if run else "undo the plan again"
    return f"{words}: after its lift {again}" if words else ""
