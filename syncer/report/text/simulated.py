"""What would be, as text."""

from collections.abc import Iterator, Sequence

from syncer.planning.simulation import SimulatedQueue
from syncer.report.sights import Simulated
from syncer.report.simulated_words import (
    HEADINGS,
    SERVICE_HEADINGS,
    cells,
    headroom_in_words,
    is_good,
    of_interest,
    served,
    service_cells,
    service_in_words,
    turns,
    verdict_in_words,
)
from syncer.report.text.paint import Paint, counted, padded, width_of

_MOST = 40
"""Queues that are shown without --verbose."""

_MOST_TURNS = 5


def simulated_lines(view: Simulated, paint: Paint, *, verbose: bool) -> Iterator[str]:
    """The verdict, the figures of each queue, which is full first, how fast contacts are answered, and the
    verdict again."""
    yield from [*_verdict(view, paint), ""]
    yield f"of {paint(view.of)}, contacts per {view.interval}"
    yield from (f"{paint('assumed:', 'cyan')} {paint(words)}" for words in view.assumed)
    yield ""
    known = of_interest(view)
    shown = known if verbose or len(known) <= _MOST else _first(known)
    yield from _table(HEADINGS, shown, [cells(each) for each in shown])
    if len(known) > len(shown):
        yield f"  and {counted(len(known) - len(shown), 'queue')} more (--verbose shows all)"
    yield ""
    yield from _turns(view, paint, verbose=verbose)
    if answered := served(view):
        shown = answered if verbose else answered[:_MOST]
        yield from _table(SERVICE_HEADINGS, shown, [service_cells(each) for each in shown])
        if len(answered) > len(shown):
            yield f"  and {counted(len(answered) - len(shown), 'queue')} more (--verbose shows all)"
        yield from [paint(service_in_words(view), dim=True), ""]
    yield from (f"{paint('not known:', 'yellow')} {paint(words)}" for words in view.unknown)
    yield from _verdict(view, paint)


def _verdict(view: Simulated, paint: Paint) -> Iterator[str]:
    yield paint(verdict_in_words(view), "green" if is_good(view) else "red", bold=True)
    if not view.until_full:
        yield paint(headroom_in_words(view))


def _first(queues: Sequence[SimulatedQueue]) -> Sequence[SimulatedQueue]:
    """Those that are over first, then those that move, then the rest."""
    return sorted(queues, key=lambda each: (not each.after.over, each.before == each.after))[:_MOST]


def _table(
    heads: Sequence[str], queues: Sequence[SimulatedQueue], rows: Sequence[list[str]]
) -> Iterator[str]:
    if not queues:
        return
    names = [heads[0].lower(), *(each.name for each in queues)]
    lines = [[head.lower() for head in heads[1:]], *rows]
    widths = [width_of(list(column)) for column in zip(*lines, strict=True)]
    width = width_of(names)
    for name, line in zip(names, lines, strict=True):
        filled = (f"{cell:>{most}}" for cell, most in zip(line, widths, strict=True))
        yield f"  {padded(name, width)}  {'  '.join(filled)}".rstrip()


def _turns(view: Simulated, paint: Paint, *, verbose: bool) -> Iterator[str]:
    found = turns(view)
    shown = found if verbose else found[:_MOST_TURNS]
    if shown:
        more = f", and {len(found) - len(shown):,} more" if len(found) > len(shown) else ""
        said = ", ".join(f"{name} at {factor}" for factor, name in shown)
        yield from [f"{paint('full in turn:', 'cyan')} {paint(said + more)}", ""]
