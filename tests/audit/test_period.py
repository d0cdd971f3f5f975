from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.period import Period, moment_from, moment_of
from syncer.errors import WrongUsage

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
ZONES = (UTC, timezone(timedelta(hours=5)))
MOMENTS = st.builds(
    lambda seconds, zone: NOW.astimezone(zone) + timedelta(seconds=seconds),
    st.floats(-1e8, 1e8),
    st.sampled_from(ZONES),
)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_a_period_is_half_open(first: datetime, second: datetime, moment: datetime) -> None:
    since, until = sorted((first, second))
    if since == until:
        with pytest.raises(WrongUsage, match="is empty"):
            Period(since, until)
        return
    assert (since <= moment < until) == Period(since, until).holds(moment)
    assert (True, False) == (Period(since, until).holds(since), Period(since, until).holds(until))


@given(MOMENTS, MOMENTS)
def test_periods_next_to_each_other_share_no_moment_and_lose_none(border: datetime, moment: datetime) -> None:
    before, after = Period(until=border), Period(since=border)
    assert 1 == before.holds(moment) + after.holds(moment)


def test_an_open_period_holds_everything_and_what_has_no_time_is_in_each() -> None:
    assert (False, True) == (bool(Period()), bool(Period(until=NOW)))
    assert (True, True) == (Period().holds(NOW), Period(NOW).holds(None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T12:30:00Z", datetime(2026, 11, 1, 12, 30, tzinfo=UTC)),
        ("2026-11-01t12:30:00.25z", datetime(2026, 11, 1, 12, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-11-01 12:30:00+02:00", datetime(2026, 11, 1, 10, 30, tzinfo=UTC)),
        ("7d", datetime(2026, 11, 20, 8, 0, tzinfo=UTC)),
        ("24h", datetime(2026, 11, 26, 8, 0, tzinfo=UTC)),
        ("2w", datetime(2026, 11, 13, 8, 0, tzinfo=UTC)),
        ("90m", datetime(2026, 11, 27, 6, 30, tzinfo=UTC)),
    ],
)
def test_what_names_a_moment(text: str, expected: datetime) -> None:
    assert expected == moment_from(text, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11",
        "2026-13-01",
        "2026-11-01T12:30:00",
        "20261101",
        "7",
        "d",
        "-7d",
        "7d ",
        "٧d",
    ],
)
def test_what_names_none_is_wrong_usage(text: str) -> None:
    with pytest.raises(WrongUsage, match="is not a point in time"):
        moment_from(text, NOW)


def test_no_moment_lies_before_all_time() -> None:
    with pytest.raises(WrongUsage, match="is not a point in time"):
        moment_from("999999w", NOW)


def test_the_moment_of_an_entry_is_when_it_happened() -> None:
    timestamp, occurred = "2026-11-27T08:00:00.000Z", "2026-11-26T08:00:00.000Z"
    assert NOW == moment_of({"timestamp": timestamp})
    assert NOW - timedelta(days=1) == moment_of({"timestamp": timestamp, "occurredAt": occurred})
    assert NOW == moment_of({"timestamp": timestamp, "occurredAt": "edited"})
    assert [None, None, None] == [
        moment_of(each) for each in ({}, {"timestamp": 5}, {"timestamp": "2026-11-27T08:00:00"})
    ]
