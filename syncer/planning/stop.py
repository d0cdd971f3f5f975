"""Ending overflow that the organization has: which rules move contacts along which edges, and the changes
that end that.

It starts from the organization alone. Taking an edge away closes no loop, so nothing here is checked for one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from syncer.audit.entries import place_of
from syncer.errors import AuditError
from syncer.graph.cycles import looped
from syncer.graph.feedback import AcyclicGraph
from syncer.kinds.registry import KIND_NAMES
from syncer.kinds.together import are_apart
from syncer.live.queues import last_edit
from syncer.live.wire import rule_fields, rules_in, switched_off
from syncer.model.change import QueueChange, Written
from syncer.model.finding import Finding, Severity
from syncer.model.network import Network, Node, edges_of
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule, in_force, of_kinds
from syncer.model.settings import ApiLocation
from syncer.planning.audit_images import image_of
from syncer.planning.diff import diff_rules

Pair = tuple[str, str]
"""The ids of two queues: contacts move from the first to the second."""


@dataclass(frozen=True, slots=True)
class LiveEdge:
    """A rule in force that moves contacts out of a queue."""

    queue: LiveQueue
    rule: Rule

    @property
    def pair(self) -> Pair:
        """The ids of both ends."""
        return (self.queue.id, self.rule.target)


def live_edges(queues: Iterable[LiveQueue]) -> Iterator[LiveEdge]:
    """All rules in force that move contacts, of every kind and of managed and unmanaged queues."""
    for queue in queues:
        for rule in queue.rules:
            if rule.enabled and rule.role and rule.role.moves and any(edges_of(queue.id, rule)):
                yield LiveEdge(queue, rule)


def edges_into(queues: Iterable[LiveQueue], target: str, sources: Collection[str] = ()) -> list[LiveEdge]:
    """The rules in force into the queue ``target``, from ``sources`` or from all queues; all are ids."""
    return [
        edge
        for edge in live_edges(queues)
        if edge.rule.target == target and (not sources or edge.queue.id in sources)
    ]


def watchers_of(queues: Iterable[LiveQueue], target: str) -> list[LiveQueue]:
    """The queues with a rule that watches ``target``: such rules move agents, not contacts."""

    def watches(queue: LiveQueue) -> bool:
        rules = (rule for rule in queue.rules if rule.role and not rule.role.moves)
        return any(rule.target == target for rule in rules)

    return [queue for queue in queues if queue.id != target and watches(queue)]


def off_changes(
    edges: Iterable[LiveEdge], names: Mapping[str, str], left_alone: Collection[str] = ()
) -> tuple[QueueChange, ...]:
    """A change for each queue that puts its rules among ``edges`` out of force, and nothing else.

    ``names`` are those of all queues by their ids; queues in ``left_alone`` (ids) are left out.
    """
    targets: dict[str, set[str]] = {}
    queues = {}
    for edge in edges:
        queues[edge.queue.id] = edge.queue
        targets.setdefault(edge.queue.id, set()).add(edge.rule.target)
    return tuple(
        off_change(queues[key], targets[key], names) for key in sorted(queues) if key not in left_alone
    )


def no_way_back(edges: Iterable[LiveEdge], queues: Mapping[str, LiveQueue]) -> Iterator[Finding]:
    """A warning for each rule that is removed and that the API may not take back, as it leads into another
    division."""
    for edge in edges:
        target, role = queues.get(edge.rule.target), edge.rule.role
        if target and are_apart(edge.queue, target) and role and not role.switch:
            yield Finding(
                "dialect.division",
                Severity.WARNING,
                f"{edge.queue.name}: the {role.noun} is in another division, and restoring it may fail",
                tip="If Genesys Cloud refuses it, --lift --no-restore ends the hold",
                queue=edge.queue.name,
            )


def off_change(queue: LiveQueue, targets: Collection[str], names: Mapping[str, str]) -> QueueChange:
    """The change that ends all overflow of a queue to ``targets``.

    Its PUT is exact: what can't be read in other rules, and second rules with one target, stay as they are.
    """
    moving = {edge.rule.kind for edge in live_edges([queue]) if edge.rule.target in targets}
    kinds = tuple(kind for kind in KIND_NAMES if kind in moving)
    now = rule_fields(queue.raw, kinds)
    wanted = rule_fields(switched_off(queue.raw, kinds, targets), kinds)
    after = of_kinds(rules_in(wanted, queue.id), kinds)
    changes = diff_rules(queue, after, names, kinds)
    return QueueChange(
        queue.id,
        queue.name,
        tuple(change for change in changes if change.target in targets),
        of_kinds(queue.rules, kinds),
        after,
        kinds=kinds,
        back=Written(before=wanted, after=now),
    )


def live_network(
    nodes: Iterable[Node], queues: Iterable[LiveQueue], off: Collection[Pair] = frozenset()
) -> Network:
    """The network of the organization as it is, without the edges in ``off``. ``nodes`` are its queues."""
    edges = (
        edge
        for queue in queues
        for rule in queue.rules
        for edge in edges_of(queue.id, rule)
        if (edge.source, edge.target) not in off
    )
    return Network(tuple(nodes), tuple(edges))


def breaking_loops(
    queues: Sequence[LiveQueue],
    known: Mapping[Pair, str],
    managed: Collection[str],
    written: Mapping[str, str] = MappingProxyType({}),
    transfers: Collection[Pair] = (),
) -> list[Pair]:
    """Edges that leave no loop when they are gone, and without any of which a loop would be left.

    The newest go first. ``known`` says when a run put an edge in force (RFC 3339). An edge that no run knows
    is as new as the last edit of its queue, which somebody made by hand; where that edit is a run of ours
    (``written``: when one wrote a queue last, by its id) it was there before, and is the oldest. Those of
    queues that nobody has ``managed`` (ids) so far go last. ``transfers`` of in-queue flows close loops too,
    and can't be taken away.
    """
    by_pair: dict[Pair, LiveEdge] = {}
    for edge in live_edges(queues):
        by_pair.setdefault(edge.pair, edge)
    place = {queue.id: number for number, queue in enumerate(queues)}
    adjacency: list[list[int]] = [[] for _ in queues]
    for source, target in (*by_pair, *transfers):
        if source in place and target in place:
            adjacency[place[source]].append(place[target])
    home = {node: number for number, nodes in enumerate(looped(adjacency)) for node in nodes}

    def is_inside(pair: Pair) -> bool:
        ends = [home.get(place.get(key, -1)) for key in pair]
        return ends[0] is not None and ends[0] == ends[1]

    def age(pair: Pair) -> tuple[bool, str, Pair]:
        edited = last_edit(by_pair[pair].queue.raw).at
        by_hand = edited if edited > written.get(pair[0], "") else ""
        return (pair[0] in managed, known.get(pair, by_hand), pair)

    graph = AcyclicGraph(range(len(queues)))
    for source, target in filter(is_inside, transfers):
        graph.add(place[source], place[target])
    inside = sorted(filter(is_inside, by_pair), key=age)
    return [pair for pair in inside if not graph.add(place[pair[0]], place[pair[1]])]


def queues_named(queues: Iterable[LiveQueue], text: str) -> list[LiveQueue]:
    """The live queues with this id or exact name; else those whose name differs in capitals alone."""
    every = list(queues)
    exact = [queue for queue in every if text in (queue.id, queue.name)]
    return exact or [queue for queue in every if queue.name.casefold() == text.casefold()]


def last_written(entries: Iterable[Mapping[str, Any]], here: ApiLocation) -> dict[str, str]:
    """When a run wrote each queue last (RFC 3339), by its id."""
    return {
        str(entry.get("queueId")): _when(entry)
        for entry in entries
        if entry.get("kind") == "change" and entry.get("success") and place_of(entry).is_as(here)
    }


def put_in_force(entries: Iterable[Mapping[str, Any]], here: ApiLocation) -> dict[Pair, str]:
    """When a run put an edge in force that moves contacts: by the ids of source and target, the newest."""
    found: dict[Pair, str] = {}
    for entry in entries:
        if entry.get("kind") != "change" or not entry.get("success") or not place_of(entry).is_as(here):
            continue
        with suppress(AuditError):
            image = image_of(entry)
            before, after = (in_force([side] if side else []) for side in (image.before, image.after))
            for target in after - before:
                found[image.queue, target] = _when(entry)
    return found


def _when(entry: Mapping[str, Any]) -> str:
    return str(entry.get("occurredAt") or entry.get("timestamp"))
