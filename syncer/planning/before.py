"""What a change is compared with: the live rules, with the capacities and loads that were known before it.

Those are the facts of the target branch, where a plan is made for a merge request; of the saved plan, where
that is applied; else those of the policies themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from syncer.checks import weigh
from syncer.checks.loads import LoadedNetwork
from syncer.checks.since import Before, Identity, Touched, identity
from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.finding import Finding, Since
from syncer.model.network import Facts, Network, Node, edges_of
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet
from syncer.model.queue import LiveQueue
from syncer.model.rule import in_force
from syncer.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Base:
    """What was known before a change: the ``facts`` of queues by their ids, and findings about the policies.

    A queue without facts here has those of the policies now; None: no such finding is known.
    """

    facts: Mapping[str, Facts] = field(default_factory=dict)
    known: frozenset[Identity] | None = None


NO_BASE = Base()


def facts_in(network: Network) -> dict[str, Facts]:
    """The facts of the queues that policies describe, by id."""
    return {node.key: Facts(node.capacity, node.base_load) for node in network.nodes if node.position}


def stated_facts(policies: PolicySet, live: Iterable[LiveQueue]) -> dict[str, Facts]:
    """The capacities and loads that policies say of live queues, by id; of a name that two have, of none."""
    ids: dict[str, list[str]] = {}
    for queue in live:
        ids.setdefault(queue.name, []).append(queue.id)
    found = {}
    for stated in policies.queues:
        for id_ in [stated.queue.id] if stated.queue.id else ids.get(stated.queue.name, []):
            if stated.queue.id or len(ids[stated.queue.name]) == 1:
                found[id_] = Facts(stated.capacity, stated.base_load)
    return found


def base_of_saved(plan: Plan) -> Base:
    """What a saved plan was compared with: what its reviewers saw counts when it is applied too."""
    standing = frozenset(identity(finding) for finding in plan.findings if finding.since is Since.BEFORE)
    return Base(plan.facts_before, standing or None)


def checks_before(old: LoadedNetwork, findings: Sequence[Finding], base: Base, settings: Settings) -> Before:
    """The network before with its loads, and the ``findings`` of the checks on it."""
    nodes = {node.key: node for node in old.network.nodes}
    return Before(weigh(findings, settings), nodes, old.loads, base.known)


def network_before(
    after: LoadedNetwork, live: Iterable[LiveQueue], changes: Sequence[QueueChange]
) -> LoadedNetwork:
    """The target network before the ``changes``; the same one if there are none.

    Queues that don't change have the same edges in the same order, which counts where delays are equal.
    """
    if not changes:
        return after
    network, changed = after.network, {change.queue for change in changes}
    edges = [edge for edge in network.edges if edge.source not in changed]
    for queue in live:
        if queue.id in changed:
            edges += (edge for rule in queue.rules for edge in edges_of(queue.id, rule))
    return LoadedNetwork.of(Network(network.nodes, tuple(edges), network.transfers))


def with_facts(before: LoadedNetwork, base: Base) -> LoadedNetwork:
    """The network before with the facts of before; the same one if the policies still state the same."""
    nodes = tuple(_with_facts(node, base.facts) for node in before.network.nodes)
    if nodes == before.network.nodes:
        return before
    return LoadedNetwork.of(Network(nodes, before.network.edges, before.network.transfers))


def _with_facts(node: Node, facts: Mapping[str, Facts]) -> Node:
    own = facts.get(node.key)
    return replace(node, capacity=own.capacity, base_load=own.base_load) if own else node


def moved_facts(network: Network, base: Base) -> dict[str, Facts]:
    """The facts of before of each queue that has others in ``network``, which is the target network."""
    now = {node.key: Facts(node.capacity, node.base_load) for node in network.nodes}
    return {key: facts for key, facts in base.facts.items() if now.get(key, facts) != facts}


def touched_by(changes: Sequence[QueueChange]) -> Touched:
    """What the changes touch; a rule that is only deleted sends nothing more anywhere, and a watch nothing
    at all."""
    changed = {key for change in changes for key in (change.queue, change.name)}
    rules = [(change.queue, rule) for change in changes for rule in change.rules if _moves(rule)]
    more = frozenset(rule.target for _, rule in rules if _sends_more(rule))
    return Touched(frozenset(changed), more.union(queue for queue, _ in rules), more)


def _moves(rule: RuleChange) -> bool:
    """Whether a rule in force sends another share than before."""
    if rule.action is Action.DELETE or not in_force([rule.rule]):
        return False
    return rule.before is None or not in_force([rule.before]) or rule.before.share != rule.rule.share


def _sends_more(rule: RuleChange) -> bool:
    return rule.before is None or not in_force([rule.before]) or rule.rule.share > rule.before.share
