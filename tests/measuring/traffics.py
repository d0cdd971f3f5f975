"""Traffic whose right answer is known: base loads sent through a network, and what analytics would count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from syncer.model.traffic import Counted, Period, Traffic

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Way:
    """So many percent of what ``source`` is offered go to ``target``, by the places of the queues."""

    source: int
    target: int
    percent: int


def solved(base: Sequence[float], ways: Sequence[Way]) -> list[float]:
    """What each queue is offered, circles too: the sum of all that goes round, until nothing is left."""
    offered, moving = [0.0] * len(base), list(base)
    while max(moving, default=0.0) > 1e-9:
        offered = [sum(pair) for pair in zip(offered, moving, strict=True)]
        sent = [0.0] * len(base)
        for way in ways:
            sent[way.target] += moving[way.source] * way.percent / 100
        moving = sent
    return offered


def counts(base: Sequence[float], ways: Sequence[Way]) -> list[Counted]:
    """What analytics count of each queue in one interval, in thousandths of contacts as whole ones."""
    offered = solved(base, ways)
    found = []
    for queue, amount in enumerate(offered):
        out = sum(amount * way.percent / 100 for way in ways if way.source == queue)
        answered = round(amount) - round(out)
        found.append(Counted(round(amount), max(answered, 0), 0, round(out), max(answered, 0)))
    return found


def traffic(
    queues: Mapping[str, Sequence[Counted | int]], *, start: datetime = MONDAY, step: timedelta = HOUR
) -> Traffic:
    """What each queue did from ``start`` on, interval by interval; a number is offered and answered."""
    found = {
        queue: {
            place: Counted(each, each, 0, 0, each) if isinstance(each, int) else each
            for place, each in enumerate(own)
            if each
        }
        for queue, own in queues.items()
    }
    return Traffic(Period(start, step, max(map(len, queues.values()))), found)
