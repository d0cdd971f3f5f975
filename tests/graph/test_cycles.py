from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.graph.cycles import cycle_through, looped, shortest_cycle

GRAPHS = st.integers(1, 8).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, size - 1), unique=True, max_size=3), min_size=size, max_size=size
    )
)


@pytest.mark.parametrize(
    ("expected", "adjacency"),
    [
        pytest.param([1], [[1], [0, 1]], id="self loop"),
        pytest.param([0, 2, 1], [[2], [0], [1]], id="ring, from its smallest node on"),
        pytest.param([1, 2], [[1], [2], [3, 1], [0]], id="the shorter of two"),
        pytest.param([0, 1, 3], [[1], [3], [0], [0, 2]], id="the first of two"),
    ],
)
def test_shortest_cycle(expected: list[int], adjacency: list[list[int]]) -> None:
    assert expected == shortest_cycle(adjacency, range(len(adjacency)))


def test_a_few_starts_still_find_a_cycle() -> None:
    adjacency = [[1, 2], [2], [3], [4, 0], [3]]
    assert shortest_cycle(adjacency, range(5), max_starts=1) == [0, 2, 3]
    assert shortest_cycle(adjacency, range(5)) == [3, 4]


@given(GRAPHS)
def test_a_cycle_through_an_edge_is_a_shortest_one(adjacency: list[list[int]]) -> None:
    graph: nx.DiGraph[int] = nx.DiGraph(
        [(source, target) for source, targets in enumerate(adjacency) for target in targets]
    )
    for source, target in graph.edges:
        cycle = cycle_through(adjacency, source, target)
        assert bool(cycle) == nx.has_path(graph, target, source)
        if cycle:
            assert [source, target] == [*cycle, source][:2]
            assert all(graph.has_edge(*pair) for pair in pairwise([*cycle, source]))
            assert nx.shortest_path_length(graph, target, source) + 1 == len(cycle)


@given(GRAPHS)
def test_none_is_shorter(adjacency: list[list[int]]) -> None:
    for component in looped(adjacency):
        inside: nx.DiGraph[int] = nx.DiGraph(
            [(node, target) for node in component for target in adjacency[node] if target in component]
        )
        cycle = shortest_cycle(adjacency, component)
        assert min(map(len, nx.simple_cycles(inside))) == len(cycle)
        assert all(inside.has_edge(*edge) for edge in pairwise([*cycle, cycle[0]]))
        assert min(cycle) == cycle[0]
        assert len(set(cycle)) == len(cycle)
