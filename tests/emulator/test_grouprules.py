"""The API's own rules about groups, conditional groups and direct routing."""

from typing import Any

import pytest

from tests.emulator.emulator_api import LIST, logged_in, queue

GROUP = {"id": "g1", "type": "GROUP"}
MEMBERS = [{**GROUP, "name": "Helpers"}, {"id": "s1", "type": "SKILLGROUP"}, {"id": "t1", "type": "TEAM"}]
QUEUES = [
    queue("A", memberGroups=MEMBERS, division={"id": "d1", "name": "One"}),
    queue("B"),
    queue("C", division={"id": "d2", "name": "Two"}),
]


def rule(**fields: Any) -> dict[str, Any]:
    """A rule of conditional group routing that is right."""
    return {
        "metric": "EstimatedWaitTime",
        "operator": "GreaterThan",
        "conditionValue": 120,
        "waitSeconds": 30,
        "groups": [GROUP],
        **fields,
    }


def condition(**fields: Any) -> dict[str, Any]:
    """A condition of conditional group activation that is right."""
    simple = {"metric": "IdleAgentCount", "queue": {"id": "b"}}
    return {"simpleMetric": simple, "operator": "LessThan", "value": 2.5, **fields}


def routing(*rules: Any) -> dict[str, Any]:
    """The fields of a queue with rules of conditional group routing."""
    return {"memberGroups": MEMBERS, "conditionalGroupRouting": {"rules": list(rules)}}


def activation(*conditions: Any, **fields: Any) -> dict[str, Any]:
    """The fields of a queue with one rule of conditional group activation."""
    only = {"conditions": list(conditions), "conditionExpression": "C1", "groups": [GROUP], **fields}
    return {"memberGroups": MEMBERS, "conditionalGroupActivation": {"rules": [only]}}


def direct(**fields: Any) -> dict[str, Any]:
    """The fields of a queue with direct routing."""
    return {"directRouting": {"agentWaitSeconds": 60, **fields}}


WATCHING = rule(queue={"id": "b"}, metric="ServiceLevel", operator="LessThanOrEqualTo", waitSeconds=259_200)


@pytest.mark.parametrize(
    "fields",
    [
        {"memberGroups": MEMBERS},
        {"memberGroups": None, "conditionalGroupRouting": None, "directRouting": None},
        routing(),
        routing(rule(), *[WATCHING] * 4),
        routing(rule(), rule(queue=None)),
        routing(rule(waitSeconds=0, groups=[], conditionValue=0.5)),
        {**routing(), **activation(condition())},
        {**routing(rule()), "conditionalGroupActivation": {"pilotRule": None, "rules": []}},
        activation(*[condition()] * 10, groups=[GROUP] * 5),
        {"conditionalGroupActivation": {"pilotRule": {"conditions": [condition(operator="NotEqualTo")]}}},
        direct(backupQueueId="b", agentWaitSeconds=864_000, waitForAgent=True),
        direct(agentWaitSeconds=60.0),
        direct(),
    ],
)
def test_what_the_api_takes_is_kept_as_sent(fields: dict[str, Any]) -> None:
    with logged_in(QUEUES) as api:
        put = api.call("PUT", f"{LIST}/a", json={"name": "A", **fields})
        made = api.call("POST", LIST, json={"name": "New", **fields})
        again = api.call("PUT", f"{LIST}/a", json=put.json())
    assert [200, 200, 200] == [put.status_code, made.status_code, again.status_code]
    assert _settings(put.json()) == _settings(made.json()) == _settings(again.json())
    assert _holds(put.json(), fields)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"memberGroups": "x"}, "memberGroups"),
        ({"memberGroups": ["x"]}, "memberGroups"),
        ({"memberGroups": [{"id": "none", "type": "GROUP"}]}, "memberGroups[0].id"),
        ({"memberGroups": [{"type": "TEAM"}]}, "memberGroups[0].id"),
        ({"memberGroups": [{"id": "g1", "type": "CLUB"}]}, "memberGroups[0].type"),
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
        (routing(rule(waitSeconds=259_201)), "conditionalGroupRouting.rules[0].waitSeconds"),
        (routing(rule(waitSeconds=-1)), "conditionalGroupRouting.rules[0].waitSeconds"),
        (routing(rule(waitSeconds=1.5)), "conditionalGroupRouting.rules[0].waitSeconds"),
        (routing(rule(groups=[{"id": "g2"}])), "conditionalGroupRouting.rules[0].groups[0].id"),
        (routing("x"), "conditionalGroupRouting.rules"),
        ({"conditionalGroupRouting": {"rules": [rule()]}}, "conditionalGroupRouting.rules[0].groups[0].id"),
        ({**routing(rule()), **activation(condition())}, "conditionalGroupActivation"),
        (activation(*[condition()] * 11), "conditionalGroupActivation.rules[0].conditions"),
        (activation(condition(), groups=[GROUP] * 6), "conditionalGroupActivation.rules[0].groups"),
        (
            activation(condition(operator="Near")),
            "conditionalGroupActivation.rules[0].conditions[0].operator",
        ),
        (activation(condition(value="2")), "conditionalGroupActivation.rules[0].conditions[0].value"),
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
        (direct(backupQueueId=""), "directRouting.backupQueueId"),
        (direct(backupQueueId="none"), "directRouting.backupQueueId"),
        (direct(backupQueueId=5), "directRouting.backupQueueId"),
        (direct(agentWaitSeconds=59), "directRouting.agentWaitSeconds"),
        (direct(agentWaitSeconds=864_001), "directRouting.agentWaitSeconds"),
        (direct(agentWaitSeconds="60"), "directRouting.agentWaitSeconds"),
        (direct(agentWaitSeconds=60.5), "directRouting.agentWaitSeconds"),
        (direct(backupQueueId="c"), "directRouting.backupQueueId"),
    ],
)
def test_what_the_api_refuses_is_named(fields: dict[str, Any], where: str) -> None:
    with logged_in(QUEUES) as api:
        answer = api.call("PUT", f"{LIST}/a", json={"name": "A", **fields})
        history = api.history()
    assert (400, "bad.request", []) == (answer.status_code, answer.json()["code"], history)
    [detail] = answer.json()["details"]
    assert detail["message"].startswith(f"{where}: ")


def _settings(document: dict[str, Any]) -> dict[str, Any]:
    names = ("memberGroups", "conditionalGroupRouting", "conditionalGroupActivation", "directRouting")
    settings = {name: document[name] for name in names if document.get(name) is not None}
    for first in settings.get("conditionalGroupRouting", {}).get("rules", [])[:1]:
        own = first.pop("queue")
        assert (document["id"], document["name"]) == (own["id"], own["name"])
    direct_routing = settings.get("directRouting", {})
    if direct_routing.get("backupQueueId") == document["id"]:
        settings["directRouting"] = {**direct_routing, "backupQueueId": "itself"}
    return settings


def test_a_queue_without_a_backup_queue_is_its_own_and_may_say_so() -> None:
    with logged_in([queue("A"), queue("B")]) as api:
        bare = api.call("PUT", f"{LIST}/a", json={"name": "A", "directRouting": {}})
        said = api.call("PUT", f"{LIST}/a", json=bare.json())
        other = api.call("PUT", f"{LIST}/a", json={"name": "A", **direct(backupQueueId="b")})
        edited = api.call("POST", "/_emulator/queues/a", json={"directRouting": {"backupQueueId": None}})
        gone = api.call("PUT", f"{LIST}/a", json={"name": "A"})
    shown = [answer.json()["directRouting"]["backupQueueId"] for answer in (bare, said, other, edited)]
    assert ["a", "a", "b", "a"] == shown
    assert "directRouting" not in gone.json()


def _holds(answer: Any, sent: Any) -> bool:
    """Whether an answer has everything that was sent; it may have more."""
    if isinstance(sent, dict):
        return all(_holds(answer.get(name), value) for name, value in sent.items())
    if isinstance(sent, list):
        return len(sent) == len(answer) and all(map(_holds, answer, sent))
    return bool(sent == answer)
