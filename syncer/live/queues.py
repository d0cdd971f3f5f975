"""The requests for one queue."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from syncer.errors import BadAnswer
from syncer.live.exchange import Exchange, Prepaid, Request
from syncer.live.response import Answer

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
