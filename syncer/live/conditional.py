"""How a queue's JSON says conditional groups: ``conditionalGroupRouting.rules``."""

from collections.abc import Mapping, Sequence
from typing import Any

from syncer.live.numbers import finite, whole
from syncer.live.words import shown
from syncer.model.rule import GroupRule


def read_groups(raw: Mapping[str, Any]) -> list[tuple[GroupRule, str]]:
    """The rules of conditional group routing in ``raw``, each with what of it could not be understood."""
    return [_read(place, rule) for place, rule in enumerate(_rules(raw), 1)]


def write_groups(written: dict[str, Any], rules: Sequence[GroupRule]) -> None:
    """Replace the rules in ``written`` by ``rules``; unknown fields of a rule stay at its place."""
    before = [rule if isinstance(rule, dict) else {} for rule in _rules(written)]
    types = _types(written, before)
    new = []
    for rule in sorted(rules, key=lambda rule: rule.place):
        kept = before[rule.place - 1] if rule.place <= len(before) else {}
        new.append({key: value for key, value in kept.items() if key != "queue"} | _fields(rule, types))
    found = written.get("conditionalGroupRouting")
    if new:
        written["conditionalGroupRouting"] = (found if isinstance(found, dict) else {}) | {"rules": new}
    elif found is not None:
        del written["conditionalGroupRouting"]


def _rules(raw: Mapping[str, Any]) -> list[Any]:
    routing = raw.get("conditionalGroupRouting")
    rules = routing.get("rules") if isinstance(routing, dict) else None
    return rules if isinstance(rules, list) else []


def _read(place: int, rule: Any) -> tuple[GroupRule, str]:
    if not isinstance(rule, dict):
        return GroupRule(place, "", "", "", 0.0, 0, ()), f"rule {place} is {shown(rule)}, not an object"
    queue, value = rule.get("queue"), rule.get("conditionValue", 0)
    target = queue.get("id") if isinstance(queue, dict) else ""
    wait = whole(rule.get("waitSeconds", 0))
    number = finite(value)
    read = GroupRule(
        place=place,
        target=target if isinstance(target, str) else "",
        metric=str(rule.get("metric", "")),
        operator=str(rule.get("operator", "")),
        value=number or 0.0,
        wait=wait or 0,
        groups=_groups(rule.get("groups")),
    )
    if number is None or wait is None:
        return read, f"rule {place} has a conditionValue or waitSeconds that is no number"
    return read, ""


def _groups(groups: Any) -> tuple[str, ...]:
    entries = groups if isinstance(groups, list) else []
    return tuple(str(group["id"]) for group in entries if isinstance(group, dict) and "id" in group)


def _types(raw: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The type of each group that the queue knows: its members, and those of its rules."""
    known = [raw.get("memberGroups"), *(rule.get("groups") for rule in rules)]
    return {
        str(group["id"]): str(group["type"])
        for groups in known
        for group in (groups if isinstance(groups, list) else ())
        if isinstance(group, dict) and "id" in group and "type" in group
    }


def _fields(rule: GroupRule, types: Mapping[str, str]) -> dict[str, Any]:
    queue = {"queue": {"id": rule.target}} if rule.target else {}
    return {
        **queue,
        "metric": rule.metric,
        "operator": rule.operator,
        "conditionValue": rule.value,
        "waitSeconds": rule.wait,
        "groups": [{"id": group, "type": types.get(group, "GROUP")} for group in rule.groups],
    }
