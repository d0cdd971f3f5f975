"""Waits that are announced before they start, and that end early if nothing more is to be started."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from syncer.errors import DeadlineOver, WaitEnded
from syncer.model.quick_dataclass import quick_dataclass
from syncer.net.timing import REAL_TIME, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

NOTICEABLE = 5.0
"""Seconds; a shorter wait is neither announced nor ended early."""

_SLICE = 0.2
"""Seconds between checks whether a wait should end. A handler of signals may only set a flag:
an event that it sets has a lock, which the thread that it interrupts may hold."""

_LONGER = 2.0
"""While one wait lasts, another is announced only if it takes this many times the rest of the first: waits of
many threads are one wait to an observer."""


@quick_dataclass(frozen=True, slots=True)
class Wait:
    """A wait of ``seconds`` that starts now; ``until`` is when it ends, in seconds since 1970.

    ``why`` is its reason, in words that precede the seconds: ``asked to wait``.
    """

    why: str
    seconds: float
    until: float


@quick_dataclass(frozen=True, slots=True)
class Ending:
    """Why nothing more is started, and so no wait lasts longer. ``late``: because a deadline has passed."""

    reason: str
    late: bool = False


CUT: Final = Ending("the work was stopped")


class Waits:
    """The waits of one use case, in all of its threads.

    ``told`` receives each noticeable wait. ``ending`` returns why waits should end, None while they
    shouldn't; it is called often. The owner of the waits sets both.
    """

    def __init__(self, real: Timing = REAL_TIME) -> None:
        self.told: Callable[[Wait], None] = lambda _: None
        self.ending: Callable[[], Ending | None] = lambda: None
        self.timing = replace(real, sleep=self.sleep, announce=self.announce, cut=self.cut)
        self._real = real
        self._lock = threading.Lock()
        self._announced_until = float("-inf")
        self._is_cut = False

    def cut(self, is_cut: bool) -> None:
        """End noticeable waits at once from now on; with False, no longer."""
        self._is_cut = is_cut

    def announce(self, seconds: float, why: str) -> None:
        """Announce a wait that starts now, unless it is short or ends at once, or a similar one was
        announced."""
        if seconds <= NOTICEABLE or self.ending():
            return
        now = self._real.clock()
        with self._lock:
            news = seconds > _LONGER * (self._announced_until - now)
            if news:
                self._announced_until = now + seconds
        if news:
            self.told(Wait(why, seconds, self._real.wall() + seconds))

    def left(self) -> float:
        """Remaining seconds of the announced wait; 0 without one."""
        return max(0.0, self._announced_until - self._real.clock())

    def sleep(self, seconds: float) -> None:
        """Let time pass. Raises WaitEnded in a noticeable wait, soon after it was requested."""
        if seconds <= NOTICEABLE:
            self._real.sleep(seconds)
            return
        left = seconds
        while left > 0:
            if ending := self.ending() or (CUT if self._is_cut else None):
                raise ended_by(ending)
            self._real.sleep(min(left, _SLICE))
            left -= _SLICE


def ended_by(ending: Ending) -> WaitEnded:
    """The error of a wait that was ended."""
    error = DeadlineOver if ending.late else WaitEnded
    return error(f"{ending.reason} during a wait", hint="Run the same command again: it continues from here.")
