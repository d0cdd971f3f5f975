"""Ctrl-C and SIGTERM as a question to stop."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from syncer.applying.engine import INTERRUPTED, Stop


@contextmanager
def interruptible(stop: Stop) -> Iterator[None]:
    """Ctrl-C and SIGTERM ask ``stop``: the PUT in flight is finished. A second one ends at once; the journal
    then tells the next run where this one stood.

    Outside of the main thread of a program nothing is changed: only that one may handle signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.reason:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.ask(INTERRUPTED)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
