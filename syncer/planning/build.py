"""Build a plan: resolve names, check the whole set, tell what differs, put it in order.

There is one way to a plan. ``sync plan`` saves what this returns, ``sync apply`` builds it once more and
compares, ``sync drift`` reads it the other way round.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.checks.capacity import headroom, loads
from syncer.checks.constructs import check_constructs, check_constructs_live
from syncer.checks.references import check_references
from syncer.checks.run import check_network, weigh
from syncer.model.change import QueueChange, Reason, Untouched
from syncer.model.dialect import BRIEF, Dialect
from syncer.model.finding import Finding, Severity
from syncer.model.group import Group
from syncer.model.network import Network, Node
from syncer.model.plan import LiveRules, Plan
from syncer.model.policy import PolicyFile, PolicySet
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule, Rules, in_words, of_kinds
from syncer.model.settings import DEFAULTS, Settings
from syncer.planning.diff import diff_rules
from syncer.planning.order import in_safe_order
from syncer.policy.resolve import Desired, Resolved, resolve_live


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a plan is made of.

    ``files`` are all files that were read, settings included, and ``paths`` what was named of them, if
    anything; ``findings`` are those of loading them; ``lock`` is ``etag`` or ``compare``; ``dialect`` says
    which kinds of rules live can hold; ``groups`` are the groups of agents that it has, where they were asked
    for.
    """

    policies: PolicySet
    live: tuple[LiveQueue, ...]
    api: str
    lock: str
    environment: str = ""
    settings: Settings = DEFAULTS
    files: tuple[PolicyFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    paths: tuple[str, ...] = ()
    dialect: Dialect = BRIEF
    groups: tuple[Group, ...] = ()

    @property
    def group_names(self) -> dict[str, str]:
        """The name of each group by its id."""
        return {group.id: group.name for group in self.groups}


def build_plan(inputs: Inputs, created_at: str) -> Plan:
    """The plan that turns the live queues into what the policies say. ``created_at`` is RFC 3339.

    The same inputs give an equal plan.
    """
    resolved = resolve_live(inputs.policies, inputs.live, inputs.dialect, inputs.groups)
    found = (
        *inputs.findings,
        *check_references(inputs.policies, offline=False),
        *check_constructs(inputs.policies),
        *resolved.findings,
        *_unlisted(inputs.policies, resolved.network, inputs.live),
        *check_constructs_live(resolved, inputs.live, inputs.group_names),
    )
    return plan_towards(resolved, inputs, found, created_at)


def plan_towards(resolved: Resolved, inputs: Inputs, found: Iterable[Finding], created_at: str) -> Plan:
    """The plan that gives each queue of ``resolved.desired`` its rules, in the network that results.

    ``found`` are findings that were made before; the checks over the whole set are made here.
    """
    network = resolved.network
    changes, untouched = _compare(resolved, inputs.live, inputs.group_names)
    ordered, on_the_way = in_safe_order(changes, network, inputs.live)
    findings = (
        *found,
        *check_network(network),
        *on_the_way,
    )
    return Plan(
        created_at=created_at,
        api=inputs.api,
        environment=inputs.environment,
        lock=inputs.lock,
        dialect=inputs.dialect.name,
        files=inputs.files,
        paths=inputs.paths,
        live=tuple(_seen(inputs.live, resolved)),
        changes=ordered,
        untouched=untouched,
        findings=weigh(findings, inputs.settings),
        headroom=headroom(network, loads(network)),
        managed_rules=sum(len(_managed_rules(queue, resolved)) for queue in inputs.live),
    )


def _compare(
    resolved: Resolved, queues: Sequence[LiveQueue], groups: Mapping[str, str]
) -> tuple[list[QueueChange], tuple[Untouched, ...]]:
    live = {queue.id: queue for queue in queues}
    names = {**groups, **{queue.id: queue.name for queue in queues}}
    changes = []
    untouched = []
    for node in resolved.network.nodes:
        queue = live[node.key]
        wanted = resolved.desired.get(node.key)
        if wanted is None or not wanted.kinds:
            untouched.append(Untouched(queue.id, queue.name, _why_not_wanted(node, wanted)))
            continue
        rules = diff_rules(queue, wanted.rules, names, wanted.kinds)
        if rules:
            before = of_kinds(queue.rules, wanted.kinds)
            change = QueueChange(queue.id, queue.name, rules, before, wanted.rules, kinds=wanted.kinds)
            changes.append(replace(change, back=wanted.back))
        else:
            untouched.append(Untouched(queue.id, queue.name, _why_untouched(wanted.rules)))
    return changes, tuple(untouched)


def _managed_rules(queue: LiveQueue, resolved: Resolved) -> Rules:
    """The live rules that the policies own; of a queue that is left out all count."""
    if queue.id in resolved.desired:
        return of_kinds(queue.rules, resolved.desired[queue.id].kinds)
    node = resolved.network.nodes[resolved.network.index[queue.id]]
    return queue.rules if node.managed else ()


def _why_not_wanted(node: Node, wanted: Desired | None) -> Reason:
    if node.managed and wanted is None:
        return Reason.LEFT_OUT
    return Reason.NOT_MANAGED if node.position else Reason.UNMANAGED


def _why_untouched(rules: Sequence[Rule]) -> Reason:
    switched_off = bool(rules) and not any(rule.enabled for rule in rules)
    return Reason.DISABLED if switched_off else Reason.EQUAL


def _seen(live: Sequence[LiveQueue], resolved: Resolved) -> list[LiveRules]:
    """The managed part of every queue of the network: those with rules, and those that are managed."""
    seen = [
        LiveRules(queue.id, queue.name, queue.rules)
        for queue in live
        if queue.rules or queue.id in resolved.desired
    ]
    return sorted(seen, key=lambda queue: (queue.name, queue.queue))


def _unlisted(policies: PolicySet, network: Network, live: Sequence[LiveQueue]) -> list[Finding]:
    """Rules that live has on a managed queue whose policy says nothing at all about rules."""
    silent = {queue.position for queue in policies.queues if queue.managed and not queue.speaks_of}
    places = {node.key: node.position for node in network.nodes}
    names = {queue.id: queue.name for queue in live}
    return [
        Finding(
            "references.unlisted",
            Severity.WARNING,
            f"{queue.name} says nothing about rules, so what live has stays: {in_words(queue.rules, names)}",
            places[queue.id],
            tip="list them under 'overflow:', write 'overflow: []' to delete them, or 'manage: false'",
            queue=queue.name,
        )
        for queue in live
        if queue.rules and places[queue.id] and places[queue.id] in silent
    ]
