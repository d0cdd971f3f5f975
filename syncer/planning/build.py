"""Build a plan: resolve names, check the whole set, tell what differs, put it in order.

There is one way to a plan. ``sync plan`` saves what this returns, ``sync apply`` builds it once more and
compares, ``sync drift`` reads it the other way round.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.audit.exceptions import Exemption, exceptions_at
from syncer.checks import check_network, weigh
from syncer.checks.constructs import check_constructs, check_constructs_live
from syncer.checks.loads import LoadedNetwork, headroom
from syncer.checks.references import check_references
from syncer.checks.since import held_against, identity, solved
from syncer.kinds.registry import KIND_NAMES, OVERFLOW_RULES, POLICY_KINDS, SWITCHED_KINDS, kind_of
from syncer.live.flows import NO_FLOWS, FlowsRead
from syncer.live.view import WHOLE, View
from syncer.model.change import Ignored, QueueChange, Untouched
from syncer.model.finding import Finding, Severity
from syncer.model.network import Network, Transfer
from syncer.model.plan import LiveRules, Plan
from syncer.model.policy import PolicyFile, PolicyQueue, PolicySet
from syncer.model.queue import Group, LiveQueue
from syncer.model.rule import Dialect, Rules, of_kinds
from syncer.model.settings import DEFAULTS, UNKNOWN, ApiLocation, Organization, Settings
from syncer.model.source import NO_SOURCE, Source
from syncer.net.timing import from_rfc3339
from syncer.planning.affected import affected_queues, cost_of, transfers_near, with_contacts
from syncer.planning.before import (
    NO_BASE,
    Base,
    checks_before,
    facts_in,
    moved_facts,
    network_before,
    touched_by,
    with_facts,
)
from syncer.planning.diff import diff_rules
from syncer.planning.exceptions import hold_stops
from syncer.planning.order import in_safe_order
from syncer.planning.ownership import check_owners, ignored_in, with_marks
from syncer.planning.untouched import because, why_not_wanted, why_untouched
from syncer.resolving.ignore import without_ignored
from syncer.resolving.known_names import NO_NAMES, KnownNames
from syncer.resolving.moved_names import names_first
from syncer.resolving.reference_findings import partial_view, unread_flows
from syncer.resolving.resolve import Resolved, resolve_live
from syncer.resolving.select import left_to_live, narrowed, not_selected, policies_of
from syncer.resolving.transfers import measured_transfers
from syncer.resolving.unmatched import unmatched


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a plan is made of.

    ``files`` are all files that were read, settings included, and ``paths`` what was named of them, if
    anything; ``findings`` are those of loading them; ``lock`` is ``etag`` or ``compare``; ``dialect`` says
    which kinds of rules live can hold; ``groups`` are the groups of agents that are known of it, and ``view``
    tells of queues that aren't seen, ``flows`` is what was read of in-queue flows; ``base`` is what was known
    before this change, and ``source`` where the policies come from; ``selected`` are globs of the queues that
    the plan is about, none: all; ``exceptions`` are those in force anywhere, ``held`` the ids of queues that
    those of rollbacks keep as they are; ``names_before`` are the names that were applied last.
    """

    policies: PolicySet
    live: tuple[LiveQueue, ...]
    api: str
    lock: str
    environment: str = ""
    organization: Organization = UNKNOWN
    view: View = WHOLE
    flows: FlowsRead = NO_FLOWS
    settings: Settings = DEFAULTS
    files: tuple[PolicyFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    paths: tuple[str, ...] = ()
    dialect: Dialect = OVERFLOW_RULES
    groups: tuple[Group, ...] = ()
    base: Base = NO_BASE
    source: Source = NO_SOURCE
    selected: tuple[str, ...] = ()
    exceptions: tuple[Exemption, ...] = ()
    held: frozenset[str] = frozenset()
    names_before: KnownNames = NO_NAMES

    @property
    def whole(self) -> bool:
        """Whether it is all that the policies say: neither files nor queues were named."""
        return not (self.paths or self.selected)

    @property
    def about(self) -> PolicySet:
        """The policies, with all that the plan isn't about left to the organization."""
        selected = narrowed(self.policies, self.selected, self.live)
        return left_to_live(selected, self.held, self.live) if self.held else selected

    @property
    def others(self) -> dict[str, PolicyQueue]:
        """The policies of the queues that the plan isn't about, by the ids of these."""
        if not (self.selected or self.held):
            return {}
        policies = without_ignored(self.policies, self.settings.ignore, self.live)
        others = not_selected(policies, self.selected, self.live)
        return others | policies_of(policies, self.held, self.live)

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
    resolved, found = _resolved(inputs)
    here = exceptions_at(inputs.exceptions, ApiLocation(inputs.api, inputs.organization))
    resolved, held = (
        hold_stops(resolved, inputs.live, here, from_rfc3339(created_at)) if here else (resolved, ())
    )
    ignored = ignored_in(inputs.about, resolved, inputs.live, inputs.names, ignores)
    left_alone = {each.queue for each in ignored} | inputs.others.keys()
    marked = with_marks(resolved, inputs.live, ownership, left_alone, whole=inputs.whole)
    return replace(plan_towards(marked, inputs, found, created_at, ignored), held=held)


def base_of(policies: PolicySet, inputs: Inputs) -> Base:
    """What ``policies`` say of the live queues of a plan: those of the target branch, before its change."""
    resolved, found = _resolved(replace(inputs, policies=policies, findings=()))
    return Base(facts_in(resolved.network), frozenset(identity(finding) for finding in found))


def resolved_of(inputs: Inputs) -> Resolved:
    """The policies on top of the live queues."""
    policies = without_ignored(inputs.about, inputs.settings.ignore, inputs.live)
    found = resolve_live(
        *(policies, inputs.live, inputs.dialect, inputs.groups, inputs.settings.ignore),
        before=inputs.names_before,
        view=inputs.view,
    )
    transfers, gone = transfers_of(inputs)
    network = replace(found.network, transfers=transfers)
    return replace(found, network=network, findings=(*found.findings, *gone))


def transfers_of(inputs: Inputs) -> tuple[tuple[Transfer, ...], tuple[Finding, ...]]:
    """The transfers of in-queue flows, with the shares that the policies state."""
    return measured_transfers(inputs.policies, inputs.live, inputs.flows, read=inputs.settings.flows)


def _resolved(inputs: Inputs) -> tuple[Resolved, tuple[Finding, ...]]:
    """The policies on top of the live queues, and all findings but those over the whole network."""
    policies = without_ignored(inputs.about, inputs.settings.ignore, inputs.live)
    resolved = resolved_of(inputs)
    found = (
        *inputs.findings,
        *partial_view(inputs.view),
        *unread_flows(inputs.flows, inputs.live, read=inputs.settings.flows),
        *unmatched(inputs.policies, inputs.settings, inputs.live),
        *check_references(policies, offline=False),
        *check_constructs(policies, inputs.live),
        *resolved.findings,
        *_unlisted(policies, resolved.network, inputs.live),
        *check_constructs_live(resolved, inputs.live, inputs.groups),
        *check_owners(resolved, inputs.live, inputs.settings.ownership, whole=inputs.whole),
    )
    return resolved, found


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
    network, settings, others = resolved.network, inputs.settings, inputs.others
    changes, untouched = _compare(resolved, inputs)
    after = LoadedNetwork.of(network)
    was = network_before(after, inputs.live, changes)
    ordered, on_the_way = in_safe_order(changes, was, after)
    old = with_facts(was, inputs.base)
    checked = check_network(network, after.loads, settings.scenarios)
    checked_before = checked if old is after else check_network(old.network, old.loads, settings.scenarios)
    before = checks_before(old, checked_before, inputs.base, settings)
    all_found = weigh((*found, *checked, *on_the_way), settings)
    findings = names_first(held_against(all_found, before, after.loads, touched_by(ordered), settings.strict))
    affected = affected_queues(ordered, after, before, old.network, findings)
    left_alone = frozenset(each.queue for each in ignored)
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
        changes=with_contacts(ordered, resolved.desired, after.loads, old.loads),
        untouched=tuple(because(queue, left_alone, others, inputs.held) for queue in untouched),
        ignored=ignored,
        findings=findings,
        headroom=(left := headroom(network, after.loads)),
        managed_rules=sum(len(_managed_rules(queue, resolved, others)) for queue in inputs.live),
        solved=solved(findings, before, after.loads),
        headroom_before=left if old is after else headroom(old.network, old.loads),
        queues=affected,
        transfers=transfers_near(affected, findings, network),
        facts_before=moved_facts(network, inputs.base),
        cost=cost_of(len(ordered), len(inputs.live), inputs.lock, settings.pace),
        source=inputs.source,
        interval=settings.interval,
        not_checked=tuple(sorted(id_ for id_, grade in settings.severities.items() if grade is None)),
        selected=inputs.selected,
    )


def _compare(resolved: Resolved, inputs: Inputs) -> tuple[list[QueueChange], tuple[Untouched, ...]]:
    live, names = {queue.id: queue for queue in inputs.live}, _names_in_rules(inputs)
    groups = {group.id: group for group in inputs.groups}
    changes = []
    untouched = []
    for node in resolved.network.nodes:
        queue = live[node.key]
        wanted = resolved.desired.get(node.key)
        if wanted is None or not wanted.kinds:
            untouched.append(Untouched(queue.id, queue.name, why_not_wanted(node, wanted)))
            continue
        rules = diff_rules(queue, wanted.rules, names, wanted.kinds, groups)
        if rules:
            before = of_kinds(queue.rules, wanted.kinds)
            change = QueueChange(queue.id, queue.name, rules, before, wanted.rules, kinds=wanted.kinds)
            changes.append(replace(change, back=wanted.back))
        else:
            untouched.append(Untouched(queue.id, queue.name, why_untouched(wanted.rules)))
    return changes, tuple(untouched)


def _names_in_rules(inputs: Inputs) -> dict[str, str]:
    """All names by ids, with those that targets had which the organization lists no more."""
    names = inputs.names
    gone = {rule.target for queue in inputs.live for rule in queue.rules if rule.target} - names.keys()
    return names | {id_: name for id_ in gone if (name := inputs.names_before.name_of(id_))}


def _managed_rules(queue: LiveQueue, resolved: Resolved, others: Mapping[str, PolicyQueue]) -> Rules:
    """The live rules that the policies own; of a queue that is left out all count, and a mark is none.

    Those of ``others`` count too: a limit of a share means the same for a plan of all and of few.
    """
    if (other := others.get(queue.id)) is not None:
        return of_kinds(queue.rules, other.stated) if other.managed else ()
    if queue.id in resolved.desired:
        kinds = resolved.desired[queue.id].kinds
        return of_kinds(queue.rules, [kind for kind in kinds if kind in POLICY_KINDS])
    node = resolved.network.nodes[resolved.network.index[queue.id]]
    return of_kinds(queue.rules, POLICY_KINDS) if node.managed else ()


def _seen(live: Sequence[LiveQueue], resolved: Resolved) -> list[LiveRules]:
    """The managed part of every queue of the network: those with rules, and those that are managed.

    Whose mark a queue bears that the policies don't manage is no part of it, and neither is what follows from
    rules where no policy says that it does.
    """
    follow = {kind.name for kind in SWITCHED_KINDS}
    seen = []
    for queue in live:
        wanted = resolved.desired.get(queue.id)
        left_out = follow - {*wanted.kinds} if wanted else {*KIND_NAMES} - {*POLICY_KINDS}
        rules = tuple(rule for rule in queue.rules if rule.kind not in left_out)
        if rules or wanted:
            seen.append(LiveRules(queue.id, queue.name, rules))
    return sorted(seen, key=lambda queue: (queue.name, queue.queue))


def _unlisted(policies: PolicySet, network: Network, live: Sequence[LiveQueue]) -> list[Finding]:
    """Rules that the organization has on a managed queue whose policy says nothing at all about rules."""
    silent = {queue.position for queue in policies.queues if queue.managed and not queue.stated}
    if not silent:  # nobody needs to know where all the others stand
        return []
    places = {node.key: node.position for node in network.nodes}
    names = {queue.id: queue.name for queue in live}
    return [
        Finding(
            "references.unlisted",
            Severity.WARNING,
            f"the policy of {queue.name} states no rules, so the live ones stay: "
            f"{', '.join(queue.words_of(POLICY_KINDS, names))}",
            places[queue.id],
            tip=f"list them under '{rules[0].kind}:', write '{kind_of(rules[0]).none}' to delete them, or "
            "'manage: false'",
            queue=queue.name,
        )
        for queue in live
        if (rules := of_kinds(queue.rules, POLICY_KINDS)) and places[queue.id] and places[queue.id] in silent
    ]
