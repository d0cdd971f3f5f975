"""The handlers of queues."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, Literal
from uuid import uuid4

from syncer.emulator.audit_events import caller
from syncer.emulator.dialects import GENESYS_CLOUD, MIXED, Dialect, kept
from syncer.emulator.directory import Directory, find, reference
from syncer.emulator.documents import Document, check_etag, created, read_ids, read_object, replaced
from syncer.emulator.fields import misfits
from syncer.emulator.kinds.kind import Known, division_of
from syncer.emulator.kinds.registry import copied, faults_of, with_ids
from syncer.emulator.loading import completed
from syncer.emulator.pages import LARGEST, LARGEST_VIEW, about, asked_ids, asked_page
from syncer.emulator.references import References
from syncer.emulator.rows import Row, Search, Write
from syncer.emulator.stale import Reads
from syncer.emulator.store import Store
from syncer.emulator.surroundings import wait_time
from syncer.emulator.visible import ALL, Visible
from syncer.emulator.wire import (
    AnswerError,
    Call,
    Headers,
    Reply,
    bad_request,
    json_text,
    not_found,
)

Lock = Literal["etag", "none"]

OBJECTS_AT_ONCE = 100
PEERED: Final = MappingProxyType({"true": True, "false": False})


class Queues:
    """Reads and writes queues; with ``lock`` ``none`` there are no etags, as in the real API, and in the
    dialect of that there never are.

    ``now`` gives the time of a write as the API writes it; ``reads`` is where GETs look, if not in ``store``;
    ``seen`` is what a client sees of the divisions.
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
        seen: Visible = ALL,
    ) -> None:
        self._store = store
        self._seen = seen
        self._reads = reads or store
        self._directory = directory
        groups = frozenset(group["id"] for group in directory.member_groups)
        self._known = Known(store.has, groups, lambda queue_id: division_of(store.get(queue_id).document))
        self._references = References(directory, store.name_of)
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
        return self._page(call, lambda row: json_text(_view(row.document)), largest=LARGEST_VIEW)

    def _page(self, call: Call, show: Callable[[Row], str], largest: int = LARGEST) -> Reply:
        page = asked_page(call, largest)
        divisions = tuple(each for each in asked_ids(call, "divisionId") if each != "*")
        search = Search(
            name=call.asked("name", ""),
            ids=asked_ids(call),
            divisions=self._seen.asked(divisions),
            descending=call.asked("sortOrder", "asc").lower().startswith("desc"),
            peers=asked_ids(call, "peerId"),
            has_peer=PEERED.get(call.asked("hasPeer", "").lower()),
            library=call.asked("cannedResponseLibraryId", ""),
        )
        total, rows = self._reads.page(search, limit=page.size, offset=page.offset)
        entities = ",".join(map(show, rows))
        text = f'{{"entities":[{entities}],{json_text(about(call, page, total))[1:]}'
        return Reply(HTTPStatus.OK, text.encode())

    def get(self, _call: Call, queue_id: str) -> Reply:
        """``GET /api/v2/routing/queues/{id}``."""
        row = self._reads.get(queue_id)
        self._seen.check(row.document, "view")
        return self._one(row)

    def wait(self, call: Call, queue_id: str) -> Reply:
        """``GET …/estimatedwaittime``, of a queue or of one of its media."""
        self._seen.check(self._store.get(queue_id).document, "view")
        return wait_time(queue_id, call.path[-2]) if "mediatypes" in call.path else wait_time(queue_id)

    def put(self, call: Call, queue_id: str) -> Reply:
        """``PUT /api/v2/routing/queues/{id}``: replaces the whole queue, if the etag sent is current."""
        body = read_object(call.body)

        def change(row: Row) -> Document:
            old = row.document
            self._seen.check(old, "edit")
            self._check_lock(row, call, body)
            document = self._kept(replaced(old, body, now=self._now(), by=call.client))
            self._check(document)
            if document["name"] != old["name"]:
                self._check_name(document)
            return document

        return self._one(self._store.rewrite(queue_id, change, _write(call)))

    def post(self, call: Call, _id: str) -> Reply:
        """``POST /api/v2/routing/queues``: creates a queue and answers 200; ``sourceQueueId`` names one whose
        settings count where the body says nothing."""
        body = self._from_source(read_object(call.body))
        division = self._division(body.get("division"))
        self._seen.check({"division": division}, "add")
        made = created(body, str(uuid4()), division=division, now=self._now(), by=call.client)
        document = self._kept(made)

        def check() -> None:
            self._check(document)
            self._check_name(document)

        return self._one(self._store.create(document, _write(call), check=check))

    def delete(self, call: Call, queue_id: str) -> Reply:
        """``DELETE /api/v2/routing/queues/{id}``."""

        def check(row: Row) -> None:
            self._seen.check(row.document, "delete")
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
        self._seen.check({"division": division}, "edit")

        def moved(row: Row) -> Document:
            self._seen.check(row.document, "edit")
            return {**row.document, "division": division}

        for queue_id in read_ids(call.body, most=OBJECTS_AT_ONCE):
            self._store.rewrite(queue_id, moved, _write(call))
        return Reply(HTTPStatus.NO_CONTENT)

    def _from_source(self, body: Document) -> Document:
        """A body with the settings of the queue that it names, and without that name."""
        source = body.pop("sourceQueueId", None)
        if source is None:
            return body
        if not isinstance(source, str) or not self._store.has(source):
            raise bad_request("sourceQueueId: there is no such queue")
        found = self._store.get(source).document
        self._seen.check(found, "view")
        says = {name: value for name, value in body.items() if value not in (None, [], {})}
        return {**copied(found), **says}

    def _check(self, document: Document) -> None:
        """Only the vendor's own server knows the type of every field."""
        wrong = misfits(document) if self._dialect == GENESYS_CLOUD else ()
        check_write(document, self._known, wrong)

    def _kept(self, document: Document) -> Document:
        """What is kept of a write, with all that the server puts in."""
        return self._references.filled(completed(with_ids(kept(document, self._dialect))))

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


def check_write(document: Mapping[str, Any], known: Known, misfits: Iterable[str] = ()) -> None:
    """Raise :class:`~syncer.emulator.wire.AnswerError` 400 with one detail for each thing that is wrong;
    ``misfits`` is what was found before."""
    name = document.get("name")
    wrong = [] if isinstance(name, str) and name.strip() else ["name: is required and must not be empty"]
    wrong += [*misfits, *faults_of(document, known)]
    if wrong:
        raise bad_request("The queue is not valid: " + "; ".join(wrong), *wrong)


def _write(call: Call) -> Write:
    return Write(call.method, "client", call.correlation_id, caller(call))


def _view(queue: Document) -> Document:
    return {name: queue[name] for name in ("id", "name", "division", "selfUri") if name in queue}
