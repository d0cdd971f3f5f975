"""The audit trail: one JSON object a line, each bound to the one before by a SHA-256.

::

    {… "n": 1, "previous": "sha256:0000…", "hash": "sha256:5f1c…"}
                                                        │
    {… "n": 2, "previous": "sha256:5f1c…", "hash": "sha256:a07e…"}

``hash`` is taken over the canonical JSON of the entry without ``hash``. Whoever edits, removes or moves an
entry breaks every link behind it. A chain alone can't show that its newest entries were cut off: for that,
its head (the last hash) is printed at the end of every run, to be kept elsewhere.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from syncer.errors import AuditError
from syncer.files import append_synced, sync_folder
from syncer.model.json_values import digest, parsed

FORMAT = "syncer.audit/v1"
START = "sha256:" + "0" * 64
NAME = "audit.jsonl"


OnEntries = Callable[[Sequence[Mapping[str, Any]]], None]


def nobody(entries: Sequence[Mapping[str, Any]]) -> None:
    """Tell nobody."""


def entry_hash(entry: Mapping[str, Any]) -> str:
    """The hash of an entry: over everything in it but the hash itself."""
    return digest({key: value for key, value in entry.items() if key != "hash"})


class Chain:
    """The audit trail in a folder. Many processes may append to it at once; none can tear it.

    ``told`` is called with new entries, as they stand in the chain, once they are safe.
    """

    def __init__(self, folder: Path, *, lock_timeout: float = 30.0, told: OnEntries = nobody) -> None:
        self.path = folder / NAME
        self._told = told
        self._lock = FileLock(folder / f".{NAME}.lock", timeout=lock_timeout)
        self._written: tuple[int, int] | None = None

    def append(self, entries: Sequence[Mapping[str, Any]]) -> str:
        """Link ``entries`` to the chain, write them and sync them to disk. Returns the new head.

        Raises AuditError when they can't be written; then none of them counts.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                return self._append(entries)
        except Timeout as error:
            raise AuditError(f"{self.path} is in use by another process") from error
        except OSError as error:
            raise AuditError(
                f"{self.path} can't be written: {error.strerror or error}",
                hint="Nothing is applied without an audit: make room, or mend the rights of the folder.",
            ) from error

    def _append(self, entries: Sequence[Mapping[str, Any]]) -> str:
        fresh = not self.path.exists()
        with self.path.open("a+b", buffering=0) as file:
            self._refuse_gone(os.fstat(file.fileno()))
            number, head = _last(file)
            linked = list(_linked(entries, number, head))
            append_synced(file, "".join(json.dumps(entry) + "\n" for entry in linked).encode())
            after = os.fstat(file.fileno())
            self._written = (after.st_ino, after.st_size)
        if fresh:
            sync_folder(self.path.parent)
        self._told(linked)
        return linked[-1]["hash"] if linked else head

    def _refuse_gone(self, now: os.stat_result) -> None:
        """Raise AuditError where what was written here before is no longer in the file."""
        if self._written is None:
            return
        inode, size = self._written
        if now.st_ino != inode or now.st_size < size:
            raise AuditError(
                f"{self.path} was removed or cut while this run goes on",
                hint="Nothing more is sent: find out who did it, and look at live (syncer drift).",
            )

    def entries(self) -> Iterator[dict[str, Any]]:
        """The whole entries, oldest first; a line that is no JSON object is passed over (verify tells)."""
        for _, entry in read_lines(self.path):
            if isinstance(entry, dict):
                yield entry

    def head(self) -> str:
        """The hash of the newest entry; the hash before the first where there is none."""
        last = START
        for entry in self.entries():
            last = str(entry.get("hash", last))
        return last


def _linked(entries: Sequence[Mapping[str, Any]], number: int, head: str) -> Iterator[dict[str, Any]]:
    """The entries with their links, behind entry ``number`` whose hash is ``head``."""
    for entry in entries:
        number += 1
        linked = {**entry, "n": number, "previous": head}
        head = linked["hash"] = entry_hash(linked)
        yield linked


def read_lines(path: Path) -> Iterator[tuple[bytes, Any]]:
    """Each line of the file with what it holds, None where it breaks off or holds no JSON.

    A line counts when its end is written. A missing file has no lines.
    """
    try:
        with path.open("rb") as file:
            for line in file:
                yield line, _decoded(line) if line.endswith(b"\n") else None
    except FileNotFoundError:
        return
    except OSError as error:
        raise AuditError(f"{path} can't be read: {error.strerror}") from error


def _decoded(line: bytes) -> Any:
    try:
        return parsed(line)
    except (ValueError, RecursionError):
        return None


def _last(file: IO[bytes]) -> tuple[int, str]:
    """Number and hash of the newest entry. A torn line at the end (a crash while writing) is cut off."""
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        return 0, START
    tail, start = _last_lines(file, size)
    whole, torn = tail.rsplit(b"\n", 1) if b"\n" in tail else (b"", tail)
    if torn:
        file.truncate(size - len(torn))
    if not whole and start == 0 and not tail.startswith(b"\n"):
        return 0, START
    entry = _decoded(whole.rsplit(b"\n", 1)[-1])
    if not isinstance(entry, dict) or not isinstance(entry.get("n"), int):
        raise AuditError(
            f"{file.name} ends in a line that is no audit entry",
            hint="Look at it with: syncer audit verify. Move the file away to begin a new chain.",
        )
    return entry["n"], str(entry.get("hash"))


def _last_lines(file: IO[bytes], size: int) -> tuple[bytes, int]:
    """The end of the file, from where at least its last two line ends are in, and where that begins."""
    length = 8192
    while True:
        start = max(0, size - length)
        file.seek(start)
        tail = file.read(size - start)
        if start == 0 or tail.count(b"\n") > 1:
            return tail, start
        length *= 4
