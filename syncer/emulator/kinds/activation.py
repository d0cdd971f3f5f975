"""Conditional group activation: ``conditionalGroupActivation``, which excludes conditional groups."""

import math
import re
from collections.abc import Mapping
from typing import Any

from syncer.emulator.kinds import conditional_groups, member_groups
from syncer.emulator.kinds.kind import Check, IfThere, Kind, Known, object_in

FIELD = "conditionalGroupActivation"

MOST_RULES = 5
MOST_CONDITIONS = 10
MOST_GROUPS = 5
METRICS = {**conditional_groups.METRICS, "IdleAgentCount": math.inf}
OPERATORS = (*conditional_groups.OPERATORS, "EqualTo", "NotEqualTo")

CONDITIONS = [{"simpleMetric": {"metric": "EstimatedWaitTime"}}]

DEFAULT = IfThere(
    {
        "pilotRule": IfThere({"conditions": CONDITIONS}),
        "rules": [{"conditions": CONDITIONS, "groups": member_groups.GROUPS}],
    }
)


def faults(queue: Mapping[str, Any], known: Known) -> list[str]:
    """What is wrong with the pilot rule and the rules."""
    check = Check(queue, known)
    activation = object_in(queue.get(FIELD))
    if object_in(queue.get(conditional_groups.FIELD)).get("rules") and any(activation.values()):
        check.faults.append(f"{FIELD}: excludes {conditional_groups.FIELD}")
    _conditions(check, object_in(activation.get("pilotRule")), f"{FIELD}.pilotRule")
    for at, rule in check.entries(activation.get("rules"), f"{FIELD}.rules", MOST_RULES):
        _conditions(check, rule, at)
        member_groups.own_groups(check, queue, rule.get("groups"), f"{at}.groups", MOST_GROUPS)
    return check.faults


def _conditions(check: Check, rule: Mapping[str, Any], where: str) -> None:
    entries = check.entries(rule.get("conditions"), f"{where}.conditions", MOST_CONDITIONS)
    for at, condition in entries:
        simple = object_in(condition.get("simpleMetric"))
        check.choice(simple.get("metric"), f"{at}.simpleMetric.metric", tuple(METRICS))
        check.queue(simple.get("queue"), f"{at}.simpleMetric.queue")
        check.choice(condition.get("operator"), f"{at}.operator", OPERATORS)
        most = METRICS.get(str(simple.get("metric")), math.inf)
        check.number(condition.get("value"), f"{at}.value", most)
    known = {f"C{number}" for number in range(1, len(entries) + 1)}
    if unknown := sorted(set(re.findall(r"\bC\d+\b", str(rule.get("conditionExpression", "")))) - known):
        check.faults.append(f"{where}.conditionExpression: there is no condition {unknown[0]}")


KIND = Kind(FIELD, faults, default=DEFAULT)
