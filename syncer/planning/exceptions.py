"""Exceptions held by a plan: what a stop took away is not wanted while it lasts.

A rule that the policies want into a stopped queue stays as the organization has it, out of force; one that
the organization has in force again is put out of force. Nothing of it is drift or pending.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from syncer.audit.exceptions import STOP, Exemption
from syncer.model.held import Held
from syncer.model.network import Edge
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule
from syncer.planning.stop import live_edges
from syncer.resolving.resolve import Desired, Resolved


def held_of(exemption: Exemption, now: datetime) -> Held:
    """An exception as a plan names it."""
    return Held(
        exemption.kind,
        exemption.id,
        exemption.target_name or exemption.target,
        exemption.at,
        exemption.until,
        exemption.is_expired(now),
        exemption.user,
        exemption.reason,
        exemption.ticket,
        exemption.undoes,
    )


def hold_stops(
    resolved: Resolved, live: Sequence[LiveQueue], exemptions: Sequence[Exemption], now: datetime
) -> tuple[Resolved, tuple[Held, ...]]:
    """What the policies want, but for what stops forbid; and each stop with what it holds."""
    stops = [each for each in exemptions if each.kind == STOP]
    if not stops:
        return resolved, ()
    desired, counts = dict(resolved.desired), dict[str, dict[str, int]]()
    open_ = open_sources(live, stops)
    for queue in live:
        if queue.id in desired:
            desired[queue.id] = _without(queue, desired[queue.id], stops, counts)
    edges = tuple(_out_of_force(edge, desired, stops) for edge in resolved.network.edges)
    network = replace(resolved.network, edges=edges)
    return Resolved(network, desired, resolved.findings), tuple(
        replace(
            held_of(stop, now),
            queues=tuple(counts.get(stop.id, {})),
            rules=sum(counts.get(stop.id, {}).values()),
            open=open_.get(stop.id, ()),
        )
        for stop in stops
    )


def open_sources(live: Iterable[LiveQueue], exemptions: Iterable[Exemption]) -> dict[str, tuple[str, ...]]:
    """The names of the queues that overflow where a stop forbids it, by the id of the stop."""
    edges = list(live_edges(live))
    found = {
        each.id: tuple(dict.fromkeys(edge.queue.name for edge in edges if each.stops(*edge.pair)))
        for each in exemptions
    }
    return {id_: names for id_, names in found.items() if names}


def _without(
    queue: LiveQueue, wanted: Desired, stops: Sequence[Exemption], counts: dict[str, dict[str, int]]
) -> Desired:
    """What a queue shall have while the stops last; ``counts`` are the rules held, by stop and queue."""
    live = {(rule.kind, rule.key): rule for rule in reversed(queue.rules)}
    positions = wanted.positions or (None,) * len(wanted.rules)
    kept = []
    for rule, position, said in zip(wanted.rules, positions, wanted.said or wanted.rules, strict=True):
        stop = next((each for each in stops if forbids(each, queue.id, rule)), None)
        if stop is None:
            kept.append((rule, position, said))
            continue
        of_stop = counts.setdefault(stop.id, {})
        of_stop[queue.name] = of_stop.get(queue.name, 0) + 1
        if (left := _off(live.get((rule.kind, rule.key)))) is not None:
            kept.append((left, position, left))
    return replace(
        wanted,
        rules=tuple(rule for rule, _, _ in kept),
        positions=tuple(position for _, position, _ in kept) if wanted.positions else (),
        said=tuple(said for _, _, said in kept) if wanted.said else (),
    )


def forbids(stop: Exemption, queue: str, rule: Rule) -> bool:
    """Whether a stop forbids a rule of the queue with this id."""
    moves = rule.enabled and rule.role is not None and rule.role.moves
    return moves and stop.stops(queue, rule.target)


def _off(rule: Rule | None) -> Rule | None:
    """A live rule out of force: disabled, or None where there is none or its kind knows no switch."""
    if rule is None or rule.role is None or not rule.role.switch:
        return None
    return rule.with_values(enabled=False) if rule.enabled else rule


def _out_of_force(edge: Edge, desired: Mapping[str, Desired], stops: Sequence[Exemption]) -> Edge:
    """An edge of the network; one that the policies want and a stop forbids is out of force."""
    wanted = desired.get(edge.source)
    if wanted is None or edge.kind not in wanted.kinds or not edge.role.moves:
        return edge
    stopped = any(stop.stops(edge.source, edge.target) for stop in stops)
    return replace(edge, enabled=False) if stopped else edge
