"""The handlers of queues, and one page of a list, as every list of the API is served."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Any, Literal
from urllib.parse import quote, urlencode
from uuid import uuid4

from syncer.emulator.dialects import GENESYS_CLOUD, MIXED, Dialect, kept
from syncer.emulator.directory import Directory, find, reference
from syncer.emulator.documents import Document, check_etag, created, read_ids, read_object, replaced
from syncer.emulator.kinds.kind import Known, division_of
from syncer.emulator.kinds.registry import faults_of, with_ids
from syncer.emulator.loading import completed
from syncer.emulator.rows import Row, Search, Write
from syncer.emulator.stale import Reads
from syncer.emulator.store import Store
from syncer.emulator.wire import (
    AnswerError,
    Call,
    Headers,
    Reply,
    bad_request,
    json_reply,
    json_text,
    missing_permission,
    not_found,
)

PAGE_SIZE = 25
LARGEST = 500
LAST_PAGE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is asked for, counted from 1, and how many entries it has at most."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """How many entries stand before this page."""
        return (self.number - 1) * self.size


def asked_page(call: Call, largest: int = LARGEST) -> Page:
    """The page a call asks for; raises :class:`~syncer.emulator.wire.AnswerError` 400."""
    size = min(_positive(call, "pageSize", PAGE_SIZE), largest)
    return Page(_positive(call, "pageNumber", 1), size)


def asked_ids(call: Call, name: str = "id") -> tuple[str, ...]:
    """The ids of a query parameter: it may be there often, hold several with commas between, or be empty."""
    given = list(filter(None, call.query.get(name, [])))
    return tuple(dict.fromkeys((*given, *(part for text in given for part in text.split(",")))))


def about(call: Call, page: Page, total: int) -> dict[str, Any]:
    """All of a page but its entries: figures and links."""
    count = ceil(total / page.size)
    return {
        "pageSize": page.size,
        "pageNumber": page.number,
        "total": total,
        "pageCount": count,
        **links(call, page, last=max(1, count)),
    }


def links(call: Call, page: Page, *, last: int) -> dict[str, str]:
    """The addresses of a page and its neighbors, with whatever else was asked for."""
    path = "/" + "/".join(quote(part, safe="") for part in call.path)
    rest = [
        (key, value)
        for key, values in call.query.items()
        if key not in ("pageNumber", "pageSize")
        for value in values
    ]

    def uri(number: int) -> str:
        return f"{path}?{urlencode([('pageSize', page.size), ('pageNumber', number), *rest])}"

    found = {"firstUri": uri(1), "selfUri": uri(page.number), "lastUri": uri(last)}
    if page.number < last:
        found["nextUri"] = uri(page.number + 1)
    if page.number > 1:
        found["previousUri"] = uri(page.number - 1)
    return found


def searched(call: Call, documents: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The documents that the parameters ``id`` and ``name`` ask for, sorted by name.

    A name without ``*`` is looked for anywhere in the names, as the lists around queues do.
    """
    ids, name = asked_ids(call), call.asked("name", "").strip("*").casefold()
    found = [
        document
        for document in documents
        if (not ids or document["id"] in ids) and name in document["name"].casefold()
    ]
    return sorted(found, key=lambda document: document["name"].casefold())


def page_reply(call: Call, documents: Sequence[dict[str, Any]], **more: Any) -> Reply:
    """One page of ``documents``, with ``more`` fields beside it."""
    page = asked_page(call)
    entities = documents[page.offset : page.offset + page.size]
    return json_reply({"entities": entities, **about(call, page, len(documents)), **more})


def _positive(call: Call, name: str, default: int) -> int:
    text = call.asked(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= LAST_PAGE):
        raise bad_request(f"{name} has to be a whole number of at least 1.")
    return int(text)


Lock = Literal["etag", "none"]

OBJECTS_AT_ONCE = 100

NOWHERE = "none"
"""No division has this id."""


class Queues:
    """Reads and writes queues; with ``lock`` ``none`` there are no etags, as in the real API, and in the
    dialect of that there never are.

    ``now`` gives the time of a write as the API writes it; ``reads`` is where GETs look, if not in ``store``;
    ``sees`` are the ids of the divisions whose queues a client sees, None: all.
    """

    def __init__(
        self,
        store: Store,
        directory: Directory,
        *,
        lock: Lock,
        dialect: Dialect = MIXED,
        now: Callable[[], str],
        reads: Reads | None = None,
        sees: frozenset[str] | None = None,
    ) -> None:
        self._store = store
        self._sees = sees
        self._reads = reads or store
        self._directory = directory
        groups = frozenset(group["id"] for group in directory.groups)
        self._known = Known(store.has, groups, lambda queue_id: division_of(store.get(queue_id).document))
        self._etags = lock == "etag" and dialect != GENESYS_CLOUD
        self._dialect: Dialect = dialect
        self._now = now

    def shown(self, row: Row) -> str:
        """The JSON text of a queue as a caller sees it."""
        return f'{row.text[:-1]},"_etag":{json_text(row.etag)}}}' if self._etags else row.text

    def list(self, call: Call, _id: str) -> Reply:
        """``GET /api/v2/routing/queues``: one page, made of the stored texts without parsing them."""
        return self._page(call, self.shown)

    def views(self, call: Call, _id: str) -> Reply:
        """``GET …/divisionviews``: the same queues, with no more of each than its name and division."""
        return self._page(call, lambda row: json_text(_view(row.document)))

    def _page(self, call: Call, show: Callable[[Row], str]) -> Reply:
        page = asked_page(call)
        search = Search(
            name=call.asked("name", ""),
            ids=asked_ids(call),
            divisions=self._divisions(asked_ids(call, "divisionId")),
            descending=call.asked("sortOrder", "asc").lower().startswith("desc"),
        )
        total, rows = self._reads.page(search, limit=page.size, offset=page.offset)
        entities = ",".join(map(show, rows))
        text = f'{{"entities":[{entities}],{json_text(about(call, page, total))[1:]}'
        return Reply(HTTPStatus.OK, text.encode())

    def get(self, _call: Call, queue_id: str) -> Reply:
        """``GET /api/v2/routing/queues/{id}``."""
        row = self._reads.get(queue_id)
        self._check_seen(row, "view")
        return self._one(row)

    def put(self, call: Call, queue_id: str) -> Reply:
        """``PUT /api/v2/routing/queues/{id}``: replaces the whole queue, if the etag sent is current."""
        body = read_object(call.body)

        def change(row: Row) -> Document:
            self._check_seen(row, "edit")
            self._check_lock(row, call, body)
            old = row.document
            document = self._kept(replaced(old, body, now=self._now(), by=call.client))
            check_write(document, self._known)
            if document["name"] != old["name"]:
                self._check_name(document)
            return document

        return self._one(self._store.rewrite(queue_id, change, _write(call)))

    def post(self, call: Call, _id: str) -> Reply:
        """``POST /api/v2/routing/queues``: creates a queue and answers 200."""
        body = read_object(call.body)
        division = self._division(body.get("division"))
        made = created(body, str(uuid4()), division=division, now=self._now(), by=call.client)
        document = self._kept(made)

        def check() -> None:
            check_write(document, self._known)
            self._check_name(document)

        return self._one(self._store.create(document, _write(call), check=check))

    def delete(self, call: Call, queue_id: str) -> Reply:
        """``DELETE /api/v2/routing/queues/{id}``."""

        def check(row: Row) -> None:
            self._check_seen(row, "delete")
            self._check_lock(row, call, {})

        self._store.delete(queue_id, check, _write(call))
        return Reply(HTTPStatus.NO_CONTENT)

    def move(self, call: Call, division_id: str) -> Reply:
        """``POST /api/v2/authorization/divisions/{id}/objects/{type}``: moves queues into a division."""
        if call.path[-1].upper() != "QUEUE":
            raise bad_request("Only objects of the type QUEUE are known here.")
        if find(self._directory.divisions, division_id) is None:
            raise not_found("The division")
        division = self._division({"id": division_id})
        for queue_id in read_ids(call.body, most=OBJECTS_AT_ONCE):
            self._store.rewrite(queue_id, lambda row: {**row.document, "division": division}, _write(call))
        return Reply(HTTPStatus.NO_CONTENT)

    def _divisions(self, asked: tuple[str, ...]) -> tuple[str, ...]:
        """The divisions whose queues are looked for; ``NOWHERE`` where none of them may be seen."""
        if self._sees is None:
            return asked
        return tuple(sorted(self._sees & set(asked or self._sees))) or (NOWHERE,)

    def _check_seen(self, row: Row, verb: str) -> None:
        if self._sees is not None and division_of(row.document) not in self._sees:
            raise missing_permission(f"routing:queue:{verb}")

    def _kept(self, document: Document) -> Document:
        """What is kept of a write, with all that the server puts in."""
        return completed(with_ids(kept(document, self._dialect)))

    def _division(self, asked: object) -> Document:
        """A division as a queue shows it: the one that is asked for, or else the home division."""
        if asked is None:
            return reference(self._directory.home)
        found = find(self._directory.divisions, asked.get("id") if isinstance(asked, dict) else None)
        if found is None:
            raise bad_request("division.id: there is no such division")
        return reference(found)

    def _one(self, row: Row) -> Reply:
        headers: Headers = (("ETag", f'"{row.etag}"'),) if self._etags else ()
        return Reply(HTTPStatus.OK, self.shown(row).encode(), headers)

    def _check_lock(self, row: Row, call: Call, body: Document) -> None:
        if self._etags:
            check_etag(row.etag, if_match=call.headers.get("if-match"), in_body=body.get("_etag"))

    def _check_name(self, document: Document) -> None:
        if set(self._store.named(document["name"])) - {document["id"]}:
            raise AnswerError(HTTPStatus.CONFLICT, "conflict", "There is a queue with this name already.")


def check_write(document: Mapping[str, Any], known: Known) -> None:
    """Raise :class:`~syncer.emulator.wire.AnswerError` 400 with one detail for each thing that is wrong."""
    name = document.get("name")
    wrong = [] if isinstance(name, str) and name.strip() else ["name: is required and must not be empty"]
    wrong += faults_of(document, known)
    if wrong:
        raise bad_request("The queue is not valid: " + "; ".join(wrong), *wrong)


def _write(call: Call) -> Write:
    return Write(call.method, "client", call.correlation_id)


def _view(queue: Document) -> Document:
    return {name: queue[name] for name in ("id", "name", "division", "selfUri") if name in queue}
