"""The networks of a saved plan: as its live queues were, and as they are once it is applied.

A plan holds the rules of all queues, and what it knows of capacities and loads around its changes. Those of
the other queues are in the policies that it was made of.
"""

from collections.abc import Iterable
from dataclasses import replace

from syncer.live.flows import NO_FLOWS
from syncer.model.network import Edge, Facts, Network, Node, Transfer, edges_of
from syncer.model.plan import Plan
from syncer.model.policy import PolicyQueue, PolicySet
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rules
from syncer.resolving.groups import QueueIndex
from syncer.resolving.resolve import described_node
from syncer.resolving.transfers import measured_transfers


def planned_networks(plan: Plan, policies: PolicySet) -> tuple[Network, Network]:
    """The network before and after a plan, keyed by ids. ``policies`` are those that it was made of, with
    what its environment overrides. Rules that the change puts in force are new in the second one."""
    rules = {queue.queue: queue.rules for queue in plan.live}
    names = {each.queue: each.name for part in (plan.live, plan.untouched, plan.changes) for each in part}
    queues = [LiveQueue(key, name, rules=rules.get(key, ())) for key, name in names.items()]
    queues.sort(key=lambda queue: (queue.name, queue.id))
    described = _described(policies, QueueIndex(queues))
    nodes = tuple(described_node(queue.id, queue.name, described.get(queue.id)) for queue in queues)
    edges = tuple(edge for queue in queues for rule in queue.rules for edge in edges_of(queue.id, rule))
    before = Network(tuple(_before(node, plan.facts_before.get(node.key)) for node in nodes), edges)
    transfers = _transfers(plan, policies, queues)
    after = Network(nodes, (*_unchanged(edges, plan), *_changed(rules, plan)), transfers)
    return replace(before, transfers=transfers), after


def _described(policies: PolicySet, index: QueueIndex) -> dict[str, PolicyQueue]:
    """The policy of each queue that one describes, by id; the first where there are several."""
    found: dict[str, PolicyQueue] = {}
    for policy in policies.queues:
        meant = index.find(policy.queue)
        if len(meant) == 1:
            found.setdefault(meant[0].id, policy)
    return found


def _before(node: Node, facts: Facts | None) -> Node:
    return replace(node, capacity=facts.capacity, base_load=facts.base_load) if facts else node


def _unchanged(edges: Iterable[Edge], plan: Plan) -> list[Edge]:
    changed = {change.queue for change in plan.changes}
    return [edge for edge in edges if edge.source not in changed]


def _changed(rules: dict[str, Rules], plan: Plan) -> list[Edge]:
    """The edges of the queues that change: their new rules, then those of kinds that stay."""
    found: list[Edge] = []
    for change in plan.changes:
        live = rules.get(change.queue, ())
        in_force = {(rule.kind, rule.target) for rule in live if rule.enabled}
        for rule in (*change.after, *(rule for rule in live if rule.kind not in change.kinds)):
            found += edges_of(change.queue, rule, new=(rule.kind, rule.target) not in in_force)
    return found


def _transfers(plan: Plan, policies: PolicySet, queues: list[LiveQueue]) -> tuple[Transfer, ...]:
    """Those that the plan has, and those that policies state elsewhere and flows still do."""
    gone = {finding.position for finding in plan.findings if finding.id == "flows.gone"}
    stated = tuple(
        replace(queue, transfers=tuple(each for each in queue.transfers if each.position not in gone))
        for queue in policies.queues
    )
    told, _ = measured_transfers(replace(policies, queues=stated), queues, NO_FLOWS, read=False)
    known = {(each.source, each.target) for each in plan.transfers}
    return (*plan.transfers, *(each for each in told if (each.source, each.target) not in known))
