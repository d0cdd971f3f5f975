"""Busy intervals are those of the whole set, not of each queue."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.measuring.busy import Busy, common_busy, percentile
from syncer.model.traffic import Counted
from tests.measuring.traffics import traffic


def test_the_busy_intervals_are_those_of_the_whole_set() -> None:
    found = common_busy(traffic({"a": [90, 10, 60, 0], "b": [0, 80, 60, 0]}), 100)
    assert (2,) == found.places, "a peaks in the first, b in the second"
    assert 3 == found.counted


def test_what_overflows_counts_once() -> None:
    sends = Counted(offered=100, answered=20, flowed_out=80)
    found = common_busy(traffic({"a": [sends, 110], "b": [80, 0]}), 100)
    assert (1,) == found.places, "100 contacts came in the first interval, though 180 were offered"


def test_intervals_without_contacts_are_none() -> None:
    assert (0, 1) == common_busy(traffic({"a": [5, 5, *[0] * 98]}), 50).places
    assert Busy() == common_busy(traffic({"a": [0, 0]}), 95)


def test_comparable_are_the_same_hours_of_the_week() -> None:
    week = 7 * 24
    found = common_busy(traffic({"a": [*[1] * week, *[1] * 9, 50, *[1] * (week - 10)]}), 100)
    assert ((week + 9,), (9, week + 9)) == (found.places, found.comparable)
    quarters = common_busy(traffic({"a": [1, 1, 50, 1, 1]}, step=timedelta(minutes=15)), 100)
    assert (0, 1, 2, 3) == quarters.comparable


def test_two_busy_intervals_are_too_few() -> None:
    assert [False, True] == [Busy(tuple(range(number))).enough for number in (2, 3)]


@given(st.lists(st.integers(0, 50), min_size=1), st.floats(0.1, 100))
def test_a_percentile_is_the_least_that_so_many_do_not_exceed(values: list[int], percent: float) -> None:
    found = percentile(values, percent)

    def reached(limit: int) -> bool:
        return sum(value <= limit for value in values) >= percent / 100 * len(values)

    assert found == min(value for value in values if reached(value))


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (50, 2), (90, 4), (100, 4)])
def test_percentiles_of_four(percent: float, expected: int) -> None:
    assert expected == percentile([4, 1, 3, 2], percent)
