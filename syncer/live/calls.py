"""Counts of the requests that were made, for reports."""

import threading
from collections import Counter


class Calls:
    """A counter that many threads may use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def count(self, what: str) -> None:
        """One more of ``what``: a method with its route (``GET /api/v2/…``), ``429`` or ``retries``."""
        with self._lock:
            self._counts[what] += 1

    def so_far(self) -> dict[str, int]:
        """A copy of all counts, sorted by name."""
        with self._lock:
            return dict(sorted(self._counts.items()))
