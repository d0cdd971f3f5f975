"""What overflows into a queue right now: directly, and through other queues on the way there."""

from collections import deque
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from syncer.checks.loads import bounds
from syncer.graph.cycles import reached
from syncer.model.network import Edge, Load, Network


@dataclass(frozen=True, slots=True)
class Feeder:
    """A rule in force on a way into the queue.

    ``depth`` is 1 where it leads there directly, else how many rules it is away. ``share`` is in words.
    ``low`` and ``high`` are the contacts per interval that it sends to its own target; None where the load of
    its queue is not known.
    """

    source: str
    source_name: str
    target: str
    target_name: str
    kind: str
    share: str
    delay: int
    depth: int
    low: float | None = None
    high: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The rule as output has it."""
        return {
            "source": {"id": self.source, "name": self.source_name},
            "target": {"id": self.target, "name": self.target_name},
            "kind": self.kind,
            "share": self.share,
            "delay": self.delay,
            "depth": self.depth,
            "contacts": None if self.high is None else {"least": self.low, "most": self.high},
        }


@dataclass(frozen=True, slots=True)
class Inflow:
    """A queue and all that leads into it: what is direct first, then by distance, the most contacts first.

    ``capacity`` is in contacts per interval, None where it is not known; ``load`` is the most that it may be
    offered, and None where something on the way has no known load.
    """

    queue: str
    name: str
    capacity: float | None
    load: Load | None
    feeders: tuple[Feeder, ...]

    @property
    def direct(self) -> tuple[Feeder, ...]:
        """Those that lead there directly."""
        return tuple(each for each in self.feeders if each.depth == 1)

    @property
    def upstream(self) -> tuple[Feeder, ...]:
        """Those that lead there through others."""
        return tuple(each for each in self.feeders if each.depth > 1)

    def as_json(self) -> dict[str, Any]:
        """The queue as output has it."""
        return {
            "queue": {"id": self.queue, "name": self.name},
            "capacity": self.capacity,
            "load": {"offered": self.load.offered, "kept": self.load.kept, "inflow": self.load.inflow}
            if self.load
            else None,
            "rules": [each.as_json() for each in self.feeders],
        }


def inflow_of(network: Network, key: str, known: Container[str]) -> Inflow:
    """What leads into the queue with this key. ``known`` are the keys of the queues whose load is known:
    what comes out of a queue is known where all above it are."""
    depths = cone(network, key)
    found = bounds(network)
    unknown = below_unknown(network, known)
    least = {id(flow.edge): flow.amount for flow in found.least.flows}
    amounts = {id(flow.edge): (least[id(flow.edge)], flow.amount) for flow in found.most.flows}
    feeders = [
        _feeder(network, edge, depth + 1, None if edge.source in unknown else amounts.get(id(edge)))
        for place, edges in enumerate(network.carrying)
        for edge in edges
        if (depth := depths.get(network.index[edge.target])) is not None and place != network.index[key]
    ]
    node = network.nodes[network.index[key]]
    load = None if key in unknown else found.most.of.get(key)
    return Inflow(key, node.name, node.capacity, load, tuple(sorted(feeders, key=_order)))


def cone(network: Network, key: str) -> dict[int, int]:
    """The places of all queues that overflow into this one, by how many rules and transfers they are away; 0
    for itself."""
    above: list[list[int]] = [[] for _ in network.nodes]
    for place, targets in enumerate(network.ways):
        for target in targets:
            above[target].append(place)
    start = network.index[key]
    depths, ready = {start: 0}, deque([start])
    while ready:
        place = ready.popleft()
        for source in above[place]:
            if source not in depths:
                depths[source] = depths[place] + 1
                ready.append(source)
    return depths


def below_unknown(network: Network, known: Container[str]) -> set[str]:
    """The keys of the queues whose load is not known, or that such a queue leads into.

    One with no load of its own, and none that comes in, is one whose load nobody stated. What a flow sends
    is known where it was measured.
    """
    fed = {target for targets in network.onward for target in targets}
    starts = [
        place
        for place, node in enumerate(network.nodes)
        if node.key not in known or not (node.base_load or place in fed)
    ]
    found = reached(network.onward, (*starts, *(target for _, target in network.unmeasured)))
    return {network.nodes[place].key for place in found}


def _feeder(network: Network, edge: Edge, depth: int, amount: tuple[float, float] | None) -> Feeder:
    source, target = (network.nodes[network.index[key]] for key in (edge.source, edge.target))
    share = edge.share if edge.role.exact else f"the {edge.role.noun}"
    low, high = amount or (None, None)
    return Feeder(
        source.key,
        source.name,
        target.key,
        target.name,
        edge.kind,
        share,
        edge.delay,
        depth,
        low,
        high,
    )


def _order(feeder: Feeder) -> tuple[int, float, str, str]:
    return (feeder.depth, -(feeder.high or 0.0), feeder.source_name, feeder.target_name)


def counted_places(feeders: Sequence[Feeder]) -> int:
    """How many queues these rules belong to."""
    return len({feeder.source for feeder in feeders})
