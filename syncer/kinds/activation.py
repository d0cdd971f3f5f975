"""Conditional group activation: groups of agents are active while the conditions of a rule hold.

On the wire it is ``conditionalGroupActivation``: a pilot rule, which states when the rules are evaluated, and
up to five rules. Each is a separate record, and so is each of its conditions, because a record refers to one
queue.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from syncer.kinds.activation_refusals import refused_beside, refused_offline
from syncer.kinds.activation_rule import (
    CONDITION,
    EXPRESSION,
    GROUPS,
    MOST_CONDITIONS,
    MOST_GROUPS,
    MOST_RULES,
    NAME,
    ActivationRule,
)
from syncer.kinds.activation_wire import FIELD, read_parts, write_parts
from syncer.kinds.field import Entry, Field, RuleReading, Schema, Written
from syncer.kinds.kind import Kind, Placed, SupportsLookup
from syncer.model.finding import Finding, Position
from syncer.model.json_values import items, mapping
from syncer.model.policy import PolicyQueue, PolicyRule
from syncer.model.queue import LiveQueue


class Activation(Kind[ActivationRule]):
    """``conditionalGroupActivation``: a pilot rule, and at most five rules in this order."""

    name = NAME
    record = ActivationRule
    fields = (*CONDITION, EXPRESSION, GROUPS)
    listed = False
    numbered = True
    reads_more = True

    noun = "CONDITIONAL_GROUP_ACTIVATION"
    plural = "conditional group activation"
    all_of_them = "all conditional group activation"
    names_in_settings = True
    label_first = True
    image = "activation {key}: "

    dialect = "genesys-cloud"
    not_held = "dialect.conditional-group-activation"
    otherwise = "remove it, or choose another --dialect"
    wire_field = FIELD

    definition = "activationRule"
    policy_definition = "conditionalGroupActivation"
    title = "Conditional group activation"
    description = "Groups of agents are active while the conditions of a rule hold."
    key_title = "Conditional group activation"
    key_description = "Rules that activate groups of agents; null means none."
    most = MOST_RULES

    def read(self, raw: Mapping[str, Any]) -> list[RuleReading]:
        """The pilot rule and the rules in ``raw``, each before its conditions.

        A value that is missing or can't be understood reads as empty: "", 0, no groups. A watched queue that
        is the queue itself reads as "".
        """
        return list(read_parts(raw))

    def write(self, written: dict[str, Any], rules: Sequence[ActivationRule]) -> None:
        """Replace all rules in ``written``; rules that stay keep unknown fields. From none to none changes
        nothing."""
        if rules or self.read(written):
            write_parts(written, rules)

    def entry_key(self, entry: Mapping[str, Any]) -> Hashable | None:
        """Its place, since rules may be alike."""
        if "simpleMetric" in entry:
            return "condition"
        return "rule" if "conditionExpression" in entry else None

    def groups_in(self, raw: Mapping[str, Any]) -> list[Any]:
        """The groups of each rule."""
        return [mapping(rule).get("groups") for rule in items(mapping(raw.get(FIELD)).get("rules"))]

    def refused_offline(self, policy: PolicyQueue, _names: Mapping[str, str]) -> Iterator[Finding]:
        """Values out of bounds, expressions about no condition, and conditional groups in the same policy."""
        return refused_offline(policy)

    def refused(
        self,
        queue: LiveQueue,
        rules: Sequence[tuple[ActivationRule, Position | None]],
        live: SupportsLookup,
    ) -> Iterator[Finding]:
        """Groups belong to the queue."""
        for rule, position in rules:
            for group in rule.groups:
                if group not in queue.members:
                    yield live.not_a_member(group, queue, position)

    def refused_beside(self, queue: LiveQueue, wanted: Mapping[str, Sequence[Placed]]) -> Iterator[Finding]:
        """Activation excludes conditional groups, and can't be combined with direct or last-agent routing."""
        return refused_beside(queue, wanted)

    def leaves_gaps(self, rules: Sequence[ActivationRule]) -> bool:
        """Whether a rule or a condition is missing before others."""
        numbers: dict[int, list[int]] = {}
        for rule in sorted(rules, key=lambda rule: (rule.place, rule.condition)):
            numbers.setdefault(rule.place, []).append(rule.condition)
        places = [place for place in numbers if place]
        in_turn = all(found == list(range(len(found))) for found in numbers.values())
        return not in_turn or places != list(range(1, len(places) + 1))

    def of_document(self, document: Mapping[str, Any]) -> ActivationRule:
        """The rule in a document: JSON has no tuples, and only one type of numbers."""
        value, groups = float(document["value"]), tuple(document["groups"])
        return super().of_document({**document, "value": value, "groups": groups})

    def parse(self, said: Any, position: Callable[..., Position]) -> tuple[PolicyRule, ...]:
        """The pilot rule and the rules that a policy states, each before its conditions."""
        pilot, rules = (mapping(said).get(key) for key in ("pilot", "rules"))
        parts = list(_parsed(0, pilot, ("pilot",), position)) if pilot else []
        for place, rule in enumerate(items(rules)):
            parts += _parsed(place + 1, rule, ("rules", place), position)
        return tuple(parts)

    def below(self, stated: Sequence[PolicyRule]) -> Written:
        """The value that export writes for its key."""
        pilot: dict[str, Written] = {}
        rules: list[Entry] = []
        for place, parts in groupby(_parts(stated), key=lambda part: part[1].place):
            entry = _entry(list(parts))
            if place:
                rules.append(entry)
            else:
                pilot = {"pilot": entry}
        return {**pilot, **({"rules": rules} if rules else {})}

    def policy_schema(self) -> Schema:
        """Its definition in the policy schema."""
        condition = {**_object(CONDITION), "title": "Condition", "description": "A metric and its value."}
        conditions = {
            "title": "Conditions",
            "description": "The conditions, at most ten: C1, C2 and so on.",
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_CONDITIONS,
            "items": condition,
        }
        pilot = _object((EXPRESSION,), conditions=conditions)
        groups = {**GROUPS.described(), "maxItems": MOST_GROUPS}
        rule = _object((EXPRESSION,), conditions=conditions, groups=groups)
        about_pilot = "The rules are evaluated only while it holds; without it, always."
        return {
            "title": self.title,
            "description": self.description,
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {
                "pilot": {**pilot, "title": "Pilot rule", "description": about_pilot},
                "rules": {
                    "title": "Rules",
                    "description": "At most five rules. Each activates its groups while it holds.",
                    "type": "array",
                    "maxItems": MOST_RULES,
                    "items": {**rule, "title": "Rule", "description": "Conditions and groups."},
                },
                "description": {"$ref": "#/$defs/description"},
            },
        }

    def document_schema(self) -> Schema:
        """Its definition in the schemas of documents."""
        schema = super().document_schema()
        about = {
            "place": "Place in the list, from 1; 0 is the pilot rule.",
            "condition": "Number of the condition in its rule, from 1; 0 is the rule itself.",
        }
        numbers = {
            name: {"type": "integer", "description": said, "minimum": 0} for name, said in about.items()
        }
        kind = {"kind": schema["properties"].pop("kind")}
        properties = kind | numbers | {**schema["properties"], **numbers}
        return {**schema, "properties": properties, "required": list(properties)}


def _object(fields: Sequence[Field], **more: Schema) -> Schema:
    """An object of a policy with these fields, plus the required ``more``."""
    described = {field.name: field.described() for field in fields}
    return {
        "type": "object",
        "required": [*more, *(field.name for field in fields if field.required)],
        "additionalProperties": False,
        "properties": more | described | {"description": {"$ref": "#/$defs/description"}},
    }


def _parsed(
    place: int, entry: Mapping[str, Any], path: Sequence[str | int], position: Callable[..., Position]
) -> Iterator[PolicyRule]:
    """The rule that an entry of a policy states, and its conditions."""
    groups = GROUPS.said(entry)
    rule = ActivationRule(place, 0, expression=EXPRESSION.said(entry))
    yield PolicyRule.of(rule, None, groups, position(*path), entry)
    for number, condition in enumerate(items(entry.get("conditions")), 1):
        target, *values = (field.said(condition) for field in CONDITION)
        stated = ActivationRule(place, number, "", *values)
        yield PolicyRule.of(stated, target, (), position(*path, "conditions", number - 1), condition)


def _parts(stated: Sequence[PolicyRule]) -> Iterator[tuple[PolicyRule, ActivationRule]]:
    return ((each, each.rule) for each in stated if isinstance(each.rule, ActivationRule))


def _entry(parts: Sequence[tuple[PolicyRule, ActivationRule]]) -> Entry:
    """The entry that export writes for a rule and its conditions."""
    conditions: list[Entry] = []
    entry: dict[str, Written] = {"conditions": conditions}
    for stated, rule in parts:
        if rule.condition:
            said: dict[str, Written] = {**rule.values(), "queue": stated.target}
            names = [field.name for field in CONDITION if said[field.name] is not None]
            conditions.append({name: said[name] for name in names})
        else:
            entry["expression"] = rule.expression
            if rule.place:
                entry["groups"] = stated.groups
    return entry
