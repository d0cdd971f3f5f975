import random
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncer.graph import feedback
from syncer.graph.components import looped
from syncer.graph.feedback import FeedbackEdges, feedback_edges
from syncer.graph.smallest import cheapest_feedback
from tests.properties import examples

Edge = tuple[int, int]

GRAPHS = st.integers(1, 5).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, size - 1), unique=True, max_size=2), min_size=size, max_size=size
    )
)


def random_graph(size: int, degree: int, seed: int) -> list[list[int]]:
    chance = random.Random(seed)
    return [sorted({chance.randrange(size) for _ in range(degree)}) for _ in range(size)]


def edges_inside(adjacency: list[list[int]], component: list[int]) -> list[Edge]:
    return sorted((node, target) for node in component for target in adjacency[node] if target in component)


def without(edges: list[Edge], removed: tuple[Edge, ...]) -> "nx.DiGraph[int]":
    return nx.DiGraph([edge for edge in edges if edge not in removed])


def reluctance(edge: Edge) -> int:
    return (edge[0] + 2 * edge[1]) % 3


def test_one_edge_of_a_ring_is_proved() -> None:
    assert FeedbackEdges(((0, 1),), True) == feedback_edges(
        [[1], [2], [0]], [0, 1, 2], lambda edge: edge != (0, 1)
    )


def test_fewer_edges_count_more_than_reluctance() -> None:
    adjacency = [[1], [2, 3], [0], [0]]
    assert feedback_edges(adjacency, range(4), lambda edge: 9 * (edge == (0, 1))).edges == ((0, 1),)


def test_a_self_loop_is_always_removed() -> None:
    assert FeedbackEdges(((4, 4),), True) == feedback_edges([[], [], [], [], [4]], [4])


@given(GRAPHS)
def test_none_is_smaller_and_none_of_that_size_is_less_reluctant(adjacency: list[list[int]]) -> None:
    for component in looped(adjacency):
        edges = edges_inside(adjacency, component)
        found = feedback_edges(adjacency, component, reluctance)
        enough = [
            removed
            for removed in combinations(edges, len(found.edges))
            if nx.is_directed_acyclic_graph(without(edges, removed))
        ]
        assert found.smallest
        assert found.edges in enough
        assert min(sum(map(reluctance, removed)) for removed in enough) == sum(map(reluctance, found.edges))
        assert not any(
            nx.is_directed_acyclic_graph(without(edges, removed))
            for removed in combinations(edges, len(found.edges) - 1)
        )


@examples(15)
@example(10, (16, 4))  # the search gives up with an edge too many
@given(st.integers(0, 10_000), st.sampled_from([(12, 3), (25, 2), (40, 2), (60, 4)]))
def test_in_larger_components_every_edge_is_needed(seed: int, shape: tuple[int, int]) -> None:
    adjacency = random_graph(*shape, seed)
    for component in looped(adjacency):
        edges = edges_inside(adjacency, component)
        found = feedback_edges(adjacency, component, reluctance)
        graph = without(edges, found.edges)
        graph.add_nodes_from(component)
        assert nx.is_directed_acyclic_graph(graph)
        assert all(nx.has_path(graph, target, source) for source, target in found.edges)
        assert found == feedback_edges(adjacency, component, reluctance)
        assert len(component) <= feedback.PROVED_UP_TO or not found.smallest


@given(GRAPHS, st.randoms(use_true_random=False))
def test_the_cheapest_is_found_from_the_worst_start(
    adjacency: list[list[int]], chance: random.Random
) -> None:
    edges = edges_inside(adjacency, list(range(len(adjacency))))
    cost = {edge: chance.randint(1, 50) for edge in edges}
    found, proved = cheapest_feedback(adjacency, cost, edges, patience=10_000)
    enough = [
        removed
        for size in range(len(edges) + 1)
        for removed in combinations(edges, size)
        if nx.is_directed_acyclic_graph(without(edges, removed))
    ]
    assert proved
    assert min(sum(map(cost.__getitem__, removed)) for removed in enough) == sum(map(cost.__getitem__, found))
    assert tuple(sorted(found)) in enough


def test_a_cycle_of_edges_that_are_to_stay_ends_the_search() -> None:
    adjacency = [[4], [2, 0], [3, 1], [4, 2], [1, 3]]
    dear = {(0, 4): 100, (1, 2): 100, (2, 3): 100, (3, 4): 100, (4, 1): 100}
    cost = {**dear, (1, 0): 1, (2, 1): 1, (3, 2): 1, (4, 3): 1}
    found, proved = cheapest_feedback(adjacency, cost, cost, patience=100)
    assert (sum(map(cost.__getitem__, found)), proved) == (103, True)


def test_without_patience_nothing_is_proved() -> None:
    start = frozenset({(0, 1), (1, 0)})
    cost = {(0, 1): 1, (1, 0): 1}
    assert (start, False) == cheapest_feedback([[1], [0]], cost, start, patience=1)
    assert (frozenset({(0, 1)}), True) == cheapest_feedback([[1], [0]], cost, start, patience=9)


def test_when_the_search_ends_early_the_set_is_still_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "PUT_BACK_STEPS", 0)
    adjacency = random_graph(60, 3, seed=1)
    component = max(looped(adjacency), key=len)
    found = feedback_edges(adjacency, component)
    assert nx.is_directed_acyclic_graph(without(edges_inside(adjacency, component), found.edges))
