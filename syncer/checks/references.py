"""References between queues, as far as the policies alone can tell."""

from collections.abc import Iterator

from syncer.model.finding import Finding, Position
from syncer.model.nearest import Nearest
from syncer.model.policy import PolicyQueue, PolicyRule, PolicySet, QueueRef
from syncer.resolving import reference_findings as say


def check_references(policies: PolicySet, *, offline: bool = True) -> tuple[Finding, ...]:
    """Queues that stand twice, targets that stand twice, and queues that overflow to themselves.

    With ``offline``, targets that no policy describes are a hint as well; with live, resolving tells
    for certain.
    """
    findings = [*_duplicate_queues(policies), *_rules(policies)]
    if offline:
        findings.extend(_unknown_targets(policies))
    return tuple(findings)


def _duplicate_queues(policies: PolicySet) -> Iterator[Finding]:
    first: dict[QueueRef, PolicyQueue] = {}
    for queue in policies.queues:
        if queue.queue in first:
            yield say.duplicate_queue(first[queue.queue], queue)
        first.setdefault(queue.queue, queue)


def _rules(policies: PolicySet) -> Iterator[Finding]:
    for queue in policies.queues:
        first: dict[QueueRef, PolicyRule] = {}
        for rule in queue.rules:
            if rule.target == queue.queue:
                yield say.self_target(queue, rule)
            if rule.target in first:
                yield say.duplicate_target(queue, first[rule.target], rule)
            first.setdefault(rule.target, rule)
        if queue.backup and queue.backup.target == queue.queue:
            yield say.self_backup(queue, queue.backup)


def _unknown_targets(policies: PolicySet) -> Iterator[Finding]:
    known = {queue.queue for queue in policies.queues}
    nearest = Nearest(queue.queue.name for queue in policies.queues if queue.queue.name)
    for queue in policies.queues:
        for target, position in _targets(queue):
            if target not in known:
                near = nearest.find(target.name) if target.name else ""
                yield say.unknown_in_policies(queue, target, position, near)


def _targets(queue: PolicyQueue) -> Iterator[tuple[QueueRef, Position | None]]:
    """Every other queue that a policy speaks of, and where."""
    yield from ((rule.target, rule.position) for rule in queue.rules)
    if queue.backup:
        yield queue.backup.target, queue.backup.position
    yield from ((rule.target, rule.position) for rule in queue.groups if rule.target)
