"""From names to queues: the network of the policies alone, and of the policies on top of the live queues."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from syncer.kinds.registry import (
    KIND_NAMES,
    OVERFLOW_RULES,
    SWITCHED_KINDS,
    ask_groups,
    kind_of,
    share_as_held,
)
from syncer.live.view import WHOLE, View
from syncer.model.finding import Finding, Position
from syncer.model.network import Edge, Network, Node, edges_of
from syncer.model.policy import GroupRef, PolicyQueue, PolicyRule, PolicySet, QueueRef
from syncer.model.queue import Group, LiveQueue
from syncer.model.rule import Dialect, Rule, Rules
from syncer.model.settings import Ignore
from syncer.resolving import reference_findings as say
from syncer.resolving.groups import Groups, QueueIndex
from syncer.resolving.ignore import as_live_has_it
from syncer.resolving.known_names import NO_NAMES, KnownNames
from syncer.resolving.moved_names import MovedNames
from syncer.resolving.transfers import offline_transfers

if TYPE_CHECKING:
    from syncer.model.change import Written

Placed = tuple[Rule, Position | None]
"""A rule and its place in the policies."""


@dataclass(frozen=True, slots=True)
class Desired:
    """The desired rules of a queue, of the ``kinds`` that its policy states; other kinds stay.

    ``said`` are the same rules as the policy has them, before ignored fields took their live values.
    ``back`` is the PUT that is taken back, if the rules come from a rollback.
    """

    rules: Rules
    kinds: tuple[str, ...]
    positions: tuple[Position | None, ...] = ()
    said: Rules = ()
    back: "Written | None" = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """The policies on top of the live queues.

    ``network`` has every live queue, keyed by id. ``desired`` maps the id of each managed queue to the
    desired rules; a queue with a rule that could not be resolved is left out, and its live rules
    stay in the network.
    """

    network: Network
    desired: Mapping[str, Desired]
    findings: tuple[Finding, ...]


def resolve_offline(policies: PolicySet) -> tuple[Network, tuple[Finding, ...]]:
    """The network of the policies alone, keyed by names (or ids); every rule counts as new.

    Targets that no policy describes are unmanaged nodes without capacity. For a queue that appears twice,
    the first place counts. There are no findings: ``check_references`` has them all.
    """
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for queue in policies.queues:
        key = str(queue.queue)
        if key in nodes:
            continue
        nodes[key] = described_node(key, key, queue, rules_known=queue.managed)
        if queue.managed:
            for stated in queue.rules:
                edges.extend(edges_of(key, stated.rule, new=True, position=stated.position))
    transfers = offline_transfers(policies)
    for target in chain((edge.target for edge in edges), (transfer.target for transfer in transfers)):
        if target not in nodes:
            nodes[target] = Node(target, target)
    return Network(_in_order(nodes.values()), tuple(edges), transfers), ()


def resolve_live(
    policies: PolicySet,
    live: Sequence[LiveQueue],
    dialect: Dialect = OVERFLOW_RULES,
    groups: Sequence[Group] = (),
    ignores: Sequence[Ignore] = (),
    before: KnownNames = NO_NAMES,
    view: View = WHOLE,
) -> Resolved:
    """Find the live queue of every name of the policies, and lay the policies on top of the live queues.

    Names are matched exactly. A name that can't be resolved, or a rule that ``dialect`` doesn't have, is a
    finding. So is a queue or target that appears by name and by id. ``groups`` are all known groups; a
    queue's own members are searched first. ``before`` has the names of the last apply: a name among them was
    right when its policy was written. In a partial ``view``, a queue that is not listed may exist.
    """
    resolver = _Resolver(live, dialect, groups, policies, before, view)
    described = resolver.describe(policies.queues)
    desired = resolver.resolve_rules(described)
    edges: list[Edge] = []
    for queue in live:
        wanted = desired.get(queue.id)
        if wanted and ignores:
            rules = as_live_has_it(queue, wanted.rules, ignores)
            wanted = desired[queue.id] = replace(wanted, rules=rules, said=wanted.rules)
        edges.extend(_desired_edges(queue, wanted) if wanted else ())
        edges.extend(resolver.kept(queue, wanted.kinds if wanted else ()))
    nodes = (described_node(queue.id, queue.name, described.get(queue.id)) for queue in live)
    return Resolved(
        Network(_in_order(nodes), tuple(edges)),
        desired,
        tuple(resolver.findings),
    )


class _Resolver:
    """Finds live queues and groups, and collects findings."""

    def __init__(
        self,
        live: Sequence[LiveQueue],
        dialect: Dialect,
        groups: Sequence[Group],
        policies: PolicySet,
        before: KnownNames,
        view: View,
    ) -> None:
        self.findings: list[Finding] = []
        self._before = before
        self._view = view
        self._described = frozenset(queue.queue.name for queue in policies.queues)
        self._dialect = dialect
        self._queues = QueueIndex(live)
        self._groups = Groups(groups)
        self._moved_names = MovedNames(before, self._queues.by_id, view)

    def describe(self, queues: Sequence[PolicyQueue]) -> dict[str, PolicyQueue]:
        """The policy of each live queue that has one, by id; the first if there are several."""
        described: dict[str, PolicyQueue] = {}
        for policy in queues:
            queue = self._find(policy.queue, policy.position)
            if queue is None:
                continue
            first = described.setdefault(queue.id, policy)
            if first.queue != policy.queue:
                self.findings.append(say.same_queue(first, policy, queue.name))
        return described

    def resolve_rules(self, described: Mapping[str, PolicyQueue]) -> dict[str, Desired]:
        """The rules of each managed queue, by its id; a queue with an unresolved rule is left out."""
        desired = {}
        for key, policy in described.items():
            if policy.managed:
                wanted = self._desired(key, policy)
                if wanted is not None:
                    desired[key] = wanted
        return desired

    def kept(self, queue: LiveQueue, managed: Collection[str]) -> Iterator[Edge]:
        """The edges of the live rules of a queue that stay as they are."""
        for rule in queue.rules:
            if rule.kind in managed or not rule.target:
                continue
            if rule.target in self._queues.by_id:
                yield from edges_of(queue.id, rule, held=share_as_held(queue, rule))
            else:
                name = self._before.name_of(rule.target)
                self.findings.append(say.dangling(queue.name, rule.target, name, self._view))

    def _desired(self, key: str, policy: PolicyQueue) -> Desired | None:
        """The rules of the kinds that the dialect has; None if one of them could not be resolved."""
        self.findings.extend(say.not_held(policy, self._dialect))
        kinds = managed_kinds(policy, self._dialect)
        found = [
            (stated, self._resolved(key, policy, stated)) for kind in kinds for stated in policy.stated[kind]
        ]
        pairs = [(stated, rule) for stated, rule in found if rule is not None]
        placed = self._each_once(policy, pairs)
        if len(pairs) < len(found):
            return None
        return self._completed(key, policy, placed, kinds)

    def _completed(
        self,
        key: str,
        policy: PolicyQueue,
        placed: Sequence[tuple[Rule, Position | None]],
        kinds: tuple[str, ...],
    ) -> Desired:
        """The rules, plus those that follow from them if the policy asks for it."""
        rules, positions = tuple(rule for rule, _ in placed), tuple(position for _, position in placed)
        switched = [kind for kind in SWITCHED_KINDS if kind.name in policy.switched and ask_groups(kinds)]
        for kind in switched:
            implied = kind.implied(rules, self._queues.by_id[key], self._groups.all)
            rules, positions = (*rules, *implied), (*positions, *(policy.position for _ in implied))
        return Desired(rules, (*kinds, *(kind.name for kind in switched)), positions)

    def _resolved(self, key: str, policy: PolicyQueue, stated: PolicyRule) -> Rule | None:
        """The rule with ids; None if a queue or group could not be found."""
        target = self._find(stated.target, stated.position, policy) if stated.target else None
        queue = self._queues.by_id[key]
        groups = [self._find_group(group, place, policy, queue) for group, place in stated.placed_groups]
        if None in groups or (stated.target and target is None):
            return None
        target_id = target.id if target else ""
        if target_id == key:
            fault = say.self_target(policy, stated)
            if fault is None:
                target_id = ""
            elif stated.target != policy.queue:  # else the references were checked offline
                self.findings.append(fault)
        ids = {group.id for group in groups if group is not None}
        found: Rule = kind_of(stated.rule).in_queue(
            stated.rule.with_ids(target_id, tuple(sorted(ids))), self._queues.by_id[key]
        )
        return found

    def _each_once(
        self, policy: PolicyQueue, pairs: Sequence[tuple[PolicyRule, Rule]]
    ) -> list[tuple[Rule, Position | None]]:
        """The first rule of a kind with each key, and its place."""
        first: dict[tuple[str, str], tuple[PolicyRule, Rule]] = {}
        for stated, rule in pairs:
            earlier, _ = first.setdefault((rule.kind, rule.key), (stated, rule))
            if earlier.target != stated.target and earlier is not stated:
                self.findings.append(say.duplicate_target(policy, earlier, stated))
        return [(rule, stated.position) for stated, rule in first.values()]

    def _find(
        self, wanted: QueueRef, position: Position | None, owner: PolicyQueue | None = None
    ) -> LiveQueue | None:
        """The live queue meant; ``owner`` is the queue whose rule has it as its target."""
        named = self._queues.find(wanted)
        if len(named) == 1:
            moved = self._moved_names.found(wanted, named[0], position, is_target=owner is not None)
            self.findings += [moved] if moved else []
            return named[0]
        about = str(owner.queue if owner else wanted)
        if named:
            ids = [each.id for each in named]
            self.findings.append(say.ambiguous(wanted.name, ids, position, about))
        else:
            taken = {str(rule.target) for rule in owner.rules} | {about} if owner else self._described
            nearest = "" if self._view.partial else self._queues.nearest(wanted, taken)
            found = say.unknown_in_live(wanted, nearest, position, about, self._view)
            self.findings.append(self._told_of_before(found, wanted))
        return None

    def _told_of_before(self, found: Finding, wanted: QueueRef) -> Finding:
        """The finding about a name or id. If the queue existed at the last apply, the finding states what
        happened to it, and counts as older than this change."""
        id_ = wanted.id or self._before.id_of(wanted.name)
        name = self._before.name_of(id_) if id_ else ""
        if not name:
            return found
        return say.was_there(found, id_, name, self._queues.by_id.get(id_), self._view)

    def _find_group(
        self, wanted: GroupRef, position: Position | None, owner: PolicyQueue, queue: LiveQueue
    ) -> Group | None:
        named = self._groups.find(wanted, queue)
        if len(named) == 1:
            return named[0]
        about = str(owner.queue)
        if named:
            ids = [each.id for each in named]
            self.findings.append(say.ambiguous(wanted.name, ids, position, about, named[0].what))
        else:
            tip = self._groups.meant(wanted, queue)
            self.findings.append(say.unknown_group(wanted, tip, position, about))
        return None


def managed_kinds(policy: PolicyQueue, dialect: Dialect) -> tuple[str, ...]:
    """The kinds of rules that a policy owns: those that it states and the dialect has.

    A managed queue whose policy states nothing keeps its live rules.
    """
    return tuple(kind for kind in KIND_NAMES if kind in policy.stated and kind in dialect.holds)


def _desired_edges(queue: LiveQueue, wanted: Desired) -> Iterator[Edge]:
    in_force = {(rule.kind, rule.target) for rule in queue.rules if rule.enabled}
    for rule, position in zip(wanted.rules, wanted.positions, strict=True):
        new = (rule.kind, rule.target) not in in_force
        yield from edges_of(queue.id, rule, new=new, position=position)


def described_node(key: str, name: str, policy: PolicyQueue | None, *, rules_known: bool = True) -> Node:
    """The node of a queue as its policy describes it, if one does."""
    if policy is None:
        return Node(key, name)
    stated = (policy.managed, policy.capacity, policy.base_load, policy.position)
    return Node(key, name, *stated, policy.agents, policy.aht, rules_known)


def _in_order(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=attrgetter("name", "key")))
