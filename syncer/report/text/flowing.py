"""What overflows into a queue, as text."""

import shlex
from collections.abc import Iterator, Sequence

from syncer.checks.capacity import number
from syncer.model.held import Held
from syncer.planning.inflow import Feeder, Inflow, counted_places
from syncer.report.sights import Flowing
from syncer.report.text.paint import Paint, counted, padded, width_of

_MOST = 40
"""Rules upstream that are shown without --verbose."""


def flowing_lines(view: Flowing, paint: Paint, *, verbose: bool) -> Iterator[str]:
    """Queue by queue: what leads there directly, what leads there through others, and what is not known."""
    for flowing in view.queues:
        yield from _queue_lines(flowing, paint, verbose=verbose)
        yield ""
    for held in view.held:
        words = paint(held_in_words(held, view, paint.program.call))
        yield f"{paint('held:', 'yellow', bold=True)} {words}"
    for words in view.transfers:
        yield f"{paint('by a flow:', 'cyan')} {paint(words)}"
    if view.loads:
        yield f"contacts per {view.interval}, by the loads of {view.loads}"
    for words in view.unknown:
        yield f"{paint('not known:', 'yellow')} {paint(words)}"


def _queue_lines(flowing: Inflow, paint: Paint, *, verbose: bool) -> Iterator[str]:
    name = f"{paint(flowing.name, bold=True)} {paint(f'({flowing.queue})', dim=True)}"
    yield f"{name}: {paint(load_in_words(flowing))}"
    if not flowing.feeders:
        yield f"  {paint('no rule leads into it', 'green')}"
        return
    yield from _feeder_lines(flowing.direct, "directly", paint)
    above = flowing.upstream
    shown = above if verbose else above[:_MOST]
    yield from _feeder_lines(shown, "indirectly", paint, through=True)
    if len(above) > len(shown):
        yield f"    and {counted(len(above) - len(shown), 'rule')} more (--verbose shows all)"


def held_in_words(held: Held, view: Flowing, call: str) -> str:
    """``the stop of overflow into Tier 2 since …, until …; lift it: syncer stop RUN --lift``."""
    folder = f" --state-dir {shlex.quote(view.state)}" if view.state else ""
    words = "; ".join((held.in_words(), *held.effects()))
    return f"{words}; lift it: {call} stop {held.id} --lift{folder}"


def load_in_words(flowing: Inflow) -> str:
    """``3 rules of 2 queues directly, 5 rules in all; up to 150 come in; capacity 120``."""
    direct, every = flowing.direct, flowing.feeders
    queues = counted(counted_places(direct), "queue")
    parts = [
        f"{counted(len(direct), 'rule')} of {queues} directly, {counted(len(every), 'rule')} in all",
    ]
    if flowing.load:
        exact = all(each.low == each.high for each in direct)
        parts.append(f"{'' if exact else 'up to '}{number(flowing.load.inflow)} come in")
    if flowing.capacity is not None:
        parts.append(f"capacity {number(flowing.capacity)}")
    return "; ".join(parts)


def _feeder_lines(
    feeders: Sequence[Feeder], heading: str, paint: Paint, *, through: bool = False
) -> Iterator[str]:
    if not feeders:
        return
    yield f"  {heading}:"
    names = [each.source_name for each in feeders]
    width = width_of(names)
    for each in feeders:
        towards = f" → {each.target_name}" if through else ""
        source = paint(padded(each.source_name, width), bold=True)
        yield f"    {source}{paint(towards)}  {paint(feeder_in_words(each))}"


def feeder_in_words(feeder: Feeder) -> str:
    """``25 % after 60 s: 12.5 contacts``."""
    after = f" after {feeder.delay} s" if feeder.delay else " at once"
    return f"{feeder.share}{after}: {contacts_in_words(feeder)}"


def contacts_in_words(feeder: Feeder) -> str:
    """``12.5 contacts``, ``up to 40 contacts``, or that the load is not known."""
    if feeder.high is None:
        return "load not known"
    upto = "" if feeder.low == feeder.high else "up to "
    return f"{upto}{number(feeder.high)} contacts"
