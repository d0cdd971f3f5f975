"""Conditional groups on the wire."""

from copy import deepcopy
from typing import Any

import pytest

from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.live.wire import read_queue, write_change, write_rules
from syncer.model.change import QueueChange
from tests.kinds.raws import OWN, RULE, Raw, queue


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"conditionValue": "30"}, "rule 1: conditionValue is '30', not a number (assumed 0)"),
        ({"conditionValue": 10**400}, "rule 1: conditionValue is a huge number, not a number (assumed 0)"),
        ({"waitSeconds": 1.5}, "rule 1: waitSeconds is 1.5, not a whole number (assumed 0 s)"),
        ({"waitSeconds": -1}, "rule 1: waitSeconds is -1, not a whole number (assumed 0 s)"),
        ({"queue": "b"}, "rule 1: queue is 'b', not one with an id"),
        ({"queue": {"id": 3}}, "rule 1: queue is {'id': 3}, not one with an id"),
        ({"metric": 5, "operator": []}, "rule 1: metric is 5, not a string; operator is [], not a string"),
        ({"groups": "g"}, "rule 1: groups are 'g', not a list"),
        ({"groups": [{"id": "g"}, {"name": "G"}]}, "rule 1: one of the groups has no id"),
    ],
)
def test_conditional_groups_that_make_no_sense_are_named(fields: Raw, problem: str) -> None:
    rule = {"metric": "ServiceLevel", "operator": "LessThan", "groups": [{"id": "g"}]}
    read = read_queue(queue(conditionalGroupRouting={"rules": [rule | fields]}))
    assert {0: problem} == read.problems


def test_the_queue_itself_as_the_one_that_is_watched_is_none() -> None:
    raw = queue(conditionalGroupRouting={"rules": [RULE | {"queue": OWN}, RULE | {"queue": OWN}]})
    read = read_queue(raw)
    assert (["", ""], {}) == ([rule.target for rule in read.rules], read.problems)
    assert read.rules == read_queue(queue(conditionalGroupRouting={"rules": [RULE, RULE]})).rules


def test_the_queue_itself_is_never_sent_in_the_first_rule() -> None:
    """Not even where another kind of rules is written."""
    raw = queue(conditionalGroupRouting={"rules": [RULE | {"queue": OWN, "x": 1}, RULE], "y": 2})
    first = deepcopy(raw)
    for rules in ((), (BackupRule("b"),)):
        change = QueueChange("q", "Q", (), (), rules, kinds=("backup",))
        sent = write_change(raw, change)
        assert {"rules": [RULE | {"x": 1}, RULE], "y": 2} == sent["conditionalGroupRouting"]
    assert first == raw


@pytest.mark.parametrize("rules", [[], None, [7], [RULE], [RULE | {"queue": {"id": "b"}}]])
def test_what_is_not_the_queue_itself_is_sent_as_it_is(rules: Any) -> None:
    raw = queue(conditionalGroupRouting={"rules": rules})
    change = QueueChange("q", "Q", (), (), (), kinds=("backup",))
    assert rules == write_change(raw, change)["conditionalGroupRouting"]["rules"]


def test_an_entry_that_is_no_rule_keeps_its_place() -> None:
    rule = {
        "metric": "ServiceLevel",
        "operator": "LessThan",
        "groups": [{"id": "h"}, {"id": "g"}, {"id": "h"}],
    }
    read = read_queue(queue(conditionalGroupRouting={"rules": [7, rule]}))
    assert {0: "rule 1: it is 7, not an object"} == read.problems
    assert GroupRule(2, "", "ServiceLevel", "LessThan", 0.0, 0, ("g", "h")) == read.rules[1]


def test_a_new_group_takes_its_type_from_the_members_of_the_queue() -> None:
    raw = queue(memberGroups=[{"id": "g", "type": "SKILLGROUP", "name": "G"}, {"id": "n"}])
    rule = GroupRule(1, "a", "ServiceLevel", "LessThan", 80.0, 5, ("g", "n", "x"))
    assert {
        "rules": [
            {
                "queue": {"id": "a"},
                "metric": "ServiceLevel",
                "operator": "LessThan",
                "conditionValue": 80.0,
                "waitSeconds": 5,
                "groups": [
                    {"id": "g", "type": "SKILLGROUP"},
                    {"id": "n", "type": "GROUP"},
                    {"id": "x", "type": "GROUP"},
                ],
            }
        ]
    } == write_rules(raw, [rule], ["conditional_groups"])["conditionalGroupRouting"]


def test_the_last_rule_takes_the_routing_away_unless_it_holds_more() -> None:
    rules = {"rules": [{"metric": "ServiceLevel"}]}
    bare = write_rules(queue(conditionalGroupRouting=rules), [], ["conditional_groups"])
    assert "conditionalGroupRouting" not in bare
    fuller = write_rules(queue(conditionalGroupRouting=rules | {"x": 1}), [], ["conditional_groups"])
    assert {"x": 1, "rules": []} == fuller["conditionalGroupRouting"]
