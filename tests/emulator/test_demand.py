"""How many contacts come by themselves."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from syncer.emulator.demand import arrivals, busyness, contacts, fraction, key_of


def hour_of(year: int, month: int, day: int, hour: int = 0) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) // 3600


def test_a_week_has_busy_hours_quiet_nights_and_weekends() -> None:
    monday, saturday = hour_of(2026, 3, 2), hour_of(2026, 3, 7)
    assert (1.0, 0.04) == (busyness(monday + 9), busyness(monday + 2))
    assert 0.2 == busyness(saturday + 9)
    assert busyness(monday + 9) == busyness(monday + 9 + 24 * 7)


def test_without_noise_the_mean_is_rounded() -> None:
    assert [120, 8] == arrivals([120, 7.5], [1, 2], hour_of(2026, 3, 2, 9), noise=False)


def test_noise_goes_around_the_mean() -> None:
    keys = [key_of(1, str(n)) for n in range(2000)]
    found = arrivals([100.0] * 2000, keys, hour_of(2026, 3, 2, 9), noise=True)
    average = sum(found) / 2000
    spread = sum((each - average) ** 2 for each in found) / 2000
    assert 99 < average < 101
    assert 85 < spread < 115
    assert [0] == arrivals([0.0], [1], 5, noise=True)


@given(st.integers(0, 2**64 - 1), st.integers(0, 10**6))
def test_luck_is_a_fraction_that_stays(key: int, hour: int) -> None:
    assert 0 < fraction(key, hour) < 1
    assert fraction(key, hour) == fraction(key, hour)


@given(st.floats(0, 10_000), st.floats(0.0001, 0.9999))
def test_contacts_are_never_negative(mean: float, luck: float) -> None:
    assert 0 <= contacts(mean, luck)


def test_a_seed_gives_other_luck() -> None:
    assert key_of(1, "a") != key_of(2, "a")
    assert key_of(1, "a", "b") != key_of(1, "ab")
