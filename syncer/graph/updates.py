"""The order of updates that never makes a loop, not even briefly: sinks of the new network first.

::

    new network    A ──▶ B ──▶ C        order    C, B, A

A queue that was updated then reaches only queues that are updated or need none, so a loop through its new
rules would be a loop of the new network. Any other loop was there before.

Every loop that can come up on the way consists of old and new rules, so it lies inside one component of both
together. Only there a queue waits, and only one that gets a new rule inside; everything else goes at once.
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


def updates(old: Adjacency, new: Adjacency, changed: Collection[int]) -> Updates:
    """Plan the updates of ``changed`` from the network ``old`` towards ``new``.

    The caller refuses new rules inside a component of ``new`` before.
    """
    wanted = frozenset(changed)
    together = [list(dict.fromkeys((*before, *after))) for before, after in zip(old, new, strict=True)]
    home = _component_of(components(together))
    inside = [
        [target for target in targets if home[target] == home[node]] for node, targets in enumerate(new)
    ]
    gains = {node for node in wanted if not set(old[node]).issuperset(inside[node])}
    return _sinks_first(inside, components(new), wanted, gains)


def sinks_first(new: Adjacency, changed: Collection[int]) -> Updates:
    """Plan the updates of ``changed``: each waits for all changed queues that it reaches in ``new``."""
    wanted = frozenset(changed)
    return _sinks_first(new, components(new), wanted, wanted)


def _sinks_first(
    reaches: Adjacency, in_order: list[list[int]], changed: frozenset[int], waiting: Collection[int]
) -> Updates:
    """Let each of ``waiting`` wait for the changed queues that it ``reaches``; a component counts as one.

    The nearest are enough where they wait themselves. Sets of changed queues are bits of whole numbers:
    thousands of large, overlapping sets stay small.
    """
    places = sorted(changed)
    bit = {node: 1 << place for place, node in enumerate(places)}
    home = _component_of(in_order)
    nearest: list[int] = []
    waits_for: dict[int, tuple[int, ...]] = {}
    for number, component in enumerate(in_order):
        below = 0
        for node in component:
            for target in reaches[node]:
                if home[target] != number:
                    below |= nearest[home[target]]
        members = [node for node in component if node in bit]
        waits = _members(below, places) if members else ()
        waits_for.update((node, waits if node in waiting else ()) for node in members)
        passed = below if any(node not in waiting for node in members) or not members else 0
        nearest.append(sum(bit[node] for node in members) | passed)
    order = tuple(node for component in in_order for node in component if node in bit)
    return Updates({node: waits_for[node] for node in places}, order)


def _members(bits: int, changed: list[int]) -> tuple[int, ...]:
    found = []
    while bits:
        lowest = bits & -bits
        found.append(changed[lowest.bit_length() - 1])
        bits ^= lowest
    return tuple(found)


def _component_of(found: list[list[int]]) -> dict[int, int]:
    return {node: number for number, component in enumerate(found) for node in component}
