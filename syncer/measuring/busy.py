"""Common busy intervals: when the whole set of queues has most to do.

Queues don't peak at once, so the peaks of each would add up to a load that never was. Every figure of every
queue is taken over the same intervals::

    total(t) = Σ over q of offered(q, t) − flowed_out(q, t)
    busy     = all t with total(t) ≥ the percentile of total, among intervals with any contact

What overflows is offered twice, and flows out once: so nothing in the total counts twice.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from syncer.model.traffic import Traffic

FEWEST: Final = 3
"""Figures from fewer busy intervals are down to chance."""


@dataclass(frozen=True, slots=True)
class Busy:
    """The positions of busy intervals, and of the ``comparable`` ones: all that start in the same hours of
    the week, when staffing is alike. ``counted`` is the number of intervals with any contact."""

    places: tuple[int, ...] = ()
    comparable: tuple[int, ...] = ()
    counted: int = 0

    @property
    def enough(self) -> bool:
        """Whether there are enough for meaningful figures."""
        return len(self.places) >= FEWEST


def common_busy(traffic: Traffic, percent: float) -> Busy:
    """The intervals of ``traffic`` that are busy: at or above this percentile of the total."""
    totals: dict[int, int] = {}
    for own in traffic.queues.values():
        for place, counted in own.items():
            if counted.offered or counted.flowed_out:
                totals[place] = totals.get(place, 0) + counted.offered - counted.flowed_out
    if not totals:
        return Busy()
    limit = percentile(list(totals.values()), percent)
    places = tuple(sorted(place for place, total in totals.items() if total >= limit))
    hours = {traffic.period.hour_of_week(place) for place in places}
    every = range(traffic.period.intervals)
    comparable = tuple(place for place in every if traffic.period.hour_of_week(place) in hours)
    return Busy(places, comparable, len(totals))


def percentile(values: Sequence[int], percent: float) -> int:
    """The smallest of the ``values`` that at least this percentage of them doesn't exceed (nearest rank)."""
    rank = math.ceil(percent / 100 * len(values))
    return sorted(values)[min(max(rank, 1), len(values)) - 1]
