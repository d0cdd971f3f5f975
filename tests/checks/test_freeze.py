"""Freezes that variables declare: their text, their end, and what can't be read as one."""

from datetime import UTC, datetime, timedelta

import pytest

from syncer.checks.freeze import FREEZE, GITLAB, DeclaredFreeze, declared_freezes, is_frozen
from syncer.model.settings import Freeze, Safety

NOW = datetime(2026, 3, 1, 3, 13, 30, tzinfo=UTC)
TODAY, TOMORROW = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)


def declared(text: str, now: datetime = NOW) -> DeclaredFreeze:
    [found] = declared_freezes({FREEZE: text}, now)
    return found


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("INC-4711 until 06:00", TODAY.replace(hour=6)),
        ("INC-4711, until 6:00 UTC", TODAY.replace(hour=6)),
        ("INC-4711 UNTIL 06:00Z", TODAY.replace(hour=6)),
        ("INC-4711 until 06:00 +02:00", TODAY.replace(hour=4)),
        ("INC-4711 until 06:00 -02:30", TODAY.replace(hour=8, minute=30)),
        ("INC-4711 until 06:00 Europe/Berlin", TODAY.replace(hour=5)),
        ("INC-4711: until 03:13", TOMORROW.replace(hour=3, minute=13)),
        ("INC-4711 until 02:00", TOMORROW.replace(hour=2)),
        ("  INC-4711  until 23:59 -05:00 ", TODAY.replace(hour=4, minute=59)),
    ],
)
def test_a_time_of_day_is_the_next_one(text: str, until: datetime) -> None:
    assert DeclaredFreeze(FREEZE, "INC-4711", until, daily=True) == declared(text)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("INC-4711 until 2026-03-04T06:00:00Z", datetime(2026, 3, 4, 6, tzinfo=UTC)),
        ("INC-4711 until 2026-03-04T06:00:00+02:00", datetime(2026, 3, 4, 4, tzinfo=UTC)),
        ("INC-4711 until 2026-03-04 06:00", datetime(2026, 3, 4, 6, tzinfo=UTC)),
    ],
)
def test_a_date_with_a_time_is_that_moment(text: str, until: datetime) -> None:
    assert DeclaredFreeze(FREEZE, "INC-4711", until) == declared(text)


@pytest.mark.parametrize(
    "text",
    [
        "INC-4711",
        "true",
        "until",
        "until we know more",
        "INC-4711 until 25:00",
        "INC-4711 until 06:00 Middle/Earth",
        "INC-4711 until 06:00 ../etc/passwd",
        "INC-4711 until 06:00 +99:00",
        "INC-4711 until 2026-03-04",
        "INC-4711 until 2026-13-04T06:00:00Z",
        "INC-4711 until ٠٦:٠٠ Mars",
        "until" * 10_000,
    ],
)
def test_what_is_no_time_freezes_without_an_end(text: str) -> None:
    assert DeclaredFreeze(FREEZE, text) == declared(text)


def test_a_freeze_is_over_at_its_moment() -> None:
    text = "INC-4711 until 2026-03-01T03:13:30Z"
    assert () == declared_freezes({FREEZE: text}, NOW)
    assert 1 == len(declared_freezes({FREEZE: text}, NOW - timedelta(seconds=1)))


def test_a_time_of_day_comes_round_every_day() -> None:
    found = declared("INC-4711 until 06:00", TODAY.replace(hour=6))
    assert TOMORROW.replace(hour=6) == found.until
    assert f"recurs every day, so unset {FREEZE}" in found.message


@pytest.mark.parametrize("value", ["", "  ", "\n"])
def test_nothing_is_no_freeze(value: str) -> None:
    assert () == declared_freezes({FREEZE: value, GITLAB: value}, NOW)


def test_gitlab_says_nothing_but_that_it_is_frozen() -> None:
    [found] = declared_freezes({GITLAB: "true"}, NOW)
    assert (GITLAB, None) == (found.variable, found.until)


def test_a_freeze_says_who_declares_it_until_when_and_why() -> None:
    assert "changes are frozen as long as SYNCER_FREEZE is set: INC-4711" == declared("INC-4711").message
    assert (
        "changes are frozen by SYNCER_FREEZE until 2026-03-04T06:00:00.000Z"
        == declared("until 2026-03-04T06:00Z").message
    )


def test_frozen_is_what_settings_or_a_variable_say() -> None:
    window = Freeze(NOW - timedelta(hours=1), NOW + timedelta(hours=1), "the fair")
    assert not is_frozen(Safety(), {}, NOW)
    assert is_frozen(Safety(freeze=(window,)), {}, NOW)
    assert not is_frozen(Safety(freeze=(window,)), {}, window.end)
    assert is_frozen(Safety(), {FREEZE: "x"}, NOW)
