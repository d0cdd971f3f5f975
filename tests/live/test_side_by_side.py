"""Several calls at once, with their results in order."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import WaitEnded
from syncer.live.side_by_side import in_order
from syncer.net.timing import uncut
from syncer.net.waits import Waits


def alive() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "side-by-side"]


@given(st.integers(0, 30), st.integers(1, 8))
def test_results_are_in_order_each_is_fetched_once(count: int, many: int) -> None:
    fetched: list[int] = []

    def fetch(number: int) -> int:
        fetched.append(number)
        return -number

    assert [-number for number in range(count)] == list(in_order(fetch, range(count), many, uncut))
    assert list(range(count)) == sorted(fetched)
    assert [] == alive()


def test_what_a_call_raises_comes_in_its_order_and_nothing_more_is_begun() -> None:
    fetched: list[int] = []

    def fetch(number: int) -> int:
        fetched.append(number)
        if number == 1:
            raise ValueError(number)
        return number

    results = in_order(fetch, range(100), 3, uncut)
    assert 0 == next(results)
    with pytest.raises(ValueError, match="1"):
        list(results)
    assert [] == alive()
    assert len(fetched) <= 7


def test_closed_early_it_ends_the_waits_that_have_begun() -> None:
    waits, begun, ended = Waits(), threading.Semaphore(0), list[Exception]()

    def fetch(number: int) -> int:
        if number:
            begun.release()
            try:
                waits.timing.sleep(600)
            except WaitEnded as error:
                ended.append(error)
                raise
        return number

    results = in_order(fetch, range(9), 3, waits.timing.cut)
    assert 0 == next(results)
    for _ in range(2):
        assert begun.acquire(timeout=10)
    results.close()
    assert ([], 2) == (alive(), len(ended))


def test_one_that_is_in_a_call_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.live.side_by_side._PATIENCE", 0.01)
    begun, leave = threading.Event(), threading.Event()

    def fetch(number: int) -> int:
        if number:
            begun.set()
            leave.wait(60)
        return number

    results = in_order(fetch, range(3), 2, uncut)
    assert 0 == next(results)
    assert begun.wait(10)
    results.close()
    assert alive()
    assert all(thread.daemon for thread in alive())
    leave.set()
    for thread in alive():
        thread.join(10)
    assert [] == alive()
