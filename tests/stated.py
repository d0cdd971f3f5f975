"""Rules as policies state them, with the values that a test is about."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from syncer.kinds.activation_rule import ActivationRule
from syncer.kinds.backup import SHORTEST_WAIT, BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.registry import kind_of
from syncer.model.finding import Position
from syncer.model.policy import GroupRef, PolicyRule, QueueRef

Stated = dict[str, tuple[PolicyRule, ...]]


def overflow_to(
    target: QueueRef, threshold: int, delay: int = 0, enabled: bool = True, position: Position | None = None
) -> PolicyRule:
    """An overflow rule."""
    return PolicyRule.of(OverflowRule("", threshold, delay, enabled), target, position=position)


def backed_by(
    target: QueueRef,
    agent_wait: int | None = None,
    waits_on: bool = False,
    position: Position | None = None,
) -> PolicyRule:
    """A backup queue; without ``agent_wait`` the policy doesn't say how long a contact waits."""
    rule = BackupRule("", SHORTEST_WAIT if agent_wait is None else agent_wait, waits_on)
    return PolicyRule.of(rule, target, (), position, () if agent_wait is None else ("agent_wait",))


def groups_when(
    metric: str,
    operator: str,
    value: float,
    wait: int,
    groups: tuple[GroupRef, ...],
    target: QueueRef | None = None,
    position: Position | None = None,
) -> PolicyRule:
    """Conditional groups; ``stated`` says in which place."""
    return PolicyRule.of(GroupRule(1, "", metric, operator, value, wait, ()), target, groups, position)


def activated(
    place: int,
    conditions: Sequence[PolicyRule],
    expression: str,
    groups: tuple[GroupRef, ...] = (),
    position: Position | None = None,
) -> tuple[PolicyRule, ...]:
    """A rule of conditional group activation and its ``conditions``; in place 0 the pilot rule."""
    head = PolicyRule.of(ActivationRule(place, 0, expression=expression), None, groups, position)
    numbered = (
        replace(each, rule=each.rule.with_values(place=place, condition=number))
        for number, each in enumerate(conditions, 1)
    )
    return (head, *numbered)


def condition(
    metric: str,
    operator: str,
    value: float,
    target: QueueRef | None = None,
    position: Position | None = None,
) -> PolicyRule:
    """A condition of conditional group activation; ``activated`` says of which rule."""
    return PolicyRule.of(ActivationRule(0, 1, "", metric, operator, value), target, (), position)


def stated(*rules: PolicyRule | None, kinds: Iterable[str] | None = None) -> Stated:
    """What a policy states: the kinds of ``rules`` or, where they are given, exactly ``kinds``."""
    found: dict[str, list[PolicyRule]] = {kind: [] for kind in kinds or ()}
    for each in rules:
        if each is None or (kinds is not None and each.rule.kind not in found):
            continue
        own = found.setdefault(each.rule.kind, [])
        kind = kind_of(each.rule)
        numbered = {"place": len(own) + 1} if kind.numbered and kind.listed else {}
        own.append(replace(each, rule=each.rule.with_values(**numbered)))
    return {kind: tuple(own) for kind, own in sorted(found.items(), key=lambda item: ORDER.index(item[0]))}


ORDER = ("overflow", "backup", "conditional_groups", "conditional_group_activation")
