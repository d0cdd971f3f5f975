"""Conditional groups: ``conditionalGroupRouting``. The first rule is always about the queue itself."""

from collections.abc import Mapping
from typing import Any

from syncer.emulator.documents import Document, self_uri
from syncer.emulator.kinds import member_groups
from syncer.emulator.kinds.kind import Check, IfThere, Kind, Known, Spot, object_in, without_field

FIELD = "conditionalGroupRouting"

MOST_RULES = 5
METRICS = {"EstimatedWaitTime": 259_200, "ServiceLevel": 100}
"""The most that a condition may compare each metric with: seconds, or percent."""
OPERATORS = ("GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo")
WAIT = (0, 259_200)
"""Seconds."""

DEFAULT = IfThere(
    {"rules": [{"metric": "EstimatedWaitTime", "waitSeconds": 2, "groups": member_groups.GROUPS}]}
)


def completed(queue: Document) -> Document:
    """The first rule says that it is about the queue itself; without rules there is no field."""
    match queue.get(FIELD):
        case {"rules": []}:
            return without_field(FIELD)(queue)
        case {"rules": [dict(first), *others], **more} if _is_own(queue, first.get("queue")):
            own = {name: queue[name] for name in ("id", "name", "selfUri") if name in queue}
            return {**queue, FIELD: {**more, "rules": [{**first, "queue": own}, *others]}}
    return queue


def copied(queue: Document) -> Document:
    """The first rule is about the queue that has it, not about the one that it comes from."""
    match queue.get(FIELD):
        case {"rules": [dict(first), *others], **more}:
            rest = {name: value for name, value in first.items() if name != "queue"}
            return {**queue, FIELD: {**more, "rules": [rest, *others]}}
    return queue


def _is_own(queue: Document, named: Any) -> bool:
    return named is None or (isinstance(named, dict) and named.get("id") == queue["id"])


def faults(queue: Mapping[str, Any], known: Known) -> list[str]:
    """What is wrong with the rules."""
    check = Check(queue, known)
    rules = check.entries(object_in(queue.get(FIELD)).get("rules"), f"{FIELD}.rules", MOST_RULES)
    for place, (where, rule) in enumerate(rules):
        own = queue.get("id")
        if place == 0 and object_in(rule.get("queue")).get("id", own) != own:
            check.faults.append(f"{where}.queue: the first rule is about the queue itself")
        check.queue(rule.get("queue"), f"{where}.queue")
        check.choice(rule.get("metric"), f"{where}.metric", tuple(METRICS))
        check.choice(rule.get("operator"), f"{where}.operator", OPERATORS)
        most = METRICS.get(str(rule.get("metric")))
        check.number(rule.get("conditionValue"), f"{where}.conditionValue", most)
        check.whole(rule.get("waitSeconds"), f"{where}.waitSeconds", WAIT)
        member_groups.own_groups(check, queue, rule.get("groups"), f"{where}.groups")
    return check.faults


def example(spot: Spot) -> Document:
    """Where a queue has groups, they help when its callers wait, or when those of the next step do."""
    members = member_groups.example(spot).get(member_groups.FIELD)
    if members is None:
        return {}
    groups = [{name: member[name] for name in ("id", "type")} for member in members]
    condition = {"metric": "EstimatedWaitTime", "operator": "GreaterThan", "groups": groups}
    own = {"id": spot.id, "name": spot.name, "selfUri": self_uri(spot.id)}
    rules: list[Document] = [{**condition, "queue": own, "conditionValue": 120.0, "waitSeconds": 30}]
    watched = spot.ahead(1)
    if watched is not None:
        rules.append({**condition, "queue": {"id": watched}, "conditionValue": 300.0, "waitSeconds": 60})
    return {FIELD: {"rules": rules}}


KIND = Kind(
    FIELD,
    faults,
    default=DEFAULT,
    completed=completed,
    copied=copied,
    example=example,
    dialect="genesys-cloud",
    without=without_field(FIELD),
)
