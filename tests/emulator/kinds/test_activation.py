"""The API's own rules about conditional group activation."""

from typing import Any

import pytest

from tests.emulator.kinds.writes import GROUP, MEMBERS, assert_kept_as_sent, assert_refused, routing, rule

WAITING = {"metric": "EstimatedWaitTime"}


def condition(**fields: Any) -> dict[str, Any]:
    """A condition of conditional group activation that is right."""
    simple = {"metric": "IdleAgentCount", "queue": {"id": "b"}}
    return {"simpleMetric": simple, "operator": "LessThan", "value": 2.5, **fields}


def activation(*conditions: Any, **fields: Any) -> dict[str, Any]:
    """The fields of a queue with one rule of conditional group activation."""
    only = {"conditions": list(conditions), "conditionExpression": "C1", "groups": [GROUP], **fields}
    return {"memberGroups": MEMBERS, "conditionalGroupActivation": {"rules": [only]}}


@pytest.mark.parametrize(
    "fields",
    [
        activation(condition()),
        {**routing(rule()), "conditionalGroupActivation": {"pilotRule": None, "rules": []}},
        activation(*[condition()] * 10, groups=[GROUP] * 5),
        {"conditionalGroupActivation": {"pilotRule": {"conditions": [condition(operator="NotEqualTo")]}}},
        activation(*[condition()] * 10, conditionExpression="(C1 or not C2) and C10"),
        activation(condition(simpleMetric=WAITING, value=259_200), condition(value=1e6)),
        activation(condition(simpleMetric={"metric": "ServiceLevel"}, value=100)),
    ],
)
def test_what_the_api_takes_is_kept_as_sent(fields: dict[str, Any]) -> None:
    assert_kept_as_sent(fields)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({**routing(rule()), **activation(condition())}, "conditionalGroupActivation"),
        (activation(*[condition()] * 11), "conditionalGroupActivation.rules[0].conditions"),
        (activation(condition(), groups=[GROUP] * 6), "conditionalGroupActivation.rules[0].groups"),
        (
            activation(condition(operator="Near")),
            "conditionalGroupActivation.rules[0].conditions[0].operator",
        ),
        (activation(condition(value="2")), "conditionalGroupActivation.rules[0].conditions[0].value"),
        (
            activation(condition(simpleMetric=WAITING, value=259_201)),
            "conditionalGroupActivation.rules[0].conditions[0].value",
        ),
        (
            activation(condition(simpleMetric={"metric": "ServiceLevel"}, value=100.5)),
            "conditionalGroupActivation.rules[0].conditions[0].value",
        ),
        (activation(condition(value=-1)), "conditionalGroupActivation.rules[0].conditions[0].value"),
        (
            activation(condition(), conditionExpression="C1 and C2"),
            "conditionalGroupActivation.rules[0].conditionExpression",
        ),
        (
            activation(condition(simpleMetric={"metric": "Mood"})),
            "conditionalGroupActivation.rules[0].conditions[0].simpleMetric.metric",
        ),
        (
            activation(condition(simpleMetric={"queue": {"id": "none"}})),
            "conditionalGroupActivation.rules[0].conditions[0].simpleMetric.queue",
        ),
        (
            {"conditionalGroupActivation": {"rules": [{"conditions": []}] * 6}},
            "conditionalGroupActivation.rules",
        ),
        (
            {"conditionalGroupActivation": {"pilotRule": {"conditions": [condition(value=None)]}}},
            "conditionalGroupActivation.pilotRule.conditions[0].value",
        ),
    ],
)
def test_what_the_api_refuses_is_named(fields: dict[str, Any], where: str) -> None:
    assert_refused(fields, where)
