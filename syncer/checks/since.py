"""What a change causes: each finding is compared with the same checks on the network before.

========  =====================================================================================
new       it was not there before; a loop: a rule that is new in this change lies inside it
worse     a load stands in a higher band of its capacity than before, or more goes into a loop or
          where nobody knows what a queue can take
before    it was there, and this change doesn't make it worse
solved    it was there, and is gone
========  =====================================================================================

Bands are fixed, 5 % of the capacity each, so that small steps add up: ten steps of 1 % cross two of them.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace

from syncer.checks.capacity import BY_FLOW
from syncer.checks.loads import Bounds, Loads, known_capacity
from syncer.model.finding import Figure, Finding, Limit, Loop, Severity, Since
from syncer.model.network import Node
from syncer.model.quick_dataclass import quick_dataclass

BAND = 0.05
"""The width of a band, as a part of the capacity."""

LOADS = ("capacity.tight", "capacity.saturated", "capacity.exceeded")
"""The findings of the load of a queue, from the lightest on."""

MISSING = "capacity.missing"
UNCHECKED = "capacity.unchecked"
WATCHES = "loops.watch"
CAPACITY = "capacity."
REFERENCES = "references."
SCENARIO = "scenario.exceeded"

Identity = tuple[str, str, str]
"""What a finding about policies is known by: its id, its queue and its message."""

UNKNOWN_LOADS = Bounds(Loads({}, (), ()), Loads({}, (), ()))


def identity(finding: Finding) -> Identity:
    """What tells a finding from others, wherever its line has moved to."""
    return (finding.id, finding.queue, finding.message)


@quick_dataclass(frozen=True, slots=True)
class Before:
    """The checks on the network before: what they ``found``, its ``nodes`` by key, and their loads.

    ``known`` are the findings about the policies of before; None where those are not known: then nothing is
    said of how others about policies stand to the change.
    """

    found: tuple[Finding, ...] = ()
    nodes: Mapping[str, Node] = field(default_factory=dict)
    loads: Bounds = UNKNOWN_LOADS
    known: frozenset[Identity] | None = None


@quick_dataclass(frozen=True, slots=True)
class Touched:
    """What a change touches: the ids and names of the queues ``changed``.

    ``ends`` are the ids of the queues that send another share than before, and of those that get ``more``.
    """

    changed: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    more: frozenset[str] = frozenset()


def held_against(
    findings: Iterable[Finding],
    before: Before,
    after: Bounds,
    touched: Touched,
    strict: Collection[str] = (),
) -> tuple[Finding, ...]:
    """The findings, each with how it stands to the change; ``after`` are the loads now.

    An error that was there before is excused, unless rules of the policies alone close a loop, the queue is
    written and its error is no matter of loops or capacity, or the settings are ``strict`` about ``capacity``
    or ``names``.
    """
    comparison = _Comparison(before, after, touched)
    return tuple(_excused(comparison.placed(finding), touched, strict) for finding in findings)


def solved(findings: Sequence[Finding], before: Before, after: Bounds) -> tuple[Finding, ...]:
    """What was found before and is gone: no queue of its loop is in one, or its queue isn't over any more.

    ``after`` are the loads now: where that of a queue is not known, nothing of its load is solved.
    """
    left = {(_subject(finding), finding.queue_id) for finding in findings if _asks_for_a_look(finding)}
    tied = {(finding.id == WATCHES, key) for finding in findings if finding.loop for key in finding.loop.tied}

    missing = {(finding.id, finding.queue_id) for finding in findings if finding.id == MISSING}

    def is_gone(finding: Finding) -> bool:
        if finding.loop:
            return tied.isdisjoint((finding.id == WATCHES, key) for key in finding.loop.tied)
        forgotten = (MISSING, finding.queue_id) in missing
        known = finding.id not in (*LOADS, BY_FLOW, SCENARIO) or (
            finding.queue_id in after.most.of and not forgotten
        )
        return known and (_subject(finding), finding.queue_id) not in left

    return tuple(
        replace(finding, since=Since.SOLVED, excused=finding.severity is Severity.ERROR)
        for finding in before.found
        if _asks_for_a_look(finding) and finding.queue_id and is_gone(finding)
    )


def _asks_for_a_look(finding: Finding) -> bool:
    return finding.severity is not Severity.INFO


def _subject(finding: Finding) -> str:
    """What a finding is about: a queue that is over its capacity is one thing, whichever way; in each
    scenario it is another one."""
    return CAPACITY if finding.id in (*LOADS, BY_FLOW) else f"{finding.id} {finding.scenario}"


def _excused(finding: Finding, touched: Touched, strict: Collection[str]) -> Finding:
    if finding.since is not Since.BEFORE or finding.severity is not Severity.ERROR:
        return finding
    if finding.loop:
        return replace(finding, excused=not finding.loop.in_policies)
    if finding.id.startswith(CAPACITY) or finding.id == SCENARIO:
        if "capacity" in strict:
            return finding
        if finding.id == MISSING:
            return replace(finding, severity=Severity.WARNING)
        return replace(finding, excused=True)
    if finding.id.startswith(REFERENCES) and "names" in strict:
        return finding
    return finding if finding.queue in touched.changed else replace(finding, excused=True)


class _Comparison:
    """Places one finding after the other."""

    def __init__(self, before: Before, after: Bounds, touched: Touched) -> None:
        self._before, self._after, self._touched = before, after, touched
        self._known = before.known is not None
        self._identities = (before.known or frozenset()) | {identity(each) for each in before.found}
        self._of_queue = {(each.id, each.queue_id): each for each in before.found if not each.scenario}
        self._of_scenario = {(each.scenario, each.queue_id): each for each in before.found if each.scenario}

    def placed(self, finding: Finding) -> Finding:
        """The finding with its ``since``, and its figure with the one before."""
        if finding.loop:
            return replace(finding, since=self._loop(finding.loop, moves=finding.id != WATCHES))
        if finding.scenario:
            return _figure(finding, self._of_scenario.get((finding.scenario, finding.queue_id)))
        if finding.id in LOADS and finding.figure:
            return self._load(finding)
        if finding.id == BY_FLOW:
            return self._by_flow(finding)
        if finding.figure:
            return _figure(finding, self._of_queue.get((finding.id, finding.queue_id)))
        return replace(finding, since=self._plain(finding))

    def _loop(self, loop: Loop, *, moves: bool) -> Since:
        """A loop that was there is worse where more contacts are sent into it."""
        if any(rule.new for rule in loop.rules):
            return Since.NEW
        return Since.WORSE if moves and self._touched.more.intersection(loop.tied) else Since.BEFORE

    def _plain(self, finding: Finding) -> Since | None:
        if finding.since is Since.BEFORE:  # the name was right when it was applied last
            return finding.since
        if finding.id == MISSING:
            if (MISSING, finding.queue_id) not in self._of_queue:
                return Since.NEW
            return Since.WORSE if finding.queue_id in self._touched.ends else Since.BEFORE
        if finding.id == UNCHECKED:
            more = set(self._after.most.unchecked).difference(self._before.loads.most.unchecked)
            return Since.NEW if more else Since.BEFORE
        if self._known or finding.id.startswith(CAPACITY):
            return Since.BEFORE if identity(finding) in self._identities else Since.NEW
        return None

    def _by_flow(self, finding: Finding) -> Finding:
        """What flows may bring is new where the queue wasn't over before, nor by what they might bring."""
        if earlier := self._of_queue.get((BY_FLOW, finding.queue_id)):
            placed = _figure(finding, earlier)
            return placed if placed.figure and placed.figure.before else replace(placed, since=Since.BEFORE)
        over = any((id_, finding.queue_id) in self._of_queue for id_ in LOADS[1:])
        return replace(finding, since=Since.BEFORE if over else Since.NEW)

    def _load(self, finding: Finding) -> Finding:
        """A load that nobody could know before, as its queue lay behind a loop, is the doing of a change that
        sends more anywhere."""
        figure, key = finding.figure, finding.queue_id
        node = self._before.nodes.get(key)
        capacity = known_capacity(node) if node else None
        if figure is None or key not in self._before.loads.most.of:
            excusable = node and not self._touched.more
            return replace(finding, since=Since.BEFORE if excusable else Since.NEW)
        was = self._amount(key, figure.limit, up_to=figure.up_to)
        placed = replace(finding, figure=replace(figure, before=was, capacity_before=capacity))
        if capacity is None:  # it was measured now, which is no fault of a change that sends nothing there
            return replace(placed, since=Since.NEW if key in self._touched.ends else Since.BEFORE)
        earlier = [rank for rank, id_ in enumerate(LOADS) if (id_, key) in self._of_queue]
        if not earlier or max(earlier) < LOADS.index(finding.id):
            return replace(placed, since=Since.NEW)
        certain = self._of_queue[LOADS[max(earlier)], key]
        harder = finding.severity is Severity.ERROR and certain.severity is not Severity.ERROR
        if harder or band(figure.amount, figure.capacity) > band(was, capacity):
            return replace(placed, since=Since.WORSE)
        return self._kept(placed, figure.capacity, capacity) or replace(placed, since=Since.BEFORE)

    def _kept(self, finding: Finding, capacity: float, capacity_before: float) -> Finding | None:
        """The finding with what the queue keeps, where that is worse than before: what comes in hides it."""
        kept = self._after.low(finding.queue_id, Limit.KEPT) or 0.0
        was = self._before.loads.low(finding.queue_id, Limit.KEPT) or 0.0
        if kept <= capacity or band(kept, capacity) <= band(was, capacity_before):
            return None
        figure = Figure(Limit.KEPT, kept, capacity, before=was, capacity_before=capacity_before)
        return replace(finding, figure=figure, since=Since.WORSE)

    def _amount(self, key: str, limit: Limit, *, up_to: bool) -> float:
        loads = self._before.loads
        return (loads.high if up_to else loads.low)(key, limit) or 0.0


def _figure(finding: Finding, earlier: Finding | None) -> Finding:
    """The finding compared with the one before, if there was one."""
    if not (earlier and earlier.figure and finding.figure):
        return replace(finding, since=Since.NEW)
    was = earlier.figure
    figure = replace(finding.figure, before=was.amount, capacity_before=was.capacity)
    worse = band(figure.amount, figure.capacity) > band(was.amount, was.capacity)
    return replace(finding, figure=figure, since=Since.WORSE if worse else Since.BEFORE)


def band(amount: float, capacity: float) -> int:
    """The band of its capacity that an amount lies in, from 0; a rounding error crosses none."""
    return math.ceil(amount / capacity / BAND - 1e-9)
