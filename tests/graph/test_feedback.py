import random

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.graph import feedback
from syncer.graph.cycles import looped
from syncer.graph.feedback import AcyclicGraph, arrangement, feedback_edges
from tests.properties import examples

Edge = tuple[int, int]


def random_graph(size: int, degree: int, seed: int) -> list[list[int]]:
    chance = random.Random(seed)
    return [sorted({chance.randrange(size) for _ in range(degree)}) for _ in range(size)]


def edges_inside(adjacency: list[list[int]], component: list[int]) -> list[Edge]:
    return sorted((node, target) for node in component for target in adjacency[node] if target in component)


def without(edges: list[Edge], removed: tuple[Edge, ...]) -> "nx.DiGraph[int]":
    return nx.DiGraph([edge for edge in edges if edge not in removed])


def reluctance(edge: Edge) -> int:
    return (edge[0] + 2 * edge[1]) % 3


def test_the_least_reluctant_edge_of_a_ring_is_enough() -> None:
    assert ((0, 1),) == feedback_edges([[1], [2], [0]], [0, 1, 2], lambda edge: edge != (0, 1))


def test_fewer_edges_count_more_than_reluctance() -> None:
    adjacency = [[1], [2, 3], [0], [0]]
    assert feedback_edges(adjacency, range(4), lambda edge: 9 * (edge == (0, 1))) == ((0, 1),)


def test_a_self_loop_is_always_removed() -> None:
    assert ((4, 4),) == feedback_edges([[], [], [], [], [4]], [4])


@examples(15)
@given(st.integers(0, 10_000), st.sampled_from([(12, 3), (25, 2), (40, 2), (60, 4)]))
def test_in_larger_components_every_edge_is_needed(seed: int, shape: tuple[int, int]) -> None:
    adjacency = random_graph(*shape, seed)
    for component in looped(adjacency):
        edges = edges_inside(adjacency, component)
        found = feedback_edges(adjacency, component, reluctance)
        graph = without(edges, found)
        graph.add_nodes_from(component)
        assert nx.is_directed_acyclic_graph(graph)
        assert all(nx.has_path(graph, target, source) for source, target in found)
        assert found == feedback_edges(adjacency, component, reluctance)


def test_when_the_search_ends_early_the_set_is_still_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "PUT_BACK_STEPS", 0)
    adjacency = random_graph(60, 3, seed=1)
    component = max(looped(adjacency), key=len)
    found = feedback_edges(adjacency, component)
    assert nx.is_directed_acyclic_graph(without(edges_inside(adjacency, component), found))


EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=30)


def test_an_edge_that_closes_a_cycle_is_refused() -> None:
    graph = AcyclicGraph([2, 1, 0])
    assert [graph.add(source, target) for source, target in [(0, 1), (1, 2), (2, 0), (1, 1)]] == [
        True,
        True,
        False,
        False,
    ]


def test_edges_along_the_order_need_no_search() -> None:
    graph = AcyclicGraph([0, 1, 2])
    assert all([graph.add(0, 1), graph.add(1, 2), graph.add(0, 2)])
    assert graph.steps == 0


def test_an_edge_against_one_that_is_there_is_refused_at_the_first_look() -> None:
    size = 60
    graph = AcyclicGraph(range(size))
    for source in range(size):
        assert all(graph.add(source, target) for target in range(source + 1, size))
    backward = [(source, target) for source in range(size) for target in range(source)]
    assert not any(graph.add(source, target) for source, target in backward)
    assert graph.steps == sum(size - 1 - target for _, target in backward)


def test_of_the_whole_graph_half_is_chosen() -> None:
    size = 40
    adjacency = [[target for target in range(size) if target != node] for node in range(size)]
    assert len(feedback_edges(adjacency, range(size))) == size * (size - 1) // 2


@given(st.permutations(range(8)), EDGES)
def test_refused_exactly_where_a_path_leads_back(order: list[int], edges: list[tuple[int, int]]) -> None:
    graph = AcyclicGraph(order)
    oracle: nx.DiGraph[int] = nx.DiGraph()
    oracle.add_nodes_from(range(8))
    for source, target in edges:
        expected = not nx.has_path(oracle, target, source)
        assert expected == graph.add(source, target)
        if expected:
            oracle.add_edge(source, target)
    assert all(graph.is_forward(source, target) for source, target in oracle.edges)
    assert list(range(8)) == sorted(graph.place)


ARRANGED = st.integers(0, 9).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, max(size - 1, 0)), unique=True, max_size=4), min_size=size, max_size=size
    )
)


def test_without_cycles_nothing_points_back() -> None:
    assert arrangement([[2], [], [1], [0, 1]]) == [3, 0, 2, 1]


def test_a_self_loop_makes_no_difference() -> None:
    assert arrangement([[0, 1], [1]]) == [0, 1]


@given(ARRANGED)
def test_at_most_half_of_the_edges_point_back(adjacency: list[list[int]]) -> None:
    order = arrangement(adjacency)
    place = {node: number for number, node in enumerate(order)}
    edges = [(v, w) for v, targets in enumerate(adjacency) for w in targets if v != w]
    assert list(range(len(adjacency))) == sorted(order)
    assert sum(place[v] > place[w] for v, w in edges) <= len(edges) / 2
