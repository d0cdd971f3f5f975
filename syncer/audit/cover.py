"""The first page of a report on an audit trail: what was looked at, by whom, and whether it is whole."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from syncer.audit.filters import Filters
from syncer.audit.sample import Sample
from syncer.audit.verify import Verification
from syncer.errors import AuditError
from syncer.files import open_regular

_AT_ONCE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class TrailFile:
    """A file of a trail: where it lies, its size in bytes, and the SHA-256 of all of them."""

    path: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Attested:
    """A head that was kept elsewhere, and the number of the entry that has this hash, None where none has."""

    head: str
    entry: int | None


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first page says.

    ``made_by`` and ``host`` are as claimed by the environment, ``made_at`` is RFC 3339. ``heads`` were kept
    elsewhere. ``population`` is the number of changes that fit the filters, ``undated`` that of entries whose
    time can't be read.
    """

    made_at: str
    made_by: str
    host: str
    version: str
    filters: Filters
    files: tuple[TrailFile, ...]
    verification: Verification
    heads: tuple[Attested, ...]
    population: int
    sample: Sample | None = None
    undated: int = 0

    @property
    def trusted(self) -> bool:
        """Whether nothing in the trail is broken."""
        return self.verification.whole

    def as_json(self) -> dict[str, Any]:
        """The first page as reports have it."""
        verification = self.verification
        return {
            "made_at": self.made_at,
            "made_by": self.made_by,
            "host": self.host,
            "version": self.version,
            "scope": self.filters.as_json(),
            "files": [asdict(file) for file in self.files],
            "verification": {
                "whole": verification.whole,
                "entries": verification.entries,
                "head": verification.head,
                "breaks": [
                    {"line": found.line, "kind": found.kind, "message": found.message}
                    for found in verification.breaks
                ],
            },
            "attested": [asdict(head) for head in self.heads],
            "population": self.population,
            "sample": self.sample.as_json() if self.sample else None,
            "undated": self.undated,
        }


def digests(paths: Sequence[Path]) -> tuple[TrailFile, ...]:
    """The digests of the files that are there. Raises AuditError where one can't be read."""
    return tuple(_digest(path) for path in paths if path.exists())


def _digest(path: Path) -> TrailFile:
    try:
        found = hashlib.sha256()
        with open_regular(path) as file:
            while data := file.read(_AT_ONCE):
                found.update(data)
            return TrailFile(str(path), file.tell(), f"sha256:{found.hexdigest()}")
    except OSError as error:
        raise AuditError(f"{path} can't be read: {error.strerror or error}") from error


def attested(heads: Sequence[str], entries: Iterable[Any]) -> tuple[Attested, ...]:
    """Where each of the ``heads`` stands in a trail."""
    wanted = frozenset(heads)
    if not wanted:
        return ()
    found = {entry.get("hash"): entry.get("n") for entry in entries if str(entry.get("hash")) in wanted}
    return tuple(Attested(head, found[head] if type(found.get(head)) is int else None) for head in heads)
