"""What an update of a policy leaves as the policy says it, because the settings leave it to live."""

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from syncer.model.policy import PolicyBackup, PolicyGroups, PolicyQueue, PolicyRule, QueueRef
from syncer.model.rule import Kind
from syncer.model.settings import Ignore

_Said = TypeVar("_Said", PolicyRule, PolicyBackup, PolicyGroups)
_IdOf = Callable[[QueueRef], str]


def leave_ignored(
    policy: PolicyQueue, found: PolicyQueue, ignores: Sequence[Ignore], id_of: _IdOf
) -> PolicyQueue:
    """``found``, what live has, with what ``policy`` says of all that the settings ignore in this queue.

    ``ignores`` are those that fit the queue; ``id_of`` tells which queues are one. A rule that only one side
    has is as ``found`` has it.
    """
    kinds = {kind for ignore in ignores for kind in ignore.kinds}
    fields = {field for ignore in ignores for field in ignore.fields}
    return replace(
        found,
        rules=policy.rules if Kind.OVERFLOW in kinds else _rules(policy, found, fields, id_of),
        backup=policy.backup if Kind.BACKUP in kinds else _backup(policy, found, fields, id_of),
        groups=policy.groups if Kind.GROUPS in kinds else _groups(policy, found, fields),
    )


def _rules(
    policy: PolicyQueue, found: PolicyQueue, fields: Container[str], id_of: _IdOf
) -> tuple[PolicyRule, ...]:
    said = {id_of(rule.target): rule for rule in policy.rules}
    return tuple(_left(said.get(id_of(rule.target)), rule, fields) for rule in found.rules)


def _backup(
    policy: PolicyQueue, found: PolicyQueue, fields: Container[str], id_of: _IdOf
) -> PolicyBackup | None:
    said, there = policy.backup, found.backup
    if said is None or there is None or id_of(said.target) != id_of(there.target):
        return there
    return _left(said, there, fields)


def _groups(policy: PolicyQueue, found: PolicyQueue, fields: Container[str]) -> tuple[PolicyGroups, ...]:
    """They go by their place."""
    said = [*policy.groups, *(None for _ in found.groups)]
    return tuple(_left(rule, there, fields) for rule, there in zip(said, found.groups, strict=False))


def _left(said: _Said | None, found: _Said, fields: Container[str]) -> _Said:
    """``found`` with the ``fields`` of what the policy says in its place, if it says something."""
    if said is None:
        return found
    kept: dict[str, Any] = {name: getattr(said, name) for name in said.__dataclass_fields__ if name in fields}
    return replace(found, **kept)
