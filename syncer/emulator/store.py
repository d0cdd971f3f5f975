"""The state of the emulator in SQLite: one row a queue, one row an accepted write."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from threading import RLock
from typing import Any

from syncer.emulator.audit_events import Event, action_of, property_changes
from syncer.emulator.documents import Document
from syncer.emulator.kinds.overflow import difference
from syncer.emulator.kinds.registry import targets_of
from syncer.emulator.rows import (
    COUNT,
    NOTE_EVENT,
    PAGE_DOWN,
    PAGE_UP,
    TABLES,
    Author,
    Row,
    Search,
    Write,
    Written,
)
from syncer.emulator.wire import json_text, not_found
from syncer.errors import ConfigError
from syncer.graph.cycles import acyclic
from syncer.net.timing import rfc3339, utc_now

MEMBERS = "MEMBERS"
"""The action of a write that changes who belongs to a queue, and its counts."""

APPLICATION = 0x53594E43
"""Marks a SQLite file as one of ours."""


class LoopError(Exception):
    """A write that must not leave a loop behind would have left one; it was undone."""


class Store:
    """All queues, and the history of their writes; safe to use from many threads.

    ``path`` is a file or ``:memory:``. A file that already holds queues is continued, and ``queues``
    is then not looked at. ``now`` gives the time of a write as the API writes it. ``written`` hears of each
    queue whose write was just done: its id, and the row that it is now (None: deleted). Raises
    :class:`ConfigError` for a file that is no state of an emulator.
    """

    def __init__(
        self, path: str, queues: Iterable[Document], *, now: Callable[[], str] = lambda: rfc3339(utc_now())
    ) -> None:
        self._lock = RLock()
        self._now = now
        self.written: Written = lambda _queue_id, _row: None
        self._fresh: list[tuple[str, Row | None]] = []
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise _unusable(path, error) from None
        try:
            self._prepare(path, queues)
        except sqlite3.Error as error:
            self._db.close()
            raise _unusable(path, error) from None
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, path: str, queues: Iterable[Document]) -> None:
        [mark] = self._db.execute("PRAGMA application_id").fetchone()
        [tables] = self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables and mark != APPLICATION:
            raise ConfigError(f"{path}: is a database of another program", hint="Name a new file.")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(TABLES)
        self._db.execute(f"PRAGMA application_id = {APPLICATION}")
        with self._transaction():
            if not self.ids():
                self._db.execute("DELETE FROM first_state")
                bodies = ((json_text(queue),) for queue in queues)
                self._db.executemany("INSERT INTO first_state (body) VALUES (?)", bodies)
                self._restore()

    def close(self) -> None:
        """Close the database; nothing works afterwards."""
        with self._lock:
            self._db.close()

    def reset(self) -> None:
        """Go back to the first state, with an empty history."""
        with self._transaction():
            self._db.execute("DELETE FROM history")
            self._db.execute("DELETE FROM audit")
            self._restore()

    def ids(self) -> list[str]:
        """The ids of all queues, in ascending order."""
        with self._lock:
            return [queue_id for (queue_id,) in self._db.execute("SELECT id FROM queues ORDER BY id")]

    def has(self, queue_id: str) -> bool:
        """Whether there is a queue with this id."""
        with self._lock:
            found = self._db.execute("SELECT 1 FROM queues WHERE id = ?", (queue_id,))
            return found.fetchone() is not None

    def named(self, name: str) -> list[str]:
        """The ids of the queues with this name, upper and lower case alike."""
        with self._lock:
            rows = self._db.execute("SELECT id FROM queues WHERE sort_key = ?", (name.casefold(),))
            return [queue_id for (queue_id,) in rows]

    def name_of(self, queue_id: str) -> str | None:
        """The name of a queue; None where there is none with this id."""
        with self._lock:
            query = "SELECT json_extract(body, '$.name') FROM queues WHERE id = ?"
            row = self._db.execute(query, (queue_id,)).fetchone()
        return None if row is None else str(row[0])

    def documents(self) -> list[Document]:
        """All queues, parsed."""
        with self._lock:
            return [json.loads(body) for (body,) in self._db.execute("SELECT body FROM queues ORDER BY id")]

    def first_documents(self) -> list[Document]:
        """All queues as they were in the first state, parsed."""
        with self._lock:
            query = "SELECT body FROM first_state ORDER BY json_extract(body, '$.id')"
            return [json.loads(body) for (body,) in self._db.execute(query)]

    def get(self, queue_id: str) -> Row:
        """One queue; raises :class:`~syncer.emulator.wire.AnswerError` 404."""
        with self._lock:
            query = "SELECT id, body, etag FROM queues WHERE id = ?"
            row = self._db.execute(query, (queue_id,)).fetchone()
        if row is None:
            raise not_found("The queue")
        return Row(*row)

    def page(self, search: Search, *, limit: int, offset: int) -> tuple[int, list[Row]]:
        """How many queues are found, and those of one page, sorted by name and id."""
        parameters = search.parameters
        select = PAGE_DOWN if search.descending else PAGE_UP
        with self._lock:
            [total] = self._db.execute(COUNT, parameters).fetchone()
            rows = self._db.execute(select, {**parameters, "limit": limit, "offset": offset})
            return total, [Row(*row) for row in rows]

    def create(self, document: Document, write: Write, *, check: Callable[[], None]) -> Row:
        """Add a queue, once ``check`` has raised nothing; all in one transaction."""
        with self._transaction():
            check()
            return self._put(document, write, Row(document["id"], "{}", ""))

    def rewrite(
        self, queue_id: str, change: Callable[[Row], Document], write: Write, *, may_loop: bool = True
    ) -> Row:
        """Replace a queue by what ``change`` makes of it, in one transaction: what it raises undoes all.

        Raises :class:`LoopError` when the network has a loop afterwards and ``may_loop`` is false.
        """
        with self._transaction():
            row = self.get(queue_id)
            saved = self._put(change(row), write, row)
            if not may_loop and not self.loop_free():
                raise LoopError
            return saved

    def delete(self, queue_id: str, check: Callable[[Row], None], write: Write) -> None:
        """Remove a queue, once ``check`` has raised nothing; all in one transaction."""
        with self._transaction():
            row = self.get(queue_id)
            check(row)
            self._db.execute("DELETE FROM queues WHERE id = ?", (queue_id,))
            self._db.execute("DELETE FROM edges WHERE source = ?", (queue_id,))
            self._db.execute("DELETE FROM belongings WHERE queue = ?", (queue_id,))
            self._note(Row(queue_id, "{}", ""), write, row)
            self._fresh.append((queue_id, None))

    def belongings(self, queue_id: str, kind: str) -> list[Any] | None:
        """What belongs to a queue without being part of it, such as its members; None if nobody set it."""
        query = "SELECT body FROM belongings WHERE queue = ? AND kind = ?"
        with self._lock:
            row = self._db.execute(query, (queue_id, kind)).fetchone()
        return None if row is None else list(json.loads(row[0]))

    def keep(self, queue_id: str, kind: str, change: Callable[[list[Any] | None], list[Any]]) -> None:
        """Replace what belongs to a queue; raises :class:`~syncer.emulator.wire.AnswerError` 404."""
        with self._lock:
            self.get(queue_id)
            values = (queue_id, kind, json_text(change(self.belongings(queue_id, kind))))
            self._db.execute("INSERT OR REPLACE INTO belongings VALUES (?, ?, ?)", values)

    def loop_free(self) -> bool:
        """Whether contacts that move on from queue to queue never come back."""
        with self._lock:
            edges = self._db.execute("SELECT source, target FROM edges").fetchall()
        return acyclic(edges)

    def history(self) -> list[dict[str, Any]]:
        """Every accepted write, oldest first."""
        with self._lock:
            rows = self._db.execute("SELECT * FROM history ORDER BY n").fetchall()
        names = ("n", "queueId", "action", "by", "etagBefore", "etagAfter", "loopFree", "correlationId")
        return [
            {**dict(zip(names, row[:-1], strict=True)), "loopFree": bool(row[6]), **json.loads(row[-1])}
            for row in rows
        ]

    def audited(self) -> list[Event]:
        """Every event of the audit, in the order of the writes."""
        with self._lock:
            rows = self._db.execute("SELECT * FROM audit ORDER BY n").fetchall()
        return [Event.of(row) for row in rows]

    def audit(self, row: Row, action: str, author: Author, changes: Iterable[Document], at: str = "") -> None:
        """Note what was done to a queue, beside the write itself; ``at`` is the time, else that of now."""
        name = row.document.get("name", "")
        event = Event(0, at or self._now(), row.id, name, action, author, tuple(changes))
        with self._lock:
            self._db.execute(NOTE_EVENT, event.row)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                self._fresh.clear()
                raise
            self._db.execute("COMMIT")
            for queue_id, row in self._fresh:
                self.written(queue_id, row)
            self._fresh.clear()

    def _put(self, document: Document, write: Write, before: Row) -> Row:
        [last] = self._db.execute("SELECT coalesce(max(n), 0) FROM history").fetchone()
        row = self._save(document, revision=last + 1)
        self._note(row, write, before)
        self._fresh.append((row.id, row))
        return row

    def mirror(self, queue_id: str, row: Row | None) -> None:
        """Take a row over as it is, with its etag and without a history; None: the queue is gone."""
        with self._lock:
            self._db.execute("DELETE FROM queues WHERE id = ?", (queue_id,))
            if row is not None:
                values = (row.id, row.document["name"].casefold(), row.text, row.etag)
                self._db.execute("INSERT INTO queues VALUES (?, ?, ?, ?)", values)

    def _save(self, document: Document, *, revision: int) -> Row:
        queue_id, text = document["id"], json_text(document)
        etag = sha256(f"{revision}\n{queue_id}\n{text}".encode()).hexdigest()[:24]
        values = (queue_id, document["name"].casefold(), text, etag)
        self._db.execute("INSERT OR REPLACE INTO queues VALUES (?, ?, ?, ?)", values)
        self._db.execute("DELETE FROM edges WHERE source = ?", (queue_id,))
        edges = ((queue_id, target) for target in targets_of(document))
        self._db.executemany("INSERT INTO edges VALUES (?, ?)", edges)
        return Row(queue_id, text, etag)

    def _note(self, row: Row, write: Write, before: Row) -> None:
        old, new = before.document, row.document
        at = self._time_of(old, new)
        about = {"at": at, "userId": write.author.user, "clientId": write.author.client}
        values = (
            *(row.id, write.action, write.by, before.etag, row.etag, self.loop_free(), write.correlation_id),
            json_text({**difference(old, new), **about}),
        )
        self._db.execute(
            "INSERT INTO history"
            " (queue, action, by, etag_before, etag_after, loop_free, correlation, difference)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        changes = property_changes(old, new)
        # Who belongs to a queue is no property of it, and has events of its own.
        if changes or write.action != MEMBERS:
            self.audit(row if new else before, action_of(old, new), write.author, changes, at)

    def _time_of(self, old: Document, new: Document) -> str:
        """When a write was done: the time that it put into the queue, where it did."""
        modified = new.get("dateModified")
        return modified if isinstance(modified, str) and modified != old.get("dateModified") else self._now()

    def _restore(self) -> None:
        self._db.execute("DELETE FROM queues")
        self._db.execute("DELETE FROM edges")
        self._db.execute("DELETE FROM belongings")
        for (body,) in self._db.execute("SELECT body FROM first_state ORDER BY place").fetchall():
            self._save(json.loads(body), revision=0)


def _unusable(path: str, error: sqlite3.Error) -> ConfigError:
    return ConfigError(f"{path}: can't be used as the emulator's state: {error}", hint="Name a new file.")
