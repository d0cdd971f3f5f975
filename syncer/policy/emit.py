"""From policies to the text of a policy file, for people to go on with: the way back of ``parse``."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from syncer.model.policy import (
    GROUP_KEYS,
    GroupRef,
    PolicyBackup,
    PolicyGroups,
    PolicyQueue,
    PolicyRule,
    QueueRef,
)
from syncer.model.rule import SPOKEN, Kind
from syncer.yamlfile.quoting import comment, quoted, scalar

HEAD = "# yaml-language-server: $schema=../schemas/policy.v1.schema.json\nversion: 1\nqueues:\n"
"""What every file begins with."""


@dataclass(frozen=True, slots=True)
class Remarked:
    """A queue of a policy, and the ``remarks`` that stand above it."""

    policy: PolicyQueue
    remarks: tuple[str, ...] = ()


def file_text(queues: Iterable[Remarked], names: Mapping[str, str]) -> str:
    """A whole policy file. ``names`` gives the name of a queue or group by its id."""
    return HEAD + "".join(queue_text(queue, names) for queue in queues)


def queue_text(queue: Remarked, names: Mapping[str, str]) -> str:
    """The entry of one queue, with capacity and base load to be filled in."""
    return "".join(f"  {line}\n" for line in _lines(queue, names))


def _lines(queue: Remarked, names: Mapping[str, str]) -> Iterator[str]:
    policy = queue.policy
    yield from (comment(remark) for remark in queue.remarks)
    yield f"- queue: {_reference(policy.queue, names)}"
    yield "  # capacity:    # contacts per interval that it can take"
    yield "  # base_load:   # contacts per interval that are offered to it directly"
    if not policy.managed:
        yield "  manage: false"
        return
    for kind in SPOKEN:
        if kind in policy.speaks_of:
            yield from (f"  {line}" for line in kind_lines(policy, kind, names))


def kind_lines(policy: PolicyQueue, kind: Kind, names: Mapping[str, str]) -> list[str]:
    """The key of one kind of rules with all that is below it, from the first column on."""
    if kind is Kind.OVERFLOW:
        return list(_list("overflow", [list(_rule(rule, names)) for rule in policy.rules]))
    if kind is Kind.BACKUP:
        return list(_backup(policy.backup, names))
    return list(_list("conditional_groups", [list(_groups(rule, names)) for rule in policy.groups]))


def rule_lines(rule: PolicyRule, names: Mapping[str, str]) -> list[str]:
    """One entry of a list of overflow rules, from the first column on."""
    return list(_entry(list(_rule(rule, names))))


def _list(key: str, entries: list[list[str]]) -> Iterator[str]:
    yield f"{key}:" if entries else f"{key}: []"
    for lines in entries:
        yield from (f"  {line}" for line in _entry(lines))


def _entry(lines: list[str]) -> Iterator[str]:
    yield f"- {lines[0]}"
    yield from (f"  {line}" for line in lines[1:])


def _rule(rule: PolicyRule, names: Mapping[str, str]) -> Iterator[str]:
    yield f"target: {_reference(rule.target, names)}"
    yield f"threshold: {rule.threshold}"
    yield f"delay: {rule.delay}"
    if not rule.enabled:
        yield "enabled: false"


def _backup(backup: PolicyBackup | None, names: Mapping[str, str]) -> Iterator[str]:
    if backup is None:
        yield "backup: null"
        return
    yield "backup:"
    yield f"  queue: {_reference(backup.target, names)}"
    if backup.agent_wait is not None:
        yield f"  agent_wait: {backup.agent_wait}"
    if backup.wait_for_agent:
        yield "  wait_for_agent: true"


def _groups(rule: PolicyGroups, names: Mapping[str, str]) -> Iterator[str]:
    if rule.target:
        yield f"queue: {_reference(rule.target, names)}"
    yield f"metric: {scalar(rule.metric)}"
    yield f"operator: {scalar(rule.operator)}"
    yield f"value: {int(rule.value) if rule.value.is_integer() else rule.value}"
    yield f"wait: {rule.wait}"
    yield "groups:" if rule.groups else "groups: []"
    yield from (f"  - {_group(group, names)}" for group in rule.groups)


def _group(reference: GroupRef, names: Mapping[str, str]) -> str:
    key = GROUP_KEYS.get(reference.type) if reference.name else None
    return f"{key}: {scalar(reference.name)}" if key else _reference(reference, names)


def _reference(reference: QueueRef | GroupRef, names: Mapping[str, str]) -> str:
    if reference.name:
        return scalar(reference.name)
    named = f"  {comment(names[reference.id])}" if reference.id in names else ""
    return f"{{id: {quoted(reference.id)}}}{named}"
