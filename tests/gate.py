"""An emulator with a gate before its PUTs, so that a test meets the program at a moment of its choice."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Any, Literal

from syncer.emulator.server import Emulator, Faults
from syncer.net.timing import utc_now
from tests.program import Program

LONG = 300.0
"""Seconds after which something hangs; nothing takes as long, on any machine."""


class Gate:
    """Holds one PUT, the one of a ``number`` from 1, until it is opened; everything else passes."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.puts: Callable[[], int] = lambda: 0
        self._lock = Lock()
        self._reached, self._opened = Event(), Event()
        self.ahead = timedelta()

    def reached(self) -> None:
        """Wait until the PUT is there."""
        assert self._reached.wait(LONG)

    def open(self) -> None:
        """Let it pass."""
        self._opened.set()

    def audit_is_there(self) -> None:
        """Two hours later: the audit of the organization has what happened before."""
        self.ahead = timedelta(hours=2)

    def now(self) -> datetime:
        """The time of day there."""
        return utc_now() + self.ahead

    def pass_by(self, _seconds: float) -> None:
        """What each call does before it is handled; a PUT is counted before that."""
        with self._lock:
            held = not self._reached.is_set() and self.puts() >= self.number
            if held:
                self._reached.set()
        if held:
            self._opened.wait()


@contextmanager
def gated(
    program: Program,
    queues: list[dict[str, Any]],
    number: int,
    lock: Literal["etag", "none"] = "etag",
    audit_delay: float = 0.0,
    denied: tuple[str, ...] = (),
) -> Iterator[Gate]:
    """An emulator with such a gate; ``program`` calls it from now on."""
    gate = Gate(number)
    every_call = Faults(latency=1.0, audit_delay=audit_delay, denied=denied)
    with Emulator(
        queues=queues,
        rate_limit=1_000_000,
        faults=every_call,
        sleep=gate.pass_by,
        lock=lock,
        now=gate.now,
    ) as emulator:
        program.use(emulator)
        gate.puts = program.puts
        try:
            yield gate
        finally:
            gate.open()


def cut_off(program: Program, gate: Gate, when: Callable[[], bool] = lambda: True) -> None:
    """An apply that dies while the PUT at the gate is under way, and ``when`` holds; the PUT is done all the
    same."""
    with program.start("apply", "--auto-approve", "--parallel", "1") as process:
        gate.reached()
        until(when)
        process.kill()
    gate.open()
    until(lambda: len(program.ask("history")["entries"]) == gate.number)


def until(holds: Callable[[], bool]) -> None:
    """Look again and again until it holds."""
    end = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
