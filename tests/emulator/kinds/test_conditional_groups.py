"""The API's own rules about conditional groups."""

from typing import Any

import pytest

from tests.emulator.emulator_api import LIST, logged_in
from tests.emulator.kinds.writes import QUEUES, assert_kept_as_sent, assert_refused, routing, rule

WATCHING = rule(
    queue={"id": "b"},
    metric="ServiceLevel",
    operator="LessThanOrEqualTo",
    conditionValue=80,
    waitSeconds=259_200,
)


@pytest.mark.parametrize(
    "fields",
    [
        {"memberGroups": None, "conditionalGroupRouting": None, "directRouting": None},
        routing(rule(), *[WATCHING] * 4),
        routing(rule(), rule(queue=None)),
        routing(rule(waitSeconds=0, groups=[], conditionValue=0.5)),
    ],
)
def test_what_the_api_takes_is_kept_as_sent(fields: dict[str, Any]) -> None:
    assert_kept_as_sent(fields)


def test_without_rules_there_is_no_field() -> None:
    with logged_in(QUEUES) as api:
        for fields in (routing(rule()), routing()):
            answer = api.call("PUT", f"{LIST}/a", json={"name": "A", **fields}).json()
            assert bool(fields["conditionalGroupRouting"]["rules"]) == ("conditionalGroupRouting" in answer)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        (routing(*[rule()] * 6), "conditionalGroupRouting.rules"),
        (routing(rule(queue={"id": "b"})), "conditionalGroupRouting.rules[0].queue"),
        (routing(rule(), rule(queue={"id": "none"})), "conditionalGroupRouting.rules[1].queue"),
        (routing(rule(), rule(queue="b")), "conditionalGroupRouting.rules[1].queue"),
        (routing(rule(metric="IdleAgentCount")), "conditionalGroupRouting.rules[0].metric"),
        (routing(rule(operator="EqualTo")), "conditionalGroupRouting.rules[0].operator"),
        (routing(rule(operator=None)), "conditionalGroupRouting.rules[0].operator"),
        (routing(rule(operator=[])), "conditionalGroupRouting.rules[0].operator"),
        (routing(rule(conditionValue="120")), "conditionalGroupRouting.rules[0].conditionValue"),
        (routing(rule(conditionValue=None)), "conditionalGroupRouting.rules[0].conditionValue"),
        (routing(rule(conditionValue=True)), "conditionalGroupRouting.rules[0].conditionValue"),
        (routing(rule(conditionValue=259_201)), "conditionalGroupRouting.rules[0].conditionValue"),
        (
            routing(rule(metric="ServiceLevel", conditionValue=100.5)),
            "conditionalGroupRouting.rules[0].conditionValue",
        ),
        (routing(rule(waitSeconds=259_201)), "conditionalGroupRouting.rules[0].waitSeconds"),
        (routing(rule(waitSeconds=-1)), "conditionalGroupRouting.rules[0].waitSeconds"),
        (routing(rule(waitSeconds=1.5)), "conditionalGroupRouting.rules[0].waitSeconds"),
        (routing(rule(groups=[{"id": "g2"}])), "conditionalGroupRouting.rules[0].groups[0].id"),
        (routing("x"), "conditionalGroupRouting.rules"),
        ({"conditionalGroupRouting": {"rules": [rule()]}}, "conditionalGroupRouting.rules[0].groups[0].id"),
    ],
)
def test_what_the_api_refuses_is_named(fields: dict[str, Any], where: str) -> None:
    assert_refused(fields, where)
