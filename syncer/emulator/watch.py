"""The handlers of ``/_emulator``: what the emulator saw, and edits from outside."""

from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from threading import Lock

from syncer.emulator.defaults import completed
from syncer.emulator.documents import Document, merge_patch, read_object
from syncer.emulator.faults import Injector
from syncer.emulator.queues import Queues
from syncer.emulator.stale import StaleReads
from syncer.emulator.store import Row, Store, Write
from syncer.emulator.wire import Call, Reply, bad_request, json_reply


class Watch:
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
        """``POST /_emulator/queues/{id}``: a JSON merge patch, as an edit by somebody else."""
        patch = read_object(call.body)

        def change(row: Row) -> Document:
            document: Document = merge_patch(row.document, {**patch, "id": queue_id, "_etag": None})
            if not isinstance(document.get("name"), str):
                raise bad_request("name: has to stay a text")
            return completed({**document, "dateModified": self._now()})

        row = self._store.rewrite(queue_id, change, Write("edit", "rival", call.correlation_id))
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
