"""What the API demands of groups, conditional groups and direct routing before it takes a queue."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

MEMBER_GROUPS = ("TEAM", "GROUP", "SKILLGROUP")

ROUTING_RULES = 5
ROUTING_METRICS = ("EstimatedWaitTime", "ServiceLevel")
ROUTING_OPERATORS = ("GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo")
ROUTING_WAIT = (0, 259_200)
"""Seconds."""

ACTIVATION_RULES = 5
ACTIVATION_CONDITIONS = 10
ACTIVATION_GROUPS = 5
ACTIVATION_METRICS = (*ROUTING_METRICS, "IdleAgentCount")
ACTIVATION_OPERATORS = (*ROUTING_OPERATORS, "EqualTo", "NotEqualTo")

AGENT_WAIT = (60, 864_000)
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a queue may refer to: ``queue`` tells whether there is one of an id; the ids of the groups.

    ``division`` gives the id of the division of such a queue.
    """

    queue: Callable[[str], bool]
    groups: Container[str]
    division: Callable[[str], str]


def division_of(queue: Mapping[str, Any]) -> str:
    """The id of the division of a queue, or nothing where it tells none."""
    return str(_object(queue.get("division")).get("id", ""))


def group_faults(queue: Mapping[str, Any], known: Known) -> list[str]:
    """One text for each thing that is wrong, beginning with the path of the field."""
    check = _Check(queue, known)
    check.member_groups()
    check.routing()
    check.activation()
    check.direct_routing()
    return check.faults


def is_whole(value: Any, least: int, most: int, *, otherwise: int | None = None) -> bool:
    """Whether a value is a whole number within bounds: to JSON, 25.0 is 25. Null counts as ``otherwise``."""
    number = otherwise if value is None else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        return False
    return least <= number <= most and number == int(number)


class _Check:
    def __init__(self, queue: Mapping[str, Any], known: Known) -> None:
        self.faults: list[str] = []
        self._id = queue.get("id")
        self._division = division_of(queue)
        self._known = known
        self._groups = queue.get("memberGroups")
        self._routing = _object(queue.get("conditionalGroupRouting"))
        self._activation = _object(queue.get("conditionalGroupActivation"))
        self._direct = _object(queue.get("directRouting"))
        self._own = {group.get("id"): group.get("type") for _, group in _each(self._groups, "")}

    def member_groups(self) -> None:
        for where, group in self._entries(self._groups, "memberGroups"):
            self._choice(group.get("type"), f"{where}.type", MEMBER_GROUPS)
            unknown = group.get("type") == "GROUP" and group.get("id") not in self._known.groups
            if unknown or not isinstance(group.get("id"), str):
                self.faults.append(f"{where}.id: there is no such group")

    def routing(self) -> None:
        rules = self._entries(self._routing.get("rules"), "conditionalGroupRouting.rules", ROUTING_RULES)
        for place, (where, rule) in enumerate(rules):
            if place == 0 and _object(rule.get("queue")).get("id", self._id) != self._id:
                self.faults.append(f"{where}.queue: the first rule is about the queue itself")
            self._queue(rule.get("queue"), f"{where}.queue")
            self._choice(rule.get("metric"), f"{where}.metric", ROUTING_METRICS)
            self._choice(rule.get("operator"), f"{where}.operator", ROUTING_OPERATORS)
            self._number(rule.get("conditionValue"), f"{where}.conditionValue")
            self._whole(rule.get("waitSeconds"), f"{where}.waitSeconds", ROUTING_WAIT)
            self._own_groups(rule.get("groups"), f"{where}.groups")

    def activation(self) -> None:
        if self._routing.get("rules") and any(self._activation.values()):
            self.faults.append("conditionalGroupActivation: excludes conditionalGroupRouting")
        where = "conditionalGroupActivation"
        self._conditions(_object(self._activation.get("pilotRule")), f"{where}.pilotRule")
        for at, rule in self._entries(self._activation.get("rules"), f"{where}.rules", ACTIVATION_RULES):
            self._conditions(rule, at)
            self._own_groups(rule.get("groups"), f"{at}.groups", ACTIVATION_GROUPS)

    def direct_routing(self) -> None:
        where = "directRouting.backupQueueId"
        backup = self._direct.get("backupQueueId")
        self._queue(None if backup is None else {"id": backup}, where)
        if isinstance(backup, str) and backup != self._id and self._known.queue(backup):
            self._same_division(self._known.division(backup), where)
        if self._direct:
            self._whole(self._direct.get("agentWaitSeconds"), "directRouting.agentWaitSeconds", AGENT_WAIT)

    def _same_division(self, other: str, where: str) -> None:
        if self._division and other and self._division != other:
            self.faults.append(f"{where}: is a queue of another division")

    def _conditions(self, rule: dict[str, Any], where: str) -> None:
        entries = self._entries(rule.get("conditions"), f"{where}.conditions", ACTIVATION_CONDITIONS)
        for at, condition in entries:
            simple = _object(condition.get("simpleMetric"))
            self._choice(simple.get("metric"), f"{at}.simpleMetric.metric", ACTIVATION_METRICS)
            self._queue(simple.get("queue"), f"{at}.simpleMetric.queue")
            self._choice(condition.get("operator"), f"{at}.operator", ACTIVATION_OPERATORS)
            self._number(condition.get("value"), f"{at}.value")

    def _own_groups(self, value: Any, where: str, most: int | None = None) -> None:
        for at, group in self._entries(value, where, most):
            if group.get("id") not in self._own:
                self.faults.append(f"{at}.id: is none of the memberGroups of this queue")
            elif group.get("type") != self._own[group.get("id")]:
                self.faults.append(f"{at}.type: is not the type of this group in memberGroups")

    def _entries(self, value: Any, where: str, most: int | None = None) -> list[tuple[str, dict[str, Any]]]:
        """The objects of a list, each with its place; what is no list of objects is noted."""
        found = _each(value, where)
        if value is not None and (not isinstance(value, list) or len(found) < len(value)):
            self.faults.append(f"{where}: has to be a list of objects")
        if most is not None and len(found) > most:
            self.faults.append(f"{where}: has {len(found)} entries, and may have {most}")
        return found

    def _queue(self, value: Any, where: str) -> None:
        if value is None:
            return
        queue_id = _object(value).get("id")
        if not isinstance(queue_id, str) or not (queue_id == self._id or self._known.queue(queue_id)):
            self.faults.append(f"{where}: there is no such queue")

    def _choice(self, value: Any, where: str, allowed: tuple[str, ...]) -> None:
        if value not in allowed:
            self.faults.append(f"{where}: has to be one of {', '.join(allowed)}")

    def _number(self, value: Any, where: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.faults.append(f"{where}: has to be a number")

    def _whole(self, value: Any, where: str, bounds: tuple[int, int]) -> None:
        least, most = bounds
        if not is_whole(value, least, most):
            self.faults.append(f"{where}: has to be a whole number from {least} to {most}")


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _each(value: Any, where: str) -> list[tuple[str, dict[str, Any]]]:
    entries = value if isinstance(value, list) else []
    return [(f"{where}[{place}]", entry) for place, entry in enumerate(entries) if isinstance(entry, dict)]
