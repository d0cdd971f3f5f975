"""The order of updates that never makes a loop, not even for a moment: sinks of the new network first.

::

    new network    A ──▶ B ──▶ C        order    C, B, A

A queue that was updated then reaches only queues that are updated or need none, so a loop through its new
rules would be a loop of the new network. Any other loop was there before.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from syncer.graph.cycles import components

Adjacency = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Updates:
    """When each changed queue may be updated.

    ``waits_for``: a queue may be updated as soon as all that it waits for are done, whatever else is in
    flight. ``order`` is one order that agrees with it.
    """

    waits_for: dict[int, tuple[int, ...]]
    order: tuple[int, ...]


def updates(new: Adjacency, changed: Collection[int]) -> Updates:
    """Plan the updates of ``changed`` towards the network ``new``.

    The caller refuses new rules inside a component of ``new`` before.
    """
    wanted = frozenset(changed)
    sinks_first = components(new)
    return Updates(
        waits_for=_waits_for(new, sorted(wanted), sinks_first),
        order=tuple(node for component in sinks_first for node in component if node in wanted),
    )


def _waits_for(
    new: Adjacency, changed: list[int], sinks_first: list[list[int]]
) -> dict[int, tuple[int, ...]]:
    """The nearest changed queues below each changed one, through unchanged ones; a component counts as one.

    Sets of changed queues are bits of whole numbers: thousands of large, overlapping sets stay small.
    """
    bit = {node: 1 << place for place, node in enumerate(changed)}
    home = _component_of(sinks_first)
    nearest: list[int] = []
    waits_for: dict[int, tuple[int, ...]] = {}
    for number, component in enumerate(sinks_first):
        below = 0
        for node in component:
            for target in new[node]:
                if home[target] != number:
                    below |= nearest[home[target]]
        members = [node for node in component if node in bit]
        waits = _members(below, changed) if members else ()
        waits_for.update(dict.fromkeys(members, waits))
        nearest.append(sum(bit[node] for node in members) or below)
    return {node: waits_for[node] for node in changed}


def _members(bits: int, changed: list[int]) -> tuple[int, ...]:
    found = []
    while bits:
        lowest = bits & -bits
        found.append(changed[lowest.bit_length() - 1])
        bits ^= lowest
    return tuple(found)


def _component_of(found: list[list[int]]) -> dict[int, int]:
    return {node: number for number, component in enumerate(found) for node in component}
