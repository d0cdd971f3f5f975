"""From live queues to policies that describe them: adopt what exists, and change nothing.

A queue with something that a policy can't express, or that a plan would refuse, is adopted as not managed,
with the reason.
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from syncer.checks import check_network
from syncer.checks.constructs import check_constructs, check_constructs_live
from syncer.checks.loads import bounds
from syncer.kinds.registry import KIND_NAMES, kind_named, kind_of
from syncer.model.finding import Finding, Severity
from syncer.model.policy import GroupRef, PolicyQueue, PolicyRule, PolicySet, QueueRef
from syncer.model.queue import WORDS, LiveQueue
from syncer.model.rule import Rule, of_kinds
from syncer.planning.gather import Live
from syncer.policy.emit import HEAD, Remarked, queue_text
from syncer.policy.schema import POLICY, validate
from syncer.resolving.groups import Groups
from syncer.resolving.reference_findings import HIDDEN
from syncer.resolving.resolve import resolve_live, resolve_offline
from syncer.yamlfile.document import parse

_LONGEST_REFERENCE = 256
_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class QueueReferences:
    """References to queues."""

    def __init__(self, queues: Sequence[LiveQueue]) -> None:
        self._names = {queue.id: queue.name for queue in queues}
        self._shared = Counter(self._names.values())

    def to(self, id_: str) -> QueueRef | None:
        """The reference to the queue with this id; None if the organization lists none, or it can't be
        named."""
        name = self._names.get(id_)
        if name is None:
            return None
        if self._shared[name] == 1 and _speakable(name):
            return QueueRef(name=name)
        return QueueRef(id=id_) if _speakable(id_) else None


def group_reference(groups: Groups, id_: str, queue: LiveQueue) -> GroupRef | None:
    """How the policy of ``queue`` names one of its groups; None if it can't be named."""
    group = groups.known(id_)
    by_name = GroupRef(name=group.name, type=group.type)
    has_name = bool(group.name) and _speakable(group.name) and group.type in WORDS
    if has_name and groups.find(by_name, queue) == [group]:
        return by_name
    return GroupRef(id=id_) if _speakable(id_) else None


def _speakable(text: str) -> bool:
    return len(text) <= _LONGEST_REFERENCE and not _UNSPEAKABLE.search(text)


NOT_NAMED = "neither its name nor its id can be written"


@dataclass(frozen=True, slots=True)
class Adopted:
    """A live queue and the policy for it; ``why_not`` is the reason why the policy does not manage it.

    ``policy`` is None if the queue can't be named.
    """

    queue: LiveQueue
    policy: PolicyQueue | None
    why_not: str = ""


def adopt(live: Live, chosen: Sequence[LiveQueue], *, checked: bool = False) -> tuple[Adopted, ...]:
    """Return the policies of the ``chosen`` queues of ``live``: all kinds of rules that its dialect has.

    ``checked``: they are the complete set, so queues that fail the checks of the whole set are not managed
    either.
    """
    writer = _Writer(live)
    adopted = [writer.adopted(queue) for queue in chosen]
    managed = [each.policy for each in adopted if each.policy and not each.why_not]
    refused = {**_refused_by_live(live, managed), **_refused_by_schema(managed)}
    adopted = [_unless_refused(each, refused) for each in adopted]
    while checked and (faulty := _refused_by_checks(adopted)):
        adopted = [_unless_refused(each, faulty) for each in adopted]
    return tuple(adopted)


def _unless_refused(adopted: Adopted, refused: Mapping[str, str]) -> Adopted:
    policy = adopted.policy
    if policy is None or adopted.why_not:
        return adopted
    reason = refused.get(str(policy.queue)) or refused.get(adopted.queue.name, "")
    return Adopted(adopted.queue, replace(policy, managed=not reason), reason)


def _refused_by_live(live: Live, policies: Sequence[PolicyQueue]) -> dict[str, str]:
    """What the API requires but the live queue itself violates, by the name (or id) of the queue."""
    wanted = PolicySet(tuple(policies))
    resolved = resolve_live(wanted, live.queues, live.dialect, live.groups, view=live.view)
    found = (*check_constructs_live(resolved, live.queues, live.groups), *check_constructs(wanted))
    return {finding.queue: finding.message for finding in found if finding.severity is Severity.ERROR}


def _refused_by_checks(adopted: Sequence[Adopted]) -> dict[str, str]:
    """What the checks of the whole set refuse, by the name (or id) of the queue: loops, and too large shares.

    A missing capacity is left to fill in.
    """
    policies = tuple(each.policy for each in adopted if each.policy and not each.why_not)
    network, _ = resolve_offline(PolicySet(policies))
    managed = {str(policy.queue) for policy in policies}
    return {
        queue: finding.message
        for finding in check_network(network, bounds(network))
        if finding.severity is Severity.ERROR and finding.id != "capacity.missing"
        for queue, _ in (finding.loop.queues if finding.loop else ((finding.queue_id, finding.queue),))
        if queue in managed
    }


def _refused_by_schema(policies: Sequence[PolicyQueue]) -> dict[str, str]:
    """What the schema refuses, by the name (or id) of the queue.

    Only kinds are checked of which more can be read than the schema allows.
    """
    watching = [policy for policy in policies if any(kind_of(each.rule).reads_more for each in policy.rules)]
    texts = [HEAD, *(queue_text(Remarked(policy), {}) for policy in watching)]
    document = parse("", "".join(texts).encode())
    ends = list(accumulate(text.count("\n") for text in texts))
    refused: dict[str, str] = {}
    for finding in (*document.findings, *(validate(document, POLICY) if watching else ())):
        refused.setdefault(str(watching[_entry_of(finding, ends)].queue), finding.message)
    return refused


def _entry_of(finding: Finding, ends: Sequence[int]) -> int:
    """The index of the entry that contains the line of a finding; ``ends`` are the last lines of all
    texts."""
    line = finding.position.line if finding.position else 1
    return max(bisect(ends, line - 1) - 1, 0)


class _Writer:
    """Turns live queues into policies."""

    def __init__(self, live: Live) -> None:
        self._kinds = tuple(kind for kind in KIND_NAMES if kind in live.dialect.holds)
        self._queues = QueueReferences(live.queues)
        self._groups = Groups(live.groups)
        self._names, self._view = live.names, live.view

    def adopted(self, queue: LiveQueue) -> Adopted:
        """The queue with its policy, as far as it can be written."""
        own = self._queues.to(queue.id)
        if own is None:
            return Adopted(queue, None, NOT_NAMED)
        reason = "; ".join(dict.fromkeys(self._reasons(queue)))
        if reason:
            return Adopted(queue, PolicyQueue(own, managed=False), reason)
        return Adopted(queue, self._policy(own, queue))

    def _reasons(self, queue: LiveQueue) -> Iterator[str]:
        """What in the rules of a queue a policy can't express."""
        yield from queue.problems_of(self._kinds)
        rules = of_kinds(queue.rules, self._kinds)
        times = Counter((rule.kind, rule.key) for rule in rules)
        for (kind, target), count in times.items():
            if count > 1:
                name = self._names.get(target, target)
                yield f"{count} {kind_named(kind).plural} have the same target, {name}"
        for rule in rules:
            if rule.target == queue.id:
                yield "a rule leads to the queue itself"
            if rule.target and self._queues.to(rule.target) is None:
                yield f"a rule has the target {self._unnamed(rule.target)}"
            yield from self._about_groups(rule, queue)

    def _unnamed(self, target: str) -> str:
        if target in self._names:
            return f"{self._names[target]}: {NOT_NAMED}"
        return (
            f"{target}, which is {HIDDEN}"
            if self._view.partial
            else f"{target}, which the organization does not list"
        )

    def _about_groups(self, rule: Rule, queue: LiveQueue) -> Iterator[str]:
        """Why groups of a rule can't be named in the policy of its queue."""
        for group in map(self._groups.known, rule.groups):
            if group.id not in queue.members:
                yield f"the {group.what} {group.name or group.id} is not a member of {queue.name}"
            elif group_reference(self._groups, group.id, queue) is None:
                yield f"the {group.what} {group.name or group.id}: {NOT_NAMED}"

    def _policy(self, own: QueueRef, queue: LiveQueue) -> PolicyQueue:
        return PolicyQueue(
            own,
            stated={
                kind: tuple(self._stated(rule, queue) for rule in of_kinds(queue.rules, [kind]))
                for kind in self._kinds
            },
        )

    def _stated(self, rule: Rule, queue: LiveQueue) -> PolicyRule:
        found = (group_reference(self._groups, id_, queue) or GroupRef(id=id_) for id_ in rule.groups)
        target = (self._queues.to(rule.target) or QueueRef(id=rule.target)) if rule.target else None
        return PolicyRule.of(rule, target, tuple(sorted(found, key=str)))
