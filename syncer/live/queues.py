"""The requests for one queue, and those of one write that no etag guards: read, decide, PUT, read back.

::

    begin ──pace, token──▶ GET ─ decide ─ PUT ─▶ GET          nothing is waited for from the first to the last
      ▲                                    │
      └──────────── NotTaken ◀─────────────┘                  each wait leads back to another read

What somebody else changes between the GET and the PUT is overwritten. So all that may take long is done
before the GET.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from syncer.errors import BadAnswer
from syncer.live.exchange import Exchange, Prepaid, Request
from syncer.live.responses import Answer

QUEUES = "/api/v2/routing/queues"
READ = "routing:queue:read"
WRITE = "routing:queue:write"

_QUEUE = f"{QUEUES}/{{id}}"


def fetch_queue(exchange: Exchange, queue_id: str, prepaid: Prepaid | None = None) -> Answer:
    """The answer whose body is the JSON of one queue; raises NotFound."""
    path = f"{QUEUES}/{segment(queue_id)}"
    answer = exchange.answer(Request("GET", _QUEUE, path, READ), prepaid)
    if answer.body.get("id") != queue_id:
        raise BadAnswer(f"GET {path}: the answer is about another queue.")
    return answer


def replace_queue(
    exchange: Exchange, queue_id: str, body: Mapping[str, Any], etag: str, prepaid: Prepaid | None = None
) -> Answer:
    """Replace one queue; see :meth:`syncer.live.client.Client.put_queue`."""
    path = f"{QUEUES}/{segment(queue_id)}"
    content = json.dumps(body, allow_nan=False).encode("ascii")
    request = Request("PUT", _QUEUE, path, WRITE, content, _conditions(etag))
    answer = exchange.answer(request, prepaid)
    return answer if answer.body.get("id") == queue_id else replace(answer, body={})


def segment(queue_id: str) -> str:
    """``queue_id`` as one segment of a path; raises BadAnswer for an id that can't be one."""
    try:
        quoted = quote(queue_id, safe="")
    except UnicodeEncodeError:
        quoted = ""
    if quoted in ("", ".", ".."):
        raise BadAnswer(f"{queue_id[:80]!a} can't be the id of a queue.")
    return quoted


def _conditions(etag: str) -> dict[str, str]:
    """The headers of a write; the etag goes out exactly as it was read."""
    if not (etag.isascii() and etag.isprintable() and etag == etag.strip()):
        raise BadAnswer("The queue's _etag holds characters that can't be sent.")
    return {"Content-Type": "application/json"} | ({"If-Match": etag} if etag else {})


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
