"""The handlers of ``/api/v2``: queues, and the organisation they belong to."""

from collections.abc import Callable
from http import HTTPStatus
from math import ceil
from typing import Literal
from urllib.parse import urlencode
from uuid import uuid4

from syncer.emulator.documents import (
    Document,
    check_etag,
    check_write,
    created,
    read_object,
    replaced,
)
from syncer.emulator.store import Row, Search, Store, Write
from syncer.emulator.wire import AnswerError, Call, Headers, Reply, bad_request, json_reply, json_text

Lock = Literal["etag", "none"]

LIST_PATH = "/api/v2/routing/queues"
PAGE_SIZE = 25
LARGEST_PAGE = 500
LAST_PAGE = 1_000_000_000

ORGANISATION = {
    "id": "5b0d1f2e-7a34-4f0c-8d57-1c9e0a6b2f43",
    "name": "Emulated Organisation",
    "defaultLanguage": "en-us",
    "defaultCountryCode": "DE",
    "domain": "emulated",
    "version": 1,
    "state": "active",
    "selfUri": "/api/v2/organizations/me",
}


class Queues:
    """Reads and writes queues; with ``lock`` ``none`` there are no etags, as in the real API.

    ``now`` gives the time of a write as the API writes it.
    """

    def __init__(self, store: Store, *, lock: Lock, now: Callable[[], str]) -> None:
        self._store = store
        self._etags = lock == "etag"
        self._now = now

    def shown(self, row: Row) -> str:
        """The JSON text of a queue as a caller sees it."""
        return f'{row.text[:-1]},"_etag":{json_text(row.etag)}}}' if self._etags else row.text

    def organisation(self, _call: Call, _id: str) -> Reply:
        """``GET /api/v2/organizations/me``."""
        return json_reply(ORGANISATION)

    def list(self, call: Call, _id: str) -> Reply:
        """``GET /api/v2/routing/queues``: one page, made of the stored texts without parsing them."""
        number = _positive(call, "pageNumber", 1)
        size = min(_positive(call, "pageSize", PAGE_SIZE), LARGEST_PAGE)
        search = Search(
            name=call.asked("name", ""),
            ids=tuple(call.query.get("id", ())),
            descending=call.asked("sortOrder", "asc").lower().startswith("desc"),
        )
        total, rows = self._store.page(search, limit=size, offset=(number - 1) * size)
        about = {
            "pageSize": size,
            "pageNumber": number,
            "total": total,
            "pageCount": ceil(total / size),
            **_links(call, number=number, size=size, last=max(1, ceil(total / size))),
        }
        entities = ",".join(map(self.shown, rows))
        text = f'{{"entities":[{entities}],{json_text(about)[1:]}'
        return Reply(HTTPStatus.OK, text.encode())

    def get(self, _call: Call, queue_id: str) -> Reply:
        """``GET /api/v2/routing/queues/{id}``."""
        return self._one(self._store.get(queue_id))

    def put(self, call: Call, queue_id: str) -> Reply:
        """``PUT /api/v2/routing/queues/{id}``: replaces the whole queue, if the etag sent is current."""
        body = read_object(call.body)

        def change(row: Row) -> Document:
            self._check_lock(row, call, body)
            old = row.document
            document = replaced(old, body, now=self._now(), by=call.client)
            check_write(document, exists=self._store.has)
            if document["name"] != old["name"]:
                self._check_name(document)
            return document

        return self._one(self._store.rewrite(queue_id, change, _write(call)))

    def post(self, call: Call, _id: str) -> Reply:
        """``POST /api/v2/routing/queues``: creates a queue and answers 200."""
        document = created(read_object(call.body), str(uuid4()), now=self._now(), by=call.client)

        def check() -> None:
            check_write(document, exists=self._store.has)
            self._check_name(document)

        return self._one(self._store.create(document, _write(call), check=check))

    def delete(self, call: Call, queue_id: str) -> Reply:
        """``DELETE /api/v2/routing/queues/{id}``."""
        self._store.delete(queue_id, lambda row: self._check_lock(row, call, {}), _write(call))
        return Reply(HTTPStatus.NO_CONTENT)

    def _one(self, row: Row) -> Reply:
        headers: Headers = (("ETag", f'"{row.etag}"'),) if self._etags else ()
        return Reply(HTTPStatus.OK, self.shown(row).encode(), headers)

    def _check_lock(self, row: Row, call: Call, body: Document) -> None:
        if self._etags:
            check_etag(row.etag, if_match=call.headers.get("if-match"), in_body=body.get("_etag"))

    def _check_name(self, document: Document) -> None:
        if set(self._store.named(document["name"])) - {document["id"]}:
            raise AnswerError(HTTPStatus.CONFLICT, "conflict", "There is a queue with this name already.")


def _write(call: Call) -> Write:
    return Write(call.method, "client", call.correlation_id)


def _positive(call: Call, name: str, default: int) -> int:
    text = call.asked(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= LAST_PAGE):
        raise bad_request(f"{name} has to be a whole number of at least 1.")
    return int(text)


def _links(call: Call, *, number: int, size: int, last: int) -> dict[str, str]:
    """The addresses of a page and its neighbours, with whatever else was asked for."""
    rest = [
        (key, value)
        for key, values in call.query.items()
        if key not in ("pageNumber", "pageSize")
        for value in values
    ]

    def uri(page: int) -> str:
        return f"{LIST_PATH}?{urlencode([('pageSize', size), ('pageNumber', page), *rest])}"

    links = {"firstUri": uri(1), "selfUri": uri(number), "lastUri": uri(last)}
    if number < last:
        links["nextUri"] = uri(number + 1)
    if number > 1:
        links["previousUri"] = uri(number - 1)
    return links
