"""The audit trail: one JSON object a line, each bound to the one before by a SHA-256.

::

    {… "n": 1, "previous": "sha256:0000…", "hash": "sha256:5f1c…"}
                                                        │
    {… "n": 2, "previous": "sha256:5f1c…", "hash": "sha256:a07e…"}

``hash`` is taken over the canonical JSON of the entry without ``hash``. Whoever edits, removes or moves an
entry breaks every link behind it. A chain alone can't show that its newest entries were cut off: for that,
its head (the last hash) is printed at the end of every run, to be kept elsewhere.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from syncer.audit.tail import START, decoded, newest
from syncer.audit.typed import mistyped
from syncer.errors import AuditError, SyncerError
from syncer.files import append_synced, open_regular, refuse_special, refuse_unwritable, sync_folder
from syncer.model.json_values import digest, one_line

FORMAT = "syncer.audit/v1"
NAME = "audit.jsonl"
_NO_AUDIT = "Nothing is applied without an audit: make room, or mend the rights of the folder."

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
        with self._locked():
            return self._append(entries)

    def make_ready(self) -> None:
        """Open the trail, lock it and read its end, before anything is sent; nothing is written.

        Raises AuditError where an entry could not be appended.
        """
        with self._locked():
            if self.path.exists():
                with open_regular(self.path, append=True) as file:
                    self._note_size(file, torn=newest(file, self.path).torn)
            else:
                self._try_new()

    def _try_new(self) -> None:
        try:
            refuse_unwritable(self.path)
        except SyncerError as error:
            raise AuditError(error.message, hint=_NO_AUDIT) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Nobody else writes meanwhile. What the disk refuses is an AuditError."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            refuse_special(Path(self._lock.lock_file))
            with self._lock:
                yield
        except Timeout as error:
            raise AuditError(f"{self.path} is in use by another process") from error
        except OSError as error:
            raise AuditError(
                f"{self.path} can't be written: {error.strerror or error}", hint=_NO_AUDIT
            ) from error

    def _append(self, entries: Sequence[Mapping[str, Any]]) -> str:
        fresh = not self.path.exists()
        with open_regular(self.path, append=True) as file:
            self._refuse_gone(os.fstat(file.fileno()))
            last = newest(file, self.path)
            if last.torn:
                file.truncate(file.seek(0, os.SEEK_END) - last.torn)
            linked = list(_linked(entries, last.number, last.head))
            append_synced(file, "".join(one_line(entry) + "\n" for entry in linked).encode())
            self._note_size(file)
        if fresh:
            sync_folder(self.path.parent)
        self._told(linked)
        return linked[-1]["hash"] if linked else last.head

    def _note_size(self, file: IO[bytes], torn: int = 0) -> None:
        now = os.fstat(file.fileno())
        self._written = (now.st_ino, now.st_size - torn)

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

    def strictly(self) -> Iterator[dict[str, Any]]:
        """The whole entries, for what is decided by them. Raises AuditError at a value of the wrong type."""
        for line, (_, entry) in enumerate(read_lines(self.path), 1):
            if isinstance(entry, dict):
                if wrong := mistyped(entry):
                    raise AuditError(
                        f"{self.path}:{line}: {wrong!r} has a value of the wrong type, which no run wrote",
                        hint="Put a whole copy back, or keep the file elsewhere: move it away to begin a new "
                        "chain.",
                    )
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
    """Each line of the file with what it holds: the value, or the JsonError that says why there is none.

    A line counts when its end is written: without, it holds None. A missing file has no lines.
    """
    try:
        with open_regular(path) as file:
            for line in file:
                yield line, decoded(line) if line.endswith(b"\n") else None
    except FileNotFoundError:
        return
    except OSError as error:
        raise AuditError(f"{path} can't be read: {error.strerror}") from error
