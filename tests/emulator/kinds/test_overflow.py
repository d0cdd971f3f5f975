"""The API's own rules about overflow, and what a write changed, as the history tells it."""

from typing import Any

import pytest

from syncer.emulator.kinds.overflow import difference
from tests.emulator.emulator_api import LIST, logged_in, overflow, queue

OTHER = {"operator": "MEETS_THRESHOLD", "threshold": 9}


def test_rules_without_an_id_are_given_one_and_other_entries_stay() -> None:
    with logged_in([queue("A"), queue("B")]) as api:
        rules = [overflow("b", id="kept"), OTHER, overflow("b")]
        answer = api.call("PUT", f"{LIST}/a", json=queue("A", *rules)).json()
    kept, untouched, given = answer["routingRules"]
    assert ("kept", OTHER) == (kept["id"], untouched)
    assert {**overflow("b"), "id": given["id"]} == given


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ({"overflowTarget": None}, "overflowTarget"),
        ({"overflowTarget": "none"}, "overflowTarget"),
        ({"overflowTarget": "a"}, "overflowTarget"),
        ({"threshold": 101}, "threshold"),
        ({"threshold": -1}, "threshold"),
        ({"threshold": 2.5}, "threshold"),
        ({"threshold": True}, "threshold"),
        ({"threshold": "25"}, "threshold"),
        ({"overflowDelay": 3601}, "overflowDelay"),
        ({"enabled": "yes"}, "enabled"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule: dict[str, Any], where: str) -> None:
    with logged_in([queue("A"), queue("B")]) as api:
        answer = api.call("PUT", f"{LIST}/a", json=queue("A", {**overflow("b"), **rule}))
        history = api.history()
    assert (400, []) == (answer.status_code, history)
    [detail] = answer.json()["details"]
    assert f"routingRules[0].{where}" == detail["fieldName"]
    assert f"routingRules[0].{where}: " in answer.json()["message"]


def test_zeros_may_be_left_out_or_null_and_whole_numbers_may_have_a_point() -> None:
    with logged_in([queue("A"), queue("B")]) as api:
        rule = {"type": "overflow", "overflowTarget": "b"}
        unset = {"threshold": None, "overflowDelay": 60.0, "enabled": None}
        assert 200 == api.call("PUT", f"{LIST}/a", json=queue("A", rule)).status_code
        assert 200 == api.call("PUT", f"{LIST}/a", json=queue("A", rule | unset)).status_code
        assert 200 == api.call("PUT", f"{LIST}/a", json={"name": "A", "routingRules": None}).status_code


def test_overflow_rules_are_told_from_everything_else() -> None:
    old = queue("A", OTHER, overflow("b"), color="red", memberCount=1)
    assert {
        "rulesBefore": [overflow("b")],
        "rulesAfter": [overflow("c")],
        "othersChanged": False,
    } == difference(old, queue("A", overflow("c"), OTHER, color="red", memberCount=2))
    assert difference(old, {**old, "color": "blue"})["othersChanged"]
    assert difference(old, {**old, "routingRules": [overflow("b")]})["othersChanged"]
    assert not difference({"id": "a"}, {"id": "a", "routingRules": "strange"})["othersChanged"]


def test_the_history_has_it_for_every_kind_of_write() -> None:
    with logged_in([queue("A"), queue("B")]) as api:
        api.call("PUT", f"{LIST}/a", json=queue("A", overflow("b")))
        api.call("POST", "/_emulator/queues/a", json={"description": "theirs"})
        api.call("DELETE", f"{LIST}/a")
        told = [
            (len(entry["rulesBefore"]), len(entry["rulesAfter"]), entry["othersChanged"])
            for entry in api.history()
        ]
    assert [(0, 1, False), (1, 1, True), (1, 0, True)] == told
