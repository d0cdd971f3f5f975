"""Networks that load flows through, for the checks of loads and capacity."""

import math
from dataclasses import replace

from hypothesis import strategies as st

from syncer.kinds.backup import BACKED
from syncer.model.finding import Position
from syncer.model.network import Edge, Network, Node
from syncer.model.rule import SHARE


def at(line: int) -> Position:
    return Position("policies/x.yaml", line, 9)


def queue(
    name: str, capacity: float | None = 1000, base_load: float = 0, *, managed: bool = True, line: int = 0
) -> Node:
    return Node(name, name, managed, capacity, base_load, at(line) if line else None)


def scaled(network: Network, factor: float) -> Network:
    nodes = tuple(replace(node, base_load=node.base_load * factor) for node in network.nodes)
    return replace(network, nodes=nodes)


REFERENCE = Network(
    (queue("Support", 200, 150), queue("Tier 2", 50)), (Edge("Support", "Tier 2", threshold=25),)
)


@st.composite
def networks(draw: st.DrawFn, *, backups: bool = False) -> Network:
    """A network without loops: rules lead to later queues only; the order of the nodes is shuffled."""
    size = draw(st.integers(1, 7))
    names = [f"q{number}" for number in range(size)]
    amounts = st.floats(0, 1000).map(lambda amount: round(amount, 2))
    nodes = [queue(name, draw(amounts) + 0.01, draw(amounts)) for name in names]
    share = st.tuples(st.integers(0, 100), st.just(SHARE))
    rules = share | st.just((100, BACKED)) if backups else share
    edges = []
    for source in range(size - 1):
        for target in draw(st.lists(st.integers(source + 1, size - 1), max_size=3)):
            threshold, role = draw(rules)
            delay = draw(st.integers(0, 3))
            edges.append(Edge(names[source], names[target], threshold, delay, role=role))
    return Network(tuple(draw(st.permutations(nodes))), tuple(edges))


def close(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-9)
