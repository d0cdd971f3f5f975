"""The conditional group activations that the API refuses, alone or together with the rest of a queue."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from syncer.kinds import backup, conditional_groups
from syncer.kinds.activation_rule import NAME, ActivationRule
from syncer.kinds.activation_wire import FIELD, write_parts
from syncer.kinds.field import doubt, refusal
from syncer.kinds.kind import Placed
from syncer.kinds.metrics import METRIC_BOUNDS
from syncer.kinds.together import last_agent_routing
from syncer.model.finding import Finding, Position
from syncer.model.policy import PolicyQueue
from syncer.model.queue import LiveQueue

_WORD: Final = re.compile(r"\w+")
_OPERATORS: Final = frozenset({"AND", "OR", "NOT"})


def refused_offline(policy: PolicyQueue) -> Iterator[Finding]:
    """Values out of bounds, expressions about no condition, and conditional groups in the same policy."""
    placed = [(each.rule, each.position) for each in policy.stated.get(NAME, ())]
    parts = [(rule, position) for rule, position in placed if isinstance(rule, ActivationRule)]
    conditions = {(rule.place, rule.condition) for rule, _ in parts}
    for rule, position in parts:
        if rule.condition:
            yield from _out_of_bounds(rule, position, policy)
        else:
            known = {f"C{number}" for place, number in conditions if place == rule.place and number}
            yield from _unknown_conditions(rule, position, known, policy)
    if parts and policy.stated.get(conditional_groups.NAME):
        message = f"the policy of {policy.queue} has conditional groups too, which activation excludes"
        tip = "keep one of the two, and write null or [] for the other"
        yield refusal("dialect.activation", message, parts[0][1], tip, str(policy.queue))


def _out_of_bounds(rule: ActivationRule, position: Position | None, policy: PolicyQueue) -> Iterator[Finding]:
    most = METRIC_BOUNDS.get(rule.metric)  # idle agents are any number
    if most is not None and rule.value > most:
        message = f"{rule.metric} {rule.value:g} in activation {rule.key} of {policy.queue} is above {most}"
        tip = f"write a value from 0 to {most}"
        yield refusal("dialect.activation-value", message, position, tip, str(policy.queue))


def _unknown_conditions(
    rule: ActivationRule, position: Position | None, known: set[str], policy: PolicyQueue
) -> Iterator[Finding]:
    words = {word.upper(): word for word in _WORD.findall(rule.expression)}
    unknown = [word for name, word in words.items() if name not in known | _OPERATORS]
    if unknown or not known & words.keys():
        what = f"{unknown[0]}, which is not one of its conditions" if unknown else "no condition"
        yield refusal(
            "dialect.activation-expression",
            f"the expression of activation {rule.key} of {policy.queue} names {what}",
            position,
            f"combine {', '.join(sorted(known, key=_number))} by and, or, not and brackets",
            str(policy.queue),
        )


def _number(name: str) -> int:
    return int(name[1:])


def refused_beside(queue: LiveQueue, wanted: Mapping[str, Sequence[Placed]]) -> Iterator[Finding]:
    """A desired activation excludes live conditional groups, and the other way round.

    A desired activation can't be combined with direct routing or last-agent routing.
    """
    own, groups = wanted.get(NAME), wanted.get(conditional_groups.NAME)
    if groups and not own and _says_something(_left(queue, managed=own is not None)):
        yield refusal(
            "dialect.activation",
            f"the live queue {queue.name} has conditional group activation, "
            "which excludes conditional groups",
            groups[0][1],
            "remove the activation in Genesys Cloud first, or the conditional groups here",
            queue.name,
        )
    if not own:
        return
    position = own[0][1]
    if groups is None and _has(queue, conditional_groups.NAME):
        yield refusal(
            "dialect.activation",
            f"the live queue {queue.name} has conditional groups, "
            "which conditional group activation excludes",
            position,
            f"write '{conditional_groups.NAME}: []' to delete them, or remove the activation here",
            queue.name,
        )
    backed = wanted.get(backup.NAME)
    routings = [
        *(["direct routing"] if (_has(queue, backup.NAME) if backed is None else backed) else []),
        *(["last-agent routing"] if last_agent_routing(queue.raw) else []),
    ]
    if routings:
        yield doubt(
            "dialect.activation-routing",
            f"{queue.name} has {' and '.join(routings)}, "
            "which can't be combined with conditional group activation",
            position,
            "route its contacts in another way, or remove the activation",
            queue.name,
        )


def _has(queue: LiveQueue, kind: str) -> bool:
    return any(rule.kind == kind for rule in queue.rules)


def _left(queue: LiveQueue, *, managed: bool) -> Any:
    """The activation of a queue whose policy has no rules for it: unknown parts stay, even if it is
    managed."""
    raw = dict(queue.raw)
    if managed:
        write_parts(raw, ())
    return raw.get(FIELD)


def _says_something(activation: Any) -> bool:
    return any(activation.values()) if isinstance(activation, dict) else bool(activation)
