"""Loops that lead through flows of Architect: contacts that rules and transfers send round in a circle."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from syncer.checks.loops import MOST_LISTED, MOST_STARTS, condition_of, loop_of
from syncer.graph.cycles import cycle_through, looped
from syncer.model.finding import Finding, LoopFlow, Note, Severity
from syncer.model.network import Edge, Network, Transfer

FLOW_LOOP: Final = "loops.flow"

Pair = tuple[int, int]


def check_flow_loops(network: Network) -> tuple[Finding, ...]:
    """Report each set of queues that rules and flows tie together, once, and each queue that a flow transfers
    to itself; what rules do alone is no matter here.

    ``loops.flow`` is an error where a rule that is new lies on the way round and the configuration of each
    flow proves that it transfers. Else it is a warning: it is there already, and no policy can say anything
    about flows, or it only may be one.
    """
    found = [
        _finding(network, [place], [place])
        for place, target in sorted(network.returns)
        if not _rules(network, (place, target))
    ]
    transfers = network.transfers_by_place
    for queues in looped(network.ways) if transfers else ():
        inside = frozenset(queues)
        through = [pair for pair in transfers if inside.issuperset(pair)]
        if through and (circle := _circle(network, inside, through)):
            found.append(_finding(network, queues, circle))
    return tuple(found)


def _rules(network: Network, pair: Pair) -> list[Edge]:
    target = network.nodes[pair[1]].key
    return [edge for edge in network.in_force[pair[0]] if edge.target == target]


def _circle(network: Network, inside: frozenset[int], through: list[Pair]) -> list[int]:
    """A short way round that needs a flow; one with a new rule, where there is such a one. Empty where rules
    alone lead round each of them."""
    new = [
        (source, network.index[edge.target])
        for source in inside
        for edge in network.in_force[source]
        if edge.new and network.index[edge.target] in inside
    ]
    starts = [*dict.fromkeys(new), *through][:MOST_STARTS]
    circles = [cycle_through(network.ways, *pair) for pair in starts]
    need_flow = [circle for circle in circles if any(not _rules(network, pair) for pair in _pairs(circle))]

    def rank(circle: list[int]) -> tuple[bool, bool, int]:
        new = any(edge.new for pair in _pairs(circle) for edge in _rules(network, pair))
        return not (new and _proven(network, circle)), not new, len(circle)

    best = min(need_flow, key=rank, default=[])
    first = best.index(min(best)) if best else 0
    return best[first:] + best[:first]


def _proven(network: Network, circle: list[int]) -> bool:
    """Whether each flow that the way round needs is known to transfer there."""
    return all(_used(network, pair).proven for pair in _pairs(circle) if not _rules(network, pair))


def _used(network: Network, pair: Pair) -> Transfer:
    """The transfer that leads from one queue to the other; one that is proven where there is such a one."""
    transfers = network.returns.get(pair) or network.transfers_by_place[pair]
    return min(transfers, key=lambda transfer: not transfer.proven)


def _pairs(circle: list[int]) -> list[Pair]:
    return list(pairwise([*circle, circle[0]]))


def _finding(network: Network, queues: list[int], circle: list[int]) -> Finding:
    rules = [edge for pair in _pairs(circle) for edge in _rules(network, pair)]
    new = [edge for edge in rules if edge.new]
    first = next((edge for edge in (*new, *rules) if edge.position), None)
    names = network.names(circle)
    shown = [*names[:MOST_LISTED], *(["…"] if len(names) > MOST_LISTED else []), names[0]]
    used = [_used(network, pair) for pair in _pairs(circle) if not _rules(network, pair)]
    flows = ", ".join(dict.fromkeys(each.label for each in used[:MOST_LISTED]))
    proven = all(each.proven for each in used)
    return Finding(
        FLOW_LOOP,
        Severity.ERROR if new and proven else Severity.WARNING,
        f"{' → '.join(shown)} {'goes' if proven else 'may go'} in a circle, by the in-queue flow {flows}",
        position=first.position if first else None,
        tip=_tip(rules, new),
        notes=tuple(_notes(network, circle)),
        queue=names[0],
        queue_id=network.nodes[circle[0]].key,
        loop=replace(loop_of(network, circle, queues, rules), flows=tuple(_ways_of_flows(network, circle))),
    )


def _tip(rules: list[Edge], new: list[Edge]) -> str:
    if new:
        return "Remove the new rule, or change the flow in Architect first"
    return "Change the flow in Architect" + (", or disable a rule on the way" if rules else "")


def _ways_of_flows(network: Network, circle: list[int]) -> Iterator[LoopFlow]:
    for pair in _pairs(circle):
        if not _rules(network, pair):
            used = _used(network, pair)
            yield LoopFlow(used.source, used.target, used.label, used.proven)


def _notes(network: Network, circle: list[int]) -> list[Note]:
    notes = []
    for pair in _pairs(circle)[:MOST_LISTED]:
        way = " → ".join(network.names(pair))
        rules = _rules(network, pair)
        if rules:
            new = ", new in this change" if rules[0].new else ""
            notes.append(Note(f"{way} {condition_of(rules[0])}{new}", rules[0].position))
        else:
            flow = _used(network, pair)
            how = "by Transfer to ACD of" if flow.proven else "perhaps, because this queue is referred to by"
            notes.append(Note(f"{way} {how} the in-queue flow {flow.label}"))
    return notes
