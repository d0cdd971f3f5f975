"""The pace at which live is called, shared by all workers."""

import threading

from syncer.live.spending import Spending
from syncer.model.settings import Pace
from syncer.net.timing import LONGEST_WAIT, Timing

_LITTLE = 0.2
"""The share of the allowed requests below which what is left is spread over the time that is left."""

_AN_INSTANT = 1e-6
"""Seconds too short to sleep: what rounding leaves over."""


class TokenBucket:
    """A token bucket with a fair queue: who asks first goes first.

    It is kept as a schedule (the generic cell rate algorithm, ITU-T I.371), not as a count: each caller
    gets a moment of its own and sleeps until then, outside the lock. Moments are in *bucket time*, which
    stands still during a pause; so those who already have their moment wait the pause out too, and come
    back one after the other instead of all at once.
    """

    def __init__(self, pace: Pace, timing: Timing) -> None:
        self._interval = 1.0 / pace.requests_per_second
        self._slack = (max(1, pace.burst) - 1) * self._interval
        self._timing = timing
        self._lock = threading.Lock()
        self._next = float("-inf")
        self._stood_still = 0.0
        self._paused_until = float("-inf")
        self._slow_interval = 0.0
        self._slow_until = float("-inf")
        self._spending = Spending()

    def acquire(self, requests: int = 1) -> None:
        """Wait until as many ``requests`` may be sent, one right after the other.

        They take places that follow each other, and are sent when it is the turn of the last one: so they may
        come closer together than the bucket would let them, but never sooner.
        """
        moment = self._reserve(requests)
        while (wait := self._seconds_until(moment)) > _AN_INSTANT:
            self._timing.wait(wait, "asked to wait" if self.paused else "at the pace of live: waiting")

    @property
    def paused(self) -> bool:
        """Whether nobody is let through just now."""
        with self._lock:
            return self._timing.clock() < self._paused_until

    def pause(self, seconds: float) -> None:
        """Let nobody through for ``seconds`` from now, those who already wait included.

        Pauses overlap, they don't add up. After a pause there is no burst.
        """
        with self._lock:
            self._pause(seconds)

    def observe(self, count: int, allowed: int, reset: float) -> None:
        """Heed what the server says: ``count`` of ``allowed`` requests are used, ``reset`` seconds are left.

        The rule: ``left = allowed - count``. Nothing left: a pause of ``reset`` seconds. Fewer than a
        fifth of ``allowed`` left, or others spend of it too: until the reset, requests are at least
        ``reset / room`` seconds apart, without bursts, where ``room`` is what is left for this process
        (:class:`Spending`). Otherwise the usual pace. Figures that make no sense change nothing.
        """
        if allowed <= 0 or count < 0 or not 0 < reset <= LONGEST_WAIT:
            return
        left = allowed - count
        with self._lock:
            now = self._timing.clock()
            self._spending.note(now, count, reset)
            self._slow_interval = 0.0
            if left <= 0:
                self._pause(reset)
            elif left < allowed * _LITTLE or self._spending.others:
                self._slow_interval = min(reset, reset / self._spending.room(left, reset))
                self._slow_until = now + reset

    def _reserve(self, requests: int) -> float:
        with self._lock:
            real = self._timing.clock()
            now = real - self._stood_still
            slow = self._slow_interval > self._interval and real < self._slow_until
            interval, slack = (self._slow_interval, 0.0) if slow else (self._interval, self._slack)
            for _ in range(requests):
                moment = max(now, self._next - slack)
                self._next = max(moment, self._next) + interval
            return moment

    def _seconds_until(self, moment: float) -> float:
        with self._lock:
            return moment + self._stood_still - self._timing.clock()

    def _pause(self, seconds: float) -> None:
        real = self._timing.clock()
        from_here = max(real, self._paused_until)
        more = real + seconds - from_here
        if more <= 0:
            return
        # The end of the running pause, if there is one, is where bucket time stands.
        stands_at = from_here - self._stood_still
        self._next = max(self._next, stands_at + self._slack)
        self._paused_until = from_here + more
        self._stood_still += more
