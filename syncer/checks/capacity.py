"""Capacity: the load that every queue is offered, and whether it can take it.

The model is deterministic and exact. Sources first, every queue is offered its own load and its inflow,
and its rules take their share in the order of their delays::

    offered(q) = base_load(q) + Σ inflow(q)
    x_i        = min(what is left, offered · threshold_i / 100)
    kept(q)    = offered − Σ x_i

Nobody knows what a backup queue gets: between nothing and all that is left when its turn comes. So where
there are any, the load is worked out twice: at the most, with each as a rule of 100 %, and at the least,
without them. What is too much without them is too much for certain; what is too much only with them may be.
Watches move no load.

All loads are contacts per interval, and everything grows in proportion to the base loads.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from syncer.graph.cycles import topological
from syncer.model.finding import Finding, Note, Position, Severity
from syncer.model.network import Edge, Headroom, Network, Node

TOLERANCE = 1e-9
MOST_IN_MESSAGE = 5
MOST_NOTES = 20

_RAISE: Final = "raise its capacity"
_REMEDY_OF_BACKUPS: Final = f"Nobody knows what a backup queue gets: choose another one, or {_RAISE}"


@dataclass(frozen=True, slots=True)
class Load:
    """The load of a queue: ``offered`` is its own plus the ``inflow``; ``kept`` is what doesn't overflow."""

    offered: float
    kept: float
    inflow: float


@dataclass(frozen=True, slots=True)
class Flow:
    """What one rule sends on."""

    edge: Edge
    amount: float


@dataclass(frozen=True, slots=True)
class Loads:
    """The load ``of`` each queue by its key; ``unchecked`` are the keys of queues in or behind a loop."""

    of: Mapping[str, Load]
    flows: tuple[Flow, ...]
    unchecked: tuple[str, ...]


def loads(network: Network) -> Loads:
    """Work out all loads in one pass, sources first."""
    order, rest = topological(network.adjacency)
    inflows: list[list[float]] = [[] for _ in network.nodes]
    of: dict[str, Load] = {}
    flows: list[Flow] = []
    for place in order:
        node = network.nodes[place]
        inflow = math.fsum(inflows[place])
        offered = left = node.base_load + inflow
        for edge in sorted(network.in_force[place], key=lambda edge: edge.delay):
            amount = min(left, offered * edge.threshold / 100)
            left -= amount
            flows.append(Flow(edge, amount))
            inflows[network.index[edge.target]].append(amount)
        of[node.key] = Load(offered, left, inflow)
    return Loads(of, tuple(flows), tuple(network.nodes[place].key for place in rest))


def headroom(network: Network, found: Loads) -> Headroom:
    """Find the factor of all base loads at which the first inflow meets the capacity of its queue.

    ``found`` are the loads of the network. Backup queues count with the most that they can get.
    """
    limits = [
        (capacity / load.inflow, node.name)
        for each in (found, _at_least(network, found))
        for node in network.nodes
        if (capacity := _capacity(node)) and (load := each.of.get(node.key)) and load.inflow > 0
    ]
    finite = [limit for limit in limits if math.isfinite(limit[0])]
    return Headroom(*min(finite, key=lambda limit: limit[0])) if finite else Headroom(None)


def _at_least(network: Network, found: Loads) -> Loads:
    """The loads without what backup queues get; ``found`` are those with it."""
    if all(flow.edge.role.exact for flow in found.flows):
        return found
    certain = loads(Network(network.nodes, tuple(edge for edge in network.edges if edge.role.exact)))
    return Loads({key: load for key, load in certain.of.items() if key in found.of}, certain.flows, ())


def check_capacity(network: Network, *, tight_at: float = 0.85) -> tuple[Finding, ...]:
    """Report queues that take more than they can, rules that send too much, and what can't be known.

    ``tight_at`` is the part of its capacity that a queue may keep without a word.
    """
    found = loads(network)
    return (
        *_overcommitted(network),
        *_missing(network),
        *_overloaded(network, found, tight_at),
        *_unchecked(network, found),
    )


def _overcommitted(network: Network) -> Iterator[Finding]:
    for node, in_force in zip(network.nodes, network.in_force, strict=True):
        edges = [edge for edge in in_force if edge.role.exact]
        total = sum(edge.threshold for edge in edges)
        if total > 100:
            in_turn = sorted(edges, key=lambda edge: edge.delay)
            targets = network.names(network.index[edge.target] for edge in in_turn)
            parts = [f"{edge.threshold} % to {name}" for edge, name in zip(in_turn, targets, strict=True)]
            yield Finding(
                id="capacity.overcommitted",
                severity=_severity(node),
                message=f"{node.name} sends {_listed(parts)}: {total} %, and the last in turn starve",
                position=node.position or _first(in_turn),
                tip="Lower the thresholds of its enabled rules to 100 % in total; shorter delays come first",
                notes=_notes(zip(parts, in_turn, strict=True)),
                queue=node.name,
            )


def _missing(network: Network) -> Iterator[Finding]:
    inbound: dict[str, list[Edge]] = {}
    for edge in chain.from_iterable(network.in_force):
        inbound.setdefault(edge.target, []).append(edge)
    for node, outbound in zip(network.nodes, network.in_force, strict=True):
        rules = [*outbound, *inbound.get(node.key, ())]
        if _capacity(node) is None and _concerns_policies(network, rules):
            part = "has an enabled rule" if outbound else "is the target of an enabled rule"
            what = "no capacity" if node.capacity is None else f"a capacity of {_figure(node.capacity)}"
            yield Finding(
                id="capacity.missing",
                severity=_severity(node),
                message=f"{node.name} {part} and has {what}: what it can take is not known",
                position=node.position or _first(rules),
                tip="Write its capacity in contacts per interval; manage: false leaves its rules alone",
                queue=node.name,
            )


def _concerns_policies(network: Network, rules: Sequence[Edge]) -> bool:
    """Whether a policy describes one end of a rule at least: among other queues nobody can mend anything."""
    ends = {network.nodes[network.index[key]] for edge in rules for key in (edge.source, edge.target)}
    return any(node.managed or node.position for node in ends)


def _overloaded(network: Network, found: Loads, tight_at: float) -> Iterator[Finding]:
    """At most one finding a queue: the worst."""
    certain = _at_least(network, found)
    flows, certain_flows = _flows_in(found), _flows_in(certain)
    for node in network.nodes:
        capacity, load = _capacity(node), found.of.get(node.key)
        if capacity is None or load is None:
            continue
        inbound = flows.get(node.key, [])
        if _is_over(certain.of[node.key].inflow, capacity):
            yield _exceeded(network, node, capacity, certain_flows[node.key])
        elif _is_over(load.inflow, capacity):
            yield _exceeded(network, node, capacity, inbound, up_to="up to ")
        elif _is_over(load.kept, capacity):
            yield _heavy(node, inbound, load, capacity, saturated=True)
        elif _is_over(load.kept, capacity * tight_at):
            yield _heavy(node, inbound, load, capacity, saturated=False)


def _exceeded(
    network: Network, node: Node, capacity: float, inbound: list[Flow], *, up_to: str = ""
) -> Finding:
    """``up_to`` stands before figures that nobody knows: then it is a warning alone."""
    sources = [network.nodes[network.index[flow.edge.source]] for flow in inbound]
    amounts: dict[Node, float] = {}
    for flow, source in zip(inbound, sources, strict=True):
        amounts[source] = amounts.get(source, 0) + flow.amount
    parts = [f"{_figure(amount)} from {source.name}" for source, amount in amounts.items()]
    total = math.fsum(flow.amount for flow in inbound)
    return Finding(
        id="capacity.exceeded",
        severity=Severity.WARNING if up_to else _severity(node, *sources),
        message=f"{node.name} takes {up_to}{_listed(parts)}: {up_to}{_compared(total, capacity)}",
        position=_place(node, inbound),
        tip=_REMEDY_OF_BACKUPS if up_to else f"Lower the thresholds of the rules to {node.name}, or {_RAISE}",
        notes=_notes(
            (f"{source.name}: {_sent(flow)}", flow.edge)
            for flow, source in zip(inbound, sources, strict=True)
        ),
        queue=node.name,
    )


def _sent(flow: Flow) -> str:
    if not flow.edge.role.exact:
        return f"its {flow.edge.role.noun} gets {_figure(flow.amount)} at most"
    return f"{flow.edge.threshold} % sends {_figure(flow.amount)}"


def _heavy(node: Node, inbound: list[Flow], load: Load, capacity: float, *, saturated: bool) -> Finding:
    kept = _compared(load.kept, capacity) + ("" if saturated else f", {load.kept / capacity:.0%}")
    return Finding(
        id="capacity.saturated" if saturated else "capacity.tight",
        severity=Severity.WARNING if saturated else Severity.INFO,
        message=f"{node.name} keeps {kept} (offered {_figure(load.offered)})",
        position=_place(node, inbound),
        tip="Let more of it overflow, or raise its capacity",
        queue=node.name,
    )


def _unchecked(network: Network, found: Loads) -> Iterator[Finding]:
    if not found.unchecked:
        return
    nodes = [network.nodes[network.index[key]] for key in found.unchecked]
    yield Finding(
        id="capacity.unchecked",
        severity=Severity.WARNING,
        message=f"No load is known in or behind a loop: {_listed([node.name for node in nodes])}",
        position=next((node.position for node in nodes if node.position), None),
        tip="Break the loops first",
    )


def _capacity(node: Node) -> float | None:
    """The capacity of a queue where it is known and positive."""
    return node.capacity if node.capacity is not None and node.capacity > 0 else None


def _severity(*nodes: Node) -> Severity:
    """An error where the policies can mend it, so where they own one of the queues."""
    return Severity.ERROR if any(node.managed for node in nodes) else Severity.WARNING


def _is_over(amount: float, limit: float) -> bool:
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


def _figure(amount: float, digits: int = 2) -> str:
    return f"{amount:.{digits}f}".rstrip("0").rstrip(".")


def _compared(amount: float, limit: float) -> str:
    """Write both with as many digits, from two on, as tell them apart."""
    digits = next((d for d in range(2, 12) if f"{amount:.{d}f}" != f"{limit:.{d}f}"), 2)
    return f"{_figure(amount, digits)} of {_figure(limit, digits)}"


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
