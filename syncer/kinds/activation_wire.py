"""Conditional group activation on the wire: read into rules and conditions, and written back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from syncer.kinds.activation_rule import VALUE, ActivationRule
from syncer.kinds.field import RuleReading
from syncer.kinds.wire import Reader, groups_known, groups_rewritten
from syncer.model.json_values import id_in, items, mapping, shown

FIELD: Final = "conditionalGroupActivation"
_PILOT: Final = "pilotRule"


def read_parts(raw: Mapping[str, Any]) -> Iterator[RuleReading]:
    """The pilot rule and the rules of a queue's JSON, each before its conditions."""
    activation, own = mapping(raw.get(FIELD)), raw.get("id")
    if _is_there(activation.get(_PILOT)):
        yield from _read_rule(0, activation[_PILOT], own)
    for place, rule in enumerate(items(activation.get("rules")), 1):
        yield from _read_rule(place, rule, own)


def _is_there(pilot: object) -> bool:
    return pilot is not None and pilot != {}


def _read_rule(place: int, rule: Any, own: object) -> Iterator[RuleReading]:
    """A rule of the wire and its conditions, with the parts that could not be understood."""
    read, said, label = Reader(), mapping(rule), f"rule {place}" if place else "pilot rule"
    if not isinstance(rule, dict):
        read.complain(f"it is {shown(rule)}, not an object")
    conditions = said.get("conditions")
    if conditions is not None and not isinstance(conditions, list):
        read.complain(f"conditions are {shown(conditions)}, not a list")
    expression = read.text("conditionExpression", said.get("conditionExpression"))
    groups = read.group_ids("groups", said.get("groups"))
    yield read.reading(ActivationRule(place, 0, expression=expression, groups=groups), f"{label}: ")
    for number, condition in enumerate(items(conditions), 1):
        yield _read_condition(ActivationRule(place, number), condition, own, f"{label}, C{number}: ")


def _read_condition(part: ActivationRule, condition: Any, own: object, label: str) -> RuleReading:
    read, said = Reader(), mapping(condition)
    simple = said.get("simpleMetric")
    if not isinstance(condition, dict) or not isinstance(simple, dict | None):
        read.complain(f"it is {shown(condition)}, not a condition of a metric")
    metric = mapping(simple)
    found = part.with_values(
        target=read.watched(metric.get("queue"), own),
        metric=read.text("metric", metric.get("metric")),
        operator=read.text("operator", said.get("operator")),
        value=read.number("value", said.get("value"), VALUE),
    )
    return read.reading(found, label)


def write_parts(written: dict[str, Any], wanted: Sequence[ActivationRule]) -> None:
    """Replace all rules in ``written``, a queue's JSON; rules that stay keep their unknown fields."""
    before = mapping(written.get(FIELD))
    kept = items(before.get("rules"))
    lists = [written.get("memberGroups"), *(mapping(rule).get("groups") for rule in kept)]
    known, own = groups_known(lists), written.get("id")
    by_place: dict[int, list[ActivationRule]] = {}
    for part in sorted(wanted, key=lambda part: (part.place, part.condition)):
        by_place.setdefault(part.place, []).append(part)
    new = dict(before)
    if pilot := by_place.pop(0, None):
        new[_PILOT] = _rewritten(before.get(_PILOT), pilot, known, own)
    elif _is_there(before.get(_PILOT)):
        new.pop(_PILOT)
    there = dict(enumerate(kept, 1))
    rules = [_rewritten(there.get(place), parts, known, own) for place, parts in by_place.items()]
    if rules or kept:
        new["rules"] = rules
    if wanted or any(new.values()):
        written[FIELD] = new
    else:
        written.pop(FIELD, None)


def _rewritten(
    kept: Any, parts: Sequence[ActivationRule], known: Mapping[str, Mapping[str, Any]], own: object
) -> dict[str, Any]:
    """``kept``, a rule of the wire, updated by ``parts``; what stays keeps its place and unknown fields."""
    before = mapping(kept)
    there = dict(enumerate(items(before.get("conditions")), 1))
    said: dict[str, Any] = {
        "conditions": [_condition(there.get(part.condition), part, own) for part in parts if part.condition]
    }
    for head in (part for part in parts if not part.condition):
        said["conditionExpression"] = head.expression
        said["groups"] = groups_rewritten(before.get("groups"), head.groups, known)
    return dict(before) | {name: value for name, value in said.items() if value or before.get(name)}


def _condition(kept: Any, part: ActivationRule, own: object) -> dict[str, Any]:
    before = mapping(kept)
    simple = {**mapping(before.get("simpleMetric")), "metric": part.metric}
    watched = simple.get("queue")
    if part.target and id_in(watched) != part.target:
        simple["queue"] = {"id": part.target}
    elif not part.target and watched is not None and id_in(watched) != own:
        simple.pop("queue")
    return {**before, "simpleMetric": simple, "operator": part.operator, "value": part.value}
