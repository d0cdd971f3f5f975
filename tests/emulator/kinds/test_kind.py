"""What the files of the kinds share: numbers as JSON has them, and the steps of a made-up team."""

from typing import Any

import pytest

from syncer.emulator.kinds.kind import Spot, division_of, is_whole


@pytest.mark.parametrize(
    ("value", "whole"),
    [(0, True), (5, True), (5.0, True), (6, False), (-1, False), (2.5, False), (True, False), ("5", False)],
)
def test_a_whole_number_may_have_a_point(value: Any, whole: bool) -> None:
    assert whole is is_whole(value, 0, 5)


def test_null_counts_as_what_is_said() -> None:
    assert is_whole(None, 0, 5, otherwise=0)
    assert not is_whole(None, 1, 5, otherwise=0)
    assert not is_whole(None, 0, 5)


def test_a_team_ends_where_the_next_one_begins() -> None:
    spots = [Spot(place, "Q", "English", ["a", "b", "c", "d"], team=3) for place in range(4)]
    assert ["b", "c", None, None] == [spot.ahead(1) for spot in spots]
    assert ["c", None, None, None] == [spot.ahead(2) for spot in spots]
    assert ["a", "b", "c", "d"] == [spot.id for spot in spots]


@pytest.mark.parametrize(
    ("queue", "division"), [({"division": {"id": "d"}}, "d"), ({"division": "d"}, ""), ({"division": {}}, "")]
)
def test_a_queue_may_tell_no_division(queue: dict[str, Any], division: str) -> None:
    assert division == division_of(queue)
