"""The plan of a loss: what a run made of the rules that it overwrote without having seen them.

It leads from their rules to those that the organization has, so that ``syncer rollback --plan`` undoes it:
checked like every rollback, and refused where somebody changed the rules since.
"""

from collections.abc import Sequence
from dataclasses import replace

from syncer.errors import BadAnswer
from syncer.kinds.registry import KIND_NAMES
from syncer.live.audited_values import is_of_rules, with_values
from syncer.live.wire import read_queue
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue
from syncer.model.rule import mean_the_same, of_kinds
from syncer.model.window import Overwritten
from syncer.planning.build import Inputs
from syncer.planning.undo import plan_of_rules
from syncer.resolving.resolve import Desired


def plan_of_loss(lost: Sequence[Overwritten], inputs: Inputs, created_at: str) -> Plan | None:
    """The plan that leads from the rules of ``lost``, edits of one queue, to those of ``inputs.live``.

    None where no rule was lost, or where it can't be told surely what their rules were.
    """
    queue = next((each for each in inputs.live if each.id == lost[0].edit.queue), None)
    theirs = _theirs(lost, queue) if queue else None
    if queue is None or theirs is None:
        return None
    kinds = tuple(kind for kind in KIND_NAMES if not _alike(queue, theirs, kind))
    if not kinds or theirs.problems_of(kinds) or queue.problems_of(kinds):
        return None
    live = tuple(theirs if each.id == queue.id else each for each in inputs.live)
    desired = {queue.id: Desired(of_kinds(queue.rules, kinds), kinds)}
    plan = plan_of_rules(desired, replace(inputs, live=live), created_at)
    return plan if plan.changes else None


def _theirs(lost: Sequence[Overwritten], queue: LiveQueue) -> LiveQueue | None:
    """The queue as it would be with their rules."""
    changes = [change for each in lost for change in each.edit.changes if is_of_rules(change)]
    raw = with_values(queue.raw, changes) if changes else None
    try:
        return read_queue(raw) if raw else None
    except BadAnswer:
        return None


def _alike(one: LiveQueue, other: LiveQueue, kind: str) -> bool:
    return mean_the_same(of_kinds(one.rules, [kind]), of_kinds(other.rules, [kind]))
