"""Capacity on the way: both ends of an apply may fit, and a target still be overfull in between.

::

    before   A ──30──▶ T (of 50)              after            T (of 50) ◀──40── B

If B is written before A, T takes 70 of 50 for a while. So whoever sends more to T waits for whoever sends
less, wherever that does not turn the order of updates around; where it does, the plan warns.

What a queue may send on the way is bounded, never guessed. A changed queue with its old rules sends at most
what it sent before: whatever is upstream of it waits for it. With its new rules, and so does an unchanged
queue always, it sends a share of what it may be offered on the way: of its ``ceiling``. Where such a bound
is too high and the moments are few, each moment is looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from syncer.checks.capacity import loads
from syncer.graph.components import topological
from syncer.model.change import QueueChange
from syncer.model.finding import Finding, Severity
from syncer.model.network import Network, Node, edges_of
from syncer.model.queue import LiveQueue
from syncer.planning.interleavings import Moments, below

Waits = dict[str, set[str]]
Shares = Mapping[str, float]
"""The part of its offered load that a queue sends to each target, by the target's key."""

TOLERANCE = 1e-9

MOST_IN_MESSAGE = 5

SWEEPS = 10
"""How often the ceilings of queues that lie in circles of old and new rules are lowered."""


@dataclass(frozen=True, slots=True)
class _Source:
    """What one source may send to one target, in contacts per interval, with its old and with its new rules.

    The two are equal for a queue that is not changed.
    """

    key: str
    old: float
    new: float

    @property
    def most(self) -> float:
        return max(self.old, self.new)


class _OnTheWay:
    """The bounds of everything that may happen between two networks with the same nodes."""

    def __init__(self, before: Network, after: Network, changed: Iterable[str]) -> None:
        self._changed = frozenset(changed)
        self._before, self._after = loads(before), loads(after)
        self._old, self._new = _shares(before), _shares(after)
        self._base = {node.key: node.base_load for node in after.nodes}
        self._sources: dict[str, dict[str, None]] = {node.key: {} for node in after.nodes}
        for source, target in chain(_pairs(self._old), _pairs(self._new)):
            self._sources[target][source] = None
        self.moments = Moments(before, after, self._sources)
        self.order, circular = _sources_first(self._sources, after)
        # A contact is in one queue at a time, so nothing is ever offered more than all there are.
        self._ceiling = dict.fromkeys(self._base, sum(self._base.values()))
        for _ in range(SWEEPS if circular else 0):
            for key in self.order:
                self.lower(key, sum(source.most for source in self.sources(key)))

    def lower(self, key: str, inflow: float) -> None:
        """Note that a queue never takes more than ``inflow`` on the way."""
        self._ceiling[key] = min(self._ceiling[key], self._base[key] + inflow)

    def sources(self, target: str) -> list[_Source]:
        """All that send to ``target`` before, after or on the way."""
        return [self._source(source, target) for source in self._sources[target]]

    def _source(self, key: str, target: str) -> _Source:
        new = self._ceiling[key] * self._new[key].get(target, 0.0)
        if key not in self._changed:
            return _Source(key, new, new)
        at_first = self._before.of.get(key)
        offered = at_first.offered if at_first else self._ceiling[key]
        return _Source(key, offered * self._old[key].get(target, 0.0), new)

    def fits(self, key: str, limit: float) -> bool:
        """Whether a queue takes no more than ``limit`` before and after."""
        ends = [found.of.get(key) for found in (self._before, self._after)]
        return all(end is not None and end.inflow <= limit for end in ends)


def live_network(network: Network, live: Iterable[LiveQueue]) -> Network:
    """The nodes of ``network`` with the rules that live has now."""
    edges = tuple(edge for queue in live for rule in queue.rules for edge in edges_of(queue.id, rule))
    return Network(network.nodes, edges)


def order_around(
    changes: Sequence[QueueChange], before: Network, after: Network
) -> tuple[Mapping[str, frozenset[str]], tuple[Finding, ...]]:
    """What each change should wait for beyond sinks first, by queue id, and a warning for each target that
    may be overfull on the way all the same.

    In every state that the waits allow, a target without a warning that fits before and after fits too.
    """
    waits: Waits = {change.queue: set(change.waits_for) for change in changes}
    on_the_way = _OnTheWay(before, after, waits)
    nodes = {node.key: node for node in after.nodes}
    findings = []
    for key in on_the_way.order:
        worst = _worst(key, on_the_way, waits, _limit(nodes[key]))
        if sum(worst.values()) > _limit(nodes[key]) and on_the_way.fits(key, _limit(nodes[key])):
            findings.append(_finding(nodes[key], worst, nodes))
        on_the_way.lower(key, sum(worst.values()))
    extra = {change.queue: frozenset(waits[change.queue]) - set(change.waits_for) for change in changes}
    return {queue: others for queue, others in extra.items() if others}, tuple(findings)


def _worst(key: str, on_the_way: _OnTheWay, waits: Waits, limit: float) -> dict[str, float]:
    """What each source may send at the worst moment, after adding the waits that help, if any are needed."""
    sources = on_the_way.sources(key)
    bound = {source.key: source.most for source in sources}
    if sum(bound.values()) <= limit or not on_the_way.fits(key, limit):
        return bound
    exact = on_the_way.moments.worst(key, waits)
    if exact is not None and sum(exact.values()) <= limit:
        return exact
    ordered = _ordered(sources, waits)
    if exact is not None:
        exact = on_the_way.moments.worst(key, waits)
    return ordered if exact is None else exact


def _limit(node: Node) -> float:
    return node.capacity * (1 + TOLERANCE) if node.capacity else float("inf")


def _ordered(sources: Sequence[_Source], waits: Waits) -> dict[str, float]:
    """Let what grows wait for what shrinks. Returns what each source sends in the worst moment left."""
    growing = [source for source in sources if source.key in waits and source.new > source.old]
    late = set()
    for source in sources:
        if source.new >= source.old:
            continue
        needed = below(source.key, waits)
        for grower in growing:
            if grower.key in needed:
                late.add(source.key)
            else:
                waits[grower.key].add(source.key)
    begun = {source.key: source.most if source.key in late else source.new for source in sources}
    waiting = {source.key: source.old for source in sources}
    return max(begun, waiting, key=lambda worst: sum(worst.values()))


def _finding(node: Node, worst: Mapping[str, float], nodes: Mapping[str, Node]) -> Finding:
    largest = sorted(worst.items(), key=lambda flow: -flow[1])
    parts = [f"{amount:g} from {nodes[key].name}" for key, amount in largest if amount > 0]
    if len(parts) > MOST_IN_MESSAGE:
        parts[MOST_IN_MESSAGE:] = [f"{len(parts) - MOST_IN_MESSAGE} more"]
    message = (
        f"while this is applied, {node.name} may take {' and '.join(parts)}: "
        f"{sum(worst.values()):g} of {node.capacity:g}"
    )
    tip = "The order of writing can't rule this out: apply it in two changes, or at a quiet hour"
    return Finding("capacity.transient", Severity.WARNING, message, node.position, tip, queue=node.name)


def _shares(network: Network) -> dict[str, Shares]:
    """Of each queue, the part of its offered load that goes to each target, as its rules say in turn."""
    found: dict[str, Shares] = {}
    for node, edges in zip(network.nodes, network.in_force, strict=True):
        shares: dict[str, float] = {}
        left = 1.0
        for edge in sorted(edges, key=lambda edge: edge.delay):
            share = min(left, edge.threshold / 100)
            left -= share
            shares[edge.target] = shares.get(edge.target, 0.0) + share
        found[node.key] = shares
    return found


def _pairs(shares: Mapping[str, Shares]) -> Iterator[tuple[str, str]]:
    return ((source, target) for source, targets in shares.items() for target in targets)


def _sources_first(sources: Mapping[str, Iterable[str]], network: Network) -> tuple[list[str], bool]:
    """All queues, those in circles of old and new rules last, and whether there are any."""
    adjacency: list[list[int]] = [[] for _ in network.nodes]
    for target, froms in sources.items():
        for source in froms:
            adjacency[network.index[source]].append(network.index[target])
    order, rest = topological(adjacency)
    return [network.nodes[place].key for place in (*order, *rest)], bool(rest)
