"""What a change means in contacts: the queues that it touches or that are next to one, and each rule."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from syncer.checks.loads import Bounds, LoadedNetwork, Loads
from syncer.checks.since import Before
from syncer.live.pages import PAGE_SIZE
from syncer.model.change import Contacts, QueueChange, RuleChange
from syncer.model.finding import Finding
from syncer.model.network import Load, Network, Node, Transfer
from syncer.model.plan import AffectedQueue, Cost, Plan, QueueState
from syncer.model.rule import Rule
from syncer.model.settings import Pace
from syncer.resolving.resolve import Desired

LOOKS = 2
"""Listings of an apply: one before its first PUT, one after the last."""

COMPARE_READS = 2
"""GETs around each PUT where there is no etag."""

ROUNDING = 1e-9
"""How far two equal loads may be apart."""

RuleId = tuple[str, str, str, float, int]
"""Queue, kind, target, share and delay of a rule: there may be two with one target."""


def affected_queues(
    changes: Sequence[QueueChange],
    after: LoadedNetwork,
    before: Before,
    edges: Network,
    findings: Iterable[Finding] = (),
) -> tuple[AffectedQueue, ...]:
    """The queues that change, the ends of their rules, those of the ``findings`` that the change causes, the
    neighbors of all these, and those whose load moves, in the order of names.

    ``after`` is the target network; ``edges`` is the network before.
    """
    network = after.network
    changed = {change.queue for change in changes}
    changed |= {rule.target for change in changes for rule in change.rules if rule.target in network.index}
    core = changed | _in_danger(findings)
    near = core | _moved(before.loads, after.loads)
    for side in (network, edges):
        for edge in side.edges:
            if edge.source in core or edge.target in core:
                near |= {edge.source, edge.target}
    for transfer in network.transfers:
        if transfer.source in core or transfer.target in core:
            near |= {transfer.source, transfer.target}
    return tuple(
        AffectedQueue(
            queue=node.key,
            name=node.name,
            managed=node.managed,
            position=node.position,
            before=_state(before.nodes.get(node.key, node), before.loads),
            after=_state(node, after.loads),
        )
        for node in network.nodes
        if node.key in near
    )


def _in_danger(findings: Iterable[Finding]) -> set[str]:
    caused = [finding for finding in findings if finding.caused]
    return {finding.queue_id for finding in caused}.union(*(each.loop.tied for each in caused if each.loop))


def _moved(before: Bounds, after: Bounds) -> set[str]:
    """The queues with another load than before, or with none that is known on one side alone."""
    was, will_be = before.most.of, after.most.of
    return {key for key in was.keys() | will_be.keys() if not _about_the_same(was.get(key), will_be.get(key))}


def _about_the_same(before: Load | None, after: Load | None) -> bool:
    if before is None or after is None:
        return before is after
    pairs = ((before.inflow, after.inflow), (before.kept, after.kept), (before.offered, after.offered))
    return all(math.isclose(*pair, rel_tol=ROUNDING, abs_tol=ROUNDING) for pair in pairs)


def bounded(plan: Plan) -> frozenset[str]:
    """The ids of the queues whose loads in a plan are upper bounds: those with a rule that states no exact
    share, before or after, and all that are downstream of them. A contact that such a rule may send on counts
    for both queues."""
    targets: dict[str, set[str]] = {}
    todo = []
    for queue, rule in _rules_on_both_sides(plan):
        if rule.enabled and rule.target and rule.role and rule.role.moves:
            targets.setdefault(queue, set()).add(rule.target)
            todo += [] if rule.role.exact else [queue]
    for transfer in plan.transfers:
        targets.setdefault(transfer.source, set()).add(transfer.target)
    found = set[str]()
    while todo:
        queue = todo.pop()
        if queue not in found:
            found.add(queue)
            todo += targets.get(queue, ())
    return frozenset(found)


def _rules_on_both_sides(plan: Plan) -> Iterator[tuple[str, Rule]]:
    """Each rule before, then those after of the queues that change, with the id of its queue."""
    for queue in plan.live:
        yield from ((queue.queue, rule) for rule in queue.rules)
    for change in plan.changes:
        yield from ((change.queue, rule) for rule in change.after)


def transfers_near(
    queues: Iterable[AffectedQueue], findings: Iterable[Finding], network: Network
) -> tuple[Transfer, ...]:
    """What in-queue flows transfer between these queues, and in the loops that were found."""
    near = {each.queue for each in queues}
    looped = {(way.source, way.target) for each in findings if each.loop for way in each.loop.flows}
    return tuple(
        each
        for each in network.transfers
        if near.issuperset((each.source, each.target)) or (each.source, each.target) in looped
    )


def _state(node: Node, found: Bounds) -> QueueState:
    return QueueState(node.capacity, node.base_load, found.most.of.get(node.key))


def with_contacts(
    changes: Sequence[QueueChange], desired: Mapping[str, Desired], after: Bounds, before: Bounds
) -> tuple[QueueChange, ...]:
    """The changes, each rule with its line in the policies and the contacts that it moves."""

    def moved(queue: str, rule: RuleChange) -> RuleChange:
        contacts = _contacts(queue, rule, was, will_be) if _moves(rule.rule) else None
        position = positions.get((queue, rule.kind, rule.rule.key)) if rule.after else None
        return replace(rule, contacts=contacts, position=position)

    changed = {change.queue for change in changes}
    positions = {
        (queue, rule.kind, rule.key): position
        for queue in changed
        for rule, position in zip(desired[queue].rules, desired[queue].positions, strict=False)
    }
    was, will_be = _Amounts(before, changed), _Amounts(after, changed)
    return tuple(
        replace(change, rules=tuple(moved(change.queue, rule) for rule in change.rules)) for change in changes
    )


def _moves(rule: Rule) -> bool:
    return bool(rule.role and rule.role.moves and rule.target)


def _contacts(queue: str, rule: RuleChange, was: "_Amounts", will_be: "_Amounts") -> Contacts:
    before, after = was.of(queue, rule.before), will_be.of(queue, rule.after)
    return Contacts(before, after, was.varies(queue, rule.before) or will_be.varies(queue, rule.after))


class _Amounts:
    """What each rule of some queues moves: nothing where it isn't in force, None where the load of its queue
    isn't known."""

    def __init__(self, found: Bounds, queues: Collection[str]) -> None:
        self._known = found.most.of
        self._most = _by_rule(found.most, queues)
        self._least = self._most if found.exact else _by_rule(found.least, queues)

    def of(self, queue: str, rule: Rule | None) -> float | None:
        """The most that it moves."""
        if rule is None or not rule.enabled:
            return 0.0
        return self._most.get(_id(queue, rule), 0.0) if queue in self._known else None

    def varies(self, queue: str, rule: Rule | None) -> bool:
        """Whether it may be less."""
        key = _id(queue, rule) if rule else None
        return key is not None and self._most.get(key) != self._least.get(key)


def _id(queue: str, rule: Rule) -> RuleId:
    return (queue, rule.kind, rule.target, rule.share, rule.delay)


def _by_rule(found: Loads, queues: Collection[str]) -> dict[RuleId, float]:
    amounts: dict[RuleId, float] = {}
    for flow in found.flows:
        edge = flow.edge
        if edge.source not in queues:
            continue
        key = (edge.source, edge.kind, edge.target, edge.threshold, edge.delay)
        amounts[key] = amounts.get(key, 0.0) + flow.amount
    return amounts


def cost_of(puts: int, queues: int, lock: str, pace: Pace) -> Cost:
    """What an apply of so many PUTs costs in an organization of so many queues, without conflicts."""
    if not puts:
        return Cost(per_second=pace.requests_per_second)
    pages = max(1, math.ceil(queues / PAGE_SIZE))
    calls = LOOKS * pages + puts * (1 + (COMPARE_READS if lock == "compare" else 0))
    seconds = max(0.0, calls - pace.burst) / pace.requests_per_second
    return Cost(calls, round(seconds, 1), pace.requests_per_second)
