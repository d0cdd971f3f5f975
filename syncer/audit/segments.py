"""The files of a trail: one that grows, and one for each month before it.

::

    audit-2026-09-000001.jsonl     September; its first entry is number 1
    audit-2026-10-000412.jsonl     October; names the hash of entry 411
    audit.jsonl                    what is written now

The chain goes through all of them: numbers run on, and the first entry of a file names the last hash of the
file before it.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from syncer.audit.line import FORMAT
from syncer.audit.tail import decoded
from syncer.errors import AuditError
from syncer.files import open_regular

NAME: Final = "audit.jsonl"
_NUMBER: Final = re.compile(rb'"n": ([0-9]{1,15}), "previous": "')
_LINKS: Final = 250
"""Bytes at the end of a line in which its number stands."""

_CLOSED: Final = re.compile(r"audit-\d{4}-\d{2}-(\d{6,})\.jsonl")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a trail: its file, its number there from 1, its bytes with the line end, and what it holds:
    the value, a JsonError that says why there is none, or None where its end isn't written."""

    path: Path
    number: int
    raw: bytes
    value: Any


def closed_segments(folder: Path) -> list[Path]:
    """The files of the months before, oldest first."""
    found = ((_CLOSED.fullmatch(path.name), path) for path in folder.glob("audit-*.jsonl"))
    return [path for _, path in sorted((int(name[1]), path) for name, path in found if name)]


def trail_files(folder: Path) -> list[Path]:
    """All files of the trail in ``folder`` that are there, oldest first; a link that leads nowhere is one."""
    current = folder / NAME
    return [*closed_segments(folder), *([current] if os.path.lexists(current) else [])]


def closed_name(first: int, last: Mapping[str, Any]) -> str:
    """The name of a file that is closed behind the entry ``last``; ``first`` is its first number."""
    return f"audit-{month_of(last) or '0000-00'}-{first:06d}.jsonl"


def month_of(entry: Mapping[str, Any]) -> str:
    """``2026-11``: the month that an entry was recorded in; empty where it says none."""
    found = re.match(r"\d{4}-\d{2}", str(entry.get("recordedAt") or entry.get("timestamp") or ""))
    return found[0] if found else ""


def closes(last: Mapping[str, Any], following: Mapping[str, Any]) -> bool:
    """Whether ``following`` begins a new file behind ``last``: in another month, or another form."""
    before, now = month_of(last), month_of(following)
    moved = bool(before and now > before)
    return moved or (last.get("format") != following.get("format") == FORMAT and "format" in last)


def read_trail(folder: Path, after: int = 0) -> Iterator[Line]:
    """The lines of the trail in ``folder``, but for those whose entries have a number up to ``after``.

    A run that goes on may close a file meanwhile: nothing is read twice or missed.
    """
    with ExitStack() as stack:
        current = _opened(folder / NAME, stack)
        inode = os.fstat(current.fileno()).st_ino if current else None
        for path in closed_segments(folder):
            file = _opened(path, stack)
            if file and os.fstat(file.fileno()).st_ino != inode:
                yield from _lines(path, file, after)
        if current:
            yield from _lines(folder / NAME, current, after)


def read_lines(*paths: Path) -> Iterator[Line]:
    """Each line of the files. A line counts when its end is written. A missing file has no lines.

    Raises AuditError where one can't be read.
    """
    for path in paths:
        with ExitStack() as stack:
            file = _opened(path, stack)
            if file:
                yield from _lines(path, file)


def entries_in(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    """The whole entries; a line that holds none is passed over (verify reports it)."""
    for line in lines:
        if isinstance(line.value, dict):
            yield line.value


def in_order(paths: Sequence[Path]) -> list[Path]:
    """Files of one trail in the order of their first entries; one without an entry stays at the end."""

    return sorted(dict.fromkeys(paths), key=first_number)


def first_number(path: Path) -> float:
    """The number of the first entry that has one; infinite where none is there."""
    numbers = map(number_of, read_lines(path))
    return next((number for number in numbers if number is not None), float("inf"))


def number_of(line: Line) -> int | None:
    """The number of the entry in a line; None where there is none."""
    number = line.value.get("n") if isinstance(line.value, dict) else None
    return number if type(number) is int else None


def refuse_lost(path: Path) -> None:
    """Raise AuditError where ``path`` is a link to a file that doesn't exist: a trail may be out of sight."""
    # Those of Path raise for a name that is too long.
    if os.path.islink(path) and not os.path.exists(path):  # noqa: PTH110, PTH114
        raise AuditError(
            f"{path} is a link to a file that doesn't exist", hint="Bring back what it leads to."
        )


def _opened(path: Path, stack: ExitStack) -> IO[bytes] | None:
    try:
        return stack.enter_context(open_regular(path))
    except OSError as error:
        refuse_lost(path)
        if isinstance(error, FileNotFoundError):
            return None
        raise AuditError(f"{path} can't be read: {error.strerror}") from error


def _lines(path: Path, file: IO[bytes], after: int = 0) -> Iterator[Line]:
    try:
        for number, raw in enumerate(file, 1):
            if after and (found := _NUMBER.search(raw, max(0, len(raw) - _LINKS))) and int(found[1]) <= after:
                continue
            yield Line(path, number, raw, decoded(raw) if raw.endswith(b"\n") else None)
    except OSError as error:
        raise AuditError(f"{path} can't be read: {error.strerror}") from error
