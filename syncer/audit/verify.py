"""Verify the chain of an audit trail: what is broken, where, and what was done to it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from syncer.audit.branches import Branches
from syncer.audit.break_words import before, truncated, unreadable
from syncer.audit.line import hash_of_line
from syncer.audit.merged import merged
from syncer.audit.new_chain import begins_apart, begins_chain, settles_breaks
from syncer.audit.number_spans import NumberSpans
from syncer.audit.segments import Line, read_lines
from syncer.audit.tail import START
from syncer.audit.typed import mistyped
from syncer.errors import AuditError


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a trail is broken; ``line`` counts from 1 in the file ``path``.

    ``kind`` is ``edited``, ``removed``, ``reordered``, ``torn`` or ``truncated`` where the chain of hashes is
    broken, ``schema``, ``time``, ``totals`` or ``orphaned`` where its entries contradict each other,
    ``anchor`` where a receipt says that an entry was another, and ``forked`` where a record or a file does.
    """

    line: int
    kind: str
    message: str
    path: Path = Path()


@dataclass(frozen=True, slots=True)
class Chains:
    """How the chains of a trail go: each of the ``spans`` is a first and a last number without a gap, and
    ``begun`` are the entries that begin a new chain, but the first of the trail.

    Of the newest chain ``at`` has the hashes that were asked for, by number; it follows what it says it does,
    so that is among them. ``end`` is the newest entry whose hash is right, by number and hash. The first
    ``settled`` breaks are known: a newer chain begins behind them. ``beside`` is how many entries stand in
    other trails with the number of one that is here. ``apart`` is the number of the first entry, where it
    began the only chain while nobody could ask the record.
    """

    spans: tuple[tuple[int, int], ...] = ()
    begun: tuple[Mapping[str, Any], ...] = ()
    at: Mapping[int, str] = field(default_factory=dict)
    end: tuple[int, str] = (0, START)
    settled: int = 0
    beside: int = 0
    apart: int = 0

    @property
    def newest(self) -> int:
        """The highest number of an entry; 0 where there is none."""
        return max((last for _, last in self.spans), default=0)


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found: the number of entries, the head, and the breaks in their order.

    ``head`` is what the newest entry says its hash is, so worth keeping only where nothing is broken.
    ``first`` is the number of the first entry, and ``before`` the hash that it goes behind: where the files
    begin later than the trail, all rests on that hash. ``attested`` is the number of the newest entry that a
    kept head vouches for, 0 where none was given or fits. ``chains`` is how the numbers go on.
    """

    entries: int
    head: str
    breaks: tuple[Break, ...] = ()
    first: int = 1
    before: str = START
    attested: int = 0
    chains: Chains = field(default=Chains(), compare=False)

    @property
    def whole(self) -> bool:
        """Whether nothing is broken."""
        return not self.breaks

    @property
    def last(self) -> int:
        """The number of the newest entry."""
        return self.chains.newest or self.first + self.entries - 1

    @property
    def unattested(self) -> int:
        """How many of the newest entries no kept head vouches for: they rest on the chain alone."""
        spans = self.chains.spans or ((self.first, self.last),)
        attested = sum(max(0, min(last, self.attested) - first + 1) for first, last in spans)
        return self.entries - attested

    @property
    def unsettled(self) -> tuple[Break, ...]:
        """The breaks that no new chain begins behind, but for an entry that was being written."""
        return tuple(found for found in self.breaks[self.chains.settled :] if found.kind != "torn")


def verify_chain(
    files: Sequence[Path],
    heads: Sequence[str] = (),
    *,
    partial: bool = False,
    numbers: Collection[int] = (),
) -> Verification:
    """Follow the chain through the ``files`` of a trail, oldest first.

    ``heads`` were kept elsewhere: each must be in the chain, at its end or further back (the chain has grown
    since then). Without one, cut-off newest entries can't be detected. With ``partial`` the files
    may begin later than the trail. ``numbers`` are those of entries whose hashes are wanted. Memory is
    bounded, however long the trail is.
    """
    return verify_lines(read_lines(*files), heads, partial=partial, numbers=numbers)


def verify_lines(
    lines: Iterable[Line],
    heads: Sequence[str] = (),
    *,
    partial: bool = False,
    numbers: Collection[int] = (),
) -> Verification:
    """The same of the ``lines`` of a trail, oldest first."""
    return _walked(_Walk(frozenset(heads), numbers, partial=partial), lines, heads)


def verify_merged(
    files: Sequence[Path], heads: Sequence[str] = (), *, known: Mapping[int, str] | None = None
) -> Verification:
    """Follow the chain through ``files`` of one trail or of several runners, in any order. Copies may
    overlap, and all may begin later than the trail. ``known`` are hashes that are wanted, by number."""
    walk = _Walk(frozenset(heads), known or {}, partial=True, branches=Branches())
    return _walked(walk, merged(files), heads)


def _walked(walk: "_Walk", lines: Iterable[Line], heads: Sequence[str]) -> Verification:
    for line in lines:
        walk.take(line)
    return walk.result(heads)


def refuse_broken(files: Sequence[Path]) -> None:
    """Raise AuditError where the chain is broken: edited entries must not be written back to queues.

    A torn last line is no reason: nothing but the entry that was being written is lost.
    """
    for found in verify_chain(files).breaks:
        if found.kind != "torn":
            raise AuditError(
                f"{found.path}:{found.line}: {found.message}, so nothing was undone",
                hint="syncer audit verify shows all of it. Put back a whole copy; or, where a head was kept "
                "after the run, name it: --head HASH; or undo from the plan that was applied: --plan FILE.",
            )


@dataclass
class _Walk:
    """What was seen up to a line: ``expected`` is the number that comes next, ``previous`` the last hash."""

    wanted: frozenset[str]
    numbers: Collection[int]
    partial: bool
    branches: Branches | None = None
    entries: int = 0
    first: int = 1
    before: str = START
    expected: int = 1
    previous: str = START
    breaks: list[Break] = field(default_factory=list)
    heads: dict[str, int] = field(default_factory=lambda: {START: 0})
    seen: NumberSpans = field(default_factory=NumberSpans)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    begun: list[Mapping[str, Any]] = field(default_factory=list)
    at: dict[int, str] = field(default_factory=dict)
    end: tuple[int, str] = (0, START)
    settled: int = 0
    unread: int = 0
    beside: int = 0
    apart: int = 0
    last: Line | None = None

    def take(self, line: Line) -> None:
        """The next line."""
        self.last, entry = line, line.value
        if not isinstance(entry, dict):
            self.breaks.append(Break(line.number, *unreadable(line), line.path))
            self.unread += 1
            self.expected += 0 if self.branches else 1
            return
        number = entry.get("n")
        own = bool(entry.get("hash")) and entry["hash"] == hash_of_line(line.raw, entry)
        if self.branches and own and type(number) is int and self._is_beside(line, entry, self.branches):
            return
        if own and begins_chain(entry) and entry["n"] > self.end[0] and not mistyped(entry):
            self._begin(entry)
        elif self.partial and not self.entries and type(number) is int and not self.breaks:
            self._start(number, str(entry.get("previous")))
        self.entries += 1
        self._compare(line, entry, own=own)
        self.unread = 0
        if isinstance(number, int):
            self.seen.add(number)
        self.expected = number + 1 if isinstance(number, int) else self.expected + 1
        self.previous = str(entry.get("hash"))
        self._note(self.previous, self.expected - 1)
        if own and isinstance(number, int):
            self.end = (number, entry["hash"])

    def _note(self, head: str, number: int) -> None:
        """Keep a hash, where it is asked for."""
        if head in self.wanted:
            self.heads[head] = number
        known = self.numbers.get(number) if isinstance(self.numbers, Mapping) else None
        if number in self.numbers and (known is None or self.at.get(number) != known):
            self.at[number] = head

    def _is_beside(self, line: Line, entry: dict[str, Any], branches: Branches) -> bool:
        """Whether a line of another trail has the number of the entry in front: noted, where it is a fork."""
        number, beside = entry["n"], self.entries > 0 and entry["n"] == self.end[0]
        if self.expected < number <= self.expected + self.unread:
            self.expected = number  # lines that can't be read may be copies
        if branches.forks(entry):
            words = f"another entry {number} is in these files: one of the two chains is a fork"
            self.breaks.append(Break(line.number, "forked", words, line.path))
        if beside:
            self.beside += 1
            self._note(str(entry["hash"]), number)
        elif entry.get("previous") in branches.before:
            self.previous = str(entry["previous"])
        return beside

    def _start(self, number: int, previous: str) -> None:
        """The files begin later than the trail."""
        self.first = self.expected = number
        self.before = self.previous = previous
        if previous in self.wanted:
            self.heads[previous] = number - 1

    def _begin(self, entry: Mapping[str, Any]) -> None:
        """A new chain: what it says it follows needn't be here."""
        follows = entry["follows"]
        if settles_breaks(entry):
            self.settled = len(self.breaks)
        if self.entries or self.breaks:
            self.begun.append(entry)
            self.expected, self.previous, self.apart = entry["n"], entry["previous"], 0
        else:
            self._start(entry["n"], entry["previous"])
            self.apart = entry["n"] if begins_apart(entry) else 0
        self.at.clear()
        self._note(follows["head"], follows["entry"])

    def _compare(self, line: Line, entry: dict[str, Any], *, own: bool) -> None:
        """Note what is wrong with one entry, the most telling thing alone."""
        number = entry.get("n")
        if line.raw.endswith(b"\r\n"):
            words = f"the line of entry {number} ends in \\r\\n, which no run writes"
            self.breaks.append(Break(line.number, "edited", words, line.path))
        elif not own:
            words = f"entry {number} was edited: its hash does not match its content"
            self.breaks.append(Break(line.number, "edited", words, line.path))
        elif number != self.expected:
            self.gaps.append((len(self.breaks), self.expected))
            one = number == self.expected + 1
            gap = f"entry {self.expected}" if one else f"entries {self.expected} to {before(number)}"
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
        elsewhere = self.seen.among(expected for _, expected in self.gaps)
        for place, expected in self.gaps:
            found = self.breaks[place]
            if found.kind == "removed" and expected in elsewhere:
                self._reordered(place, expected, found.message.rpartition(" ")[2])
        line = self.last.number if self.last else 1
        path = self.last.path if self.last else Path()
        lost = [head for head in heads if head not in self.heads]
        self.breaks += [Break(line, "truncated", truncated(head), path) for head in lost]
        attested = 0 if self.breaks else max((self.heads[head] for head in heads), default=0)
        begun, end = tuple(self.begun), self.end
        chains = Chains(self.seen.all(), begun, dict(self.at), end, self.settled, self.beside, self.apart)
        return Verification(
            self.entries, self.previous, tuple(self.breaks), self.first, self.before, attested, chains
        )
