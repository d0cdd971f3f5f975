"""Loads: what every queue is offered, keeps and sends on, and how far all of it may grow.

The model is deterministic and exact. Sources first, every queue is offered its own load and its inflow,
and its rules take their share in the order of their delays::

    offered(q) = base_load(q) + Σ inflow(q)
    x_i        = min(what is left, offered · threshold_i / 100)
    kept(q)    = offered − Σ x_i

Nobody knows what a backup queue gets: between nothing and all that is left when its turn comes. So where
there are any, every amount has two ends. At the most, a backup queue gets all that is left, and what follows
gets its share as if it got nothing; at the least it is the other way round. Watches move no load.

All loads are contacts per interval, and everything grows in proportion to the base loads.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from syncer.graph.cycles import topological
from syncer.model.finding import Limit
from syncer.model.network import Edge, Headroom, Load, Network, Node


@dataclass(frozen=True, slots=True)
class Reading:
    """How a rule is read whose share isn't exact.

    It ``sends`` its most to its target, or nothing; it ``takes`` its most from what is left for later rules
    and the queue, or nothing.
    """

    sends: bool = True
    takes: bool = True


ALL_THAT_IS_LEFT = Reading()
MOST = Reading(takes=False)
LEAST = Reading(sends=False)


@dataclass(frozen=True, slots=True)
class Flow:
    """What one rule sends on."""

    edge: Edge
    amount: float


@dataclass(frozen=True, slots=True)
class Loads:
    """The load ``of`` each queue by its key; ``unchecked`` are the keys of queues in or behind a loop."""

    of: Mapping[str, Load]
    flows: tuple[Flow, ...]
    unchecked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
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


def bounds(network: Network) -> Bounds:
    """Work out the loads at the most and at the least."""
    found = loads(network)
    if all(flow.edge.role.exact for flow in found.flows):
        return Bounds(found, found)
    return Bounds(loads(network, MOST), loads(network, LEAST))


def loads(network: Network, reading: Reading = ALL_THAT_IS_LEFT) -> Loads:
    """Work out all loads in one pass, sources first."""
    order, rest = topological(network.adjacency)
    inflows: list[list[float]] = [[] for _ in network.nodes]
    of: dict[str, Load] = {}
    flows: list[Flow] = []
    for place in order:
        node = network.nodes[place]
        inflow = math.fsum(inflows[place])
        offered = left = node.base_load + inflow
        for edge in sorted(network.in_force[place], key=lambda edge: edge.delay):
            amount = min(left, offered * edge.threshold / 100)
            left -= amount if edge.role.exact or reading.takes else 0.0
            sent = amount if edge.role.exact or reading.sends else 0.0
            flows.append(Flow(edge, sent))
            inflows[network.index[edge.target]].append(sent)
        of[node.key] = Load(offered, left, inflow)
    return Loads(of, tuple(flows), tuple(network.nodes[place].key for place in rest))


def headroom(network: Network, found: Bounds) -> Headroom:
    """The factor of all base loads at which the first queue takes in or keeps more than its capacity.

    ``found`` are the loads of the network.
    """
    limits = list(_limits(network, found))
    if not limits:
        return Headroom()
    factor, node, limit, _ = min(limits, key=lambda each: each[0])
    at_most = min(certain for _, _, _, certain in limits)
    return Headroom(factor, node.name, node.key, limit, at_most if math.isfinite(at_most) else None)


def _limits(network: Network, found: Bounds) -> Iterator[tuple[float, Node, Limit, float]]:
    """The factor at which a queue may be over a limit, and the one at which it is for certain."""
    for node in network.nodes:
        capacity = known_capacity(node)
        for limit in (Limit.INFLOW, Limit.KEPT) if capacity else ():
            high, low = found.high(node.key, limit), found.low(node.key, limit)
            if capacity and high and math.isfinite(factor := capacity / high):
                yield factor, node, limit, capacity / low if low else math.inf


def known_capacity(node: Node) -> float | None:
    """The capacity of a queue where it is known and positive."""
    return node.capacity if node.capacity is not None and node.capacity > 0 else None
