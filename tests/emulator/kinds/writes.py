"""What the tests of the kinds share: queues that are written, and what the API makes of it."""

from typing import Any

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


def routing(*rules: Any) -> dict[str, Any]:
    """The fields of a queue with rules of conditional group routing."""
    return {"memberGroups": MEMBERS, "conditionalGroupRouting": {"rules": list(rules)}}


def assert_kept_as_sent(fields: dict[str, Any]) -> None:
    """The API takes the fields, by PUT and by POST, and takes back what it then shows."""
    with logged_in(QUEUES) as api:
        put = api.call("PUT", f"{LIST}/a", json={"name": "A", **fields})
        made = api.call("POST", LIST, json={"name": "New", **fields})
        again = api.call("PUT", f"{LIST}/a", json=put.json())
    assert [200, 200, 200] == [put.status_code, made.status_code, again.status_code]
    assert _settings(put.json()) == _settings(made.json()) == _settings(again.json())
    assert _holds(put.json(), fields)


def assert_refused(fields: dict[str, Any], where: str) -> None:
    """The API refuses the fields with one detail, which names the place, and writes nothing."""
    with logged_in(QUEUES) as api:
        answer = api.call("PUT", f"{LIST}/a", json={"name": "A", **fields})
        history = api.history()
    assert (400, "bad.request", []) == (answer.status_code, answer.json()["code"], history)
    [detail] = answer.json()["details"]
    assert where == detail["fieldName"]
    assert f"{where}: " in answer.json()["message"]


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


def _holds(answer: Any, sent: Any) -> bool:
    """Whether an answer has everything that was sent; it may have more."""
    if isinstance(sent, dict):
        return all(_holds(answer.get(name), value) for name, value in sent.items())
    if isinstance(sent, list):
        return len(sent) == len(answer) and all(map(_holds, answer, sent))
    return bool(sent == answer)
