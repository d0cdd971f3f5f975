"""What policies say, before names are resolved."""

from typing import Any

import pytest

from syncer.kinds.conditional_groups import GroupRule
from syncer.model.policy import GroupRef, PolicyQueue, PolicyRule, QueueRef
from syncer.model.queue import SKILL_GROUP, TEAM


def test_a_queue_is_named_by_its_name_or_its_id() -> None:
    assert ["Q", "7"] == [str(QueueRef("Q")), str(QueueRef(id="7"))]


@pytest.mark.parametrize(
    ("said", "reference"),
    [
        ("Night", GroupRef("Night")),
        ({"id": "g1"}, GroupRef(id="g1")),
        ({"team": "Night"}, GroupRef("Night", type=TEAM)),
        ({"skill_group": "Night"}, GroupRef("Night", type=SKILL_GROUP)),
    ],
)
def test_a_group_is_named_or_has_an_id(said: Any, reference: GroupRef) -> None:
    assert reference == GroupRef.said(said)


def test_a_name_and_an_id_may_mean_one_queue_unless_it_is_known_that_they_do_not() -> None:
    name, id_ = QueueRef.said("A"), QueueRef.said({"id": "1"})
    for known, same in (({}, True), ({"1": "A"}, True), ({"1": "B"}, False), ({"2": "A"}, True)):
        assert (same, same) == (name.may_be(id_, known), id_.may_be(name, known))
    assert name.may_be(QueueRef("A"), {})
    assert not name.may_be(QueueRef("B"), {})
    assert not id_.may_be(QueueRef(id="2"), {"1": "A", "2": "A"})


def test_a_rule_of_a_policy_bears_names_in_place_of_ids() -> None:
    groups = (GroupRef("Day"), GroupRef("Night", type=TEAM))
    rule = PolicyRule.of(GroupRule(1, "", "m", "o", 1.0, 0, ()), QueueRef("B"), groups, said=["value"])
    assert ("B", ("Day", "team Night")) == (rule.rule.target, rule.rule.groups)
    assert frozenset({"value"}) == rule.said
    queue = PolicyQueue(QueueRef("A"), stated={"overflow": (), "conditional_groups": (rule,)})
    assert frozenset({"overflow", "conditional_groups"}) == queue.stated_kinds
    assert (rule,) == queue.rules
