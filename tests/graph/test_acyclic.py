import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from syncer.graph.acyclic import AcyclicGraph

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
