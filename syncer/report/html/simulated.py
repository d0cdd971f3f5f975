"""What would be as a page: what is over first, then each queue's use, how the load may grow, and service."""

from collections.abc import Iterator, Sequence
from typing import Final

from syncer.checks.capacity import number
from syncer.model.finding import Severity
from syncer.planning.simulation import QueueFigures, SimulatedQueue
from syncer.report.escape import html
from syncer.report.html import findings as found
from syncer.report.html.chart import Step, part_bar, steps, use_bar
from syncer.report.html.headline import KINDS, tile
from syncer.report.html.markup import listed, section, table
from syncer.report.html.names import NO_NAMES
from syncer.report.html.other import problems
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
    verdict_in_words,
)
from syncer.report.text.paint import counted
from syncer.report.views import Report

MOST_ROWS: Final = 2_000
MOST_DANGERS: Final = 4
_USE: Final = HEADINGS.index("Use")
_IN_TIME: Final = SERVICE_HEADINGS.index("In time")
_OCCUPANCY: Final = SERVICE_HEADINGS.index("Occupancy")


def kind_of(view: Simulated) -> str:
    """Whether something is over its capacity; with ``until_full`` whether it is so today."""
    simulation = view.simulation
    if view.until_full:
        factor = simulation.headroom.factor
        return "warn" if factor is None else "good" if factor >= 1 else "bad"
    if any(each.after.over_for_certain for each in simulation.overflowing):
        return "bad"
    return "good" if is_good(view) else "warn"


def sentence(view: Simulated) -> str:
    """The verdict as a sentence."""
    words = verdict_in_words(view)
    return f"{words[0].upper()}{words[1:]}"


def title(view: Simulated) -> str:
    """The same with its sign."""
    return f"{KINDS[kind_of(view)]} {sentence(view)}"


def body(report: Report, view: Simulated) -> Iterator[str]:
    """All sections."""
    kind = kind_of(view)
    meta = f"syncer {report.command} · {view.of} · contacts per {view.interval}"
    yield f'<main><p class="meta">{html(meta)}</p>'
    yield f'<header class="verdict {kind}"><h1><span class="sign" aria-hidden="true">{KINDS[kind]}</span> '
    yield f"{html(sentence(view))}</h1>"
    assumed = "; ".join(view.assumed) or "nothing, everything is as it is today"
    yield f'<p class="counts">Assumed: {html(assumed)}.</p>'
    yield from listed(map(_danger, view.simulation.overflowing[:MOST_DANGERS]), "dangers")
    yield "</header>"
    yield from problems(report)
    yield from _tiles(view)
    yield from listed((f"Not known: {html(words)}" for words in view.unknown), "findings")
    yield from _queues(view)
    yield from _growth(view)
    yield from _service(view)
    loud = [each for each in report.findings if each.severity is not Severity.INFO]
    if loud:
        yield from section("findings", f"Findings ({len(loud):,})", found.cards(loud, NO_NAMES))
    yield "</main>"


def _danger(queue: SimulatedQueue) -> str:
    now, name = queue.after, html(queue.name)
    if now.load is None or now.capacity is None:
        return f"<b>Overload</b> {name}"
    kept, taken = now.load.kept, now.load.inflow
    does, amount = ("keeps", kept) if kept > taken else ("takes in", taken)
    perhaps = "" if now.over_for_certain else ", at the most"
    return f"<b>Overload</b> {name}: {does} {number(amount, 1)} of {number(now.capacity, 1)}{perhaps}"


def _tiles(view: Simulated) -> Iterator[str]:
    simulation = view.simulation
    sides = [[getattr(each, side) for each in simulation.queues] for side in ("before", "after")]
    over = [sum(each.over for each in figures) for figures in sides]
    beyond = [sum(each.beyond or 0.0 for each in figures) for figures in sides]
    yield '<div class="tiles">'
    yield tile(_factors(view), "headroom: times the load", html(headroom_in_words(view)))
    yield tile(_moved(*(f"{each:,}" for each in over)), "queues over capacity", "", worse=over[1] > over[0])
    words = f"contacts per {view.interval} beyond capacity: they wait, or are lost"
    yield tile(_moved(*(number(each, 1) for each in beyond)), words, "", worse=beyond[1] > beyond[0])
    if answered := [each for each in served(view) if each.after.service]:
        worst = min(answered, key=lambda each: (_in_time(each.after), each.name))
        yield tile(f"{_in_time(worst.after):.0%}", "answered in time, at worst", html(worst.name))
    yield "</div>"


def _factors(view: Simulated) -> str:
    pair = (view.simulation.headroom_before.factor, view.simulation.headroom.factor)
    return _moved(*("–" if each is None else f"{each:.2f} ×" for each in pair))


def _moved(was: str, now: str) -> str:
    return now if was == now else f"{was} → {now}"


def _in_time(figures: QueueFigures) -> float:
    return (figures.service.within if figures.service else None) or 0.0


def _queues(view: Simulated) -> Iterator[str]:
    """The fullest first; what isn't known of a queue in or behind a loop comes before all."""
    rows = sorted(of_interest(view), key=_by_use)
    if rows:
        heading = f"Queues, the fullest first ({len(rows):,})"
        yield from section("queues", heading, table("Table of queues", HEADINGS, map(_row, rows[:MOST_ROWS])))
        if left := max(0, len(rows) - MOST_ROWS):
            yield f'<p class="more">… and {counted(left, "more queue")}.</p>'


def _by_use(queue: SimulatedQueue) -> tuple[bool, float, str, str]:
    now = queue.after
    return (now.load is not None, -(now.use if now.use is not None else -1.0), queue.name, queue.queue)


def _row(queue: SimulatedQueue) -> Sequence[str]:
    row = [*map(html, cells(queue))]
    use, was = queue.after.use, queue.before.use
    if use is not None:
        place = _USE - 1
        shown = f'<b class="bad">{row[place]}</b>' if queue.after.over else row[place]
        row[place] = f"{use_bar(use, was)} {shown}"
    return [html(queue.name), *map(_whole, row)]


def _whole(cell_html: str) -> str:
    """A cell that is on one line."""
    return f'<span class="whole">{cell_html}</span>'


def _growth(view: Simulated) -> Iterator[str]:
    turn = [Step(each.after.full_at, each.name) for each in view.simulation.in_turn if each.after.full_at]
    if turn:
        yield from section("growth", "As the load grows", steps(turn, view.simulation.factor))


def _service(view: Simulated) -> Iterator[str]:
    answered = sorted(served(view), key=lambda each: (_in_time(each.after), each.name))
    if answered:
        lines = [
            f"<p>{html(service_in_words(view))}.</p>",
            *table("Table of service", SERVICE_HEADINGS, map(_answers, answered[:MOST_ROWS])),
        ]
        yield from section("service", "How fast contacts are answered", lines)


def _answers(queue: SimulatedQueue) -> Sequence[str]:
    row = [*map(html, service_cells(queue))]
    now, was = queue.after.service, queue.before.service
    if now is not None:
        occupied = use_bar(now.occupancy, was.occupancy if was else None)
        row[_OCCUPANCY - 1] = f"{occupied} {row[_OCCUPANCY - 1]}"
        if now.within is not None:
            answered = part_bar(now.within, was.within if was else None)
            row[_IN_TIME - 1] = f"{answered} {row[_IN_TIME - 1]}"
    return [html(queue.name), *map(_whole, row)]
