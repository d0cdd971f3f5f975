"""Conditional group activation on the wire."""

from copy import deepcopy
from typing import Any

import pytest

from syncer.kinds.activation_rule import ActivationRule
from syncer.live.wire import read_queue, take_back, write_rules
from syncer.model.change import Written
from tests.kinds.raws import Raw, queue

KIND = "conditional_group_activation"
FIELD = "conditionalGroupActivation"
GROUP = {"id": "g", "type": "GROUP"}


def condition(watched: Any = None, value: Any = 80, metric: str = "ServiceLevel") -> Raw:
    simple = {"metric": metric} if watched is None else {"metric": metric, "queue": watched}
    return {"simpleMetric": simple, "operator": "LessThan", "value": value}


def activation(*conditions: Any, **fields: Any) -> Raw:
    """A queue with one rule of activation."""
    rule = {"conditions": list(conditions), "conditionExpression": "C1", "groups": [GROUP]}
    return queue(**{FIELD: {"rules": [rule | fields]}})


WHOLE: Raw = {
    "pilotRule": {"conditions": [condition({"id": "b", "name": "B"})], "conditionExpression": "C1", "x-p": 1},
    "rules": [
        {
            "conditions": [condition({"id": "q"}), condition({"id": "c"}, 3, "IdleAgentCount") | {"x-c": 2}],
            "conditionExpression": "C1 and C2",
            "groups": [{**GROUP, "name": "Night"}],
            "x-r": 3,
        }
    ],
    "x-a": 4,
}
PARTS = (
    ActivationRule(0, 0, expression="C1"),
    ActivationRule(0, 1, "b", "ServiceLevel", "LessThan", 80.0),
    ActivationRule(1, 0, expression="C1 and C2", groups=("g",)),
    ActivationRule(1, 1, "", "ServiceLevel", "LessThan", 80.0),
    ActivationRule(1, 2, "c", "IdleAgentCount", "LessThan", 3.0),
)


def test_the_pilot_and_the_rules_are_read_each_before_its_conditions() -> None:
    read = read_queue(queue(**{FIELD: WHOLE}))
    assert (PARTS, {}) == (read.rules, read.problems)
    assert [("g", "Night")] == [(group.id, group.name) for group in read.groups]


@pytest.mark.parametrize(
    "nothing",
    [None, 3, {}, {"rules": 3}, {"rules": []}, {"pilotRule": None}, {"pilotRule": {}, "rules": None}],
)
def test_what_says_nothing_is_no_rule_and_is_not_touched(nothing: Any) -> None:
    raw = queue(**{FIELD: nothing})
    assert () == read_queue(raw).rules
    assert raw == write_rules(raw, (), [KIND])


@pytest.mark.parametrize(
    ("raw", "place", "problem"),
    [
        (queue(**{FIELD: {"rules": [7]}}), 0, "rule 1: it is 7, not an object"),
        (queue(**{FIELD: {"pilotRule": 7}}), 0, "pilot rule: it is 7, not an object"),
        (activation(conditions="all"), 0, "rule 1: conditions are 'all', not a list"),
        (activation(conditionExpression=1), 0, "rule 1: conditionExpression is 1, not a string"),
        (activation(groups="g"), 0, "rule 1: groups are 'g', not a list"),
        (activation(7), 1, "rule 1, C1: it is 7, not a condition of a metric"),
        (activation(condition("b")), 1, "rule 1, C1: queue is 'b', not one with an id"),
        (
            activation(condition(), condition(value="x")),
            2,
            "rule 1, C2: value is 'x', not a number (assumed 0)",
        ),
    ],
)
def test_what_makes_no_sense_is_named_at_its_rule_or_condition(raw: Raw, place: int, problem: str) -> None:
    assert {place: problem} == read_queue(raw).problems


def test_what_stays_keeps_its_unknown_fields_and_what_is_said_of_it() -> None:
    raw = queue(**{FIELD: WHOLE})
    assert raw == write_rules(raw, PARTS, [KIND])
    wanted = (*PARTS[:4], PARTS[4].with_values(value=5.0, target="d"))
    after = deepcopy(WHOLE)
    last = after["rules"][0]["conditions"][1]
    last["value"], last["simpleMetric"]["queue"] = 5.0, {"id": "d"}
    assert queue(**{FIELD: after}) == write_rules(raw, wanted, [KIND])
    assert (wanted, {}) == (read_queue(queue(**{FIELD: after})).rules, {})


def test_a_new_rule_says_all_and_a_group_takes_its_type_from_the_members() -> None:
    raw = queue(memberGroups=[{"id": "g", "type": "SKILLGROUP"}])
    assert {
        "rules": [
            {
                "conditions": [
                    {"simpleMetric": {"metric": "ServiceLevel"}, "operator": "LessThan", "value": 80.0},
                    {
                        "simpleMetric": {"metric": "IdleAgentCount", "queue": {"id": "c"}},
                        "operator": "LessThan",
                        "value": 3.0,
                    },
                ],
                "conditionExpression": "C1 and C2",
                "groups": [{"id": "g", "type": "SKILLGROUP"}],
            }
        ]
    } == write_rules(raw, PARTS[2:], [KIND])[FIELD]


def test_a_condition_that_watches_the_queue_itself_from_now_on_names_none() -> None:
    raw = activation(condition({"id": "b"}))
    wanted = (ActivationRule(1, 0, expression="C1", groups=("g",)), PARTS[1].with_values(place=1, target=""))
    (rule,) = write_rules(raw, wanted, [KIND])[FIELD]["rules"]
    assert {"metric": "ServiceLevel"} == rule["conditions"][0]["simpleMetric"]


def test_the_last_rule_takes_the_activation_away_unless_it_holds_more() -> None:
    bare = write_rules(activation(condition()), (), [KIND])
    assert FIELD not in bare
    assert {"x-a": 4, "rules": []} == write_rules(queue(**{FIELD: WHOLE}), (), [KIND])[FIELD]
    no_pilot = write_rules(queue(**{FIELD: WHOLE}), PARTS[2:], [KIND])[FIELD]
    assert {"rules": WHOLE["rules"], "x-a": 4} == no_pilot
    no_rules = write_rules(queue(**{FIELD: WHOLE}), PARTS[:2], [KIND])[FIELD]
    assert {**WHOLE, "rules": []} == no_rules


def test_taking_a_change_back_keeps_what_others_did_since() -> None:
    before = queue(**{FIELD: WHOLE})
    after = write_rules(before, (*PARTS[:4], PARTS[4].with_values(value=5.0)), [KIND])
    written = Written({FIELD: before[FIELD]}, {FIELD: after[FIELD]})
    now = deepcopy(after)
    now[FIELD]["rules"][0]["x-r"] = "theirs"
    expected = deepcopy(before)
    expected[FIELD]["rules"][0]["x-r"] = "theirs"
    assert expected == take_back(now, written, [KIND])
