"""Capacity: whether every queue can take the load that it is offered.

The inflow by overflow and the load that a queue keeps are both compared with its capacity, in contacts per
interval. If it is not known how much a rule sends (a backup queue), the lower bound decides about an error,
and the upper bound about a warning.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from syncer.checks.flow_bounds import most_by_flows
from syncer.checks.loads import Bounds, Flow, Loads, bounds, known_capacity
from syncer.model.finding import Figure, Finding, Limit, Note, Position, Severity
from syncer.model.network import FLOW, Edge, Load, Network, Node

TOLERANCE = 1e-9
MOST_IN_MESSAGE = 5
MOST_NOTES = 20

_RAISE: Final = "raise its capacity"
_LESS: Final = f"Let more of it overflow, or {_RAISE}"
_UNTIL: Final = (
    "; until then 'capacity.missing: warning' below 'checks:' in the settings makes this a warning"
)
_MEASURE: Final = (
    f"Write 'capacity:' at the queue, in contacts per interval (syncer measure proposes one){_UNTIL}"
)
_DESCRIBE: Final = (
    "Add the queue to a policy with 'manage: false' and its 'capacity:', in contacts per interval "
    f"(syncer measure proposes one){_UNTIL}"
)
_REMEDY_OF_BACKUPS: Final = f"How much a backup queue gets is not known: choose another one, or {_RAISE}"


BY_FLOW: Final = "capacity.flow"
"""What flows may add to the load of a queue: it gives way to the others."""

TIGHT = 0.85
"""The part of its capacity that a queue may keep without a finding."""


def check_capacity(network: Network, found: Bounds | None = None) -> tuple[Finding, ...]:
    """Report queues that take more than they can, rules that send too much, and unknown capacities.

    ``found`` are the loads of the network, where they were worked out already.
    """
    found = found or bounds(network)
    return (
        *_overcommitted(network),
        *missing_capacities(network),
        *overloaded(network, found),
        *_unchecked(network, found.most),
    )


def _overcommitted(network: Network) -> Iterator[Finding]:
    for node, in_force in zip(network.nodes, network.in_force, strict=True):
        if sum([edge.threshold for edge in in_force]) <= 100:
            continue
        edges = [edge for edge in in_force if edge.role.exact]
        total = sum(edge.threshold for edge in edges)
        if total > 100:
            in_turn = sorted(edges, key=lambda edge: edge.delay)
            targets = network.names(network.index[edge.target] for edge in in_turn)
            parts = [f"{edge.share} to {name}" for edge, name in zip(in_turn, targets, strict=True)]
            yield Finding(
                id="capacity.overcommitted",
                severity=_severity(node),
                message=f"{node.name} sends {_listed(parts)}: {total} %; "
                "the last rules get less than their share or nothing",
                position=node.position or _first(in_turn),
                tip="Lower the thresholds of its enabled rules to 100 % in total; shorter delays come first",
                notes=_notes(zip(parts, in_turn, strict=True)),
                queue=node.name,
                queue_id=node.key,
                figure=Figure(Limit.SHARES, total, 100),
            )


def missing_capacities(network: Network) -> Iterator[Finding]:
    """Yield a finding for each queue that rules concern and whose capacity is not known."""
    inbound: dict[str, list[Edge]] = {node.key: [] for node in network.nodes if known_capacity(node) is None}
    if not inbound:
        return
    for edge in chain.from_iterable(network.in_force):
        if edge.target in inbound:
            inbound[edge.target].append(edge)
    for node, outbound in zip(network.nodes, network.in_force, strict=True):
        if node.key not in inbound:
            continue
        rules = [*outbound, *inbound[node.key]]
        if _concerns_policies(network, rules):
            part = "has an enabled rule" if outbound else "is the target of an enabled rule"
            what = "no capacity" if node.capacity is None else f"a capacity of {number(node.capacity)}"
            yield Finding(
                id="capacity.missing",
                severity=_severity(node),
                message=f"{node.name} {part} and has {what}: what it can take is not known",
                position=node.position or _first(rules),
                tip=_MEASURE if node.position else _DESCRIBE,
                queue=node.name,
                queue_id=node.key,
            )


def _concerns_policies(network: Network, rules: Sequence[Edge]) -> bool:
    """Whether a policy describes an end of a rule: policies can fix nothing between other queues."""
    ends = {network.nodes[network.index[key]] for edge in rules for key in (edge.source, edge.target)}
    return any(node.managed or node.position for node in ends)


def overloaded(network: Network, found: Bounds) -> Iterator[Finding]:
    """What is over a capacity or close to it, at most one finding a queue: the worst. ``found`` are the loads
    of the network."""
    by_flows = most_by_flows(network, found)
    near = tuple(_near_capacity(network, found, by_flows))
    flows = _flows_in(found.most) if near else {}
    certain_flows = flows if found.exact or not near else _flows_in(found.least)
    for node, capacity, load in near:
        inbound = flows.get(node.key, [])
        low, high = found.low(node.key, Limit.KEPT) or 0.0, found.high(node.key, Limit.KEPT) or 0.0
        if not node.rules_known:
            low = high = 0.0
        if is_over(found.low(node.key, Limit.INFLOW) or 0.0, capacity):
            yield _exceeded(network, node, capacity, certain_flows[node.key])
        elif is_over(load.inflow, capacity):
            yield _exceeded(network, node, capacity, inbound, up_to="up to ")
        elif is_over(low, capacity):
            yield _saturated(node, inbound, low, capacity)
        elif is_over(high, capacity):
            yield _saturated(node, inbound, high, capacity, up_to="up to ")
        elif is_over(by_flows.get(node.key, 0.0), capacity):
            yield _by_flow(network, node, load.inflow, by_flows[node.key], capacity)
        elif is_over(low, capacity * TIGHT):
            yield _tight(node, inbound, low, capacity)


def _near_capacity(
    network: Network, found: Bounds, by_flows: Mapping[str, float]
) -> Iterator[tuple[Node, float, Load]]:
    """The queues whose capacity may be reached or nearly so by anything that they may take in or keep, with
    the capacity and the load at the most; ``by_flows`` is the most that each may take in by flows."""
    for node in network.nodes:
        capacity, most = known_capacity(node), found.most.of.get(node.key)
        if capacity is None or most is None:
            continue
        least = most if found.exact else found.least.of.get(node.key, most)
        amounts = (most.inflow, most.kept, least.inflow, least.kept, by_flows.get(node.key, 0.0))
        if max(amounts) > capacity * TIGHT:
            yield node, capacity, most


def _exceeded(
    network: Network, node: Node, capacity: float, inbound: list[Flow], *, up_to: str = ""
) -> Finding:
    """``up_to`` stands before figures that nobody knows: then it is a warning alone."""
    sources = [network.nodes[network.index[flow.edge.source]] for flow in inbound]
    amounts: dict[Node, float] = {}
    for flow, source in zip(inbound, sources, strict=True):
        amounts[source] = amounts.get(source, 0) + flow.amount
    parts = [f"{number(amount)} from {source.name}" for source, amount in amounts.items()]
    total = math.fsum(flow.amount for flow in inbound)
    return Finding(
        id="capacity.exceeded",
        severity=Severity.WARNING if up_to else _severity(node, *sources),
        message=f"{node.name} takes {up_to}{_listed(parts)}: {up_to}{compared(total, capacity)}",
        position=_place(node, inbound),
        tip=_REMEDY_OF_BACKUPS if up_to else f"Lower the thresholds of the rules to {node.name}, or {_RAISE}",
        notes=_notes(
            (f"{source.name}: {_sent(flow)}", flow.edge)
            for flow, source in zip(inbound, sources, strict=True)
        ),
        queue=node.name,
        queue_id=node.key,
        figure=Figure(Limit.INFLOW, total, capacity, bool(up_to)),
    )


def _sent(flow: Flow) -> str:
    if flow.edge.kind == FLOW:
        return f"its {flow.edge.role.noun} transfers {flow.edge.share}, {number(flow.amount)}"
    if not flow.edge.role.exact:
        return f"its {flow.edge.role.noun} gets at most {number(flow.amount)}"
    return f"{flow.edge.share} sends {number(flow.amount)}"


def _by_flow(network: Network, node: Node, known: float, most: float, capacity: float) -> Finding:
    """It is not known what the flows transfer: between nothing and all that is offered to their queues."""
    into = [
        network.transfers_by_place[pair][0] for pair in network.unmeasured if network.nodes[pair[1]] is node
    ]
    flows = [f"{each.flow} of {network.nodes[network.index[each.source]].name}" for each in into]
    through = f"by the in-queue flow {_listed(flows)}" if flows else "by in-queue flows further upstream"
    bounded = math.isfinite(most)
    more = f"up to {number(most - known)} more {through}: up to {compared(most, capacity)}"
    return Finding(
        id=BY_FLOW,
        severity=Severity.WARNING,
        message=f"{node.name} takes {number(known)}, and "
        f"{more if bounded else f'it is not known how many more {through}, where contacts may come back'}",
        position=node.position,
        tip="State under 'transfers:' how many percent the flow transfers; syncer measure finds it where the "
        "queue has a single way out that no rule states",
        queue=node.name,
        queue_id=node.key,
        figure=Figure(Limit.INFLOW, most, capacity, True) if bounded else None,
    )


def _saturated(node: Node, inbound: list[Flow], kept: float, capacity: float, *, up_to: str = "") -> Finding:
    return Finding(
        id="capacity.saturated",
        severity=Severity.WARNING,
        message=f"{node.name} keeps {up_to}{compared(kept, capacity)}",
        position=_place(node, inbound),
        tip=_LESS,
        queue=node.name,
        queue_id=node.key,
        figure=Figure(Limit.KEPT, kept, capacity, bool(up_to)),
    )


def _tight(node: Node, inbound: list[Flow], kept: float, capacity: float) -> Finding:
    return Finding(
        id="capacity.tight",
        severity=Severity.INFO,
        message=f"{node.name} keeps {compared(kept, capacity)}, {kept / capacity:.0%}",
        position=_place(node, inbound),
        tip=_LESS,
        queue=node.name,
        queue_id=node.key,
        figure=Figure(Limit.KEPT, kept, capacity),
    )


def _unchecked(network: Network, found: Loads) -> Iterator[Finding]:
    if not found.unchecked:
        return
    nodes = [network.nodes[network.index[key]] for key in found.unchecked]
    yield Finding(
        id="capacity.unchecked",
        severity=Severity.WARNING,
        message=f"No load is known in or downstream of a loop: {_listed([node.name for node in nodes])}",
        position=next((node.position for node in nodes if node.position), None),
        tip="Break the loops first",
    )


def _severity(*nodes: Node) -> Severity:
    """An error if the policies can fix it, so if they own one of the queues."""
    return Severity.ERROR if any(node.managed for node in nodes) else Severity.WARNING


def is_over(amount: float, limit: float) -> bool:
    """Whether an amount is more than its limit; a rounding error is not."""
    return amount > limit and not math.isclose(amount, limit, rel_tol=TOLERANCE)


def _flows_in(found: Loads) -> dict[str, list[Flow]]:
    """The flows into each queue that move anything, largest first."""
    inbound: dict[str, list[Flow]] = {}
    for flow in sorted(found.flows, key=lambda flow: -flow.amount):
        if flow.amount > 0:
            inbound.setdefault(flow.edge.target, []).append(flow)
    return inbound


def _place(node: Node, inbound: Iterable[Flow]) -> Position | None:
    return node.position or _first(flow.edge for flow in inbound)


def _first(edges: Iterable[Edge]) -> Position | None:
    return next((edge.position for edge in edges if edge.position), None)


def number(amount: float, digits: int = 2) -> str:
    """An amount for people, with at most so many decimals."""
    return f"{amount:.{digits}f}".rstrip("0").rstrip(".")


def compared(amount: float, limit: float) -> str:
    """Write both with as many digits, from two on, as tell them apart."""
    digits = next((d for d in range(2, 12) if f"{amount:.{d}f}" != f"{limit:.{d}f}"), 2)
    return f"{number(amount, digits)} of {number(limit, digits)}"


def _listed(parts: Sequence[str]) -> str:
    """Join as ``a, b and c``, or with the first ones and ``N more``."""
    shown = list(parts)
    if len(shown) > MOST_IN_MESSAGE:
        shown = [*parts[:MOST_IN_MESSAGE], f"{len(parts) - MOST_IN_MESSAGE} more"]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def _notes(rules: Iterable[tuple[str, Edge]]) -> tuple[Note, ...]:
    notes = [Note(text, edge.position) for text, edge in rules]
    if len(notes) > MOST_NOTES:
        notes[MOST_NOTES:] = [Note(f"and {len(notes) - MOST_NOTES} more")]
    return tuple(notes)
