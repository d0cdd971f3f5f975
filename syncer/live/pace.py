"""The rate of calls to the API, shared by all workers."""

import threading
from collections import deque
from dataclasses import dataclass, replace

from syncer.live.spending import Spending
from syncer.model.settings import Pace
from syncer.net.timing import LONGEST_WAIT, Timing

_LITTLE = 0.2
"""Below this share of the allowed requests, the rest is spread over the remaining time."""

_AN_INSTANT = 1e-6
"""Seconds too short to sleep: rounding errors."""


@dataclass(slots=True)
class _Turn:
    """The moment at which the last of some ``requests`` may go, and how far the schedule is then.

    ``usual`` is the theoretical arrival time of the algorithm. All are seconds on the clock.
    """

    requests: int
    moment: float = float("-inf")
    usual: float = float("-inf")


class TokenBucket:
    """A token bucket with a fair queue: the first to ask goes first.

    It is kept as a schedule (the generic cell rate algorithm, ITU-T I.371), not as a count: each caller
    has a turn, and sleeps until then outside the lock. Turns that have not come yet are scheduled again
    whenever the server reports something else, so that none waits for a limit that is gone; after a pause
    they come one after the other instead of all at once.
    """

    def __init__(self, pace: Pace, timing: Timing) -> None:
        self._interval = 1.0 / pace.requests_per_second
        self._slack = (max(1, pace.burst) - 1) * self._interval
        self._timing = timing
        self._lock = threading.Lock()
        self._last = _Turn(0)
        self._waiting: deque[_Turn] = deque()
        self._paused_until = float("-inf")
        self._slow_interval = 0.0
        self._slow_until = float("-inf")
        self._spending = Spending()

    def acquire(self, requests: int = 1) -> None:
        """Wait until as many ``requests`` may be sent, one right after the other.

        They take places that follow each other, and are sent when it is the turn of the last one: so they may
        come closer together than the bucket would let them, but never sooner.
        """
        turn = self._book(requests)
        while (wait := self._seconds_until(turn)) > _AN_INSTANT:
            self._timing.wait(wait, "asked to wait" if self.paused else "at the pace of the API: waiting")

    @property
    def paused(self) -> bool:
        """Whether all requests are paused now."""
        with self._lock:
            return self._timing.clock() < self._paused_until

    def pause(self, seconds: float) -> None:
        """Pause all requests for ``seconds`` from now, including those that wait already.

        Pauses overlap, they don't add up. After a pause there is no burst.
        """
        with self._lock:
            now = self._now()
            self._pause(now + seconds)
            self._schedule(now)

    def observe(self, count: int, allowed: int, reset: float) -> None:
        """Take into account what the server reports: ``count`` of ``allowed`` requests are used, and
        ``reset`` seconds are left.

        The rule: ``left = allowed - count``. Nothing left: a pause of ``reset`` seconds. Fewer than a
        fifth of ``allowed`` left, or others use it too: until the reset, requests are at least
        ``reset / room`` seconds apart, without bursts, where ``room`` is what is left for this process
        (:class:`Spending`). Otherwise, and after the reset, the usual pace. Invalid figures change
        nothing.
        """
        if allowed <= 0 or count < 0 or not 0 < reset <= LONGEST_WAIT:
            return
        with self._lock:
            now = self._now()
            self._spending.note(now, count, reset)
            left = allowed - self._spending.count
            self._slow_interval = 0.0
            if left <= 0:
                self._pause(now + reset)
            elif left < allowed * _LITTLE or self._spending.others:
                self._slow_interval = min(reset, reset / self._spending.room(left, reset))
                self._slow_until = now + reset
            self._schedule(now)

    def _now(self) -> float:
        """The time; turns that have come by then wait no longer."""
        now = self._timing.clock()
        while self._waiting and self._waiting[0].moment <= now + _AN_INSTANT:
            self._last = self._waiting.popleft()
        return now

    def _book(self, requests: int) -> _Turn:
        turn = _Turn(requests)
        with self._lock:
            now = self._now()
            self._place(turn, self._waiting[-1] if self._waiting else self._last, now)
            self._waiting.append(turn)
        return turn

    def _schedule(self, now: float) -> None:
        """Schedule all waiting requests again, as of ``now``."""
        before = self._last
        for turn in self._waiting:
            self._place(turn, before, now)
            before = turn

    def _place(self, turn: _Turn, before: _Turn, now: float) -> None:
        start = max(now, self._paused_until)
        slow = self._slow_interval > self._interval
        moment, usual = before.moment, before.usual
        for _ in range(turn.requests):
            if slow and start < self._slow_until:
                spaced = max(start, usual - self._slack, moment + self._slow_interval)
                if (
                    spaced >= self._slow_until
                ):  # the limit is over by then, at the usual pace and without a burst
                    usual, spaced = max(usual, self._slow_until + self._slack), self._slow_until
            else:
                spaced = start
            moment = max(spaced, usual - self._slack)
            usual = max(moment, usual) + self._interval
        turn.moment, turn.usual = moment, usual

    def _seconds_until(self, turn: _Turn) -> float:
        with self._lock:
            return turn.moment - self._timing.clock()

    def _pause(self, until: float) -> None:
        if until > self._paused_until:
            self._paused_until = until
            self._last = replace(self._last, usual=max(self._last.usual, until + self._slack))
