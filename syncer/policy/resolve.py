"""From names to queues: the network of the policies alone, and of the policies on top of live."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from syncer.model.finding import Finding, Position
from syncer.model.network import Edge, Network, Node
from syncer.model.policy import PolicyQueue, PolicyRule, PolicySet, QueueRef
from syncer.model.queue import LiveQueue, OverflowRule
from syncer.policy import reference_findings as say
from syncer.policy.nearest import Nearest

_Pairs = tuple[tuple[PolicyRule, OverflowRule], ...]
"""The rules of a queue as the policy has them and with the ids of their targets."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The policies on top of live.

    ``network`` has every live queue, keyed by id. ``desired`` maps the id of each managed queue to the
    rules it shall have; a queue with a rule that could not be resolved is left out, and its live rules
    stay in the network.
    """

    network: Network
    desired: Mapping[str, tuple[OverflowRule, ...]]
    findings: tuple[Finding, ...]


def resolve_offline(policies: PolicySet) -> tuple[Network, tuple[Finding, ...]]:
    """The network of the policies alone, keyed by names (or ids); every rule counts as new.

    Targets that no policy describes are unmanaged nodes without capacity. A queue that stands twice is
    taken from its first place. There are no findings: ``check_references`` has them all.
    """
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for queue in policies.queues:
        key = str(queue.queue)
        if key in nodes:
            continue
        nodes[key] = Node(key, key, queue.managed, queue.capacity, queue.base_load, queue.position)
        if queue.managed:
            edges.extend(
                Edge(key, str(rule.target), rule.threshold, rule.delay, rule.enabled, True, rule.position)
                for rule in queue.rules
            )
    for edge in edges:
        nodes.setdefault(edge.target, Node(edge.target, edge.target))
    return Network(_in_order(nodes.values()), tuple(edges)), ()


def resolve_live(policies: PolicySet, live: Sequence[LiveQueue]) -> Resolved:
    """Find the live queue of every name of the policies, and lay the policies on top of live.

    Names are matched exactly. What can't be resolved is a finding, and so is what only ids bring to
    light: one queue, or one target, by name here and by id there.
    """
    resolver = _Resolver(live)
    described = resolver.describe(policies.queues)
    pairs = resolver.pair_rules(described)
    edges: list[Edge] = []
    for queue in live:
        edges.extend(_desired_edges(queue, pairs[queue.id]) if queue.id in pairs else resolver.kept(queue))
    return Resolved(
        Network(_in_order(_live_node(queue, described.get(queue.id)) for queue in live), tuple(edges)),
        {key: tuple(rule for _, rule in rules) for key, rules in pairs.items()},
        tuple(resolver.findings),
    )


class _Resolver:
    """Finds live queues, and collects what was wrong on the way."""

    def __init__(self, live: Sequence[LiveQueue]) -> None:
        self.findings: list[Finding] = []
        self._by_id = {queue.id: queue for queue in live}
        self._by_name: dict[str, list[LiveQueue]] = {}
        for queue in live:
            self._by_name.setdefault(queue.name, []).append(queue)
        self._nearest = Nearest(self._by_name)

    def describe(self, queues: Sequence[PolicyQueue]) -> dict[str, PolicyQueue]:
        """The policy of each live queue that has one, by id; the first where there are several."""
        described: dict[str, PolicyQueue] = {}
        for policy in queues:
            queue = self._find(policy.queue, policy.position)
            if queue is None:
                continue
            first = described.setdefault(queue.id, policy)
            if first.queue != policy.queue:
                self.findings.append(say.same_queue(first, policy, queue.name))
        return described

    def pair_rules(self, described: Mapping[str, PolicyQueue]) -> dict[str, _Pairs]:
        """The rules of each managed queue, by its id; a queue with an unresolved rule is left out."""
        paired: dict[str, _Pairs] = {}
        for key, policy in described.items():
            if not policy.managed:
                continue
            rules = [self._rule(key, policy, rule) for rule in policy.rules]
            found = [pair for pair in rules if pair is not None]
            if len(found) == len(rules):
                paired[key] = self._each_target_once(policy, found)
        return paired

    def kept(self, queue: LiveQueue) -> Iterator[Edge]:
        """The edges of a queue whose rules stay as live has them."""
        for rule in queue.rules:
            if rule.target in self._by_id:
                yield Edge(queue.id, rule.target, rule.threshold, rule.delay, rule.enabled)
            else:
                self.findings.append(say.dangling(queue.name, rule.target))

    def _rule(
        self, key: str, policy: PolicyQueue, rule: PolicyRule
    ) -> tuple[PolicyRule, OverflowRule] | None:
        target = self._find(rule.target, rule.position, policy)
        if target is None:
            return None
        if target.id == key and rule.target != policy.queue:
            self.findings.append(say.same_as_itself(policy, rule))
        return rule, OverflowRule(target.id, rule.threshold, rule.delay, rule.enabled)

    def _each_target_once(
        self, policy: PolicyQueue, pairs: Sequence[tuple[PolicyRule, OverflowRule]]
    ) -> _Pairs:
        first: dict[str, tuple[PolicyRule, OverflowRule]] = {}
        for rule, desired in pairs:
            earlier, _ = first.setdefault(desired.target, (rule, desired))
            if earlier.target != rule.target:
                self.findings.append(say.same_target(policy, earlier, rule))
        return tuple(first.values())

    def _find(
        self, wanted: QueueRef, position: Position | None, owner: PolicyQueue | None = None
    ) -> LiveQueue | None:
        """The live queue meant; ``owner`` is the queue whose rule has it as its target."""
        if wanted.id:
            named = [self._by_id[wanted.id]] if wanted.id in self._by_id else []
        else:
            named = self._by_name.get(wanted.name, [])
        if len(named) == 1:
            return named[0]
        about = str(owner.queue if owner else wanted)
        if named:
            ids = [queue.id for queue in named]
            self.findings.append(say.ambiguous(wanted.name, ids, position, about))
        else:
            nearest = self._nearest.find(wanted.name) if wanted.name else ""
            self.findings.append(say.unknown_in_live(wanted, nearest, position, about))
        return None


def _desired_edges(queue: LiveQueue, pairs: _Pairs) -> Iterator[Edge]:
    in_force = {rule.target for rule in queue.rules if rule.enabled}
    for rule, desired in pairs:
        new = desired.target not in in_force
        yield Edge(
            queue.id, desired.target, desired.threshold, desired.delay, desired.enabled, new, rule.position
        )


def _live_node(queue: LiveQueue, policy: PolicyQueue | None) -> Node:
    if policy is None:
        return Node(queue.id, queue.name)
    return Node(queue.id, queue.name, policy.managed, policy.capacity, policy.base_load, policy.position)


def _in_order(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: (node.name, node.key)))
