from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.times import from_rfc3339, rfc3339, utc_now

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
