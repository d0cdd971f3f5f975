"""The rules of a run that have to be removed again because they are in a loop by now.

A run is ordered so that it closes no loop with the rules as they were last seen. What somebody else adds
meanwhile can close one all the same. Then the PUT of this run that came last goes back first, and so on until
no rule that this run put in force lies in a loop. What it had put out of force comes back where that closes
nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.graph.cycles import components, cycle_through
from syncer.kinds.registry import ROUTING_KINDS
from syncer.model.change import QueueChange, Written, names_in
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule, Rules, in_force, mean_the_same, of_kinds
from syncer.planning.diff import diff_rules

Targets = Mapping[str, frozenset[str]]
"""For each queue the queues that its rules in force lead to; all by their ids."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What one PUT of this run ``made``: targets that it put in force, and ``old`` ones that it put out of
    force."""

    queue: str
    made: frozenset[str]
    old: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Taken:
    """A PUT to take back: the targets that come back, and the ``cycle`` of queue ids that it lay in, from its
    own queue on."""

    queue: str
    restored: frozenset[str]
    cycle: tuple[str, ...]


class Loops:
    """The loops among queues whose rules in force lead to ``targets``; unknown targets lead nowhere."""

    def __init__(self, targets: Targets) -> None:
        self._ids = list(targets)
        self._place = {queue: place for place, queue in enumerate(self._ids)}
        self._adjacency = [
            [self._place[target] for target in sorted(targets[queue]) if target in self._place]
            for queue in self._ids
        ]
        self._home = {
            node: number for number, component in enumerate(components(self._adjacency)) for node in component
        }

    def home(self, queue: str) -> int | None:
        """The number of the component that a queue lies in; None where it is not known."""
        return self._home.get(self._place.get(queue, -1))

    def closes(self, queue: str, target: str) -> bool:
        """Whether a rule from ``queue`` to ``target`` lies in a loop."""
        return target in self._place and self.home(queue) == self.home(target)

    def cycle(self, queue: str, target: str) -> tuple[str, ...]:
        """The queues of a shortest loop through that rule, from ``queue`` on."""
        found = cycle_through(self._adjacency, self._place[queue], self._place[target])
        return tuple(self._ids[node] for node in found)


def take_back(now: Targets, ours: Sequence[Ours]) -> tuple[Taken, ...]:
    """What to take back, in this order, so that no rule of ``ours`` (oldest first) lies in a loop any more.

    ``now`` is what was just read. Nothing that comes back closes a loop with it.
    """
    targets = dict(now)
    left = list(ours)
    taken: list[Taken] = []
    while True:
        loops = Loops(targets)
        caught = [each for each in left if _caught(each, targets, loops)]
        if not caught:
            return tuple(taken)
        newest = caught[-1]
        left.remove(newest)
        target = _caught(newest, targets, loops)[0]
        targets[newest.queue] -= newest.made
        restored = _restored(newest, targets)
        taken.append(Taken(newest.queue, restored, loops.cycle(newest.queue, target)))


def _caught(ours: Ours, targets: Targets, loops: Loops) -> list[str]:
    """The targets that this PUT put in force and that lead round to its queue."""
    still = targets.get(ours.queue, frozenset()) & ours.made
    return [target for target in sorted(still) if loops.closes(ours.queue, target)]


def _restored(ours: Ours, targets: dict[str, frozenset[str]]) -> frozenset[str]:
    """The old targets that close nothing, which are in force in ``targets`` from now on."""
    restored = set()
    for target in sorted(ours.old):
        tried = {**targets, ours.queue: targets[ours.queue] | {target}}
        if not Loops(tried).closes(ours.queue, target):
            targets[ours.queue] = tried[ours.queue]
            restored.add(target)
    return frozenset(restored)


def ours_of(change: QueueChange, stay: frozenset[str]) -> Ours:
    """What the PUT of a change made; ``stay`` are targets of other kinds of rules, which it left alone."""
    before, after = in_force(change.before) | stay, in_force(change.after) | stay
    return Ours(change.queue, after - before, before - after)


def way_back_of(
    change: QueueChange,
    ours: Ours,
    taken: Taken,
    now: LiveQueue,
    names: Mapping[str, str],
    *,
    written: Written | None = None,
    again: bool = False,
) -> QueueChange:
    """The change that takes ``change`` back, in the queue as it is ``now``; ``written`` is what its PUT did.

    Where nobody edited its rules since, they become what they were before, but for what may not come back,
    which stays as the run left it. Where somebody did, or where a take-back is taken back (``again``), the
    rules that the run put in force go, and nothing else.
    """
    managed = of_kinds(now.rules, change.kinds)
    untouched = not again and mean_the_same(managed, change.after)
    if untouched:
        after = _as_before(change, ours.old - taken.restored)
    else:
        after = tuple(rule for rule in managed if not _flows_to(rule, ours.made))
    known = {**names_in(change), **names}
    groups = {group.id: group for rule in change.rules for group in rule.groups}
    return QueueChange(
        queue=change.queue,
        name=now.name,
        rules=diff_rules(now, after, known, change.kinds, groups),
        before=managed,
        after=after,
        kinds=change.kinds,
        back=written if untouched else None,
    )


def _as_before(change: QueueChange, off: frozenset[str]) -> Rules:
    """The rules before a change; one to a queue in ``off`` is as the change left it, if it left any."""
    left = {(rule.kind, rule.key): rule for rule in change.after}
    rules = [left.get((rule.kind, rule.key)) if _flows_to(rule, off) else rule for rule in change.before]
    return tuple(rule for rule in rules if rule is not None)


def _flows_to(rule: Rule, targets: frozenset[str]) -> bool:
    return rule.enabled and rule.kind in ROUTING_KINDS and rule.target in targets


def as_written(queue: LiveQueue, change: QueueChange) -> LiveQueue:
    """A queue of which a stale reading came, as it is after ``change``."""
    others = [rule for rule in queue.rules if rule.kind not in change.kinds]
    return replace(queue, rules=(*change.after, *others), problems={})
