from datetime import UTC, datetime, timedelta, timezone
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.settings import Retries
from syncer.net.timing import backoff, from_rfc3339, retry_after, rfc3339, utc_now

NOW = 1_700_000_000.0


@given(st.integers(1, 5000), st.floats(0, 1, exclude_max=True))
def test_backoff_stays_within_its_bounds(attempt: int, chance: float) -> None:
    assert 0 <= backoff(Retries(), attempt, lambda: chance) <= 30


def test_backoff_doubles() -> None:
    assert [backoff(Retries(), attempt, lambda: 1.0) for attempt in (1, 2, 3, 9)] == [0.5, 1.0, 2.0, 30.0]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Retry-After": "42"}, 42.0),
        ({"Retry-After": " 0 "}, 0.0),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": "9" * 5000}, 999_999_999_999.0),
        ({"Retry-After": formatdate(NOW + 17, usegmt=True)}, 17.0),
        ({"Retry-After": formatdate(NOW - 17, usegmt=True)}, 0.0),
        (
            {"Retry-After": formatdate(5017, usegmt=True), "Date": formatdate(5000, usegmt=True)},
            17.0,
        ),
    ],
)
def test_retry_after(headers: dict[str, str], expected: float | None) -> None:
    assert expected == retry_after(headers, lambda: NOW)


ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.builds(datetime.fromtimestamp, st.floats(0, 4e9), ZONES)


@given(MOMENTS)
def test_a_time_is_read_back_to_the_millisecond(moment: datetime) -> None:
    text = rfc3339(moment)
    assert (24, "Z") == (len(text), text[-1])
    assert timedelta() <= moment - from_rfc3339(text) < timedelta(milliseconds=1)


def test_the_shape() -> None:
    east = timezone(timedelta(hours=2))
    assert "2026-03-01T08:30:00.000Z" == rfc3339(datetime(2026, 3, 1, 10, 30, tzinfo=east))
    assert datetime(2026, 3, 1, 8, 30, tzinfo=UTC) == from_rfc3339("2026-03-01T10:30:00+02:00")


@pytest.mark.parametrize("text", ["", "soon", "2026-03-01", "2026-03-01T08:30:00"])
def test_a_time_without_a_zone_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"time zone|Invalid isoformat"):
        from_rfc3339(text)


def test_now_is_in_utc() -> None:
    assert timedelta() == utc_now().utcoffset()
