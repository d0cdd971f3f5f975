"""What would be, in the words and figures that text, Markdown and CSV share."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from syncer.audit.joined import Value
from syncer.checks.capacity import number
from syncer.checks.erlang import ASSUMPTIONS, PEAKY, Service
from syncer.model.finding import Limit
from syncer.model.held import listed
from syncer.model.network import Headroom
from syncer.planning.simulation import QueueFigures, SimulatedQueue
from syncer.report.sights import Simulated

Name = Callable[[str], str]

HEADINGS: Final = ("Queue", "Offered", "Flows in", "Keeps", "Capacity", "Use", "Beyond", "Full at")
SERVICE_HEADINGS: Final = ("Queue", "Agents", "Erlangs", "Occupancy", "In time", "Speed of answer")
UNSTABLE: Final = "never"

_COLUMNS: Final[Sequence[tuple[Callable[[QueueFigures], object], Sequence[str]]]] = (
    (lambda each: each, ("base_load", "capacity", "out")),
    (lambda each: each.load, ("offered", "inflow", "kept")),
    (lambda each: each, ("use", "beyond", "over", "full_at")),
    (lambda each: each.service, ("agents", "erlangs", "occupancy", "within", "answer_seconds")),
)
"""The columns of one side, by the part of its figures that has them; that part may be unknown."""

NONE: Final = "–"
UP_TO: Final = "≤ "


def verdict_in_words(view: Simulated, name: Name = str) -> str:
    """What is stranded, and what is over its capacity; with ``until_full`` how far the load may grow."""
    if view.until_full:
        return headroom_in_words(view, name)
    stranded = stranded_in_words(view, name)
    return f"{stranded}; {_over_in_words(view, name, 'no other')}" if stranded else _over_in_words(view, name)


def _over_in_words(view: Simulated, name: Name, no: str = "no") -> str:
    over = view.simulation.overflowing
    sure = [each for each in over if each.after.over_for_certain]
    perhaps = [each.name for each in over if not each.after.over_for_certain]
    if not sure:
        return f"{no} queue is over its capacity{' for certain' if perhaps else ''}{_perhaps(perhaps, name)}"
    there = sum(each.before.over for each in sure)
    already = f"; {there:,} of them {already_in_words(view)}" if there else ""
    are = "queue is over its" if len(sure) == 1 else "queues are over their"
    named = listed([each.name for each in sure], name)
    return f"{len(sure):,} {are} capacity: {named}{already}{_perhaps(perhaps, name)}"


def _perhaps(names: Sequence[str], name: Name) -> str:
    return f"; {len(names):,} may be: {listed(names, name)}" if names else ""


def stranded_in_words(view: Simulated, name: Name = str) -> str:
    """What the queues that are out of service keep all the same."""
    out = [each for each in view.simulation.queues if each.after.out and each.after.beyond]
    if not out:
        return ""
    kept = sum(each.after.beyond or 0.0 for each in out)
    unsure = any(each.after.least is None or each.after.load != each.after.least for each in out)
    where = listed([each.name for each in out], name)
    return f"{'up to ' if unsure else ''}{number(kept)} contacts are stranded in {where}"


def already_in_words(view: Simulated) -> str:
    """Whether what is compared with is today, or the same without the plan."""
    return "without the plan too" if view.planned else "today already"


def is_good(view: Simulated) -> bool:
    """Whether nothing is over its capacity, or stranded."""
    return not (view.simulation.overflowing or stranded_in_words(view))


def headroom_in_words(view: Simulated, name: Name = str) -> str:
    """``holds up to 1.37 × today; Support Tier 2 is full first``; below 1 it holds only so much.

    Where backup queues may get more or less it is ``holds 1.50 × today for certain, 5.00 × at most``. Queues
    that are out of service limit nothing: then it is about the others.
    """
    found, unit = view.simulation.headroom, "what is assumed" if view.assumed else "today"
    if found.factor is None:
        return "nothing says how much it holds: no queue with a capacity has any load"
    before = f" (without the plan {_factor(view.simulation.headroom_before)})" if view.planned else ""
    does = "takes in" if found.limit is Limit.INFLOW else "keeps"
    first = f"{name(found.queue)} is full first, by what it {does}"
    out = any(each.after.out for each in view.simulation.queues)
    hold = "the other queues hold" if out else "holds"
    least, most = _factors(found)
    if least != most:
        return f"{hold} {least} × {unit} for certain, {most} × at most{before}; {first}"
    return f"{hold} {'up to' if found.factor >= 1 else 'only'} {least} × {unit}{before}; {first}"


def _factor(found: Headroom) -> str:
    if found.factor is None:
        return "no limit"
    least, most = _factors(found)
    return f"{least} ×" if least == most else f"{least} to {most} ×"


def _factors(found: Headroom) -> tuple[str, str]:
    """The factor that holds for certain, and the one beyond which none does; they may be the same."""
    least = found.factor or 0.0
    return f"{least:.2f}", f"{found.at_most or least:.2f}"


def of_interest(view: Simulated) -> tuple[SimulatedQueue, ...]:
    """The queues that have a load or a capacity on either side."""
    return tuple(each for each in view.simulation.queues if _is_known(each.before) or _is_known(each.after))


def _is_known(figures: QueueFigures) -> bool:
    return figures.load is None or figures.capacity is not None or figures.load.offered > 0


def cells(queue: SimulatedQueue) -> list[str]:
    """Those of a queue behind its name, as ``HEADINGS`` say: before and after, where they differ."""
    sides = (_cells(each) for each in (queue.before, queue.after))
    return [moved_in_words(was, now) for was, now in zip(*sides, strict=True)]


def moved_in_words(was: str, now: str) -> str:
    """Both, or one where only how certain it is has changed."""
    return now if was.removeprefix(UP_TO) == now.removeprefix(UP_TO) else f"{was} → {now}"


def _cells(figures: QueueFigures) -> list[str]:
    load, least = figures.load, figures.least
    loads = ["?"] * 3
    if load and least:
        loads = [
            _amount(most, low)
            for most, low in (
                (load.offered, least.offered),
                (load.inflow, least.inflow),
                (load.kept, least.kept),
            )
        ]
    capacity = "out" if figures.out else _known(figures.capacity)
    use = NONE if figures.use is None else f"{figures.use:.0%}"
    full = NONE if figures.full_at is None else f"{figures.full_at:.2f} ×"
    return [*loads, capacity, use, _known(figures.beyond), full]


def _amount(most: float, least: float) -> str:
    return f"{'' if number(most) == number(least) else UP_TO}{number(most)}"


def _known(amount: float | None) -> str:
    return NONE if amount is None else number(amount)


def served(view: Simulated) -> tuple[SimulatedQueue, ...]:
    """The queues whose agents are known."""
    return tuple(each for each in view.simulation.queues if each.before.service or each.after.service)


def service_cells(queue: SimulatedQueue) -> list[str]:
    """How a queue answers, behind its name, as ``SERVICE_HEADINGS`` say."""
    sides = (_service(each.service) for each in (queue.before, queue.after))
    return [moved_in_words(was, now) for was, now in zip(*sides, strict=True)]


def _service(found: Service | None) -> list[str]:
    if found is None:
        return [NONE] * (len(SERVICE_HEADINGS) - 1)
    busy = [str(found.agents), number(found.erlangs), f"{found.occupancy:.1%}"]
    if found.within is None or found.answer_seconds is None:
        return [*busy, NONE, UNSTABLE]
    return [*busy, f"{found.within:.1%}", f"{found.answer_seconds:.1f} s"]


def service_in_words(view: Simulated) -> str:
    """What the figures of service mean, and what the formula takes for granted."""
    peaky = any(each.after.service and each.after.load and each.after.load.inflow for each in served(view))
    more = f". But {PEAKY}" if peaky else ""
    unstable = any(each.after.service and not each.after.service.stable for each in served(view))
    never = ", never: more comes than the agents can handle" if unstable else ""
    meaning = f"Erlang C, in time: within {number(view.within)} s{never}"
    return f"{meaning}. It assumes that {'; '.join(ASSUMPTIONS)}{more}"


def turns(view: Simulated) -> list[tuple[str, str]]:
    """The queues that become full as the load grows, in turn: the factor in words, and the name."""
    return [(f"{each.after.full_at:.2f} ×", each.name) for each in view.simulation.in_turn]


def columns() -> tuple[str, ...]:
    """The names of the columns of a row."""
    own = tuple(name for _, names in _COLUMNS for name in names)
    return ("queue", "id", "managed", *(f"{side}_{name}" for side in ("before", "after") for name in own))


def values(queue: SimulatedQueue) -> Iterator[Value]:
    """A queue as one row: its figures before and after; loads are the most that they may be."""
    yield from (queue.name, queue.queue, queue.managed)
    for figures in (queue.before, queue.after):
        for part, names in _COLUMNS:
            yield from (getattr(part(figures), name, None) for name in names)
