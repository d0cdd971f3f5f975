"""Loads: what every queue is offered, keeps and sends on, and how far all of it may grow.

The model is deterministic and exact. Sources first, every queue is offered its own load and its inflow,
and its rules take their share in the order of their delays::

    offered(q) = base_load(q) + Σ inflow(q)
    x_i        = min(what is left, offered · threshold_i / 100)
    kept(q)    = offered − Σ x_i

Nobody knows what a backup queue gets: between nothing and all that is left when its turn comes. So where
there are any, every amount has two ends. At the most, a backup queue gets all that is left, and what follows
gets its share as if it got nothing; at the least it is the other way round. Watches move no load.

What in-queue flows were measured to transfer is a share of what a queue is offered, taken after its rules.
With them contacts may go round; then what each queue is offered is the fixed point of the equations above,
found by repeating them. What flows transfer and nobody measured is in no load.

All loads are contacts per interval, and everything grows in proportion to the base loads.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from syncer.graph.cycles import components, topological
from syncer.model.finding import Limit
from syncer.model.network import Edge, Headroom, Load, Network, Node
from syncer.model.quick_dataclass import quick_dataclass


@quick_dataclass(frozen=True, slots=True)
class Reading:
    """How a rule is read whose share isn't exact.

    It ``sends`` its most to its target, or nothing; it ``takes`` its most from what is left for later rules
    and the queue, or nothing.
    """

    sends: bool = True
    takes: bool = True


ALL_THAT_IS_LEFT = Reading()
MOST_ROUNDS: Final = 10_000
PRECISION: Final = 1e-12
"""When a fixed point is found: how little of the largest inflow still moves, and after how many rounds there
is none."""

_ROUNDED: Final = 1 - 1e-9
"""Products and quotients of the same numbers differ by less."""

MOST = Reading(takes=False)
LEAST = Reading(sends=False)


@quick_dataclass(frozen=True, slots=True)
class Flow:
    """What one rule, or one measured flow, sends on."""

    edge: Edge
    amount: float


@quick_dataclass(frozen=True, slots=True)
class Loads:
    """The load ``of`` each queue by its key; ``unchecked`` are those in or downstream of a loop."""

    of: Mapping[str, Load]
    flows: tuple[Flow, ...]
    unchecked: tuple[str, ...]


@quick_dataclass(frozen=True, slots=True)
class Bounds:
    """Both ends of all loads: the ``most`` and the ``least`` that each queue may be offered and keep, and
    that each rule may send.

    The same object twice where every share is exact. Else no end adds up: a contact that may go either way
    is counted on both at the most, and on neither at the least.
    """

    most: Loads
    least: Loads

    @property
    def exact(self) -> bool:
        """Whether both ends are the same, as every share is exact."""
        return self.most is self.least

    def low(self, key: str, limit: Limit) -> float | None:
        """What a queue takes in or keeps for certain; None where it is not known."""
        load = self.least.of.get(key)
        return load.of(limit) if load else None

    def high(self, key: str, limit: Limit) -> float | None:
        """The most that a queue may take in or keep; None where it is not known."""
        load = self.most.of.get(key)
        return load.of(limit) if load else None


@quick_dataclass(frozen=True, slots=True)
class LoadedNetwork:
    """A network with its loads."""

    network: Network
    loads: Bounds

    @classmethod
    def of(cls, network: Network) -> "LoadedNetwork":
        """``network`` with the loads that follow from it."""
        return cls(network, bounds(network))


def bounds(network: Network) -> Bounds:
    """Work out the loads at the most and at the least."""
    found = loads(network)
    if all(flow.edge.role.exact for flow in found.flows):
        return Bounds(found, found)
    return Bounds(loads(network, MOST), loads(network, LEAST))


def loads(network: Network, reading: Reading = ALL_THAT_IS_LEFT) -> Loads:
    """Work out all loads, sources first; those of circles that flows close by their fixed point."""
    working = _Working(network, reading)
    order, rest = topological(network.onward)
    for place in order:
        working.settle(place)
    if rest and any(network.measured):
        working.settle_circles(rest)
    return working.result(rest)


class _Working:
    """The loads as far as they are known: what comes ``into`` each queue by its place, from each source."""

    def __init__(self, network: Network, reading: Reading) -> None:
        self._network, self._reading, self._exact = network, reading, reading == ALL_THAT_IS_LEFT
        self._into: list[list[float]] = [[] for _ in network.nodes]
        self._of: dict[int, Load] = {}
        self._flows: dict[int, list[Flow]] = {}

    def settle(self, place: int) -> None:
        """Work out a queue all of whose sources are settled, and give its targets what it sends."""
        load, flows = self._shared_out(place, math.fsum(self._into[place]))
        self._of[place], self._flows[place] = load, flows
        index, into = self._network.index, self._into
        for flow in flows:
            into[index[flow.edge.target]].append(flow.amount)

    def _shared_out(self, place: int, inflow: float) -> tuple[Load, list[Flow]]:
        node, flows = self._network.nodes[place], []
        offered = left = node.base_load + inflow
        for edge in self._network.carrying[place]:
            amount, exact = offered * edge.threshold / 100, edge.role.exact
            if amount > left:
                amount = left
            if exact or self._reading.takes:
                left -= amount
            flows.append(Flow(edge, amount if exact or self._reading.sends else 0.0))
        if not self._exact:
            for target in _shared_targets(flows):
                flows = self._at_the_end(target, offered, flows)
        return Load(offered, left, inflow), flows

    def _at_the_end(self, target: str, offered: float, flows: Sequence[Flow]) -> list[Flow]:
        """The flows with those to one target as they are where it gets the most, or the least, of this queue:
        what one rule takes, the others can't send to it as well."""
        most, left, found = self._reading.sends, offered, []
        for flow in flows:
            edge, own = flow.edge, flow.edge.target == target
            amount = min(left, offered * edge.threshold / 100)
            if edge.role.exact or own == most:
                left -= amount
            sent = amount if edge.role.exact or most else 0.0
            found.append(Flow(edge, sent) if own else flow)
        return found

    def settle_circles(self, rest: Sequence[int]) -> None:
        """Work out the queues in and behind circles, sources first. A circle that rules close by themselves
        has no load, nor has one whose contacts never leave it, nor what is behind either."""
        inside = set(rest)
        around = [targets if place in inside else [] for place, targets in enumerate(self._network.onward)]
        lost = set(topological(self._network.adjacency)[1])
        for circle in reversed([each for each in components(around) if inside.issuperset(each)]):
            if lost.isdisjoint(circle) and self._settled(circle):
                continue
            lost.update(circle)
            lost.update(target for place in circle for target in around[place])

    def _settled(self, circle: Sequence[int]) -> bool:
        """Whether one circle, or one queue behind one, has a load; it is settled then."""
        members, outside = set(circle), {place: math.fsum(self._into[place]) for place in circle}
        inflow = outside
        for _ in range(MOST_ROUNDS):
            again = dict(outside)
            for place in circle:
                for flow in self._shared_out(place, inflow[place])[1]:
                    target = self._network.index[flow.edge.target]
                    if target in members:
                        again[target] += flow.amount
            moved = max(abs(again[place] - inflow[place]) for place in circle)
            inflow = again
            if moved <= PRECISION * max(1.0, *inflow.values()):
                self._keep(inflow)
                return True
        return False

    def _keep(self, inflow: Mapping[int, float]) -> None:
        for place, amount in inflow.items():
            self._of[place], self._flows[place] = self._shared_out(place, amount)
            for flow in self._flows[place]:
                target = self._network.index[flow.edge.target]
                if target not in inflow:
                    self._into[target].append(flow.amount)

    def result(self, rest: Sequence[int]) -> Loads:
        """What was found; ``rest`` may be unknown."""
        nodes = self._network.nodes
        of = {nodes[place].key: load for place, load in self._of.items()}
        flows = tuple(chain.from_iterable(self._flows.values()))
        return Loads(of, flows, tuple(nodes[place].key for place in rest if place not in self._of))


def _shared_targets(flows: Sequence[Flow]) -> list[str]:
    """The targets to which several rules of a queue lead, not all of an exact share."""
    vague = {flow.edge.target for flow in flows if not flow.edge.role.exact}
    rules = Counter(flow.edge.target for flow in flows) if vague else Counter[str]()
    return sorted(target for target in vague if rules[target] > 1)


@quick_dataclass(frozen=True, slots=True)
class Full:
    """The ``factor`` of all base loads beyond which a queue may be over one of its limits, and the larger one
    beyond which it is ``for_certain``, whatever goes to backup queues (infinite: never)."""

    node: Node
    limit: Limit
    factor: float
    for_certain: float


def headroom(network: Network, found: Bounds) -> Headroom:
    """The factor of all base loads at which the first queue takes in or keeps more than its capacity.

    ``found`` are the loads of the network.
    """
    first: Full | None = None
    at_most = math.inf
    for node in network.nodes:
        if first and not _nearer(node, found, first.factor, at_most):
            continue
        for full in _limits(node, found):
            first = full if first is None or full.factor < first.factor else first
            at_most = min(at_most, full.for_certain)
    if first is None:
        return Headroom()
    least = at_most if math.isfinite(at_most) else None
    return Headroom(first.factor, first.node.name, first.node.key, first.limit, least)


def _nearer(node: Node, found: Bounds, factor: float, at_most: float) -> bool:
    """Whether a queue may reach a limit before the load is multiplied by ``factor``, or reaches one for
    certain before it is multiplied by ``at_most``. Equally far counts as nearer: roundings differ."""
    capacity, most, least = node.capacity, found.most.of.get(node.key), found.least.of.get(node.key)
    if capacity is None or most is None:
        return False
    reach = capacity * _ROUNDED
    if reach <= factor * max(most.inflow, most.kept):
        return True
    return least is not None and least is not most and reach <= at_most * max(least.kept, least.inflow)


def limits_of(network: Network, found: Bounds) -> Iterator[Full]:
    """Each limit of each queue that is known and that more load would reach; ``found`` are the loads."""
    return chain.from_iterable(_limits(node, found) for node in network.nodes)


def _limits(node: Node, found: Bounds) -> Iterator[Full]:
    capacity = known_capacity(node)
    limits = (Limit.INFLOW, Limit.KEPT) if node.rules_known else (Limit.INFLOW,)
    for limit in limits if capacity else ():
        high, low = found.high(node.key, limit), found.low(node.key, limit)
        if capacity and high and math.isfinite(factor := capacity / high):
            yield Full(node, limit, factor, capacity / low if low else math.inf)


def known_capacity(node: Node) -> float | None:
    """The capacity of a queue where it is known and positive."""
    return node.capacity if node.capacity is not None and node.capacity > 0 else None
