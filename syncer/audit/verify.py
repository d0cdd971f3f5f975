"""Verify an audit trail: what is broken, where, and what was done to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syncer.audit.chain import entry_hash, read_lines
from syncer.audit.tail import START, is_torn
from syncer.audit.typed import mistyped
from syncer.errors import AuditError
from syncer.model.json_reader import JsonError


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain is broken; ``line`` counts from 1.

    ``kind`` is ``edited``, ``removed``, ``reordered``, ``torn`` or ``truncated``.
    """

    line: int
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found: the number of entries, the head, and the breaks in their order.

    ``head`` is what the newest entry says its hash is, so worth keeping only where nothing is broken.
    """

    entries: int
    head: str
    breaks: tuple[Break, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is broken."""
        return not self.breaks


def verify_chain(path: Path, head: str = "") -> Verification:
    """Follow the chain from its first entry. ``head`` is one that was kept elsewhere.

    A kept head must be in the chain, at its end or further back (the chain has grown since then).
    Without one, newest entries that were cut off can't be noticed.
    """
    lines = list(read_lines(path))
    numbers = [entry.get("n") for _, entry in lines if isinstance(entry, dict)]
    breaks: list[Break] = []
    number, previous = 0, START
    heads = {START}
    for line, (raw, entry) in enumerate(lines, 1):
        if not isinstance(entry, dict):
            breaks.append(_unreadable(line, raw, entry))
            number += 1
            continue
        breaks.extend(_broken(line, entry, number + 1, previous, numbers))
        number = entry["n"] if isinstance(entry.get("n"), int) else number + 1
        previous = str(entry.get("hash"))
        heads.add(previous)
    if head and head not in heads:
        breaks.append(_truncated(len(lines), head))
    return Verification(len(numbers), previous, tuple(breaks))


def refuse_broken(path: Path) -> None:
    """Raise AuditError where the chain is broken: what was edited must not be written back to live.

    A torn last line is no reason: nothing but the entry that was being written is lost.
    """
    for found in verify_chain(path).breaks if path.exists() else ():
        if found.kind != "torn":
            raise AuditError(
                f"{path}:{found.line}: {found.message}, so nothing was undone",
                hint="syncer audit verify tells all of it; put back a whole copy, or change the policies.",
            )


def _unreadable(line: int, raw: bytes, found: Any) -> Break:
    if not raw.endswith(b"\n"):
        if is_torn(raw):
            return Break(line, "torn", "the last line breaks off: program or machine died while writing it")
        return Break(line, "edited", f"the last {len(raw):,} bytes have no line end and are no entry")
    why = f": {found.reason} (column {found.column})" if isinstance(found, JsonError) else ""
    return Break(line, "edited", f"this line holds no JSON object{why}")


def _broken(
    line: int, entry: dict[str, Any], expected: int, previous: str, numbers: list[Any]
) -> Iterator[Break]:
    """What is wrong with one entry, the most telling thing alone."""
    number = entry.get("n")
    if entry.get("hash") != entry_hash(entry):
        yield Break(line, "edited", f"entry {number} was edited: its hash does not match its content")
    elif number != expected:
        if expected in numbers[line:] or (isinstance(number, int) and number < expected):
            yield Break(line, "reordered", f"entry {number} stands where entry {expected} belongs")
        else:
            one = number == expected + 1
            gap = f"entry {expected}" if one else f"entries {expected} to {_before(number)}"
            yield Break(line, "removed", f"{gap} missing before entry {number}")
    elif entry.get("previous") != previous:
        yield Break(line, "edited", f"entry {number} is not linked to the one before, which was replaced")
    elif wrong := mistyped(entry):
        yield Break(line, "edited", f"entry {number} has a value of the wrong type: {wrong!r}")


def _before(number: Any) -> Any:
    return number - 1 if isinstance(number, int) else "?"


def _truncated(lines: int, head: str) -> Break:
    return Break(
        max(lines, 1),
        "truncated",
        f"the kept head {head} is not in the chain: its entry and what followed were cut off or replaced",
    )
