"""The end of an audit trail: the newest entry, and what a crash left behind it.

What a crash leaves is short and begins like an entry. Any other end, zeros or lines that lost their ends, may
be all that is left of a trail: it is refused, never cut off.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from syncer.audit.line import hash_of_line
from syncer.audit.typed import mistyped
from syncer.errors import AuditError
from syncer.model.json_reader import JsonError, holds_more_than_one, parsed

START: Final = "sha256:" + "0" * 64
"""What stands for the hash before the first entry."""

LONGEST_TORN: Final = 4 * 1024 * 1024
"""Bytes of an entry that was being written; a longer end is none."""

LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes at the end in which the newest entry must be found."""

DAMAGED: Final = "broken-chain"
"""Why nothing may be appended, as a code: the end of a trail is not what a run wrote."""

WAY_OUT: Final = (
    "start a new chain after it: --new-chain REASON, or run the pipeline once with the variable "
    "SYNCER_NEW_CHAIN."
)
"""How one goes on behind a trail that can't be gone on with, for a hint."""

LARGEST_NUMBER: Final = 10**15 - 1
"""Entries of a trail at most: nobody writes as many."""

_BEGIN: Final = b'{"'
_PLAIN: Final = re.compile(rb"[ -~]+")


@dataclass(frozen=True, slots=True)
class Newest:
    """Number and hash of the newest entry, the entry itself, and how many bytes behind it are torn.

    ``unended``: the entry is whole, but for the end of its line.
    """

    number: int = 0
    head: str = START
    torn: int = 0
    entry: Mapping[str, Any] = field(default_factory=dict, repr=False)
    unended: bool = False


def newest(file: IO[bytes], path: Path) -> Newest:
    """The newest entry of a trail. Raises AuditError where nothing may be appended; nothing is written."""
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        return Newest()
    tail, start = _last_lines(file, size, path)
    whole, end, torn = tail.rpartition(b"\n")
    if torn and not is_torn(torn):
        raise _damaged(path, torn)
    if entry := unended(torn):
        return _judged(torn + b"\n", entry, path, unended=True)
    if not end and start == 0:
        return Newest(torn=len(torn))
    line = whole.rpartition(b"\n")[2] + end
    return _judged(line, decoded(line), path, torn=len(torn))


def _judged(line: bytes, entry: Any, path: Path, *, torn: int = 0, unended: bool = False) -> Newest:
    """The newest entry, in its ``line``: what is linked to it must be linked to what a run wrote."""
    number = entry.get("n") if isinstance(entry, dict) else None
    if not isinstance(number, int) or not 1 <= number <= LARGEST_NUMBER:
        raise _no_entry(path, "a line that is no audit entry")
    if not entry.get("hash") or entry["hash"] != hash_of_line(line, entry):
        raise _no_entry(path, f"entry {number}, which was edited: its hash does not match its content")
    if wrong := mistyped(entry):
        raise _no_entry(path, f"entry {number}, which no run wrote: {wrong!r} has a value of the wrong type")
    return Newest(number, entry["hash"], torn, entry, unended)


def unended(end: bytes) -> dict[str, Any] | None:
    """The entry that the ``end`` of a trail holds whole, but for its line end; None where it is torn.

    Nothing else can be that: its hash is over all that stands before it.
    """
    line = end + b"\n"
    entry = decoded(line) if end.endswith(b"}") else None
    if isinstance(entry, dict) and entry.get("hash") and entry["hash"] == hash_of_line(line, entry):
        return entry
    return None


def _no_entry(path: Path, what: str) -> AuditError:
    return AuditError(
        f"{path} ends in {what}",
        hint=f"Look at it with: syncer audit verify. Restore a complete copy, or {WAY_OUT}",
        reason=DAMAGED,
    )


def is_torn(end: bytes) -> bool:
    """Whether an ``end`` without a line end is an entry whose writing broke off: it begins like one, is
    short, and is no line that lost its end."""
    return (
        len(end) <= LONGEST_TORN
        and _BEGIN.startswith(end[: len(_BEGIN)])
        and _PLAIN.fullmatch(end) is not None
        and not holds_more_than_one(end)
    )


def decoded(line: bytes) -> Any:
    """What a line holds, or the JsonError that says why there is nothing to rely on."""
    try:
        return parsed(line)
    except JsonError as error:
        return error


def _damaged(path: Path, end: bytes) -> AuditError:
    what = "are not an entry that was being written" if end.strip(b"\0") else "are zeros"
    return AuditError(
        f"{path} is damaged: its last {len(end):,} bytes have no line end and {what}; "
        "nothing was sent, and the file stays as it is",
        hint=f"Restore a complete copy, or keep the file and {WAY_OUT}",
        reason=DAMAGED,
    )


def _last_lines(file: IO[bytes], size: int, path: Path) -> tuple[bytes, int]:
    """The end of the file, from where at least its last two line ends are in, and where that begins."""
    length = 8192
    while True:
        start = max(0, size - length)
        file.seek(start)
        tail = file.read(size - start)
        if start == 0 or tail.count(b"\n") > 1:
            return tail, start
        if length > LONGEST_LINE:
            raise _damaged(path, tail.rpartition(b"\n")[2] or tail)
        length *= 4
