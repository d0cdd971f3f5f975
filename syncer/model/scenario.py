"""Scenarios: what may become of loads and queues, to ask what it would do."""

from dataclasses import field

from syncer.model.finding import Position
from syncer.model.policy import QueueRef
from syncer.model.quick_dataclass import quick_dataclass


@quick_dataclass(frozen=True, slots=True)
class Assumed:
    """What a scenario assumes of one queue.

    ``load`` is a factor of its base load, which counts in place of that of all queues, ``capacity`` is in
    contacts per interval. A queue that is ``out`` handles nothing: its capacity is 0, and its rules send what
    they always send.
    """

    queue: QueueRef
    load: float | None = None
    capacity: float | None = None
    out: bool = False
    position: Position | None = field(default=None, compare=False)


@quick_dataclass(frozen=True, slots=True)
class Scenario:
    """``load`` is the factor of all base loads. Where a queue is assumed to be several things, the worst
    counts: out of service, the largest load, the smallest capacity; so their order means nothing."""

    name: str = ""
    load: float = 1.0
    queues: tuple[Assumed, ...] = ()
    position: Position | None = field(default=None, compare=False)


TODAY = Scenario()
"""Everything as it is."""
