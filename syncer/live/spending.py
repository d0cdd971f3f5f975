"""Who uses the requests that the API allows: this process, and others with the same credentials.

The API counts the requests of all of them. Requests that were answered to this process are its own, the rest
are those of others.

An answer is from the window that ends when it says. If no known window does, it is the first one from a new
window, where one is over; else it is from another node of the API, which counts for itself. What that node
counted before its first answer may be long ago, and is no sign of others.
"""

from collections import deque
from dataclasses import dataclass

RECENT = 10.0
"""Seconds over which rates are taken."""

NOISE = 0.5
"""Requests per second to ignore: own ones that are counted but not answered yet."""

_SHORTEST = 1.0

_APART = 2.0
"""Seconds by which the ends of one window may differ: the API states whole seconds, and answers take time."""


@dataclass(slots=True)
class _Window:
    """When it ends at the latest, the most requests that an answer counted, and whether a new one began."""

    ends: float
    count: int
    followed: bool = False


class Spending:
    """Tracks answers, and estimates how many requests per second others send. Not thread-safe.

    Answers may come in another order than they were counted in.
    """

    def __init__(self) -> None:
        self._answered = 0
        self._counted = 0
        self._windows: list[_Window] = []
        self._seen: deque[tuple[float, int, int]] = deque()

    def note(self, now: float, count: int, reset: float) -> None:
        """An answer came ``now``, with ``count`` requests counted, ``reset`` seconds before a new window."""
        self._answered += 1
        self._counted += self._rise(now, count, now + reset)
        self._windows = [window for window in self._windows if window.ends > now - RECENT]
        self._seen.append((now, self._answered, self._counted))
        while len(self._seen) > 2 and now - self._seen[0][0] > RECENT:
            self._seen.popleft()

    def _rise(self, now: float, count: int, ends: float) -> int:
        """How many requests an answer shows that none before it did."""
        for window in self._windows:
            if abs(window.ends - ends) <= _APART:
                before, window.count = window.count, max(window.count, count)
                window.ends = min(window.ends, ends)
                return window.count - before
        over = [window for window in self._windows if window.ends <= now and not window.followed]
        self._windows.append(_Window(ends, count))
        if not over:
            return 1
        over[0].followed = True
        return count

    @property
    def count(self) -> int:
        """The most requests that an answer counted in the window that ends last: others may overtake it."""
        return max(self._windows, key=lambda window: window.ends).count

    @property
    def own(self) -> float:
        """Recent requests per second of this process."""
        (since, before, _), (until, now, _) = self._seen[0], self._seen[-1]
        return (now - before) / max(until - since, _SHORTEST)

    @property
    def others(self) -> float:
        """Recent requests per second of others; 0 if there are none."""
        (since, own_before, all_before), (until, own, every) = self._seen[0], self._seen[-1]
        rate = ((every - all_before) - (own - own_before)) / max(until - since, _SHORTEST)
        return rate if rate > NOISE else 0.0

    def room(self, left: int, reset: float) -> float:
        """How many of the requests that are ``left`` are for this process, until the ``reset``: what others
        don't use at their rate, and at least its share of all requests."""
        others = self.others
        share = self.own / (self.own + others) if others else 1.0
        return max(left - others * reset, left * share)
