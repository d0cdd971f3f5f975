"""A saved plan that is made again under the lock: whether it is still right, and what of it is done.

::

    plan of merge B        made before merge A was applied, so it holds the changes of both
    apply of merge A       does its part
    apply of merge B       finds that part done, the rest as it was planned: continues with it

The same applies if a run applied another policy set to the organization meanwhile: its queues changed, the
changes of this plan are the same. Anything else that changed since refuses it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from syncer.applying.guard import (
    arrived,
    excuses,
    left_to_do,
    naming_exceptions,
    refuse_excused,
    refuse_moved,
    refuse_old,
    without_queues,
)
from syncer.model.json_values import clean
from syncer.model.rule import mean_the_same
from syncer.planning.saved_plan import plan_of
from syncer.report.text.paint import counted

if TYPE_CHECKING:
    from collections.abc import Collection

    from syncer.app.connection import FreshPlan
    from syncer.app.run import LockedRun
    from syncer.audit.record import AppliedQueue
    from syncer.model.rule import Rules
    from syncer.planning.saved_plan import SavedPlan
    from syncer.report.views import Applied, ReportOf

_LONGEST = 64


class PlannedAgain:
    """A ``saved`` plan, and the same made again: ``fresh``. ``used`` are the queues that it has already
    changed, according to the trail; ``signed``: its signature was checked."""

    def __init__(
        self, locked: LockedRun, saved: SavedPlan, used: frozenset[str], fresh: FreshPlan, *, signed: bool
    ) -> None:
        self._locked, self._saved, self._used = locked, saved, used
        self._fresh, self._signed = fresh, signed
        self._again = plan_of(fresh.document)
        self._done = arrived(saved, self._again) - used
        self._elsewhere = self._moved_by_runs()

    def guard(self) -> None:
        """Raise Refused if it is too old, BadPlan if it has no age, StalePlan if anything changed that is not
        part of it, and Refused if it excuses errors unsigned."""
        locked, fresh = self._locked, self._fresh
        refuse_old(self._saved, locked.options.max_age, locked.session.now())
        left = left_to_do(self._saved, self._used | self._done)
        with naming_exceptions(fresh.plan):
            refuse_moved(*without_queues({*fresh.held.queues, *self._elsewhere}, left, self._again))
        if not self._signed and excuses(fresh.plan):
            from syncer.app.connection import plan_on_its_own

            refuse_excused(plan_on_its_own(locked.disk, fresh))
        if self.words:
            locked.session.message(self.words)

    def told(self, report: ReportOf[Applied]) -> ReportOf[Applied]:
        """Return the report, with a message on what was done of the plan meanwhile."""
        if report.view is None or not self.words:
            return report
        message = "; ".join(filter(None, (self.words, report.view.message)))
        return replace(report, view=replace(report.view, message=message))

    @cached_property
    def words(self) -> str:
        """What was done of it meanwhile; empty if nothing was."""
        done, elsewhere = len(self._done), len(self._elsewhere)
        parts = (
            (done, f"{done} of {len(self._saved.changes)} changes were done meanwhile", self._done),
            (elsewhere, f"{counted(elsewhere, 'other queue')} changed meanwhile", self._elsewhere),
        )
        return "; ".join(f"{words}, {self._by(queues)}" for number, words, queues in parts if number)

    def _by(self, queues: Collection[str]) -> str:
        """The runs that last changed these queues; others, if the record doesn't have all of them."""
        known = [self._run(key) for key in queues]
        if not all(known):
            return "by others"
        lost = {clean(intent.run, longest=_LONGEST) for intent in self._locked.kept.vanished}
        runs = sorted({clean(run, longest=_LONGEST) for run in known})
        if len(runs) == 1:
            return f"by run {runs[0]}{', which was cut off' if runs[0] in lost else ''}"
        return f"by runs {', '.join(f'{run} (cut off)' if run in lost else run for run in runs)}"

    def _run(self, key: str) -> str:
        """The run that last changed a queue, or was to write it and vanished; empty if there is none."""
        if known := self._applied(key):
            return known.run
        vanished = (intent.run for intent in self._locked.kept.vanished if key in intent.queues)
        return next(vanished, "")

    def _moved_by_runs(self) -> frozenset[str]:
        """The queues that the plan doesn't change, and that runs of ours have changed since it was made."""
        before = {queue.queue: queue.rules for queue in self._saved.live}
        own = {change.queue for change in (*self._saved.changes, *self._again.changes)}
        moved = (
            queue.queue
            for queue in self._again.live
            if queue.queue not in own and not mean_the_same(before.get(queue.queue, ()), queue.rules)
        )
        return frozenset(key for key in moved if self._applied(key))

    def _applied(self, key: str) -> AppliedQueue | None:
        """What the record has of a queue, if the live queue still matches it."""
        run = self._locked.run
        known = self._locked.kept.record.place(run.place, run.environment).queues.get(key)
        if known is None or not known.settled:
            return None
        return known if mean_the_same(known.rules or (), self._live.get(key, ())) else None

    @cached_property
    def _live(self) -> dict[str, Rules]:
        return {queue.queue: queue.rules for queue in self._again.live}
