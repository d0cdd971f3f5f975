"""The three-way merge: what to do when live is no longer what the plan saw.

::

    base  = what the plan saw        theirs = live now        ours = what the plan wants

    theirs means ours                        → nothing to send
    theirs means base (other fields moved)   → ours on top of theirs
    anything else                            → a conflict, never an overwrite
"""

from enum import Enum

from syncer.model.change import QueueChange
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rules, mean_the_same, of_kinds


class Verdict(Enum):
    """What the three sides say together."""

    SEND = "send"
    DONE = "done"
    CONFLICT = "conflict"


def three_way(base: Rules, theirs: Rules, ours: Rules) -> Verdict:
    """Compare the managed rules of one queue; the order of rules means nothing."""
    if mean_the_same(theirs, ours):
        return Verdict.DONE
    if mean_the_same(theirs, base):
        return Verdict.SEND
    return Verdict.CONFLICT


def verdict_of(change: QueueChange, queue: LiveQueue) -> Verdict:
    """What ``queue``, as it was read, says of a change: only rules of the kinds that it is about count."""
    return three_way(change.before, of_kinds(queue.rules, change.kinds), change.after)
