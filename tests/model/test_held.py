"""Exceptions that a plan holds."""

from dataclasses import replace

import pytest

from syncer.model.held import Held, moment

AT, UNTIL = "2026-03-01T08:30:00.000Z", "2026-03-01T10:30:00.000Z"
STOP = Held("stop", "run", "Tier 2", AT, UNTIL, False, "ada", "flooded", "INC-1")


def test_it_says_what_since_when_by_whom_until_when_and_why() -> None:
    expected = (
        "the stop of overflow into Tier 2 since 2026-03-01 08:30 UTC by ada, "
        "until 2026-03-01 10:30 UTC: flooded (INC-1)"
    )
    assert expected == STOP.in_words()
    assert (
        "the stop of loops since 2026-03-01 08:30 UTC, until it is lifted"
        == Held("stop", "r", at=AT).in_words()
    )
    assert "the rollback of run r-1" == Held("rollback", "r", undoes="r-1").about()


@pytest.mark.parametrize(
    ("until", "expired", "words"),
    [
        ("", False, "until it is lifted"),
        (UNTIL, False, "until 2026-03-01 10:30 UTC"),
        (UNTIL, True, "expired at 2026-03-01 10:30 UTC, still in force"),
    ],
)
def test_until_when(until: str, expired: bool, words: str) -> None:
    assert words == Held("stop", "run", until=until, expired=expired).time_in_words()


def test_one_that_the_policies_say_by_now_ends_with_the_next_apply() -> None:
    ending = replace(STOP, expired=True, ending=True)
    assert "ends with the next apply, because the policies state the same" == ending.time_in_words()
    assert ending == Held.of(ending.as_json())
    assert "ending" not in STOP.as_json()


def test_what_it_holds_and_what_is_in_force_all_the_same() -> None:
    assert () == STOP.effects()
    one = Held("stop", "run", queues=("A",), rules=1)
    assert ("1 rule of A held back",) == one.effects()
    many = Held("stop", "run", queues=("A", "B", "C", "D"), rules=1200, open=("E",))
    assert (
        "1,200 rules of `A`, `B`, `C` and 1 more held back",
        "still overflowing: `E`",
    ) == many.effects(lambda name: f"`{name}`")


def test_what_is_written_is_read_again() -> None:
    many = Held("stop", "run", queues=("A", "B"), rules=2, open=("E",))
    assert many == Held.of(many.as_json())
    assert "2026-03-01 08:30 UTC" == moment(AT)
