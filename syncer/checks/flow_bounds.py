"""What in-queue flows may transfer, and nobody measured: between nothing and all that their queues are
offered.

It is in no load. What it could add to a queue is worked out here, on top of the loads that are known.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from syncer.checks.loads import Bounds
from syncer.graph.cycles import reached, topological
from syncer.model.network import Network


def most_by_flows(network: Network, found: Bounds) -> Mapping[str, float]:
    """For each queue that unmeasured transfers lead to, directly or through others, the most that it may take
    in, by its key, in contacts per interval. ``found`` are the loads of the network.

    Infinite where nothing bounds it: in and behind circles of flows, and where the load of a source isn't
    known. A queue whose own load isn't known is left out.
    """
    if not network.unmeasured:
        return {}
    unmeasured: list[list[int]] = [[] for _ in network.nodes]
    for source, target in network.unmeasured:
        unmeasured[source].append(target)
    more = dict(_more(network, found, unmeasured))
    keys = {network.nodes[place].key: amount for place, amount in more.items()}
    loads = found.most.of
    return {key: loads[key].inflow + amount for key, amount in keys.items() if amount and key in loads}


def _more(
    network: Network, found: Bounds, unmeasured: Sequence[Sequence[int]]
) -> Iterator[tuple[int, float]]:
    """What may come into each queue beyond its load, by its place."""
    ways = [(*rules, *flows) for rules, flows in zip(network.onward, unmeasured, strict=True)]
    into: dict[int, float] = {}
    order, rest = topological([tuple(dict.fromkeys(targets)) for targets in ways])
    circular = set(rest).intersection(reached(ways, chain.from_iterable(unmeasured)))
    yield from ((place, math.inf) for place in circular)
    for place in order:
        more = into.get(place, 0.0)
        load = found.most.of.get(network.nodes[place].key)
        offered = load.offered + more if load else math.inf
        sent = [(target, offered) for target in unmeasured[place]]
        if more:
            edges = network.carrying[place]
            sent += [(network.index[edge.target], more * edge.threshold / 100) for edge in edges]
        for target, amount in sent:
            into[target] = into.get(target, 0.0) + amount
        yield place, more
