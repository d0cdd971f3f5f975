"""Build a plan: resolve names, check the whole set, tell what differs, put it in order.

There is one way to a plan. ``sync plan`` saves what this returns, ``sync apply`` builds it once more and
compares, ``sync drift`` reads it the other way round.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from syncer.checks import check_network, weigh
from syncer.checks.capacity import headroom, loads
from syncer.checks.constructs import check_constructs, check_constructs_live
from syncer.checks.references import check_references
from syncer.kinds.registry import OVERFLOW_RULES, POLICY_KINDS, kind_of
from syncer.model.change import Ignored, QueueChange, Reason, Untouched
from syncer.model.finding import Finding, Severity
from syncer.model.network import Network, Node
from syncer.model.plan import LiveRules, Plan
from syncer.model.policy import PolicyFile, PolicySet
from syncer.model.queue import Group, LiveQueue
from syncer.model.rule import Dialect, Rule, Rules, of_kinds
from syncer.model.settings import DEFAULTS, UNKNOWN, Organization, Settings
from syncer.planning.diff import diff_rules
from syncer.planning.order import in_safe_order
from syncer.planning.ownership import check_owners, ignored_in, with_marks
from syncer.resolving.ignore import unmatched, without_ignored
from syncer.resolving.resolve import Desired, Resolved, resolve_live


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a plan is made of.

    ``files`` are all files that were read, settings included, and ``paths`` what was named of them, if
    anything; ``findings`` are those of loading them; ``lock`` is ``etag`` or ``compare``; ``dialect`` says
    which kinds of rules live can hold; ``groups`` are the groups of agents that are known of it.
    """

    policies: PolicySet
    live: tuple[LiveQueue, ...]
    api: str
    lock: str
    environment: str = ""
    organization: Organization = UNKNOWN
    settings: Settings = DEFAULTS
    files: tuple[PolicyFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    paths: tuple[str, ...] = ()
    dialect: Dialect = OVERFLOW_RULES
    groups: tuple[Group, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """The name of each queue and group by its id."""
        groups = {group.id: group.label for group in self.groups}
        return groups | {queue.id: queue.name for queue in self.live}


def build_plan(inputs: Inputs, created_at: str) -> Plan:
    """The plan that turns the live queues into what the policies say. ``created_at`` is RFC 3339.

    The same inputs give an equal plan.
    """
    ignores, ownership = inputs.settings.ignore, inputs.settings.ownership
    policies = without_ignored(inputs.policies, ignores, inputs.live)
    resolved = resolve_live(policies, inputs.live, inputs.dialect, inputs.groups, ignores)
    ignored = ignored_in(inputs.policies, resolved, inputs.live, inputs.names, ignores)
    found = (
        *inputs.findings,
        *unmatched(inputs.policies, ignores, inputs.live),
        *check_references(policies, offline=False),
        *check_constructs(policies, inputs.live),
        *resolved.findings,
        *_unlisted(policies, resolved.network, inputs.live),
        *check_constructs_live(resolved, inputs.live, inputs.groups),
        *check_owners(resolved, inputs.live, ownership, whole=not inputs.paths),
    )
    left_alone = {each.queue for each in ignored}
    marked = with_marks(resolved, inputs.live, ownership, left_alone, whole=not inputs.paths)
    return plan_towards(marked, inputs, found, created_at, ignored)


def plan_towards(
    resolved: Resolved,
    inputs: Inputs,
    found: Iterable[Finding],
    created_at: str,
    ignored: tuple[Ignored, ...] = (),
) -> Plan:
    """The plan that gives each queue of ``resolved.desired`` its rules, in the network that results.

    ``found`` are findings that were made before; the checks over the whole set are made here.
    """
    network = resolved.network
    changes, untouched = _compare(resolved, inputs)
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
        organization=inputs.organization,
        lock=inputs.lock,
        dialect=inputs.dialect.name,
        files=inputs.files,
        paths=inputs.paths,
        live=tuple(_seen(inputs.live, resolved)),
        changes=ordered,
        untouched=tuple(_because(queue, {each.queue for each in ignored}) for queue in untouched),
        ignored=ignored,
        findings=weigh(findings, inputs.settings),
        headroom=headroom(network, loads(network)),
        managed_rules=sum(len(_managed_rules(queue, resolved)) for queue in inputs.live),
    )


def _compare(resolved: Resolved, inputs: Inputs) -> tuple[list[QueueChange], tuple[Untouched, ...]]:
    live, names = {queue.id: queue for queue in inputs.live}, inputs.names
    groups = {group.id: group for group in inputs.groups}
    changes = []
    untouched = []
    for node in resolved.network.nodes:
        queue = live[node.key]
        wanted = resolved.desired.get(node.key)
        if wanted is None or not wanted.kinds:
            untouched.append(Untouched(queue.id, queue.name, _why_not_wanted(node, wanted)))
            continue
        rules = diff_rules(queue, wanted.rules, names, wanted.kinds, groups)
        if rules:
            before = of_kinds(queue.rules, wanted.kinds)
            change = QueueChange(queue.id, queue.name, rules, before, wanted.rules, kinds=wanted.kinds)
            changes.append(replace(change, back=wanted.back))
        else:
            untouched.append(Untouched(queue.id, queue.name, _why_untouched(wanted.rules)))
    return changes, tuple(untouched)


def _managed_rules(queue: LiveQueue, resolved: Resolved) -> Rules:
    """The live rules that the policies own; of a queue that is left out all count, and a mark is none."""
    if queue.id in resolved.desired:
        kinds = resolved.desired[queue.id].kinds
        return of_kinds(queue.rules, [kind for kind in kinds if kind in POLICY_KINDS])
    node = resolved.network.nodes[resolved.network.index[queue.id]]
    return of_kinds(queue.rules, POLICY_KINDS) if node.managed else ()


def _why_not_wanted(node: Node, wanted: Desired | None) -> Reason:
    if node.managed and wanted is None:
        return Reason.LEFT_OUT
    return Reason.NOT_MANAGED if node.position else Reason.UNMANAGED


def _because(untouched: Untouched, ignored: Container[str]) -> Untouched:
    """A queue that the settings ignore is not managed because of them, not of its policy."""
    if untouched.reason is Reason.NOT_MANAGED and untouched.queue in ignored:
        return replace(untouched, reason=Reason.IGNORED)
    return untouched


def _why_untouched(wanted: Sequence[Rule]) -> Reason:
    rules = of_kinds(wanted, POLICY_KINDS)
    switched_off = bool(rules) and not any(rule.enabled for rule in rules)
    return Reason.DISABLED if switched_off else Reason.EQUAL


def _seen(live: Sequence[LiveQueue], resolved: Resolved) -> list[LiveRules]:
    """The managed part of every queue of the network: those with rules, and those that are managed.

    Whose mark a queue bears that the policies don't manage is no part of it.
    """
    seen = [
        LiveRules(queue.id, queue.name, rules)
        for queue in live
        if (rules := queue.rules if queue.id in resolved.desired else of_kinds(queue.rules, POLICY_KINDS))
        or queue.id in resolved.desired
    ]
    return sorted(seen, key=lambda queue: (queue.name, queue.queue))


def _unlisted(policies: PolicySet, network: Network, live: Sequence[LiveQueue]) -> list[Finding]:
    """Rules that live has on a managed queue whose policy says nothing at all about rules."""
    silent = {queue.position for queue in policies.queues if queue.managed and not queue.stated}
    places = {node.key: node.position for node in network.nodes}
    names = {queue.id: queue.name for queue in live}
    return [
        Finding(
            "references.unlisted",
            Severity.WARNING,
            f"{queue.name} says nothing about rules, so what live has stays: "
            f"{', '.join(queue.words_of(POLICY_KINDS, names))}",
            places[queue.id],
            tip=f"list them under '{rules[0].kind}:', write '{kind_of(rules[0]).none}' to delete them, or "
            "'manage: false'",
            queue=queue.name,
        )
        for queue in live
        if (rules := of_kinds(queue.rules, POLICY_KINDS)) and places[queue.id] and places[queue.id] in silent
    ]
