"""A saved plan that is made once more under the lock: whether it is still right, and what of it is done.

::

    plan of merge B        made before merge A was applied, so it holds the changes of both
    apply of merge A       does its part
    apply of merge B       finds that part done, the rest as it was planned: goes on with the rest

Anything else that moved since refuses it.
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

if TYPE_CHECKING:
    from syncer.app.connection import FreshPlan
    from syncer.app.run import LockedRun
    from syncer.planning.saved_plan import SavedPlan
    from syncer.report.views import Applied, ReportOf

_LONGEST = 64


class PlannedAgain:
    """A ``saved`` plan, and the same made once more: ``fresh``. ``used`` are the queues that it has changed
    already, as the trail knows; ``signed`` says that its signature was checked."""

    def __init__(
        self, locked: LockedRun, saved: SavedPlan, used: frozenset[str], fresh: FreshPlan, *, signed: bool
    ) -> None:
        self._locked, self._saved, self._used = locked, saved, used
        self._fresh, self._signed = fresh, signed
        self._again = plan_of(fresh.document)
        self._done = arrived(saved, self._again) - used

    def guard(self) -> None:
        """Raise Refused where it is too old, BadPlan where it says no age, StalePlan where anything moved but
        what was done of it, and Refused where it excuses errors unsigned."""
        locked, fresh = self._locked, self._fresh
        refuse_old(self._saved, locked.options.max_age, locked.session.now())
        left = left_to_do(self._saved, self._used | self._done)
        with naming_exceptions(fresh.plan):
            refuse_moved(*without_queues(fresh.held.queues, left, self._again))
        if not self._signed and excuses(fresh.plan):
            from syncer.app.connection import plan_on_its_own

            refuse_excused(plan_on_its_own(locked.disk, fresh))
        if self.words:
            locked.session.message(self.words)

    def told(self, report: ReportOf[Applied]) -> ReportOf[Applied]:
        """The report, with words on what was done of the plan meanwhile."""
        if report.view is None or not self.words:
            return report
        message = "; ".join(filter(None, (self.words, report.view.message)))
        return replace(report, view=replace(report.view, message=message))

    @cached_property
    def words(self) -> str:
        """What was done of it meanwhile; empty where nothing was."""
        if not self._done:
            return ""
        by = self._runs()
        who = f"by {'run' if len(by) == 1 else 'runs'} {', '.join(by)}" if by else "by others"
        return f"{len(self._done)} of {len(self._saved.changes)} changes were done meanwhile, {who}"

    def _runs(self) -> list[str]:
        """The runs that did it, as the record knows; none where it doesn't know of every queue."""
        run = self._locked.run
        known = self._locked.kept.record.place(run.place, run.environment).queues
        live = {queue.queue: queue.rules for queue in self._again.live}
        found = set[str]()
        for key in self._done:
            queue = known.get(key)
            if queue is None or not mean_the_same(queue.rules or (), live.get(key, ())):
                return []
            found.add(clean(queue.run, longest=_LONGEST))
        return sorted(found)
