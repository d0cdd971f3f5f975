"""Requirements of the Genesys Cloud Platform API for a queue, reported before it refuses.

Each kind of rules says what it is. Offline only the shape of the rules is known; with live also the groups,
divisions and other settings of each queue.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from syncer.kinds.kind import Kind
from syncer.kinds.registry import KINDS
from syncer.kinds.together import methods_together
from syncer.model.finding import Finding, Position
from syncer.model.policy import PolicySet
from syncer.model.queue import Group, LiveQueue
from syncer.resolving.groups import Groups
from syncer.resolving.reference_findings import no_member
from syncer.resolving.resolve import Desired, Resolved

_OBJECTING: Final = tuple(kind for kind in KINDS if type(kind).refused_offline is not Kind.refused_offline)
"""The kinds that have something to say without live."""


def check_constructs(policies: PolicySet, live: Sequence[LiveQueue] = ()) -> tuple[Finding, ...]:
    """What can be told of the policies alone.

    Without ``live`` nobody knows whether a name and an id mean one queue: then nothing is said of them.
    """
    names = {queue.id: queue.name for queue in live}
    return tuple(
        finding
        for queue in policies.queues
        if queue.managed
        for kind in _OBJECTING
        if kind.name in queue.stated
        for finding in kind.refused_offline(queue, names)
    )


def check_constructs_live(
    resolved: Resolved, live: Sequence[LiveQueue], groups: Sequence[Group]
) -> tuple[Finding, ...]:
    """What live tells. ``groups`` are all that are known."""
    organization = _Organization(live, groups)
    return tuple(
        finding
        for key, wanted in resolved.desired.items()
        for finding in _demands(organization.queue(key), wanted, organization)
    )


def _demands(queue: LiveQueue, wanted: Desired, live: "_Organization") -> Iterator[Finding]:
    placed = list(zip(wanted.rules, wanted.positions, strict=True))
    joined = {group for rule in wanted.rules if rule.role is None for group in rule.groups}
    if joined - queue.members:
        queue = replace(queue, members=queue.members | joined)
    managed = {name: [each for each in placed if each[0].kind == name] for name in wanted.kinds}
    for kind in KINDS:
        yield from kind.refused(queue, managed.get(kind.name, ()), live)
        yield from kind.refused_beside(queue, managed)
    yield from methods_together(queue, placed)


class _Organization:
    """The organization, as kinds query it."""

    def __init__(self, live: Sequence[LiveQueue], groups: Sequence[Group]) -> None:
        self._queues = {queue.id: queue for queue in live}
        self._groups = Groups(groups)

    def queue(self, id_: str) -> LiveQueue:
        """The live queue with this id."""
        return self._queues[id_]

    def not_a_member(self, group: str, queue: LiveQueue, position: Position | None) -> Finding:
        """The finding that a group can't be used, because it is not a member of its queue."""
        known = self._groups.known(group)
        return no_member(known, queue, position, self._groups.advice(known, queue))
