"""Every moment of an apply, looked at one by one where they are few: what a queue takes at most.

A moment is a set of changed queues that are written already; all that one of them waits for is in it too.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import combinations

from syncer.checks.capacity import loads
from syncer.model.network import Edge, Network

Waits = Mapping[str, set[str]]

MOST_WORK = 1_000
"""The most queues that are looked at for one target, counted once for each moment."""


class Moments:
    """All moments between two networks with the same nodes. ``sources`` are the keys of all queues that send
    to a queue before or after."""

    def __init__(self, before: Network, after: Network, sources: Mapping[str, Iterable[str]]) -> None:
        self._nodes = {node.key: node for node in after.nodes}
        self._before, self._after = _by_source(before), _by_source(after)
        self._sources = sources

    def worst(self, target: str, waits: Waits) -> dict[str, float] | None:
        """What each source sends when ``target`` takes most, in contacts per interval.

        None where that is too much work, or where a moment has a loop upstream.
        """
        upstream = _reached(target, self._sources, most=MOST_WORK)
        changed = sorted(upstream & waits.keys())
        if len(upstream) << len(changed) > MOST_WORK:
            return None
        worst: dict[str, float] = {}
        for written in _moments(changed, waits):
            now = self._inflow(target, upstream, written)
            if now is None:
                return None
            worst = max(worst, now, key=lambda inflow: sum(inflow.values()))
        return worst

    def _inflow(
        self, target: str, upstream: AbstractSet[str], written: AbstractSet[str]
    ) -> dict[str, float] | None:
        edges = [
            edge
            for key in sorted(upstream)
            for edge in (self._after if key in written else self._before).get(key, ())
        ]
        keys = {target, *upstream, *(edge.target for edge in edges)} & self._nodes.keys()
        found = loads(Network(tuple(self._nodes[key] for key in sorted(keys)), tuple(edges)))
        if target in found.unchecked:
            return None
        inflow: dict[str, float] = {}
        for flow in found.flows:
            if flow.edge.target == target:
                inflow[flow.edge.source] = inflow.get(flow.edge.source, 0.0) + flow.amount
        return inflow


def below(queue: str, waits: Waits) -> set[str]:
    """All that ``queue`` waits for, directly or through others."""
    return _reached(queue, waits)


def _reached(start: str, neighbours: Mapping[str, Iterable[str]], most: float = math.inf) -> set[str]:
    """What is reached from ``start`` by at least one step: everything, or at least more than ``most``."""
    seen: set[str] = set()
    behind = [start]
    while behind and len(seen) <= most:
        fresh = set(neighbours.get(behind.pop(), ())) - seen
        seen |= fresh
        behind.extend(fresh)
    return seen


def _moments(changed: Iterable[str], waits: Waits) -> Iterator[frozenset[str]]:
    needed = {queue: below(queue, waits).intersection(changed) for queue in changed}
    for size in range(len(needed) + 1):
        for chosen in combinations(needed, size):
            written = frozenset(chosen)
            if all(needed[queue] <= written for queue in chosen):
                yield written


def _by_source(network: Network) -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = {}
    for edge in network.edges:
        found.setdefault(edge.source, []).append(edge)
    return found
