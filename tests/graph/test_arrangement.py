from hypothesis import given
from hypothesis import strategies as st

from syncer.graph.arrangement import arrangement

GRAPHS = st.integers(0, 9).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, max(size - 1, 0)), unique=True, max_size=4), min_size=size, max_size=size
    )
)


def test_without_cycles_nothing_points_back() -> None:
    assert arrangement([[2], [], [1], [0, 1]]) == [3, 0, 2, 1]


def test_a_self_loop_makes_no_difference() -> None:
    assert arrangement([[0, 1], [1]]) == [0, 1]


@given(GRAPHS)
def test_at_most_half_of_the_edges_point_back(adjacency: list[list[int]]) -> None:
    order = arrangement(adjacency)
    place = {node: number for number, node in enumerate(order)}
    edges = [(v, w) for v, targets in enumerate(adjacency) for w in targets if v != w]
    assert list(range(len(adjacency))) == sorted(order)
    assert sum(place[v] > place[w] for v, w in edges) <= len(edges) / 2
