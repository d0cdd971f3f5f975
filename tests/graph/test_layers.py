from hypothesis import given
from hypothesis import strategies as st

from syncer.graph.layers import Layered, layered
from tests.properties import examples

Arcs = list[tuple[int, int]]


def column_of(found: Layered) -> dict[int, int]:
    return {item: at for at, items in enumerate(found.columns) for item in items}


def test_a_chain_is_a_column_a_box() -> None:
    found = layered(3, [(0, 1), (1, 2)])
    assert ((0,), (1,), (2,)) == found.columns
    assert ((0, 1), (1, 2)) == found.routes
    assert frozenset() == found.turned


def test_an_arrow_that_passes_a_column_has_a_lane_in_it() -> None:
    found = layered(3, [(0, 1), (1, 2), (0, 2)])
    assert (0, 3, 2) == found.routes[2]
    assert {1, 3} == set(found.columns[1])


def test_a_source_stands_right_before_what_it_leads_to() -> None:
    found = column_of(layered(5, [(0, 1), (1, 2), (2, 3), (4, 3)]))
    assert [0, 1, 2, 3, 2] == [found[box] for box in range(5)]


def test_of_a_loop_the_fresh_arrow_runs_backwards() -> None:
    ring = [(0, 1), (1, 2), (2, 3), (3, 0)]
    for fresh in range(4):
        found = layered(4, ring, [fresh])
        assert frozenset([fresh]) == found.turned
        assert 4 == len(found.columns)


def test_an_arrow_to_its_own_box_goes_nowhere() -> None:
    found = layered(1, [(0, 0)])
    assert ((0,),) == found.columns
    assert ((),) == found.routes
    assert frozenset() == found.turned


def test_arrows_that_need_not_cross_do_not() -> None:
    found = layered(6, [(0, 5), (1, 4), (2, 3)])
    left, right = found.columns
    assert [5 - box for box in left] == list(right)


def test_a_swap_undoes_what_averages_leave_crossed() -> None:
    arcs = [(0, 3), (1, 3), (1, 4), (2, 3), (0, 5)]
    left, right = layered(6, arcs).columns
    crossed = [
        (one, other)
        for one in arcs
        for other in arcs
        if left.index(one[0]) < left.index(other[0]) and right.index(one[1]) > right.index(other[1])
    ]
    assert [] == crossed


def test_nothing_is_laid_out_as_nothing() -> None:
    assert Layered((), (), frozenset()) == layered(0, [])


arcs_of = st.integers(1, 12).flatmap(
    lambda boxes: st.tuples(
        st.just(boxes),
        st.lists(st.tuples(st.integers(0, boxes - 1), st.integers(0, boxes - 1)), max_size=3 * boxes),
    )
)


@examples(300)
@given(arcs_of)
def test_every_arc_leads_from_column_to_column(drawn: tuple[int, Arcs]) -> None:
    boxes, arcs = drawn
    found = layered(boxes, arcs)
    columns = column_of(found)
    assert set(range(boxes)) <= columns.keys()
    for number, (arc, route) in enumerate(zip(arcs, found.routes, strict=True)):
        ends = arc[::-1] if number in found.turned else arc
        if arc[0] == arc[1]:
            assert () == route
            continue
        assert ends == (route[0], route[-1])
        first = columns[route[0]]
        assert list(range(first, first + len(route))) == [columns[item] for item in route]


@examples(100)
@given(arcs_of)
def test_no_fewer_arrows_could_run_backwards_without_a_cycle_that_is_left(drawn: tuple[int, Arcs]) -> None:
    boxes, arcs = drawn
    found = layered(boxes, arcs)
    columns = column_of(found)
    for number in found.turned:
        source, target = arcs[number]
        ahead = {(a, b) for a, b in arcs if columns[a] < columns[b]}
        reached = {target}
        for _ in range(boxes):
            reached |= {b for a, b in ahead if a in reached}
        assert source in reached
