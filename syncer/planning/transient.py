"""Capacity on the way: both ends of an apply may fit, and a target still be overfull in between.

::

    before   A ──30──▶ T (of 50)              after            T (of 50) ◀──40── B

If B is written before A, T takes 70 of 50 for a while. So whoever sends more to T waits for whoever sends
less, wherever that does not turn the order of updates around; where it does, the plan warns.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from syncer.checks.capacity import Loads, loads
from syncer.model.change import QueueChange
from syncer.model.finding import Finding, Severity
from syncer.model.network import Network, Node, edge_of
from syncer.model.queue import LiveQueue

Waits = dict[str, set[str]]
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class _Shift:
    """The flow from one source into one target, in contacts per interval, before and after."""

    source: str
    before: float
    after: float


def live_network(network: Network, live: Iterable[LiveQueue]) -> Network:
    """The nodes of ``network`` with the rules that live has now."""
    edges = tuple(
        edge_of(queue.id, rule)
        for queue in live
        for rule in queue.rules
    )
    return Network(network.nodes, edges)


def order_around(
    changes: Sequence[QueueChange], before: Network, after: Network
) -> tuple[Mapping[str, frozenset[str]], tuple[Finding, ...]]:
    """What each change should wait for beyond sinks first, by queue id, and a warning for each target that
    may be overfull on the way all the same."""
    waits: Waits = {change.queue: set(change.waits_for) for change in changes}
    findings = []
    for node, shifts in _crowded(before, after):
        findings.extend(_mend(node, shifts, waits, after))
    extra = {change.queue: frozenset(waits[change.queue]) - set(change.waits_for) for change in changes}
    return {queue: others for queue, others in extra.items() if others}, tuple(findings)


def _crowded(before: Network, after: Network) -> Iterator[tuple[Node, list[_Shift]]]:
    """The targets that fit at both ends, and might not where all that shrinks comes after all that grows."""
    loads_before, loads_after = loads(before), loads(after)
    old, new = _flows(loads_before), _flows(loads_after)
    unchecked = {*loads_before.unchecked, *loads_after.unchecked}
    for node in after.nodes:
        if node.capacity is None or node.key in unchecked:
            continue
        limit = node.capacity * (1 + TOLERANCE)
        into, onto = old.get(node.key, {}), new.get(node.key, {})
        shifts = [_Shift(s, into.get(s, 0.0), onto.get(s, 0.0)) for s in dict.fromkeys([*into, *onto])]
        worst = sum(max(shift.before, shift.after) for shift in shifts)
        if worst > limit >= max(sum(into.values()), sum(onto.values())):
            yield node, shifts


def _flows(found: Loads) -> dict[str, dict[str, float]]:
    """By target, how much comes from each source."""
    flows: dict[str, dict[str, float]] = {}
    for flow in found.flows:
        sources = flows.setdefault(flow.edge.target, {})
        sources[flow.edge.source] = sources.get(flow.edge.source, 0.0) + flow.amount
    return flows


def _mend(node: Node, shifts: Sequence[_Shift], waits: Waits, after: Network) -> list[Finding]:
    """Let what grows wait for what shrinks; a finding where that does not help enough."""
    growing = [shift.source for shift in shifts if shift.after > shift.before and shift.source in waits]
    late = set()
    for shift in shifts:
        if shift.after >= shift.before:
            continue
        for grower in growing:
            if shift.source in waits and not _waits_for(shift.source, grower, waits):
                waits[grower].add(shift.source)
            else:
                late.add(shift.source)
    worst = sum(_on_the_way(shift, shift.source in late) for shift in shifts)
    if node.capacity is None or worst <= node.capacity * (1 + TOLERANCE):
        return []
    names = {each.key: each.name for each in after.nodes}
    parts = [f"{_on_the_way(s, s.source in late):g} from {names[s.source]}" for s in shifts]
    message = (
        f"while this is applied, {node.name} may take {' and '.join(parts)}: {worst:g} of {node.capacity:g}"
    )
    tip = "No order of writing avoids this: apply it in two changes, or at a quiet hour"
    return [Finding("capacity.transient", Severity.WARNING, message, node.position, tip, queue=node.name)]


def _on_the_way(shift: _Shift, late: bool) -> float:
    """What a source may still send once the growing ones send more: all that it did, if it comes late."""
    return max(shift.before, shift.after) if late else shift.after


def _waits_for(queue: str, other: str, waits: Mapping[str, set[str]]) -> bool:
    """Whether ``queue`` waits for ``other``, directly or through others."""
    seen, behind = {queue}, [queue]
    while behind:
        for waited in waits.get(behind.pop(), ()):
            if waited == other:
                return True
            if waited not in seen:
                seen.add(waited)
                behind.append(waited)
    return False
