"""What queues may take while a plan is applied: both ends may fit, and a target still be overfull in between.

::

    before   A ──30──▶ T (of 50)              after            T (of 50) ◀──40── B

If B is written before A, T takes 70 of 50 for a while.

What a queue may send on the way is bounded, never guessed: with its old rules and with its new ones it sends
a share of what it may be offered on the way, of its ``ceiling``. Where that is too much for a target that
fits before and after, its cone (all that is upstream of it) is restored to sinks first: then a changed queue
with its old rules sends at most what it sent before, as whatever is upstream of it waits for it. Where such a
bound is still too high and the moments are few, each moment is looked at: a set of changed queues that are
written already, with all that one of them waits for.

Nobody knows what a backup queue gets. So where there are any, all of this is done twice: with the most that
each queue may send, and with the least, for the targets that fit before and after for certain, but not with
the most.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations

from syncer.checks.loads import LEAST, MOST, LoadedNetwork, Loads, Reading, loads
from syncer.graph.cycles import topological
from syncer.graph.updates import sinks_first
from syncer.model.network import Edge, Network, Node

Waits = dict[str, set[str]]
"""What each changed queue waits for, by queue id."""

Shares = Mapping[str, float]
"""The part of its offered load that a queue sends to each target, by the target's key."""

SWEEPS = 10
"""How often the ceilings of queues that lie in circles of old and new rules are lowered."""

MOST_WORK = 1_000
"""The most queues that are looked at for one target, counted once for each moment."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one source may send to one target, in contacts per interval, with its old and with its new rules.

    The two are equal for a queue that is not changed.
    """

    key: str
    old: float
    new: float

    @property
    def most(self) -> float:
        """The larger of the two."""
        return max(self.old, self.new)


class OnTheWay:
    """The bounds of everything that may happen between two networks with the same nodes.

    ``reading`` is that of the rules whose share isn't exact; what fits in a ``wider`` one isn't looked at.
    """

    def __init__(
        self,
        before: LoadedNetwork,
        after: LoadedNetwork,
        waits: Waits,
        reading: Reading = MOST,
        wider: "OnTheWay | None" = None,
    ) -> None:
        self._waits, self._after_network, self._wider = waits, after.network, wider
        self._restored: set[str] = set()
        self._before, self._after = (_loads(end, reading) for end in (before, after))
        self._new = _shares(after.network, reading)
        self._changed = _shares(before.network, reading, waits.keys())
        """The shares before, of the changed queues alone: the others send what they send after."""
        self._base = {node.key: node.base_load for node in after.network.nodes}
        self._sources: dict[str, dict[str, None]] = {node.key: {} for node in after.network.nodes}
        for source, target in chain(_pairs(self._new), _pairs(self._changed)):
            self._sources[target][source] = None
        self.moments = Moments(before.network, after.network, self._sources, reading)
        self.order, circular = _sources_first(self._sources, after.network)
        self._come_back = circular if any(after.network.measured) else frozenset[str]()
        # A contact is in one queue at a time, so nothing is ever offered more than all there are; but where
        # flows bring contacts back, one is offered again and again.
        most = math.inf if self._come_back else sum(self._base.values())
        self._ceiling = dict.fromkeys(self._base, most)
        for _ in range(SWEEPS if circular else 0):
            for key in self.order:
                self.lower(key, sum(source.most for source in self.sources(key)))

    def restore(self, limit: Callable[[str], float]) -> None:
        """Let the cones of targets be written sinks first where the bounds exceed their ``limit``."""
        for key in self.order:
            bound = sum(source.most for source in self.sources(key))
            if bound > limit(key) and self.fits(key, limit(key)):
                self._sinks_first_above(key)
                bound = sum(source.most for source in self.sources(key))
            self.lower(key, bound)

    def _sinks_first_above(self, target: str) -> None:
        """Let changed queues upstream of ``target`` wait for those that they reach there."""
        index, nodes = self._after_network.index, self._after_network.nodes
        cone = {index[key] for key in (target, *_reached(target, self._sources))}
        inside = [
            [place for place in targets if place in cone] if node in cone else []
            for node, targets in enumerate(self._after_network.onward)
        ]
        changed = [place for place in cone if nodes[place].key in self._waits]
        for node, others in sinks_first(inside, changed).waits_for.items():
            self._waits[nodes[node].key].update(nodes[other].key for other in others)
        self._restored.add(target)

    def lower(self, key: str, inflow: float) -> None:
        """Note that a queue never takes more than ``inflow`` on the way."""
        self._ceiling[key] = min(self._ceiling[key], self._base[key] + inflow)

    def sources(self, target: str) -> list[Contribution]:
        """All that send to ``target`` before, after or on the way."""
        return [self._source(source, target) for source in self._sources[target]]

    def _source(self, key: str, target: str) -> Contribution:
        new = _part(self._ceiling[key], self._new[key].get(target, 0.0))
        if key not in self._waits:
            return Contribution(key, new, new)
        first = target in self._restored and key not in self._come_back
        at_first = self._before.of.get(key) if first else None
        offered = at_first.offered if at_first else self._ceiling[key]
        return Contribution(key, _part(offered, self._changed[key].get(target, 0.0)), new)

    def fits(self, key: str, limit: float) -> bool:
        """Whether a queue takes no more than ``limit`` before and after, and doesn't in a wider reading."""
        if self._wider and self._wider.fits(key, limit):
            return False
        ends = [found.of.get(key) for found in (self._before, self._after)]
        return all(end is not None and end.inflow <= limit for end in ends)


def ways(before: LoadedNetwork, after: LoadedNetwork, waits: Waits) -> list[OnTheWay]:
    """The bounds with the most that every queue may send; behind them, where no share is exact, those with
    the least."""
    most = OnTheWay(before, after, waits)
    if before.loads.exact and after.loads.exact:
        return [most]
    return [most, OnTheWay(before, after, waits, LEAST, most)]


def _loads(end: LoadedNetwork, reading: Reading) -> Loads:
    return end.loads.least if reading is LEAST else end.loads.most


def _shares(network: Network, reading: Reading, queues: Collection[str] | None = None) -> dict[str, Shares]:
    """Of each queue, or of these ``queues`` alone, the part of its offered load that goes to each target, as
    its rules say in turn."""
    found: dict[str, Shares] = {}
    for node, edges in zip(network.nodes, network.carrying, strict=True):
        if queues is not None and node.key not in queues:
            continue
        shares: dict[str, float] = {}
        left = 1.0
        for edge in edges:
            share = min(left, edge.threshold / 100)
            left -= share if edge.role.exact or reading.takes else 0.0
            sent = share if edge.role.exact or reading.sends else 0.0
            shares[edge.target] = shares.get(edge.target, 0.0) + sent
        found[node.key] = shares
    return found


def _pairs(shares: Mapping[str, Shares]) -> Iterator[tuple[str, str]]:
    return ((source, target) for source, targets in shares.items() for target in targets)


def _part(offered: float, share: float) -> float:
    """A share of what may be without bound."""
    return offered * share if share else 0.0


def _sources_first(
    sources: Mapping[str, Iterable[str]], network: Network
) -> tuple[list[str], frozenset[str]]:
    """All queues, those in and behind circles last, and which these are."""
    adjacency: list[list[int]] = [[] for _ in network.nodes]
    for target, froms in sources.items():
        for source in froms:
            adjacency[network.index[source]].append(network.index[target])
    order, rest = topological(adjacency)
    behind = [network.nodes[place].key for place in rest]
    return [*(network.nodes[place].key for place in order), *behind], frozenset(behind)


class Moments:
    """All moments between two networks with the same nodes. ``sources`` are the keys of all queues that send
    to a queue before or after."""

    def __init__(
        self, before: Network, after: Network, sources: Mapping[str, Iterable[str]], reading: Reading
    ) -> None:
        self._before_network, self._after_network = before, after
        self._sources, self._reading = sources, reading

    @cached_property
    def _nodes(self) -> dict[str, Node]:
        return {node.key: node for node in self._after_network.nodes}

    @cached_property
    def _before(self) -> dict[str, list[Edge]]:
        return _by_source(self._before_network)

    @cached_property
    def _after(self) -> dict[str, list[Edge]]:
        return _by_source(self._after_network)

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
        nodes = tuple(self._nodes[key] for key in sorted(keys))
        found = loads(Network(nodes, tuple(edges), self._after_network.transfers), self._reading)
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


def _reached(start: str, neighbors: Mapping[str, Iterable[str]], most: float = math.inf) -> set[str]:
    """What is reached from ``start`` by at least one step: everything, or at least more than ``most``."""
    seen: set[str] = set()
    behind = [start]
    while behind and len(seen) <= most:
        fresh = set(neighbors.get(behind.pop(), ())) - seen
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
