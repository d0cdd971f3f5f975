"""Rate limiting: so many calls a token in each window of a minute."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from threading import Lock

from syncer.emulator.wire import AnswerError, Headers

WINDOW = 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Where a token stands: ``count`` calls of ``allowed``, and ``reset`` seconds to the next window."""

    count: int
    allowed: int
    reset: int

    @property
    def headers(self) -> Headers:
        """The three headers that every answer of the API carries."""
        return (
            ("inin-ratelimit-count", str(self.count)),
            ("inin-ratelimit-allowed", str(self.allowed)),
            ("inin-ratelimit-reset", str(self.reset)),
        )


class RateLimit:
    """Counts calls per token; ``clock`` gives seconds that never run backwards."""

    def __init__(self, allowed: int, *, clock: Callable[[], float]) -> None:
        self._allowed = allowed
        self._clock = clock
        self._lock = Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def take(self, token: str) -> Usage:
        """Count one call; whether it is one too many is for :func:`check` to say."""
        with self._lock:
            now = self._clock()
            self._windows = {key: window for key, window in self._windows.items() if window[0] > now}
            end, count = self._windows.get(token, (now + WINDOW, 0))
            self._windows[token] = (end, count + 1)
            return Usage(count + 1, self._allowed, ceil(end - now))


def check(usage: Usage) -> None:
    """Raise :class:`AnswerError` 429 when the calls of this window are used up."""
    if usage.count > usage.allowed:
        raise too_many(usage.reset)


def too_many(seconds: int) -> AnswerError:
    """429 with the body and the ``Retry-After`` of the real API."""
    return AnswerError(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too.many.requests.retry.after",
        f"Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds",
        headers=(("Retry-After", str(seconds)),),
    )
