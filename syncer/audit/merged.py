"""The lines of trails from several runners, as one trail: by number, each entry once.

::

    runner 1   1 ─ 2 ─ 3 ──────────── 7 ─ 8          7 begins a new chain, which follows 6
    copy of 1  1 ─ 2 ─ 3
    runner 2             4 ─ 5 ─ 6                   4 begins one, which follows 3

Copies overlap, as a cache grows, and trails of runners that share none interleave. What stands twice in one
file stays twice: that is no copy.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from syncer.audit.line import hash_of_line
from syncer.audit.new_chain import begins_apart
from syncer.audit.segments import Line, first_number, number_of, read_lines

_MOST: Final = 1000
"""Entries with the same number that are held at once."""


def merged(paths: Sequence[Path]) -> Iterator[Line]:
    """The lines of files whose numbers grow. Of one number those whose hash is right are in front; a line
    without a number stays behind the one that it follows in its file.

    Files that overlap are open at once, others one after the other, and a line of each is in memory. Raises
    AuditError where one can't be read.
    """
    same = _Same()
    for at, place, line in _by_number(paths):
        if same.number != at or len(same.lines) >= _MOST:
            yield from same.in_order()
            same = _Same(at)
        if number_of(line) is None:
            yield from same.in_order()
            same = _Same(at)
            yield line
        else:
            same.take(place, line)
    yield from same.in_order()


def _by_number(paths: Sequence[Path]) -> Iterator[tuple[float, int, Line]]:
    """Each line behind the number that it has, or that stands in front of it, with the place of its file."""
    waiting: list[tuple[float, int, int, Line | None, Iterator[Line]]] = []
    for place, path in enumerate(dict.fromkeys(paths)):
        waiting.append((first_number(path), 0, place, None, read_lines(path)))
    heapq.heapify(waiting)
    while waiting:
        at, _, place, line, lines = heapq.heappop(waiting)
        if line is not None:
            yield at, place, line
        following = next(lines, None)
        if following is not None:
            number = number_of(following)
            item = (at, 1) if number is None else (number, 0)
            heapq.heappush(waiting, (*item, place, following, lines))


@dataclass
class _Same:
    """The lines of one number, each with the place of the file that has it."""

    number: float = 0
    lines: list[tuple[int, Line]] = field(default_factory=list)

    def take(self, place: int, line: Line) -> None:
        """One more, but for a copy in another file."""
        if all(line.raw != each.raw or place == at for at, each in self.lines):
            self.lines.append((place, line))

    def in_order(self) -> Iterable[Line]:
        """The lines as they are to be read."""
        lines = [line for _, line in self.lines]
        return sorted(lines, key=_rank) if len(lines) > 1 else lines


def _rank(line: Line) -> int:
    """Of one number: entries whose hash is right, those of a trail that began apart, and what was edited."""
    if line.value.get("hash") != hash_of_line(line.raw, line.value):
        return 2
    return 1 if begins_apart(line.value) else 0
