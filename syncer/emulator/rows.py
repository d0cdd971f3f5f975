"""What the state holds: its tables, a row, a write, and the search that finds rows."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from syncer.emulator.documents import Document

TABLES = """
CREATE TABLE IF NOT EXISTS queues (id TEXT PRIMARY KEY, sort_key TEXT, body TEXT, etag TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS queues_by_name ON queues (sort_key, id);
CREATE TABLE IF NOT EXISTS edges (source TEXT, target TEXT, PRIMARY KEY (source, target)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS first_state (place INTEGER PRIMARY KEY, body TEXT);
CREATE TABLE IF NOT EXISTS belongings (
    queue TEXT, kind TEXT, body TEXT, PRIMARY KEY (queue, kind)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history (
    n INTEGER PRIMARY KEY, queue TEXT, action TEXT, by TEXT, etag_before TEXT, etag_after TEXT,
    loop_free INTEGER, correlation TEXT, difference TEXT
);
CREATE TABLE IF NOT EXISTS audit (
    n INTEGER PRIMARY KEY, at TEXT, queue TEXT, name TEXT, action TEXT,
    user TEXT, user_name TEXT, client TEXT, address TEXT, changes TEXT
);
"""

FOUND = r"""
FROM queues WHERE (:pattern IS NULL OR sort_key LIKE :pattern ESCAPE '\')
              AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
              AND (:divisions IS NULL
                   OR json_extract(body, '$.division.id') IN (SELECT value FROM json_each(:divisions)))
              AND (:peers IS NULL OR json_extract(body, '$.peerId') IN (SELECT value FROM json_each(:peers)))
              AND (:has_peer IS NULL OR (coalesce(json_extract(body, '$.peerId'), '') <> '') = :has_peer)
              AND (:library IS NULL
                   OR :library IN (SELECT value FROM json_each(body, '$.cannedResponseLibraries.libraryIds')))
"""
NOTE_EVENT = """
INSERT INTO audit (at, queue, name, action, user, user_name, client, address, changes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
COUNT = "SELECT count(*)" + FOUND
PAGE_UP = "SELECT id, body, etag" + FOUND + "ORDER BY sort_key, id LIMIT :limit OFFSET :offset"
PAGE_DOWN = "SELECT id, body, etag" + FOUND + "ORDER BY sort_key DESC, id DESC LIMIT :limit OFFSET :offset"


@dataclass(frozen=True, slots=True)
class Row:
    """A queue as it is stored: its JSON ``text`` has no ``_etag`` in it."""

    id: str
    text: str
    etag: str

    @property
    def document(self) -> Document:
        """The queue, parsed."""
        document: Document = json.loads(self.text)
        return document


@dataclass(frozen=True, slots=True)
class Author:
    """Whom the audit names for a write: the id and name of a person, the id of a client, an address.

    Each may be empty: a client that acts for nobody is no person, and the admin pages name no client.
    """

    user: str = ""
    name: str = ""
    client: str = ""
    address: str = ""


NOBODY = Author()


@dataclass(frozen=True, slots=True)
class Write:
    """Who writes and how, for the history: ``by`` is ``client`` or ``rival``; ``author`` is for the audit."""

    action: str
    by: str
    correlation_id: str
    author: Author = NOBODY


Written = Callable[[str, Row | None], None]


@dataclass(frozen=True, slots=True)
class Search:
    """Which queues a page shows: ``name`` may begin or end with ``*``; what is empty or None asks nothing.

    ``peers`` are ids of ``peerId``, ``has_peer`` whether there is one, ``library`` an id of canned responses.
    """

    name: str = ""
    ids: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    descending: bool = False
    peers: tuple[str, ...] = ()
    has_peer: bool | None = None
    library: str = ""

    @property
    def parameters(self) -> dict[str, str | bool | None]:
        """What the statements above ask for: a LIKE pattern, and JSON lists of ids."""
        return {
            "pattern": _like(self.name.casefold()) if self.name else None,
            "ids": json.dumps(self.ids) if self.ids else None,
            "divisions": json.dumps(self.divisions) if self.divisions else None,
            "peers": json.dumps(self.peers) if self.peers else None,
            "has_peer": self.has_peer,
            "library": self.library or None,
        }


def _like(name: str) -> str:
    inner = name.removeprefix("*").removesuffix("*")
    for special in "\\%_":
        inner = inner.replace(special, "\\" + special)
    return "%" * name.startswith("*") + inner + "%" * name.endswith("*")
