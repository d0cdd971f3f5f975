"""Verify the chain of an audit trail: what is broken, where, and what was done to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from syncer.audit.line import hash_of_line
from syncer.audit.segments import Line, read_lines
from syncer.audit.tail import START, is_torn, unended
from syncer.audit.typed import mistyped
from syncer.errors import AuditError
from syncer.model.json_reader import JsonError


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a trail is broken; ``line`` counts from 1 in the file ``path``.

    ``kind`` is ``edited``, ``removed``, ``reordered``, ``torn`` or ``truncated`` where the chain of hashes is
    broken, ``schema``, ``time``, ``totals`` or ``orphaned`` where its entries contradict each other, and
    ``anchor`` where a receipt says that an entry was another.
    """

    line: int
    kind: str
    message: str
    path: Path = Path()


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found: the number of entries, the head, and the breaks in their order.

    ``head`` is what the newest entry says its hash is, so worth keeping only where nothing is broken.
    ``first`` is the number of the first entry, and ``before`` the hash that it goes behind: where the files
    begin later than the trail, all rests on that hash. ``attested`` is the number of the newest entry that a
    kept head vouches for, 0 where none was given or fits.
    """

    entries: int
    head: str
    breaks: tuple[Break, ...] = ()
    first: int = 1
    before: str = START
    attested: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is broken."""
        return not self.breaks

    @property
    def unattested(self) -> int:
        """How many of the newest entries no kept head vouches for: they rest on the chain alone."""
        return self.entries - max(0, self.attested - self.first + 1)


def verify_chain(files: Sequence[Path], heads: Sequence[str] = (), *, partial: bool = False) -> Verification:
    """Follow the chain through the ``files`` of a trail, oldest first.

    ``heads`` were kept elsewhere: each must be in the chain, at its end or further back (the chain has grown
    since then). Without one, newest entries that were cut off can't be noticed. With ``partial`` the files
    may begin later than the trail.
    """
    return verify_lines(read_lines(*files), heads, partial=partial)


def verify_lines(lines: Iterable[Line], heads: Sequence[str] = (), *, partial: bool = False) -> Verification:
    """The same of the ``lines`` of a trail, oldest first."""
    walk = _Walk(partial=partial)
    for line in lines:
        walk.take(line)
    return walk.result(heads)


def refuse_broken(files: Sequence[Path]) -> None:
    """Raise AuditError where the chain is broken: what was edited must not be written back to live.

    A torn last line is no reason: nothing but the entry that was being written is lost.
    """
    for found in verify_chain(files).breaks:
        if found.kind != "torn":
            raise AuditError(
                f"{found.path}:{found.line}: {found.message}, so nothing was undone",
                hint="syncer audit verify tells all of it. Put back a whole copy; or, where a head was kept "
                "after the run, name it: --head HASH; or undo from the plan that was applied: --plan FILE.",
            )


@dataclass
class _Walk:
    """What was seen up to a line: ``expected`` is the number that comes next, ``previous`` the last hash."""

    partial: bool
    entries: int = 0
    first: int = 1
    before: str = START
    expected: int = 1
    previous: str = START
    breaks: list[Break] = field(default_factory=list)
    heads: dict[str, int] = field(default_factory=lambda: {START: 0})
    seen: set[int] = field(default_factory=set)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    last: Line | None = None

    def take(self, line: Line) -> None:
        """The next line."""
        self.last, entry = line, line.value
        if not isinstance(entry, dict):
            self.breaks.append(_unreadable(line))
            self.expected += 1
            return
        if self.partial and not self.entries and type(entry.get("n")) is int and not self.breaks:
            self.first = self.expected = entry["n"]
            self.before = self.previous = str(entry.get("previous"))
        self.entries += 1
        self._compare(line, entry)
        number = entry.get("n")
        if isinstance(number, int):
            self.seen.add(number)
        self.expected = number + 1 if isinstance(number, int) else self.expected + 1
        self.previous = str(entry.get("hash"))
        self.heads[self.previous] = self.expected - 1

    def _compare(self, line: Line, entry: dict[str, Any]) -> None:
        """Note what is wrong with one entry, the most telling thing alone."""
        number = entry.get("n")
        if line.raw.endswith(b"\r\n"):
            words = f"the line of entry {number} ends in \\r\\n, which no run writes"
            self.breaks.append(Break(line.number, "edited", words, line.path))
        elif not entry.get("hash") or entry["hash"] != hash_of_line(line.raw, entry):
            words = f"entry {number} was edited: its hash does not match its content"
            self.breaks.append(Break(line.number, "edited", words, line.path))
        elif number != self.expected:
            self.gaps.append((len(self.breaks), self.expected))
            one = number == self.expected + 1
            gap = f"entry {self.expected}" if one else f"entries {self.expected} to {_before(number)}"
            missing = f"{gap} missing before entry {number}"
            self.breaks.append(Break(line.number, "removed", missing, line.path))
            if isinstance(number, int) and number < self.expected:
                self._reordered(len(self.breaks) - 1, self.expected, number)
        elif entry.get("previous") != self.previous:
            words = f"entry {number} is not linked to the one before, which was replaced"
            self.breaks.append(Break(line.number, "edited", words, line.path))
        elif wrong := mistyped(entry):
            words = f"entry {number} has a value of the wrong type: {wrong!r}"
            self.breaks.append(Break(line.number, "edited", words, line.path))

    def _reordered(self, place: int, expected: int, number: object) -> None:
        words = f"entry {number} stands where entry {expected} belongs"
        self.breaks[place] = replace(self.breaks[place], kind="reordered", message=words)

    def result(self, heads: Sequence[str]) -> Verification:
        """What it comes to: what seemed to be removed and stands elsewhere was reordered."""
        for place, expected in self.gaps:
            found = self.breaks[place]
            if found.kind == "removed" and expected in self.seen:
                self._reordered(place, expected, found.message.rpartition(" ")[2])
        line = self.last.number if self.last else 1
        path = self.last.path if self.last else Path()
        lost = [head for head in heads if head not in self.heads]
        self.breaks += [Break(line, "truncated", _truncated(head), path) for head in lost]
        attested = 0 if self.breaks else max((self.heads[head] for head in heads), default=0)
        return Verification(
            self.entries, self.previous, tuple(self.breaks), self.first, self.before, attested
        )


def _unreadable(line: Line) -> Break:
    raw, found = line.raw, line.value
    if not raw.endswith(b"\n"):
        if unended(raw):
            words = "the last entry is whole, but for its line end, which the next run writes"
            return Break(line.number, "torn", words, line.path)
        if is_torn(raw):
            words = "the last line breaks off: program or machine died while writing it"
            return Break(line.number, "torn", words, line.path)
        words = f"the last {len(raw):,} bytes have no line end and are no entry"
        return Break(line.number, "edited", words, line.path)
    why = f": {found.reason} (column {found.column})" if isinstance(found, JsonError) else ""
    return Break(line.number, "edited", f"this line holds no JSON object{why}", line.path)


def _before(number: Any) -> Any:
    return number - 1 if isinstance(number, int) else "?"


def _truncated(head: str) -> str:
    return f"the kept head {head} is not in the chain: its entry and what followed were cut off or replaced"
