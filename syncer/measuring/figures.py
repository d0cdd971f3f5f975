"""The figures of queues, out of what was counted: base load, capacity, and what in-queue flows transfer.

All loads are means over the common busy intervals (see :mod:`syncer.measuring.busy`)::

    base_load(q) = offered(q) − Σ what known edges bring to q      (see :mod:`syncer.measuring.outflow`)
    capacity(q)  = the 90th percentile of what q answered within its service target, among intervals of the
                   same hours of the week as busy ones in which it was offered any contact

A queue that met its target in all of these was never pressed: it can take at least that much.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from syncer.measuring.busy import Busy, percentile
from syncer.measuring.outflow import Mean, Outflow, Stream, noise, outflows
from syncer.model.network import Network
from syncer.model.traffic import Traffic

BEST: Final = 90.0
"""The percentile of comparable intervals that counts as the best; values above it are down to chance."""

NO_CONTACTS: Final = "no contact was counted in the busy intervals"


@dataclass(frozen=True, slots=True)
class Capacity:
    """Contacts per interval that a queue was observed to handle; ``at_least``: it was never under
    pressure."""

    contacts: int
    at_least: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured for one queue, in contacts per interval.

    ``base_load`` is None if it is negative or not determined, and ``why_not`` is the reason; likewise
    ``capacity``. ``inflow`` is what known edges bring, None if it is not determined.
    """

    key: str
    name: str
    mean: Mean
    inflow: float | None = None
    base_load: float | None = None
    why_not: str = ""
    capacity: Capacity | None = None
    why_no_capacity: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What flows transfer from ``source`` to ``target``, in percent of the contacts that the source is
    offered."""

    source: str
    target: str
    percent: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """The measurement and its intervals: ``figures`` of each queue in the order of the network, and what
    flows ``out`` of each."""

    busy: Busy
    figures: tuple[Figures, ...]
    out: tuple[Outflow, ...]

    @property
    def by_key(self) -> dict[str, Figures]:
        """The figures by the key of their queue."""
        return {each.key: each for each in self.figures}

    @property
    def shares(self) -> Iterator[Share]:
        """What flows alone transfer, if it is determined."""
        offered = {each.key: each.mean.offered for each in self.figures}
        for stream in (stream for outflow in self.out for stream in outflow.streams):
            of = offered[stream.source]
            if stream.transfers and not stream.edges and stream.amount is not None and of > 0:
                percent = round(min(100 * stream.amount / of, 100.0), 1)
                yield Share(stream.source, stream.target, percent)


def measure(network: Network, traffic: Traffic, busy: Busy, queues: Iterable[str]) -> Measurement:
    """Return the figures of these ``queues``, by key; all that send contacts to them must be among them."""
    wanted = frozenset(queues)
    means = {
        node.key: mean_of(traffic, node.key, busy.places) for node in network.nodes if node.key in wanted
    }
    out = outflows(network, means)
    why_open = {each.source: each.why_open for each in out}
    into: dict[str, list[Stream]] = {}
    for stream in (stream for each in out for stream in each.streams):
        into.setdefault(stream.target, []).append(stream)
    names = {node.key: node.name for node in network.nodes}
    figures = []
    for key, mean in means.items():
        inflow, why_not = _inflow(into.get(key, ()), why_open, names)
        base_load = None
        if inflow is not None:
            base_load, why_not = _base_load(mean, inflow)
        capacity, why_no_capacity = capacity_of(traffic, key, busy)
        about = (mean, inflow, base_load, why_not, capacity, why_no_capacity)
        figures.append(Figures(key, names[key], *about))
    return Measurement(busy, tuple(figures), out)


def mean_of(traffic: Traffic, queue: str, places: Sequence[int]) -> Mean:
    """The averages of a queue over the intervals at ``places``."""
    counted = [traffic.of(queue, place) for place in places]
    handled = sum(each.handled for each in counted)
    seconds = math.fsum(each.handle_seconds for each in counted)
    number = len(places)
    return Mean(
        offered=sum(each.offered for each in counted) / number,
        answered=sum(each.answered for each in counted) / number,
        abandoned=sum(each.abandoned for each in counted) / number,
        flowed_out=sum(each.flowed_out for each in counted) / number,
        handle_seconds=seconds / handled if handled else None,
    )


def capacity_of(traffic: Traffic, queue: str, busy: Busy) -> tuple[Capacity | None, str]:
    """The observed capacity of a queue, or why it isn't known."""
    counted = [traffic.of(queue, place) for place in busy.comparable]
    counted = [each for each in counted if each.offered]
    if not counted:
        return None, "no contact was offered in the hours of busy intervals"
    best = percentile([each.within for each in counted], BEST)
    if not best:
        return None, "nothing was answered within the service target"
    return Capacity(best, not any(each.pressed for each in counted)), ""


def _inflow(
    streams: Sequence[Stream], why_open: Mapping[str, str], names: Mapping[str, str]
) -> tuple[float | None, str]:
    """What known edges bring to a queue, or why that isn't determined."""
    undetermined = list(dict.fromkeys(stream.source for stream in streams if stream.amount is None))
    if undetermined:
        reasons = [f"what comes from {names[source]}: {why_open[source]}" for source in undetermined]
        return None, "; ".join(reasons)
    return math.fsum(stream.amount or 0.0 for stream in streams), ""


def _base_load(mean: Mean, inflow: float) -> tuple[float | None, str]:
    if not mean.offered:
        return None, NO_CONTACTS
    found = mean.offered - inflow
    if found < -noise(mean.offered):
        why = f"{inflow:.1f} come by known edges, more than the {mean.offered:.1f} that it is offered"
        return None, f"{why}: a rule or a flow was changed meanwhile, or a way out isn't visible"
    return rounded(max(found, 0.0)), ""


def rounded(contacts: float) -> float:
    """As written in a policy: one decimal below 100, else whole contacts."""
    return round(contacts, 1) if contacts < 100 else float(round(contacts))
