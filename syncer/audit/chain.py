"""The audit trail: one JSON object a line, each bound to the one before by a SHA-256.

::

    {… "n": 1, "previous": "sha256:0000…", "hash": "sha256:5f1c…"}
                                                        │
    {… "n": 2, "previous": "sha256:5f1c…", "hash": "sha256:a07e…"}

Anyone who edits, removes or moves an entry breaks every link behind it. A chain alone can't show that its
newest entries were cut off: for that, its head (the last hash) is printed at the end of every run, to be kept
elsewhere.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from syncer.audit.line import linked
from syncer.audit.segments import (
    NAME,
    closed_name,
    closes,
    entries_in,
    read_lines,
    read_trail,
    refuse_lost,
    trail_files,
)
from syncer.audit.tail import Newest, newest
from syncer.audit.typed import mistyped
from syncer.errors import AuditError, SyncerError
from syncer.files import (
    PRIVATE_FILE,
    append_synced,
    make_private,
    open_regular,
    refuse_special,
    refuse_unwritable,
    sync_folder,
)

_NO_AUDIT = (
    "Nothing is applied without an audit trail: free disk space, or fix the permissions of the folder."
)
_LOOK = "Look at it with: syncer audit verify. Nothing is appended to a trail that is not whole."

OnEntries = Callable[[Sequence[Mapping[str, Any]]], None]


def nobody(entries: Sequence[Mapping[str, Any]]) -> None:
    """Notify no one."""


class Chain:
    """The audit trail in a folder. Many processes may append to it at once; none can tear it.

    ``path`` is the file that is written now. ``told`` is called with new entries, as they stand in the chain,
    once they are safe.
    """

    def __init__(self, folder: Path, *, lock_timeout: float = 30.0, told: OnEntries = nobody) -> None:
        self.folder, self.path = folder, folder / NAME
        self._told = told
        self._lock = FileLock(folder / f".{NAME}.lock", timeout=lock_timeout, mode=PRIVATE_FILE)
        self._written: tuple[int, int] | None = None

    def append(self, entries: Sequence[Mapping[str, Any]]) -> str:
        """Link ``entries`` to the chain, write them and sync them to disk. Returns the new head.

        Raises AuditError when they can't be written; then none of them counts.
        """
        with self._locked():
            return self._append(entries)

    def begin(self, entry: Mapping[str, Any], number: int, previous: str) -> None:
        """Begin a new chain with ``entry`` as number ``number`` behind the hash ``previous``, after all that
        is here. A file that can't be gone on with is closed. Raises AuditError as ``append`` does."""
        with self._locked():
            try:
                last = self._newest()
            except AuditError:
                self._close_damaged(number)
                last = Newest()
            self._write([entry], replace(last, number=number - 1, head=previous))

    def _close_damaged(self, number: int) -> None:
        """Close the file whose end is no entry, under a name that no entry needs."""
        if not os.path.lexists(self.path):
            return
        closed = self.folder / closed_name(number - 1, {})
        if os.path.lexists(closed):
            raise AuditError(f"{self.path} can't be renamed to {closed}, which exists already", hint=_LOOK)
        self.path.rename(closed)
        sync_folder(self.folder)
        self._written = None

    def make_ready(self) -> None:
        """Lock the trail, open its files and read its end, before anything is sent. Nothing is
        written but the line end of an entry that has none.

        Raises AuditError where an entry could not be appended, be it in the next month.
        """
        with self._locked():
            for path in trail_files(self.folder):
                refuse_lost(path)
            last = self._newest()
            self._try_folder()
            for path in trail_files(self.folder):
                with open_regular(path, append=path == self.path) as file:
                    if path == self.path:
                        self._note_size(file, torn=last.torn)
            if last.entry and self._holds_more_than(last.torn):
                self._name_when_closed(last)

    def _try_folder(self) -> None:
        """Raise AuditError where a file could not be made beside the trail."""
        try:
            refuse_unwritable(self.path)
        except SyncerError as error:
            raise AuditError(error.message, hint=_NO_AUDIT) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Nobody else writes meanwhile. What the disk refuses is an AuditError."""
        try:
            make_private(self.folder)
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
        return self._write(entries, self._newest_before(entries))

    def _write(self, entries: Sequence[Mapping[str, Any]], last: Newest) -> str:
        fresh = not self.path.exists()
        with open_regular(self.path, append=True) as file:
            if last.torn:
                file.truncate(file.seek(0, os.SEEK_END) - last.torn)
            whole, data = _linked(entries, last)
            append_synced(file, data)
            self._note_size(file)
        if fresh:
            sync_folder(self.folder)
        self._told(whole)
        return whole[-1]["hash"] if whole else last.head

    def _newest_before(self, entries: Sequence[Mapping[str, Any]]) -> Newest:
        """What ``entries`` go behind; the file of a month that is over is closed."""
        self._refuse_gone()
        last = self._newest()
        if entries and last.entry and closes(last.entry, entries[0]) and self._holds_more_than(last.torn):
            self._close_segment(last)
            return replace(last, torn=0)
        return last

    def _holds_more_than(self, torn: int) -> bool:
        return self.path.exists() and self.path.stat().st_size > torn

    def _newest(self) -> Newest:
        """The newest entry, in the last file that has one."""
        torn = 0
        for path in reversed(trail_files(self.folder)):
            with open_regular(path) as file:
                found = newest(file, path)
            if path == self.path:
                torn = found.torn
                self._complete(found)
            elif found.torn or found.unended:
                raise AuditError(f"{path} breaks off, though entries followed", hint=_LOOK)
            if found.number:
                return replace(found, torn=torn)
        return Newest(torn=torn)

    def _complete(self, last: Newest) -> None:
        """Write the line end of an entry that has none: the entry stands from now on."""
        if last.unended:
            with open_regular(self.path, append=True) as file:
                append_synced(file, b"\n")

    def _close_segment(self, last: Newest) -> None:
        """The file that is written now gets the name of its month; the next entry begins a new one."""
        if last.torn:
            with open_regular(self.path, append=True) as file:
                file.truncate(file.seek(0, os.SEEK_END) - last.torn)
        self.path.rename(self._name_when_closed(last))
        sync_folder(self.folder)
        self._written = None

    def _name_when_closed(self, last: Newest) -> Path:
        """What the file that is written now will be called. Raises AuditError where that name is taken."""
        first = next((entry.get("n") for entry in entries_in(read_lines(self.path))), None)
        closed = self.folder / closed_name(first if type(first) is int else last.number, last.entry)
        if os.path.lexists(closed):
            raise AuditError(f"{self.path} can't be renamed to {closed}, which exists already", hint=_LOOK)
        return closed

    def _note_size(self, file: IO[bytes], torn: int = 0) -> None:
        now = os.fstat(file.fileno())
        self._written = (now.st_ino, now.st_size - torn)

    def _refuse_gone(self) -> None:
        """Raise AuditError where what was written here before is no longer in a file of the trail."""
        if self._written is None:
            return
        inode, size = self._written
        files = (path.stat() for path in trail_files(self.folder))
        if not any(now.st_ino == inode and now.st_size >= size for now in files):
            raise AuditError(
                f"{self.path} was removed or cut during this run",
                hint="Nothing more is sent: find out who did it, and check the live queues (syncer drift).",
            )

    def entries(self, after: int = 0) -> Iterator[dict[str, Any]]:
        """The whole entries after number ``after``, oldest first. A line that is not a JSON object is skipped
        (verify reports it)."""
        yield from entries_in(read_trail(self.folder, after))

    def files(self) -> list[Path]:
        """The files of the trail that are there, oldest first."""
        return trail_files(self.folder)

    def strictly(self) -> Iterator[dict[str, Any]]:
        """The whole entries, for what is decided by them. Raises AuditError at a value of the wrong type."""
        for line in read_trail(self.folder):
            if isinstance(line.value, dict):
                if wrong := mistyped(line.value):
                    raise AuditError(
                        f"{line.path}:{line.number}: {wrong!r} has a value of the wrong type, "
                        "which no run wrote",
                        hint="Restore a complete copy, or keep the file elsewhere: move it away.",
                    )
                yield line.value

    def newest(self) -> Newest:
        """The newest entry. Raises AuditError where the trail can't be read, or ends in something else."""
        try:
            return self._newest()
        except OSError as error:
            raise AuditError(f"{self.path} can't be read: {error.strerror or error}") from error

    def head(self) -> str:
        """The hash of the newest entry; the hash before the first where there is none."""
        return self.newest().head


def _linked(entries: Sequence[Mapping[str, Any]], last: Newest) -> tuple[list[dict[str, Any]], bytes]:
    """The entries with their links behind ``last``, and their lines. None is recorded before the one in front
    of it: a clock that was set back shows in ``occurredAt`` alone."""
    whole, lines = list[dict[str, Any]](), list[bytes]()
    number, head, recorded = last.number, last.head, str(last.entry.get("recordedAt") or "")
    for entry in entries:
        recorded = max(recorded, entry.get("recordedAt", ""))
        dated = {**entry, "recordedAt": recorded} if "recordedAt" in entry else entry
        number += 1
        found, line = linked(dated, number, head)
        head = found["hash"]
        whole.append(found)
        lines.append(line)
    return whole, b"".join(lines)
