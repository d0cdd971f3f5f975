"""How a queue's JSON says conditional groups: ``conditionalGroupRouting.rules``.

A rule without a queue is about the queue itself, as the first one always is. The Genesys Cloud Platform API
shows such a rule with the id of its own queue, and does not take that back in the first one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from syncer.model.json_numbers import finite, whole
from syncer.model.json_shapes import Reading, id_in, items, mapping
from syncer.model.rule import GroupRule
from syncer.model.sanitize import shown

_ROUTING = "conditionalGroupRouting"


def read_groups(raw: Mapping[str, Any]) -> list[Reading]:
    """The rules of conditional group routing in ``raw``.

    What is left out, or can't be understood, reads as nothing: "", 0, no groups. The order of groups means
    nothing: they come sorted by id, each once. The queue itself as the one that is watched reads as "".
    """
    own = raw.get("id")
    return [_Entry(place, rule, own).reading for place, rule in enumerate(_rules(raw), 1)]


def write_groups(written: dict[str, Any], rules: Sequence[GroupRule]) -> None:
    """Replace the rules in ``written`` by ``rules``, in the order of their places.

    The rule that stands at a place keeps its unknown fields, and each group what is said of it. Where there
    are none and shall be none, nothing is touched.
    """
    if not rules and not _rules(written):
        return
    before = [mapping(rule) for rule in _rules(written)]
    known = _known_groups(written, before)
    new = []
    for rule in sorted(rules, key=lambda rule: rule.place):
        kept = before[rule.place - 1] if rule.place <= len(before) else {}
        new.append(_rewritten(kept, rule, known))
    others = {key: value for key, value in mapping(written.get(_ROUTING)).items() if key != "rules"}
    if new or others:
        written[_ROUTING] = others | {"rules": new}
    else:
        written.pop(_ROUTING, None)


def without_own_queue(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """``raw`` as it may be sent: without its own queue in the first rule."""
    rules = _rules(raw)
    first = mapping(rules[0]) if rules else {}
    if "queue" not in first or id_in(first["queue"]) != raw.get("id"):
        return raw
    bare = {key: value for key, value in first.items() if key != "queue"}
    return {**raw, _ROUTING: {**raw[_ROUTING], "rules": [bare, *rules[1:]]}}


class _Entry:
    """A rule of the wire as a rule of the model, and what of it could not be understood."""

    def __init__(self, place: int, rule: Any, own: object) -> None:
        self._problems: list[str] = []
        if not isinstance(rule, dict):
            self._problems.append(f"it is {shown(rule)}, not an object")
        said = mapping(rule)
        read = GroupRule(
            place=place,
            target=self._target(said.get("queue"), own),
            metric=self._text("metric", said.get("metric")),
            operator=self._text("operator", said.get("operator")),
            value=self._value(said.get("conditionValue")),
            wait=self._wait(said.get("waitSeconds")),
            groups=self._groups(said.get("groups")),
        )
        problem = f"rule {place}: {'; '.join(self._problems)}" if self._problems else ""
        self.reading = Reading(read, problem, assumed=bool(problem))

    def _target(self, queue: object, own: object) -> str:
        if queue is None:
            return ""
        found = id_in(queue)
        if not found:
            self._problems.append(f"queue is {shown(queue)}, not one with an id")
        return "" if found == own else found

    def _text(self, name: str, value: object) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        self._problems.append(f"{name} is {shown(value)}, not a text")
        return ""

    def _value(self, value: object) -> float:
        number = finite(0 if value is None else value)
        if number is None:
            self._problems.append(f"conditionValue is {shown(value)}, not a number")
        return number or 0.0

    def _wait(self, value: object) -> int:
        seconds = whole(0 if value is None else value)
        if seconds is None:
            self._problems.append(f"waitSeconds is {shown(value)}, not a whole number")
        return seconds or 0

    def _groups(self, groups: object) -> tuple[str, ...]:
        if groups is not None and not isinstance(groups, list):
            self._problems.append(f"groups are {shown(groups)}, not a list")
        found = [id_in(group) for group in items(groups)]
        if "" in found:
            self._problems.append("one of the groups has no id")
        return tuple(sorted({group for group in found if group}))


def _rules(raw: Mapping[str, Any]) -> list[Any]:
    return items(mapping(raw.get(_ROUTING)).get("rules"))


def _entries(groups: Any) -> dict[str, Mapping[str, Any]]:
    """What a list says of each group, by its id."""
    return {id_in(group): group for group in items(groups) if id_in(group)}


def _known_groups(raw: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """What a queue says of the groups that it knows: its members, and those of its rules."""
    known = _entries(raw.get("memberGroups"))
    for rule in rules:
        known |= _entries(rule.get("groups"))
    return {id_: {"id": id_, "type": group.get("type") or "GROUP"} for id_, group in known.items()}


def _rewritten(
    kept: Mapping[str, Any], rule: GroupRule, known: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """``kept`` as ``rule`` has it; what stays keeps its place."""
    written = dict(kept)
    if not rule.target:
        written.pop("queue", None)
    elif id_in(kept.get("queue")) != rule.target:
        written["queue"] = {"id": rule.target}
    before = _entries(kept.get("groups"))
    stay = [group for id_, group in before.items() if id_ in rule.groups]
    new = [known.get(id_, {"id": id_, "type": "GROUP"}) for id_ in rule.groups if id_ not in before]
    return written | {
        "metric": rule.metric,
        "operator": rule.operator,
        "conditionValue": rule.value,
        "waitSeconds": rule.wait,
        "groups": [*stay, *new],
    }
