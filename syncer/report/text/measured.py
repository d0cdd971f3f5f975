"""What was measured, as text."""

from collections.abc import Iterator, Sequence

from syncer.measuring.proposals import Proposal
from syncer.report.measured_words import (
    HANDLING,
    HEADINGS,
    figures_in_words,
    over_in_words,
    shares_in_words,
    way_in_words,
)
from syncer.report.sights import Measured
from syncer.report.text.paint import Paint, counted, padded, width_of

_MOST = 40
"""Lines of each part that are shown without --verbose."""

_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def measured_lines(view: Measured, paint: Paint, *, verbose: bool) -> Iterator[str]:
    """The figures of each queue, what is left out and why, where the model is off, and what was written."""
    most = None if verbose else _MOST
    yield f"measured {paint(over_in_words(view.over))}"
    yield from _table(view, most)
    left = [f"{each.figures.name}: {words}" for each in view.queues for words in each.left]
    yield from _part("left as it is:", left, paint, "yellow", most)
    off = [f"{way_in_words(way, view)}: {way.cause}" for way in view.off]
    yield from _part("the model is off:", off, paint, "yellow", most)
    yield from _part("a flow transfers:", shares_in_words(view), paint, "cyan", most)
    yield from _part("not known:", view.unknown, paint, "yellow", None)
    for line in view.diff:
        yield paint(line, _COLORS.get(line[:1], ""))
    yield _done(view, paint)


def _table(view: Measured, most: int | None) -> Iterator[str]:
    shown = _first(view.queues, most)
    heads = [*HEADINGS, *([HANDLING] if view.handling else [])]
    names = [heads[0].lower(), *(each.figures.name for each in shown)]
    cells = [[head.lower() if head != HANDLING else head for head in heads[1:]]]
    cells += [figures_in_words(each, handling=view.handling) for each in shown]
    widths = [width_of(list(column)) for column in zip(*cells, strict=True)]
    width = width_of(names)
    for name, row in zip(names, cells, strict=True):
        padding = (f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        yield f"  {padded(name, width)}  {'  '.join(padding)}".rstrip()
    if len(view.queues) > len(shown):
        yield f"  and {counted(len(view.queues) - len(shown), 'queue')} more (--verbose shows all)"


def _first(queues: Sequence[Proposal], most: int | None) -> Sequence[Proposal]:
    """The first of all, those with another figure than is stated before the others."""
    return sorted(queues, key=lambda each: not each.changes)[:most] if most else queues


def _part(heading: str, lines: Sequence[str], paint: Paint, color: str, most: int | None) -> Iterator[str]:
    for line in lines[:most]:
        yield f"{paint(heading, color)} {paint(line)}"
    if most is not None and len(lines) > most:
        yield f"{paint(heading, color)} {len(lines) - most:,} more (--verbose shows all)"


def _done(view: Measured, paint: Paint) -> str:
    queues = f"{counted(view.changed, 'queue')} of {len(view.queues):,} with other figures"
    files = ", ".join(map(paint, view.files)) or "no file"
    if view.check:
        return f"{paint('checked:', 'green', bold=True)} {queues}; {files} would be written"
    written = f"{paint('measured:', 'green', bold=True)} {queues}, written into {files}"
    return f"{written}; {paint.program.call} plan shows what they mean"
