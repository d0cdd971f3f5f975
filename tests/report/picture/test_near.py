from dataclasses import replace

import pytest

from syncer.errors import WrongUsage
from syncer.model.change import Action
from syncer.model.network import Load
from syncer.model.plan import QueueState
from syncer.report.picture.model import Badge, Became, Box, Link, Picture
from syncer.report.picture.near import MOST_BESIDE, around_the_change, focused, neighbors


def link(source: str, target: str, action: Action | None = None) -> Link:
    return Link(f"{source}{target}", source, target, "overflow", "25 %", "25 %", action=action)


def box(key: str, offered: float = 0, *, managed: bool = True, danger: bool = False) -> Box:
    state = QueueState(None, 0, Load(offered, 0, 0))
    mark = Badge.ERROR if danger else None
    return Box(key, f"Queue {key}", managed, badge=mark, caused=danger, after=state)


CHAIN = Picture(
    tuple(map(box, "abcdefg")),
    (*(link(source, target) for source, target in ("ab", "bc", "de", "ef")), link("c", "d", Action.UPDATE)),
)


def keys(picture: Picture) -> list[str]:
    return [each.key for each in picture.boxes]


def test_both_ends_of_what_changes_and_their_neighbors() -> None:
    part = around_the_change(CHAIN)
    assert ["b", "c", "d", "e"] == keys(part)
    assert 3 == part.left_out


def test_what_is_in_danger_comes_first_then_what_changes_then_managed_neighbors_of_much_load() -> None:
    boxes = (box("a", danger=True), box("b", 9, managed=False), box("c"), box("d"), box("e", 1), box("f", 5))
    links = (link("c", "d", Action.CREATE), *(link(end, "c") for end in "bef"))
    picture = Picture(boxes, links)
    for most, wanted in ((1, "a"), (3, "acd"), (4, "acdf"), (5, "acdef"), (6, "abcdef")):
        assert [*wanted] == keys(around_the_change(picture, most))


def test_a_loop_is_drawn_whole() -> None:
    ring = [link(*ends) for ends in ("pq", "qr", "rs", "sp")]
    picture = Picture(tuple(map(box, "pqrsx")), tuple(ring))
    assert [*"pqrs"] == keys(around_the_change(picture))


def test_a_queue_that_changes_without_a_rule_to_draw() -> None:
    changed = Box("a", "A", True, changed=True)
    assert ["a"] == keys(around_the_change(Picture((changed, box("b")), ())))


def test_neighbors_are_one_link_away() -> None:
    assert {"b", "c", "d"} == neighbors(CHAIN, ["c"])


@pytest.mark.parametrize(("depth", "found"), [(0, "d"), (1, "cde"), (2, "bcdef")])
def test_the_queues_around_one(depth: int, found: str) -> None:
    assert [*found] == keys(focused(CHAIN, ["Queue d"], depth))
    assert [*found] == keys(focused(CHAIN, ["d"], depth))


def test_several_queues_and_globs() -> None:
    assert ["a", "g"] == keys(focused(CHAIN, ["a", "g"], 0))
    assert [*"abcdefg"] == keys(focused(CHAIN, ["Queue*"], 0))


def test_a_name_that_nothing_has_is_an_error_with_near_ones() -> None:
    with pytest.raises(WrongUsage, match="the network has no queue 'Queu x'") as caught:
        focused(CHAIN, ["Queu x"], 1)
    assert "Queue" in caught.value.hint


def test_of_no_queue_none_is_meant() -> None:
    with pytest.raises(WrongUsage, match="no queue to draw"):
        focused(Picture((), ()), ["a"], 1)


def test_of_very_many_neighbors_those_with_the_largest_loads() -> None:
    spokes = [f"s{number:02}" for number in range(MOST_BESIDE + 5)]
    boxes = (box("hub"), box("one"), *(box(key, place) for place, key in enumerate(spokes)))
    links = (link("one", "hub", Action.UPDATE), *(link(key, "hub") for key in spokes))
    part = around_the_change(Picture(boxes, links))
    assert ["hub", "one", *spokes[5:]] == keys(part)
    assert 5 == part.left_out


def test_what_was_not_done_is_drawn_first() -> None:
    failed = replace(box("z"), became=Became.FAILED)
    picture = Picture((box("a"), failed), (link("a", "z", Action.UPDATE),))
    assert ["z"] == keys(around_the_change(picture, most=1))
