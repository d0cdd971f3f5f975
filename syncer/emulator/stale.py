"""Reads out of a cache: what they see is the organization as it was some seconds ago."""

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Protocol

from syncer.emulator.rows import Row, Search
from syncer.emulator.store import Store


class Reads(Protocol):
    """The reads of queues."""

    def get(self, queue_id: str) -> Row:
        """One queue; raises :class:`~syncer.emulator.wire.AnswerError` 404."""

    def page(self, search: Search, *, limit: int, offset: int) -> tuple[int, list[Row]]:
        """How many queues are found, and those of one page."""


class StaleReads:
    """Reads of ``store`` as it was ``seconds`` ago; ``clock`` counts seconds.

    A second store follows the first: each write is done to it when it is old enough. ``count`` is called for
    each read while it has not caught up.
    """

    def __init__(
        self, store: Store, seconds: float, *, clock: Callable[[], float], count: Callable[[], None]
    ) -> None:
        self._store = store
        self._seconds = seconds
        self._clock = clock
        self._count = count
        self._lock = Lock()
        self._due: deque[tuple[float, str, Row | None]] = deque()
        self._shown = Store(":memory:", ())
        self.reset()
        store.written = self._written

    def get(self, queue_id: str) -> Row:
        """One queue; raises :class:`~syncer.emulator.wire.AnswerError` 404."""
        self._catch_up()
        return self._shown.get(queue_id)

    def page(self, search: Search, *, limit: int, offset: int) -> tuple[int, list[Row]]:
        """How many queues are found, and those of one page, sorted by name and id."""
        self._catch_up()
        return self._shown.page(search, limit=limit, offset=offset)

    def reset(self) -> None:
        """See what the store is now."""
        rows = [self._store.get(queue_id) for queue_id in self._store.ids()]
        with self._lock:
            self._due.clear()
            for queue_id in self._shown.ids():
                self._shown.mirror(queue_id, None)
            for row in rows:
                self._shown.mirror(row.id, row)

    def close(self) -> None:
        """Close the second store."""
        self._shown.close()

    def _written(self, queue_id: str, row: Row | None) -> None:
        with self._lock:
            self._due.append((self._clock() + self._seconds, queue_id, row))

    def _catch_up(self) -> None:
        with self._lock:
            while self._due and self._due[0][0] <= self._clock():
                _, queue_id, row = self._due.popleft()
                self._shown.mirror(queue_id, row)
            if self._due:
                self._count()
