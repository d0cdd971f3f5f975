"""The requests for one queue, and who edited it last."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from syncer.errors import BadAnswer
from syncer.live.exchange import Exchange, Prepaid
from syncer.live.request import Request
from syncer.live.responses import Answer
from syncer.live.rights import EDIT, VIEW
from syncer.live.wire import state_digest
from syncer.model.json_values import clean, one_line
from syncer.model.queue import Edit, LiveQueue
from syncer.net.timing import from_rfc3339

_LONGEST = 120


def last_edit(raw: Mapping[str, Any]) -> Edit:
    """``modifiedBy`` and ``dateModified`` of a queue's JSON; missing or invalid values are empty.

    Some answers name the person by id only, others by an object with id and name.
    """
    who = raw.get("modifiedBy")
    by = who if isinstance(who, Mapping) else {"id": who}
    return Edit(id=_text(by.get("id")), name=_text(by.get("name")), at=_text(raw.get("dateModified")))


def _text(value: object) -> str:
    return clean(value, longest=_LONGEST) if isinstance(value, str) else ""


def is_older(raw: Mapping[str, Any], than: Mapping[str, Any]) -> bool:
    """Whether ``raw`` was modified before ``than``; False if either has no date."""
    dates = [state.get("dateModified") for state in (raw, than)]
    try:
        one, other = (from_rfc3339(date) for date in dates if isinstance(date, str))
        return one < other
    except (ValueError, TypeError):
        return False


def is_other(stored: LiveQueue, before: LiveQueue) -> bool:
    """Whether the server itself shows that ``stored`` is not the state ``before``: by another etag or
    date."""
    if before.etag:
        return stored.etag not in ("", before.etag)
    date = stored.raw.get("dateModified")
    return isinstance(date, str) and date != before.raw.get("dateModified")


def mark_of(queue: LiveQueue) -> str:
    """Identifies this state of a queue: its etag, else its JSON and modification date."""
    return queue.etag or f"{state_digest(queue.raw)} {queue.raw.get('dateModified')}"


QUEUES = "/api/v2/routing/queues"

_QUEUE = f"{QUEUES}/{{id}}"


def fetch_queue(exchange: Exchange, queue_id: str, prepaid: Prepaid | None = None) -> Answer:
    """The answer whose body is the JSON of one queue; raises NotFound.

    An empty answer, or one about another queue, is requested again like every invalid one; in the end it
    raises BadAnswer.
    """
    path = f"{QUEUES}/{segment(queue_id)}"

    def check(body: Mapping[str, Any]) -> None:
        if body.get("id") != queue_id:
            raise BadAnswer(f"GET {path}: the response is about another queue.")

    return exchange.answer(Request("GET", _QUEUE, path, VIEW, check=check), prepaid)


def replace_queue(
    exchange: Exchange, queue_id: str, body: Mapping[str, Any], etag: str, prepaid: Prepaid | None = None
) -> Answer:
    """Replace one queue; see :meth:`syncer.live.client.Client.put_queue`."""
    path = f"{QUEUES}/{segment(queue_id)}"
    content = one_line(body).encode("ascii")
    request = Request("PUT", _QUEUE, path, EDIT, content, _conditions(etag))
    answer = exchange.answer(request, prepaid)
    return answer if answer.body.get("id") == queue_id else replace(answer, body={})


def segment(id_: str, what: str = "a queue") -> str:
    """The id of ``what`` as one segment of a path; raises BadAnswer for an id that can't be one."""
    try:
        quoted = quote(id_, safe="")
    except UnicodeEncodeError:
        quoted = ""
    if quoted in ("", ".", ".."):
        raise _unsent(f"{id_[:80]!a} can't be the id of {what}.")
    return quoted


def _conditions(etag: str) -> dict[str, str]:
    """The headers of a write; the etag goes out exactly as it was read."""
    if not (etag.isascii() and etag.isprintable() and etag == etag.strip()):
        raise _unsent("The queue's _etag contains characters that can't be sent.")
    return {"Content-Type": "application/json"} | ({"If-Match": etag} if etag else {})


def _unsent(message: str) -> BadAnswer:
    """The error if nothing was sent because of an earlier answer."""
    error = BadAnswer(message)
    error.attempts, error.reached = 0, False
    return error


REQUESTS = 3
"""A GET, the PUT, and the GET that reads back."""


class Turn:
    """One write of one queue, for one thread; ``window_ms`` is how long its newest window was open."""

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

        The window is measured from the sending of the newest GET to the end of this: when the server reads
        and stores within a request is not known outside of it. A GET that is answered from a cache may be
        even older.
        """
        try:
            return replace_queue(self._exchange, queue_id, body, etag, self._prepaid)
        finally:
            self.window_ms = (self._exchange.clock() - self._read_at) * 1000
