"""Ctrl-C and SIGTERM as a question to stop."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from syncer.app.session import interruptible
from syncer.applying.engine import Stop

BOTH = (signal.SIGINT, signal.SIGTERM)


@pytest.mark.parametrize("number", BOTH)
def test_a_signal_asks_to_stop_and_the_handlers_come_back(number: signal.Signals) -> None:
    before = [signal.getsignal(each) for each in BOTH]
    stop = Stop()
    with interruptible(stop):
        signal.raise_signal(number)
    assert "interrupted" == stop.reason
    assert before == [signal.getsignal(each) for each in BOTH]


def test_a_thread_leaves_the_signals_of_its_program_alone() -> None:
    before = [signal.getsignal(each) for each in BOTH]

    def look() -> list[object]:
        with interruptible(Stop()):
            return [signal.getsignal(each) for each in BOTH]

    with ThreadPoolExecutor(1) as pool:
        assert before == pool.submit(look).result()
