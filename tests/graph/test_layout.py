import itertools
import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.graph.layout import Arrow, Layout, Measures, Point, laid_out
from tests.properties import examples

SIZES = Measures()
ROUNDING = 0.2


def network(size: int, degree: int, seed: int) -> tuple[list[str], list[Arrow]]:
    """Boxes and arrows with loops, parallel arrows, arrows to the box itself, and boxes on their own."""
    chance = random.Random(seed)
    boxes = [f"q{number}" for number in range(size)]
    ends = [(chance.choice(boxes), chance.choice(boxes)) for _ in range(int(size * degree / 2))]
    return boxes, [Arrow(f"{n}", *pair, fresh=chance.random() < 0.1) for n, pair in enumerate(ends)]


networks = st.builds(network, st.integers(1, 40), st.integers(0, 5), st.integers(0, 1_000_000))


def on_the_way(path: tuple[Point, ...]) -> Iterator[Point]:
    """Points on the curves of a path."""
    for start in range(0, len(path) - 1, 3):
        a, b, c, d = path[start : start + 4]
        for step in range(25):
            t = step / 24
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            points = list(zip(weights, (a, b, c, d), strict=True))
            yield sum(w * p[0] for w, p in points), sum(w * p[1] for w, p in points)


def inside(point: Point, corner: Point) -> bool:
    x, y = point[0] - corner[0], point[1] - corner[1]
    return 0 < x < SIZES.width and -1 < y < SIZES.height + 1


@examples(300)
@given(networks)
def test_no_box_is_on_another_and_no_arrow_runs_through_one(drawn: tuple[list[str], list[Arrow]]) -> None:
    boxes, arrows = drawn
    found = laid_out(boxes, arrows)
    assert set(boxes) == found.boxes.keys()
    assert {arrow.key for arrow in arrows} == found.paths.keys()
    for (x, y), (other_x, other_y) in itertools.combinations(found.boxes.values(), 2):
        beside = abs(x - other_x) >= SIZES.width
        assert beside or abs(y - other_y) >= SIZES.height + SIZES.down - ROUNDING
    for arrow in arrows:
        for point in on_the_way(found.paths[arrow.key]):
            assert [] == [box for box, corner in found.boxes.items() if inside(point, corner)]


def side(found: Layout, box: str, point: Point) -> str:
    """Which side of a box a point lies on."""
    x, y = found.boxes[box]
    assert y < point[1] < y + SIZES.height
    return {0.0: "left", SIZES.width: "right"}[round(point[0] - x, 6)]


@examples(100)
@given(networks)
def test_an_arrow_begins_and_ends_at_its_boxes(drawn: tuple[list[str], list[Arrow]]) -> None:
    boxes, arrows = drawn
    found = laid_out(boxes, arrows)
    for arrow in arrows:
        path = found.paths[arrow.key]
        ends = side(found, arrow.source, path[0]), side(found, arrow.target, path[-1])
        if arrow.source == arrow.target:
            assert ("right", "right") == ends
        elif arrow.key in found.backwards:
            assert ("left", "right") == ends
        else:
            assert ("right", "left") == ends


@examples(100)
@given(networks, st.integers(0, 1000))
def test_the_order_of_what_is_given_makes_no_difference(
    drawn: tuple[list[str], list[Arrow]], seed: int
) -> None:
    boxes, arrows = drawn
    found = laid_out(boxes, arrows)
    random.Random(seed).shuffle(boxes)
    random.Random(seed).shuffle(arrows)
    assert repr(found) == repr(laid_out(boxes, arrows))


@examples(100)
@given(networks)
def test_everything_lies_within_the_size_and_areas_are_apart(drawn: tuple[list[str], list[Arrow]]) -> None:
    boxes, arrows = drawn
    found = laid_out(boxes, arrows)
    for x, y in itertools.chain(found.boxes.values(), *found.paths.values()):
        assert -ROUNDING <= x <= found.width + ROUNDING
        assert -ROUNDING <= y <= found.height + ROUNDING
    for one, other in itertools.combinations(found.areas, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert beside or one.y + one.height <= other.y or other.y + other.height <= one.y
    assert sorted(boxes) == sorted(key for area in found.areas for key in area.keys)


def test_ends_are_spread_in_the_order_of_what_they_lead_to() -> None:
    arrows = [Arrow(f"to {target}", "a", target) for target in "bcd"]
    found = laid_out("abcd", arrows)
    starts = sorted((found.paths[arrow.key][0][1], found.boxes[arrow.target][1]) for arrow in arrows)
    assert sorted(high for _, high in starts) == [high for _, high in starts]
    assert [20, 20] == [round(after[0] - before[0], 1) for before, after in itertools.pairwise(starts)]


def test_many_ends_stay_on_their_side() -> None:
    arrows = [Arrow(f"{number}", "a", "b") for number in range(30)]
    found = laid_out("ab", arrows)
    starts = [path[0][1] for path in found.paths.values()]
    assert 30 == len(set(starts))
    assert max(starts) - min(starts) < SIZES.height


def test_components_come_by_rank_then_larger_ones_first() -> None:
    arrows = [Arrow("1", "a", "b"), Arrow("2", "c", "d"), Arrow("3", "d", "e"), Arrow("4", "y", "z")]
    found = laid_out("abcdeyz", arrows, dict.fromkeys("abcde", 1))
    assert [("y", "z"), ("c", "d", "e"), ("a", "b")] == [area.keys for area in found.areas]


def test_a_straight_chain_stays_straight() -> None:
    found = laid_out("abc", [Arrow("1", "a", "b"), Arrow("2", "b", "c")])
    assert 1 == len({y for _, y in found.boxes.values()})


def test_an_arrow_to_no_box_is_an_error() -> None:
    with pytest.raises(KeyError):
        laid_out("a", [Arrow("1", "a", "b")])


def test_nothing_takes_no_room() -> None:
    assert Layout({}, {}) == laid_out([], [])
