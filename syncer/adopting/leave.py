"""What an update of a policy leaves as the policy says it, because the settings leave it to live."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from syncer.kinds.registry import kind_of
from syncer.model.policy import PolicyQueue, PolicyRule, QueueRef
from syncer.model.settings import Ignore

_IdOf = Callable[[QueueRef], str]


def leave_ignored(
    policy: PolicyQueue, found: PolicyQueue, ignores: Sequence[Ignore], id_of: _IdOf
) -> PolicyQueue:
    """``found``, what live has, with what ``policy`` says of all that the settings ignore in this queue.

    ``ignores`` are those that fit the queue; ``id_of`` tells which queues are one. A rule that only one side
    has is as ``found`` has it.
    """
    fields = {field for ignore in ignores for field in ignore.fields}
    stated = {}
    for kind, there in found.stated.items():
        said = policy.stated.get(kind, ())
        if any(ignore.covers(kind) for ignore in ignores):
            stated[kind] = said
        else:
            known = {_key(rule, id_of): rule for rule in said}
            stated[kind] = tuple(_left(known.get(_key(rule, id_of)), rule, fields) for rule in there)
    return replace(found, stated=stated)


def _key(stated: PolicyRule, id_of: _IdOf) -> str:
    """What makes two rules of one kind the same: their place, else their target."""
    numbered = kind_of(stated.rule).numbered or stated.target is None
    return stated.rule.key if numbered or stated.target is None else id_of(stated.target)


def _left(said: PolicyRule | None, found: PolicyRule, fields: Collection[str]) -> PolicyRule:
    """``found`` with the ``fields`` of what the policy says in its place, if it says something."""
    if said is None:
        return found
    kept = {name: value for name, value in said.rule.values().items() if name in fields}
    groups = said.groups if "groups" in kept else found.groups
    return replace(found, rule=found.rule.with_values(**kept), groups=groups)
