"""The requests of one write that no etag guards: read, decide, PUT, read back.

::

    begin ──pace, token──▶ GET ─ decide ─ PUT ─▶ GET          nothing is waited for from the first to the last
      ▲                                    │
      └──────────── NotTaken ◀─────────────┘                  each wait leads back to another read

What somebody else changes between the GET and the PUT is overwritten. So all that may take long is done
before the GET.
"""

from collections.abc import Mapping
from typing import Any

from syncer.live.exchange import Exchange, Prepaid
from syncer.live.queues import fetch_queue, replace_queue
from syncer.live.response import Answer

REQUESTS = 3
"""A GET, the PUT, and the GET that reads back."""


class Turn:
    """One write of one queue, for one thread; ``window_ms`` is how long its newest window stood open."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._prepaid = Prepaid()
        self._read_at = 0.0
        self.window_ms = 0.0

    def begin(self) -> None:
        """Wait until all of its requests may go out at once, with a token for all of them."""
        self._exchange.prepay(self._prepaid, REQUESTS)

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        """The JSON of the queue; raises NotFound."""
        answer = fetch_queue(self._exchange, queue_id, self._prepaid)
        self._read_at = answer.sent_at
        return answer.body

    def put_queue(self, queue_id: str, body: Mapping[str, Any], etag: str) -> Answer:
        """Replace the queue, as :meth:`syncer.live.client.Client.put_queue` does.

        The window is measured from the sending of the newest GET to the end of this: nobody outside of the
        server knows when, within a request, it reads and stores. A GET that is answered out of a cache may be
        older still.
        """
        try:
            return replace_queue(self._exchange, queue_id, body, etag, self._prepaid)
        finally:
            self.window_ms = (self._exchange.clock() - self._read_at) * 1000
