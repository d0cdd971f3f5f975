"""Who uses the requests that the API allows: this process, and others with the same credentials.

The API counts the requests of all of them. Requests that were answered to this process are its own, the rest
are those of others.
"""

from collections import deque

RECENT = 10.0
"""Seconds over which rates are taken."""

NOISE = 0.5
"""Requests per second to ignore: own ones that are counted but not answered yet."""

_SHORTEST = 1.0


class Spending:
    """Tracks answers, and estimates how many requests per second others send. Not thread-safe.

    Answers may come in another order than they were counted in.
    """

    def __init__(self) -> None:
        self._answered = 0
        self._counted = 0
        self._count = 0
        self._ends = 0.0
        self._seen: deque[tuple[float, int, int]] = deque()

    def note(self, now: float, count: int, reset: float) -> None:
        """An answer came ``now``, with ``count`` requests counted, ``reset`` seconds before a new window."""
        self._answered += 1
        ends = now + reset
        if not self._seen:
            self._counted, self._count, self._ends = self._answered, count, ends
        elif ends > self._ends + 1:
            self._counted, self._count, self._ends = self._counted + count, count, ends
        elif ends >= self._ends - 1 and count > self._count:  # else it comes late, from the window before
            self._counted, self._count = self._counted + count - self._count, count
        self._seen.append((now, self._answered, self._counted))
        while len(self._seen) > 2 and now - self._seen[0][0] > RECENT:
            self._seen.popleft()

    @property
    def count(self) -> int:
        """The most requests that an answer counted in the newest window: others may overtake it."""
        return self._count

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
