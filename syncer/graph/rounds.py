"""The order of updates that never makes a loop, not even for a moment.

``old`` and ``new`` are the targets of every queue before and after; queues that are not changed have the
same in both. Sinks of the new network go first::

    new network    A ──▶ B ──▶ C        order    C, B, A

A queue that was updated then reaches only queues that are updated or need none, so a loop through its new
rules would be a loop of the new network.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from syncer.graph.components import components

Adjacency = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Rounds:
    """When each changed queue may be updated.

    ``round_of`` counts from 1: all queues of a round may be updated at once, in any order, when those of
    the rounds before are done; only queues that could be in a loop on the way take part in the counting.
    ``waits_for`` is the stricter sinks-first rule for a scheduler: a queue may start as soon as all that it
    waits for are done. ``order`` is one sinks-first order that agrees with ``waits_for``.
    """

    round_of: dict[int, int]
    waits_for: dict[int, tuple[int, ...]]
    order: tuple[int, ...]


def rounds(old: Adjacency, new: Adjacency, changed: Collection[int]) -> Rounds:
    """Plan the updates of ``changed``; the caller refuses new rules inside a component of ``new`` before."""
    wanted = frozenset(changed)
    sinks_first = components(new)
    return Rounds(
        round_of=_round_of(old, new, wanted, sinks_first),
        waits_for=_waits_for(new, sorted(wanted), sinks_first),
        order=tuple(node for component in sinks_first for node in component if node in wanted),
    )


def _round_of(
    old: Adjacency, new: Adjacency, changed: frozenset[int], sinks_first: list[list[int]]
) -> dict[int, int]:
    """Count rounds inside the components of old and new together: no loop on the way leaves one."""
    tied = _component_of(components([[*before, *after] for before, after in zip(old, new, strict=True)]))
    home = _component_of(sinks_first)
    depth = [0] * len(sinks_first)
    round_of: dict[int, int] = {}
    for number, component in enumerate(sinks_first):
        below = [
            depth[home[target]]
            for node in component
            for target in new[node]
            if home[target] != number and tied[target] == tied[node]
        ]
        base = max(below, default=0)
        depth[number] = base
        for node in changed.intersection(component):
            is_tied_anew = any(tied[w] == tied[node] for w in set(new[node]).difference(old[node]))
            round_of[node] = base + 1 if is_tied_anew else 1
            depth[number] = max(depth[number], round_of[node])
    return {node: round_of[node] for node in sorted(round_of)}


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
