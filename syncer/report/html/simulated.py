"""What would be as a page: what is overfull, loads as bars, how far they may grow, how long contacts wait."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from syncer.checks.capacity import number
from syncer.model.finding import Limit
from syncer.planning.simulation import QueueFigures, SimulatedQueue
from syncer.report.escape import html
from syncer.report.html import findings as found
from syncer.report.html.charts import Level, curve, meter, of_capacity, scale_of, two_bars
from syncer.report.html.headline import KINDS, MOST_DANGERS, dangers, factor_in_words, opened, tile
from syncer.report.html.markup import and_more, listed, long_table, section, table
from syncer.report.html.names import NO_NAMES
from syncer.report.html.other import problems
from syncer.report.sights import Simulated
from syncer.report.simulated_words import (
    HEADINGS,
    SERVICE_HEADINGS,
    UP_TO,
    already_in_words,
    cells,
    headroom_in_words,
    moved_in_words,
    of_interest,
    served,
    service_cells,
    service_in_words,
    stranded_in_words,
    turns,
)
from syncer.report.text.paint import counted
from syncer.report.views import Report

MOST_ROWS: Final = 500
MOST_LINES: Final = 5
MOST_TURNS: Final = 20


def kind_of(view: Simulated) -> str:
    """Whether something is overfull, may be, or nothing is."""
    headroom = view.simulation.headroom
    if view.until_full:
        return "warn" if headroom.factor is None else "good" if headroom.factor >= 1 else "bad"
    over = view.simulation.overflowing
    if any(each.after.over_for_certain for each in over) or stranded_in_words(view) or _unstable(view):
        return "bad"
    return "warn" if over or headroom.factor is None else "good"


def sentence(view: Simulated) -> str:
    """``At 1.2 × today’s load 3 queues are overfull; Support Tier 2 first``."""
    if view.until_full:
        words = headroom_in_words(view)
        return words[0].upper() + words[1:]
    sure = [each for each in view.simulation.overflowing if each.after.over_for_certain]
    perhaps = len(view.simulation.overflowing) - len(sure)
    when = _when(view)
    if not sure:
        certain = f" for certain; {counted(perhaps, 'queue')} may be" if perhaps else ""
        unstable = _unstable(view)
        busy = f", but the agents of {counted(len(unstable), 'queue')} can’t keep up" if unstable else ""
        if stranded := stranded_in_words(view):
            may = f"; {counted(perhaps, 'queue')} may be overfull" if perhaps else ""
            return f"{_stranded_there(view) or f'{when} {stranded}'}{may}{busy}"
        return f"{when} no queue is overfull{certain}{_without_the_plan(view, 0)}{busy}"
    are = "queue is" if len(sure) == 1 else "queues are"
    more = f"; {perhaps:,} more may be" if perhaps else ""
    first = f": {sure[0].name}" if len(sure) == 1 else f"; {sure[0].name} first"
    return f"{when} {len(sure):,} {are} overfull{first}{_without_the_plan(view, len(sure))}{more}"


def _without_the_plan(view: Simulated, now: int) -> str:
    """``(6 without the plan)``: of a plan, how many would be overfull else; nothing where it is as many."""
    was = sum(each.before.over_for_certain for each in view.simulation.queues)
    return f" ({f'{was:,}' if was else 'none'} without the plan)" if view.planned and was != now else ""


def _stranded_there(view: Simulated) -> str:
    """Where one queue being out of service is all that is assumed: what is stranded in it."""
    out = [each for each in view.simulation.queues if each.after.out]
    if len(out) > 1 or len(view.assumed) > 1:
        return ""
    contacts = stranded_in_words(view).partition(" contacts ")[0]
    return f"With {out[0].name} out of service, {contacts} contacts per {view.interval} are stranded there"


def _when(view: Simulated) -> str:
    if len(view.assumed) == 1:
        words = view.assumed[0]
        return f"At {words}" if words.endswith("today's load") else f"If {words},"
    if view.assumed:
        return "With all assumptions,"
    return "After the plan" if view.planned else "Today"


def title(view: Simulated) -> str:
    """The same with its sign."""
    return f"{KINDS[kind_of(view)]} {sentence(view)}"


def body(report: Report, view: Simulated) -> Iterator[str]:
    """All sections; what is overfull comes first."""
    yield f'<main><p class="meta">syncer {html(report.command)} · of {html(view.of)}</p>'
    yield from opened(kind_of(view), sentence(view))
    yield from (f"<p>{html(words)}</p>" for words in _said(view))
    yield from _dangers(view)
    yield "</header>"
    yield from problems(report)
    yield from _tiles(view)
    yield from _assumed(view)
    yield from _loads(view)
    yield from _growth(view)
    yield from _service(view)
    loud, before = found.caused(report.findings), found.there_before(report.findings)
    if loud:
        yield from section("causes", f"Findings ({len(loud):,})", found.cards(loud, NO_NAMES))
    if before:
        yield from section("before", "There before", found.standing(before, NO_NAMES))
    yield "</main>"


def _said(view: Simulated) -> Iterator[str]:
    sure = [each for each in view.simulation.overflowing if each.after.over_for_certain]
    there = sum(each.before.over for each in sure)
    if there and not view.until_full:
        are = "It is" if len(sure) == 1 else f"{there:,} of them {'is' if there == 1 else 'are'}"
        yield f"{are} overfull {already_in_words(view)}."
    words = stranded_in_words(view)
    if words and sure:
        yield f"{words[0].upper()}{words[1:]}."
    if not view.until_full:
        words = headroom_in_words(view)
        yield f"{words[0].upper()}{words[1:]}."


def _dangers(view: Simulated) -> Iterator[str]:
    """The fullest queues with their figures."""
    over = sorted(view.simulation.overflowing, key=_fullness)
    said = []
    for each in over:
        limit = _limit(each.after)
        was, now = level_of(each.before, limit), level_of(each.after, limit)
        before = f"{of_capacity(was)} → " if was != now else ""
        does = "takes in" if limit is Limit.INFLOW else "keeps"
        up_to = "" if each.after.over_for_certain else "up to "
        word = "Overfull" if each.after.over_for_certain else "Perhaps overfull"
        said.append(f"<b>{word}</b> {queue(each)}: {does} {before}{up_to}{of_capacity(now)}")
    for each in () if over else sorted(_unstable(view), key=_busy)[:MOST_DANGERS]:
        busy = service_cells(each)[2]
        said.append(f"<b>Too few agents</b> {queue(each)}: they are busy {busy} of their time")
    yield from dangers(said, "loads")


def _unstable(view: Simulated) -> list[SimulatedQueue]:
    """The queues whose agents get more than they can ever handle."""
    return [each for each in served(view) if each.after.service and not each.after.service.stable]


def _busy(each: SimulatedQueue) -> float:
    return -each.after.service.occupancy if each.after.service else 0.0


def queue(each: SimulatedQueue) -> str:
    """The name of a queue as HTML."""
    return NO_NAMES.link("", each.name)


def _tiles(view: Simulated) -> Iterator[str]:
    """Headroom, queues over their capacity, contacts beyond it, and the worst service."""
    simulation = view.simulation
    sides = [[getattr(each, side) for each in simulation.queues] for side in ("before", "after")]
    over = [sum(each.over for each in figures) for figures in sides]
    beyond = [sum(each.beyond or 0.0 for each in figures) for figures in sides]
    was, now = (factor_in_words(each.factor) for each in (simulation.headroom_before, simulation.headroom))
    yield '<div class="tiles">'
    if any(each.after.out for each in simulation.queues):  # what is out limits nothing: no improvement
        yield tile(now, "headroom of the other queues: times the load", "")
    else:
        yield tile(moved_in_words(was, now), "headroom: times the load", "")
    are = "queue over its capacity" if over[1] == 1 else "queues over their capacity"
    yield tile(moved_in_words(*(f"{each:,}" for each in over)), are, "", worse=over[1] > over[0])
    what = f"contacts per {view.interval} beyond capacity"
    more = "they wait, or are lost"
    yield tile(moved_in_words(*map(number, beyond)), what, more, worse=beyond[1] > beyond[0])
    if queues := [each for each in served(view) if each.after.service]:
        worst = min(queues, key=_answered)
        yield tile(f"{max(0.0, _answered(worst)):.0%}", "answered in time, at worst", queue(worst))
    yield "</div>"


def _assumed(view: Simulated) -> Iterator[str]:
    lines = [html(words) for words in view.assumed]
    if view.until_full and view.simulation.factor != 1:
        lines.append(f"all loads grown, or shrunk, to {view.simulation.factor:.2f} ×")
    lines += [f"Not known: {html(words)}" for words in view.unknown]
    if lines:
        yield from section("assumed", "Assumptions", listed(lines))


def level_of(figures: QueueFigures, limit: Limit | None = None) -> Level:
    """What fills a queue by a ``limit``, else what fills it most, of what it takes in and keeps; and its
    capacity."""
    amount = figures.load.of(limit or _limit(figures)) if figures.load else None
    return Level(amount, figures.capacity)


def _limit(figures: QueueFigures) -> Limit:
    load = figures.load
    return Limit.INFLOW if load and load.inflow > load.kept else Limit.KEPT


def _fullness(each: SimulatedQueue) -> tuple[float, str]:
    """The order of queues: what is out of service, then the fullest."""
    if each.after.out:
        return (-math.inf, each.name)
    part = level_of(each.after).part
    return (-part if part is not None else math.inf, each.name)


def _loads(view: Simulated) -> Iterator[str]:
    queues = sorted(of_interest(view), key=_fullness)
    if not queues:
        return
    levels = [level_of(side, _limit(each.after)) for each in queues for side in (each.before, each.after)]
    scale = scale_of(levels)
    head = (HEADINGS[0], "Load of capacity", *HEADINGS[1:])
    rows = [
        (
            queue(each),
            "out of service"
            if each.after.out
            else two_bars(level_of(each.before, _limit(each.after)), level_of(each.after), scale),
            *map(_unbroken, cells(each)),
        )
        for each in queues[:MOST_ROWS]
    ]
    before = "before the plan" if view.planned else "today"
    first = "what is out of service, then " if any(each.after.out for each in queues) else ""
    key = (
        f'<p class="scope">Contacts per {html(view.interval)}, {first}the fullest first. The thick bar '
        f"is the load as assumed, the thin bar {before}; | is the capacity, and load above it is hatched.</p>"
    )
    lines = [key, *long_table("Table of loads", head, rows, "queue")]
    lines += and_more(len(queues) - MOST_ROWS, "queue")
    yield from section("loads", "Loads and capacities", lines)


def _unbroken(words: str) -> str:
    """Figures as HTML, each on one line with its ``×`` or ``≤``."""
    return html(words).replace(" ×", "&nbsp;×").replace(UP_TO, f"{UP_TO.rstrip()}&nbsp;")


def _growth(view: Simulated) -> Iterator[str]:
    first = [each for each in view.simulation.in_turn if each.after.full_at]
    if not first:
        return
    factors = [each.after.full_at or math.inf for each in first[:MOST_LINES]]
    today = "as assumed" if view.assumed else "today"
    marks = ((1.0, f"1 ×: {today}"), (factors[0], f"{factors[0]:.2f} ×: 1 is full"))
    yield '<section id="growth" aria-labelledby="growth-h"><h2 id="growth-h">How far the load may grow</h2>'
    yield '<div class="growth">'
    yield from curve(factors, marks)
    rows = [(_unbroken(factor), NO_NAMES.link("", name)) for factor, name in turns(view)[:MOST_TURNS]]
    numbered = [(str(place), *row) for place, row in enumerate(rows, 1)]
    yield from table("Table of queues as they become full", ("Line", "Full at", "Queue"), numbered)
    yield "</div>"
    yield from and_more(len(turns(view)) - len(numbered), "queue")
    yield "</section>"


def _service(view: Simulated) -> Iterator[str]:
    queues = served(view)
    if not queues:
        return
    ordered = sorted(queues, key=lambda each: (_answered(each), each.name))
    lines = [
        f'<p class="scope">{html(service_in_words(view))}.</p>',
        *long_table("Table of service", SERVICE_HEADINGS, list(_service_rows(ordered[:MOST_ROWS])), "queue"),
    ]
    lines += and_more(len(ordered) - MOST_ROWS, "queue")
    yield from section("service", "How long contacts wait", lines)


def _answered(each: SimulatedQueue) -> float:
    service = each.after.service
    return service.within if service and service.within is not None else -1.0


def _service_rows(queues: Sequence[SimulatedQueue]) -> Iterator[Sequence[str]]:
    for each in queues:
        agents, erlangs, busy, within, answer = map(html, service_cells(each))
        service = each.after.service
        full = "over" if service and not service.stable else "ok"
        yield (
            queue(each),
            agents,
            erlangs,
            f"{meter(service.occupancy if service else None, full)}{busy}",
            f"{meter(service.within if service else None)}{within}",
            answer,
        )
