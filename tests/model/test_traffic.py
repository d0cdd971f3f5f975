"""Periods are cut into intervals, and counts add up."""

from datetime import UTC, datetime, timedelta

import pytest

from syncer.model.traffic import NOTHING, Counted, Period, Traffic

SUNDAY = datetime(2026, 11, 1, 22, tzinfo=UTC)
PERIOD = Period(SUNDAY, timedelta(minutes=30), 7)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, 0), (30, 1), (180, 6), (210, None), (-30, None), (31, None)]
)
def test_an_interval_is_meant_by_when_it_begins(minutes: int, expected: int | None) -> None:
    assert expected == PERIOD.place(SUNDAY + timedelta(minutes=minutes))


def test_it_begins_in_an_hour_of_the_week() -> None:
    assert [(6, 22), (6, 22), (6, 23), (0, 0)] == [PERIOD.hour_of_week(place) for place in (0, 1, 3, 4)]


def test_windows_are_the_whole_in_pieces() -> None:
    windows = list(PERIOD.windows(3))
    assert [3, 3, 1] == [window.intervals for window in windows]
    assert [PERIOD.start, *(window.end for window in windows)] == [
        *(window.start for window in windows),
        PERIOD.end,
    ]


def test_what_media_did_adds_up() -> None:
    voice, chat = Counted(9, 8, 1, 0, 5, True, 8, 90.0), Counted(1, 0, 0, 1, 0, False, 0, 0.0)
    assert Counted(10, 8, 1, 1, 5, True, 8, 90.0) == voice + chat == chat + voice


def test_what_is_not_there_is_nothing() -> None:
    found = Traffic(PERIOD, {"a": {2: Counted(3)}})
    assert (3, NOTHING, NOTHING) == (found.of("a", 2).offered, found.of("a", 3), found.of("b", 2))
