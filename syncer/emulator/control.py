"""Beside the API: somebody else who edits the same queues, and what the emulator saw (``/_emulator``)."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from threading import Lock

from syncer.emulator.audit_events import ADMINISTRATOR
from syncer.emulator.documents import Document, merge_patch, read_object
from syncer.emulator.faults import Dice, Injector
from syncer.emulator.kinds.overflow import with_other_rules
from syncer.emulator.loading import completed
from syncer.emulator.queues import Queues
from syncer.emulator.rows import Author, Row, Write
from syncer.emulator.stale import StaleReads
from syncer.emulator.store import LoopError, Store
from syncer.emulator.wire import Call, Reply, bad_request, json_reply


class Control:
    """Counts requests, and answers about the store and the faults."""

    def __init__(
        self,
        store: Store,
        queues: Queues,
        injector: Injector,
        *,
        now: Callable[[], str],
        reads: StaleReads | None = None,
    ) -> None:
        self._store = store
        self._reads = reads
        self._queues = queues
        self._injector = injector
        self._now = now
        self._lock = Lock()
        self._counts: Counter[str] = Counter()

    def count(self, what: str) -> None:
        """Note a request, by its method and the template of its route."""
        with self._lock:
            self._counts[what] += 1

    def requests(self, _call: Call, _id: str) -> Reply:
        """``GET /_emulator/requests``: a count for each method and route, and the total."""
        with self._lock:
            return json_reply({"total": self._counts.total(), **self._counts})

    def history(self, _call: Call, _id: str) -> Reply:
        """``GET /_emulator/history``: every accepted write."""
        return json_reply({"entries": self._store.history()})

    def faults(self, _call: Call, _id: str) -> Reply:
        """``GET /_emulator/faults``: how many faults of each kind were done."""
        return json_reply(self._injector.counts())

    def edit(self, call: Call, queue_id: str) -> Reply:
        """``POST /_emulator/queues/{id}``: a JSON merge patch, as an edit by somebody else.

        Who that is, the parameters ``user``, ``name``, ``client`` and ``address`` say; without any, the
        administrator.
        """
        patch, author = read_object(call.body), _author(call)
        by = {"modifiedBy": author.user} if author.user and author != ADMINISTRATOR else {}

        def change(row: Row) -> Document:
            document: Document = merge_patch(row.document, {**patch, "id": queue_id, "_etag": None})
            if not isinstance(document.get("name"), str):
                raise bad_request("name: has to stay a text")
            return completed({**document, **by, "dateModified": self._now()})

        row = self._store.rewrite(queue_id, change, Write("edit", "rival", call.correlation_id, author))
        return Reply(HTTPStatus.OK, self._queues.shown(row).encode())

    def reset(self, _call: Call, _id: str) -> Reply:
        """``POST /_emulator/reset``: the first state again, nothing counted, no history."""
        self._store.reset()
        if self._reads:
            self._reads.reset()
        self._injector.reset()
        with self._lock:
            self._counts.clear()
        return Reply(HTTPStatus.NO_CONTENT)


def _author(call: Call) -> Author:
    """Who edits, as the parameters of a call say."""
    named = {field: call.asked(field, "") for field in ("user", "name", "client", "address")}
    return Author(**named) if any(named.values()) else ADMINISTRATOR


def rival_edit(
    store: Store, queue_id: str, dice: Dice, *, now: str, correlation_id: str, rules: bool = True
) -> bool:
    """Edit a queue as ``dice`` decide: an overflow rule, or a field that is none; never into a loop.

    Returns whether there was a queue to edit. ``now`` is the time as the API writes it; ``rules``: the server
    has overflow rules.
    """

    def other_field(row: Row) -> Document:
        text = f"Edited by somebody else before request {dice.request}"
        return {**row.document, "description": text, "dateModified": now}

    def rule(row: Row) -> Document:
        return {**with_other_rules(row.document, store.ids(), dice), "dateModified": now}

    if not store.has(queue_id):
        return False
    write = Write("edit", "rival", correlation_id, ADMINISTRATOR)
    if rules and dice.roll("a rule or another field") < 0.5:
        with suppress(LoopError):
            store.rewrite(queue_id, rule, write, may_loop=False)
            return True
    store.rewrite(queue_id, other_field, write)
    return True
