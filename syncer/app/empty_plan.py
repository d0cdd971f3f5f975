"""A saved plan without changes, under the lock: the queues are listed once to see whether that is still so.

::

    there is nothing to change    done: the record keeps what was seen
    there is something            stale: it changed since, such as by a merge that this commit reverts, where
                                  both were planned before either was applied

Nothing is ever sent for it: nobody has reviewed what it would send.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.errors import StalePlan
from syncer.report.views import Applied, ReportOf

if TYPE_CHECKING:
    from syncer.app.commit_order import CommitOrder
    from syncer.app.connection import FreshPlan
    from syncer.app.run import LockedRun
    from syncer.planning.saved_plan import SavedPlan
    from syncer.report.views import CutOffRun

_AGAIN = (
    "Make a new plan, look at it, and apply that; in a pipeline: retry its job that plans, then its apply."
)


def empty_plan(
    locked: LockedRun,
    saved: SavedPlan,
    fresh: FreshPlan,
    order: CommitOrder,
    recovered: tuple[CutOffRun, ...],
) -> ReportOf[Applied]:
    """Return the result of a ``saved`` plan without changes, compared with the same plan made again:
    ``fresh``.

    If the ``order`` of commits isn't known, it records nothing as applied. Exceptions that the policies now
    contain are lifted. Raises Refused if that order isn't known, and there is something to change.
    """
    from syncer.app.holds import ended_in_words

    if fresh.plan.changes:
        order.refuse_unknown()
        return locked.execute(fresh, recovered, lambda: _refuse_stale(saved, fresh), ask=False)
    message, still = "this plan changes nothing: nothing was sent", saved.held
    if order.goes_on and fresh.plan.applicable:
        locked.attempt.run = replace(locked.run, lifts=fresh.held.ended)
        message, still = "; ".join((message, *ended_in_words(fresh))), fresh.plan.held_on
        locked.note_as_wanted(fresh, message)
    else:
        locked.attempt.close("done", reason="nothing-to-do", detail=message)
    return ReportOf("apply", 0, Applied(None, None, recovered, message, held=still))


def _refuse_stale(saved: SavedPlan, fresh: FreshPlan) -> None:
    """Raise StalePlan with what changed since."""
    from syncer.applying.guard import naming_exceptions, refuse_moved, without_queues
    from syncer.planning.saved_plan import plan_of

    try:
        with naming_exceptions(fresh.plan):
            refuse_moved(*without_queues(frozenset(fresh.held.queues), saved, plan_of(fresh.document)))
    except StalePlan as error:
        raise StalePlan(error.message, hint=_AGAIN) from error
