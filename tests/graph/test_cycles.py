from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.graph.cycles import (
    acyclic,
    components,
    cycle_through,
    looped,
    reached,
    shortest_cycle,
    topological,
)

GRAPHS = st.integers(0, 9).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, max(size - 1, 0)), max_size=3), min_size=size, max_size=size
    )
)


def as_networkx(adjacency: list[list[int]]) -> "nx.DiGraph[int]":
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(adjacency)))
    graph.add_edges_from((source, target) for source, targets in enumerate(adjacency) for target in targets)
    return graph


def test_sources_come_first() -> None:
    assert topological([[1], [2], []]) == ([0, 1, 2], [])


def test_what_is_in_a_cycle_or_behind_one_has_no_order() -> None:
    assert topological([[1], [2], [1, 3], []]) == ([0], [1, 2, 3])


def test_components_come_sinks_first_and_sorted() -> None:
    assert components([[2], [2], [1, 3], []]) == [[3], [1, 2], [0]]


def test_a_self_loop_is_a_looped_component() -> None:
    assert looped([[3], [1], [], [0]]) == [[0, 3], [1]]


@pytest.mark.slow
def test_a_path_of_a_hundred_thousand_needs_no_recursion() -> None:
    size = 100_000
    ring = [[(node + 1) % size] for node in range(size)]
    assert [list(range(size))] == components(ring)
    assert list(range(size)) == topological([*ring[:-1], []])[0]


@given(GRAPHS)
def test_components_agree_with_networkx(adjacency: list[list[int]]) -> None:
    expected = sorted(sorted(found) for found in nx.strongly_connected_components(as_networkx(adjacency)))
    found = components(adjacency)
    assert expected == sorted(found)
    turn = {node: number for number, component in enumerate(found) for node in component}
    assert all(turn[target] <= turn[node] for node in turn for target in adjacency[node])


@given(GRAPHS)
def test_the_order_holds_everything_that_no_cycle_reaches(adjacency: list[list[int]]) -> None:
    graph = as_networkx(adjacency)
    cyclic = {node for component in looped(adjacency) for node in component}
    behind = cyclic.union(*(nx.descendants(graph, node) for node in cyclic))
    order, rest = topological(adjacency)
    assert sorted(behind) == rest
    assert sorted(set(range(len(adjacency))) - behind) == sorted(order)
    turn = {node: number for number, node in enumerate(order)}
    assert all(turn[node] < turn[w] for node in order for w in adjacency[node] if w in turn)


@given(GRAPHS)
def test_looped_is_empty_exactly_without_cycles(adjacency: list[list[int]]) -> None:
    assert nx.is_directed_acyclic_graph(as_networkx(adjacency)) == (looped(adjacency) == [])


GRAPHS_OF_CYCLES = st.integers(1, 8).flatmap(
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


@given(GRAPHS_OF_CYCLES)
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


@given(GRAPHS_OF_CYCLES)
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


def test_edges_between_names_are_acyclic_or_not() -> None:
    assert acyclic([])
    assert acyclic([("a", "b"), ("b", "c"), ("a", "c")])
    assert not acyclic([("a", "b"), ("b", "c"), ("c", "a")])
    assert not acyclic([("a", "a")])


def test_what_is_reached_from_some_nodes() -> None:
    ways = [[1], [2, 0], [], [2]]
    assert [{0, 1, 2}, {2, 3}, set()] == [reached(ways, starts) for starts in ([0], [3], [])]
