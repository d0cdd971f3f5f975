"""What the settings ignore: removed from the policies, or left as the live queues have it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from syncer.model.policy import PolicyQueue, PolicySet
from syncer.model.queue import LiveQueue, fits
from syncer.model.rule import Rules
from syncer.model.settings import Ignore

KindOfQueue = tuple[str, str]


def without_ignored(
    policies: PolicySet, ignores: Sequence[Ignore], live: Sequence[LiveQueue] = ()
) -> PolicySet:
    """The policies without the queues and the kinds of rules that the settings ignore as a whole.

    The live name counts for a queue that is named by its id. A queue without any remaining kind is not
    managed.
    """
    if not ignores:
        return policies
    names = {queue.id: queue.name for queue in live}
    queues = tuple(_left_of(queue, name_of(queue, names), ignores) for queue in policies.queues)
    return replace(policies, queues=queues)


def name_of(policy: PolicyQueue, names: Mapping[str, str]) -> str:
    """The name of the queue of a policy; empty where only its id is known."""
    return policy.queue.name or names.get(policy.queue.id, "")


def as_live_has_it(queue: LiveQueue, rules: Rules, ignores: Sequence[Ignore]) -> Rules:
    """``rules`` with the values of ``queue`` in the fields that the settings ignore.

    Only rules that the live queue has too are changed. If its value can't be read, the policy's value stays.
    """
    fields = ignored_fields(queue.name, ignores)
    if not fields:
        return rules
    there = first_rules(queue)
    wanted = []
    for rule in rules:
        live = there.get((rule.kind, rule.key), -1)
        there_too = live >= 0 and live not in queue.problems
        values = queue.rules[live].values() if there_too else {}
        kept: dict[str, Any] = {field: value for field, value in values.items() if field in fields}
        wanted.append(rule.with_values(**kept))
    return tuple(wanted)


def first_rules(queue: LiveQueue) -> dict[KindOfQueue, int]:
    """The index of the first live rule with each key: that rule is ours."""
    return {(rule.kind, rule.key): place for place, rule in reversed(list(enumerate(queue.rules)))}


def matching(name: str, ignores: Sequence[Ignore]) -> list[Ignore]:
    """The entries of ``ignore`` that match the queue with this name, in the order of the settings."""
    return [ignore for ignore in ignores if fits(name, ignore.queues)]


def ignored_fields(name: str, ignores: Sequence[Ignore]) -> frozenset[str]:
    """The fields of rules that the queue with this name keeps; may include kinds of rules."""
    return frozenset(field for ignore in matching(name, ignores) for field in ignore.fields)


def _left_of(policy: PolicyQueue, name: str, ignores: Sequence[Ignore]) -> PolicyQueue:
    own = matching(name, ignores)
    left = {
        kind: rules for kind, rules in policy.stated.items() if not any(ignore.covers(kind) for ignore in own)
    }
    if not policy.managed or len(left) == len(policy.stated):
        whole = any(not ignore.fields for ignore in own)
        return replace(policy, managed=policy.managed and not whole)
    return replace(policy, managed=bool(left), stated=left)
