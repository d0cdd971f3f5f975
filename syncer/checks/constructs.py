"""What the Genesys Cloud Platform API itself demands of a queue, told before it refuses.

Offline only the shape of the rules is known; with live also the groups, divisions and other settings of each
queue.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from syncer.model.finding import Finding, Position, Severity
from syncer.model.group import Group
from syncer.model.policy import PolicyQueue, PolicySet, QueueRef
from syncer.model.queue import LiveQueue
from syncer.model.rule import BackupRule, GroupRule
from syncer.resolving.groups import Groups
from syncer.resolving.reference_findings import no_member
from syncer.resolving.resolve import Desired, Resolved


def check_constructs(policies: PolicySet, live: Sequence[LiveQueue] = ()) -> tuple[Finding, ...]:
    """The first conditional rule is about the queue itself, named or not; a wait that is not used is said.

    Without ``live`` nobody knows whether a name and an id mean one queue: then nothing is said of them.
    """
    names = {queue.id: queue.name for queue in live}
    managed = [queue for queue in policies.queues if queue.managed]
    return (
        *(finding for queue in managed for finding in _first_rule(queue, names)),
        *(finding for queue in managed for finding in _unused_wait(queue)),
    )


def _first_rule(queue: PolicyQueue, names: Mapping[str, str]) -> Iterator[Finding]:
    first = queue.groups[0] if queue.groups else None
    if first and first.target and not _may_be_one(queue.queue, first.target, names):
        yield _error(
            "dialect.first-rule",
            f"the first conditional rule of {queue.queue} watches {first.target}",
            first.position,
            "the first rule watches the queue itself: omit its 'queue', or put another rule first",
            str(queue.queue),
        )


def _may_be_one(one: QueueRef, other: QueueRef, names: Mapping[str, str]) -> bool:
    """Whether two references mean one queue, or nobody can tell."""
    if bool(one.name) == bool(other.name):
        return one == other
    by_id = one if one.id else other
    return by_id.id not in names or names[by_id.id] == (one.name or other.name)


def _unused_wait(queue: PolicyQueue) -> Iterator[Finding]:
    backup = queue.backup
    if backup and backup.agent_wait is not None and not backup.wait_for_agent:
        yield Finding(
            "dialect.unused-wait",
            Severity.WARNING,
            f"{queue.queue} sends contacts to its backup queue at once: "
            f"agent_wait {backup.agent_wait} is not used without wait_for_agent: true",
            backup.position,
            "write wait_for_agent: true to wait for the agent first, or omit agent_wait",
            queue=str(queue.queue),
        )


def check_constructs_live(
    resolved: Resolved, live: Sequence[LiveQueue], groups: Sequence[Group]
) -> tuple[Finding, ...]:
    """Groups belong to the queue, a backup queue is of the same division, and activation excludes routing.

    ``groups`` are all that are known.
    """
    by_id = {queue.id: queue for queue in live}
    known = Groups(groups)
    return tuple(
        finding
        for key, wanted in resolved.desired.items()
        for finding in _demands(by_id[key], wanted, by_id, known)
    )


def _demands(
    queue: LiveQueue, wanted: Desired, live: Mapping[str, LiveQueue], groups: Groups
) -> Iterator[Finding]:
    conditional = []
    for rule, position in zip(wanted.rules, wanted.positions, strict=True):
        if isinstance(rule, BackupRule):
            yield from _same_division(queue, live[rule.target], position)
        if isinstance(rule, GroupRule):
            yield from _own_groups(queue, rule, position, groups)
            conditional.append(position)
    if conditional and _is_activated(queue.raw):
        yield _error(
            "dialect.activation",
            f"{queue.name} has conditional group activation in live, which excludes conditional groups",
            conditional[0],
            "remove the activation in live first, or the conditional groups here",
            queue.name,
        )


def _same_division(queue: LiveQueue, backup: LiveQueue, position: Position | None) -> Iterator[Finding]:
    """Silent where live does not tell the division of both."""
    own, other = _division(queue), _division(backup)
    if own and other and own != other:
        yield _error(
            "dialect.division",
            f"{queue.name} and its backup queue {backup.name} are in different divisions",
            position,
            "choose a backup queue of the same division",
            queue.name,
        )


def _own_groups(
    queue: LiveQueue, rule: GroupRule, position: Position | None, groups: Groups
) -> Iterator[Finding]:
    for group in (groups.known(id_) for id_ in rule.groups if id_ not in queue.members):
        yield no_member(group, queue, position, groups.advice(group, queue))


def _is_activated(raw: Mapping[str, Any]) -> bool:
    """Whether conditional group activation says anything; an empty one excludes nothing."""
    activation = raw.get("conditionalGroupActivation")
    return any(activation.values()) if isinstance(activation, dict) else bool(activation)


def _division(queue: LiveQueue) -> str:
    division = queue.raw.get("division")
    return str(division.get("id", "")) if isinstance(division, dict) else ""


def _error(id_: str, message: str, position: Position | None, tip: str, queue: str) -> Finding:
    return Finding(id_, Severity.ERROR, message, position, tip, queue=queue)
