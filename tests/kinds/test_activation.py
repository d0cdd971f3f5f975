"""Conditional group activation as policies, documents and the network have it."""

import json
from typing import Any

import pytest

from syncer.kinds.activation import Activation
from syncer.kinds.activation_rule import ActivationRule
from syncer.kinds.registry import OVERFLOW_RULES
from syncer.live.wire import read_queue, spoken_dialect
from syncer.model.finding import Position
from syncer.model.policy import GroupRef, QueueRef
from syncer.policy.emit import kind_lines
from syncer.policy.parse import parse_queues
from syncer.policy.schema import POLICY, validate
from syncer.yamlfile.document import parse

KIND = Activation()
TEXT = """\
version: 1
queues:
  - queue: Front
    conditional_group_activation:
      pilot:
        conditions:
          - metric: ServiceLevel
            operator: LessThan
            value: 80
        expression: C1
      rules:
        - conditions:
            - metric: EstimatedWaitTime
              operator: GreaterThan
              value: 12.5
            - queue: Back
              metric: IdleAgentCount
              operator: GreaterThanOrEqualTo
              value: 3
          expression: C1 and C2
          groups:
            - Night
            - team: Second Level
        - conditions:
            - queue: {id: "q-9"}
              metric: IdleAgentCount
              operator: NotEqualTo
              value: 0
          expression: C1
          groups:
            - Night
"""
NIGHT = GroupRef("Night")
PARTS = [
    (ActivationRule(0, 0, expression="C1"), None, (), 6),
    (ActivationRule(0, 1, "", "ServiceLevel", "LessThan", 80.0), None, (), 7),
    (
        ActivationRule(1, 0, expression="C1 and C2", groups=("Night", "team Second Level")),
        None,
        (NIGHT, GroupRef("Second Level", type="TEAM")),
        12,
    ),
    (ActivationRule(1, 1, "", "EstimatedWaitTime", "GreaterThan", 12.5), None, (), 13),
    (ActivationRule(1, 2, "Back", "IdleAgentCount", "GreaterThanOrEqualTo", 3.0), QueueRef("Back"), (), 16),
    (ActivationRule(2, 0, expression="C1", groups=("Night",)), None, (NIGHT,), 24),
    (ActivationRule(2, 1, "q-9", "IdleAgentCount", "NotEqualTo", 0.0), QueueRef(id="q-9"), (), 25),
]


def said(text: str) -> list[Any]:
    document = parse("p.yaml", text.encode())
    assert () == (*document.findings, *validate(document, POLICY))
    (queue,) = parse_queues(document)
    return list(queue.stated[KIND.name])


def test_a_policy_states_each_rule_and_each_condition_at_its_line() -> None:
    assert PARTS == [(each.rule, each.target, each.groups, each.position.line) for each in said(TEXT)]


def test_what_is_written_is_the_text_that_was_read() -> None:
    document = parse("p.yaml", TEXT.encode())
    (queue,) = parse_queues(document)
    lines = [f"    {line}" for line in kind_lines(queue, KIND, {})]
    assert TEXT.splitlines()[3:] == lines


@pytest.mark.parametrize("nothing", ["null", "{}", "{rules: []}", "{description: none as of now}"])
def test_what_names_no_rule_is_none(nothing: str) -> None:
    head = "version: 1\nqueues:\n  - queue: Front\n    conditional_group_activation: "
    assert [] == said(head + nothing)


CONDITION = {"metric": "ServiceLevel", "operator": "LessThan", "value": 80}
RULE = {"conditions": [CONDITION], "expression": "C1", "groups": ["Night"]}


@pytest.mark.parametrize(
    ("stated", "id_"),
    [
        ({"rules": [RULE] * 6}, "schema.maxItems"),
        ({"rules": [{**RULE, "conditions": [CONDITION] * 11}]}, "schema.maxItems"),
        ({"rules": [{**RULE, "conditions": []}]}, "schema.minItems"),
        ({"rules": [{**RULE, "groups": list("abcdef")}]}, "schema.maxItems"),
        ({"rules": [{**RULE, "groups": []}]}, "schema.minItems"),
        ({"rules": [{"conditions": [CONDITION], "groups": ["Night"]}]}, "schema.required"),
        ({"rules": [{**RULE, "expression": ""}]}, "schema.minLength"),
        ({"pilot": {"expression": "C1"}}, "schema.required"),
        ({"pilot": RULE}, "schema.additionalProperties"),
        ({"pilot": {"conditions": [{**CONDITION, "metric": "Mood"}], "expression": "C1"}}, "schema.enum"),
        ({"pilot": {"conditions": [{**CONDITION, "value": -1}], "expression": "C1"}}, "schema.minimum"),
        ({"rules": RULE}, "schema.type"),
        ([RULE], "schema.type"),
    ],
)
def test_what_the_schema_refuses(stated: Any, id_: str) -> None:
    queue = {"queue": "Front", KIND.name: stated}
    document = parse("p.yaml", json.dumps({"version": 1, "queues": [queue]}).encode())
    assert [id_] == [finding.id for finding in validate(document, POLICY)]


def test_the_place_of_a_condition_is_asked_for_by_its_path() -> None:
    asked: list[tuple[Any, ...]] = []

    def position(*path: Any) -> Position:
        asked.append(path)
        return Position("p.yaml", 1, 1)

    KIND.parse({"pilot": {**RULE}, "rules": [RULE]}, position)
    assert [
        ("pilot",),
        ("pilot", "conditions", 0),
        ("rules", 0),
        ("rules", 0, "conditions", 0),
    ] == asked


@pytest.mark.parametrize(
    ("keys", "gaps"),
    [
        ([], False),
        ([(0, 0), (0, 1)], False),
        ([(2, 0), (1, 1), (1, 0)], False),
        ([(1, 1)], True),
        ([(1, 0), (1, 2)], True),
        ([(2, 0)], True),
        ([(0, 0), (2, 0)], True),
    ],
)
def test_a_rule_or_condition_that_is_missing_before_others_is_a_gap(
    keys: list[tuple[int, int]], gaps: bool
) -> None:
    assert gaps == KIND.leaves_gaps([ActivationRule(*key) for key in keys])


def test_documents_tell_rules_from_conditions() -> None:
    rule = ActivationRule(1, 2, "b", "ServiceLevel", "LessThan", 80.0)
    document = KIND.document(rule)
    assert (1, 2, "b", [], "") == tuple(
        document[name] for name in ("place", "condition", "target", "groups", "expression")
    )
    assert rule == KIND.of_document(json.loads(json.dumps(document | {"value": 80})))
    assert list(document) == KIND.document_schema()["required"]
    assert "activation 1 C2: ServiceLevel LessThan 80" == KIND.image_in_words(document, {})


def test_a_queue_with_activation_speaks_the_dialect_of_genesys_cloud() -> None:
    raw = {"id": "a", "name": "A", "conditionalGroupActivation": {"rules": [{"conditions": []}]}}
    assert KIND.dialect == spoken_dialect([raw], OVERFLOW_RULES).name
    assert [KIND.name] == [rule.kind for rule in read_queue(raw).rules]


def test_entries_of_the_wire_are_told_from_others() -> None:
    entries: list[dict[str, Any]] = [{"simpleMetric": {}}, {"conditionExpression": "C1"}, {"id": "x"}]
    assert ["condition", "rule", None] == [KIND.entry_key(entry) for entry in entries]
