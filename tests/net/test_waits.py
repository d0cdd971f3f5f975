"""Waits: which are announced, and which end before their time."""

import pytest

from syncer.errors import DeadlineOver, WaitEnded
from syncer.net.waits import NOTICEABLE, Ending, Wait, Waits
from tests.scripted_server import FakeTime


def waits_of(time: FakeTime) -> tuple[Waits, list[Wait]]:
    """Waits on a clock that only sleeping moves, and what they tell."""
    waits, told = Waits(time.timing), list[Wait]()
    waits.told = told.append
    return waits, told


def test_a_longer_wait_is_announced_with_its_end() -> None:
    waits, told = waits_of(time := FakeTime(1000.0))
    waits.timing.wait(250.0, "asked to wait")
    assert [Wait("asked to wait", 250.0, 1250.0)] == told
    assert pytest.approx(1250.0) == time.now


def test_a_short_wait_is_nobodys_business() -> None:
    waits, told = waits_of(time := FakeTime(1000.0))
    waits.ending = lambda: Ending("interrupted")
    waits.timing.wait(NOTICEABLE, "asked to wait")
    assert ([], [NOTICEABLE]) == (told, time.sleeps)


def test_while_one_wait_lasts_only_a_much_longer_one_is_told_of() -> None:
    waits, told = waits_of(time := FakeTime(1000.0))
    for seconds in (100.0, 99.0, 100.5, 30.0, 200.0, 201.0):
        waits.announce(seconds, "asked to wait")
    time.now += 201.0
    waits.announce(6.0, "asked to wait")
    assert [100.0, 201.0, 6.0] == [wait.seconds for wait in told]


def test_a_wait_that_is_ended_at_once_is_not_told_of() -> None:
    waits, told = waits_of(FakeTime(1000.0))
    waits.ending = lambda: Ending("interrupted")
    with pytest.raises(WaitEnded):
        waits.timing.wait(250.0, "asked to wait")
    assert [] == told


def test_a_wait_ends_where_nothing_more_is_to_be_started() -> None:
    waits, _ = waits_of(time := FakeTime(1000.0))
    waits.ending = lambda: Ending("interrupted") if time.now >= 1060 else None
    with pytest.raises(WaitEnded, match="interrupted during a wait") as caught:
        waits.timing.sleep(250.0)
    assert 1060 <= time.now < 1061
    assert (130, "interrupted") == (caught.value.exit_code, caught.value.reason)


def test_a_deadline_that_is_over_ends_a_wait_before_it_begins() -> None:
    waits, _ = waits_of(time := FakeTime())
    waits.ending = lambda: Ending("the deadline of 15m has passed", late=True)
    with pytest.raises(DeadlineOver) as caught:
        waits.timing.sleep(250.0)
    assert ([], 5) == (time.sleeps, caught.value.exit_code)


def test_waits_that_are_cut_end_at_once_until_they_are_no_more() -> None:
    time = FakeTime()
    waits, _ = waits_of(time)
    waits.timing.cut(True)
    with pytest.raises(WaitEnded, match="the work was stopped"):
        waits.timing.sleep(60)
    waits.timing.cut(False)
    waits.timing.sleep(60)
    assert 1060 == pytest.approx(time.now)
