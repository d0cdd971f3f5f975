"""What the API refuses of conditional group activation, by itself and beside the rest of a queue."""

from dataclasses import replace
from typing import Any

import pytest

from syncer.checks.constructs import check_constructs
from syncer.model.finding import Position
from syncer.model.policy import GroupRef, PolicyQueue, PolicyRule, PolicySet, QueueRef
from tests.organizations import (
    Raw,
    backed,
    backup,
    conditional,
    groups,
    planned,
    policies,
    policy,
    raw,
    routed,
)
from tests.stated import activated, condition

NIGHT = (GroupRef("Night"),)


def stating(*parts: PolicyRule, **more: Any) -> PolicyQueue:
    """A policy of the queue A with these parts of activation."""
    own = policy("A", **more)
    said = {**own.stated, "conditional_group_activation": parts}
    return replace(own, stated={name: rules for name, rules in said.items() if name != "overflow"})


def when(metric: str = "ServiceLevel", value: float = 80.0, expression: str = "C1") -> tuple[PolicyRule, ...]:
    return activated(1, [condition(metric, "LessThan", value)], expression, NIGHT)


def offline(*parts: PolicyRule) -> list[tuple[str, str, str]]:
    found = check_constructs(PolicySet((stating(*parts),)))
    return [(each.id, each.message, each.tip) for each in found]


@pytest.mark.parametrize(
    ("metric", "most", "more"),
    [("EstimatedWaitTime", 259200.0, 259201.0), ("ServiceLevel", 100.0, 100.5)],
)
def test_a_value_that_a_metric_can_not_have(metric: str, most: float, more: float) -> None:
    assert [] == offline(*when(metric, most))
    assert [
        (
            "dialect.activation-value",
            f"{metric} {more:g} in activation 1 C1 of A is above {most:g}",
            f"write a value from 0 to {most:g}",
        )
    ] == offline(*when(metric, more))


def test_idle_agents_may_be_as_many_as_there_are() -> None:
    assert [] == offline(*when("IdleAgentCount", 1e9))


@pytest.mark.parametrize("expression", ["C1", "c1", "not C1", "(C1)", "C1 and C1", "C1 && !C1", "C1 OR C1"])
def test_an_expression_about_its_conditions_is_no_finding(expression: str) -> None:
    assert [] == offline(*when(expression=expression))


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("C2", "C2, which is not one of its conditions"),
        ("C1 and C10", "C10, which is not one of its conditions"),
        ("C1 adn C1", "adn, which is not one of its conditions"),
        ("and", "no condition"),
        ("()", "no condition"),
    ],
)
def test_an_expression_about_another_condition_is_told(expression: str, what: str) -> None:
    assert [
        (
            "dialect.activation-expression",
            f"the expression of activation 1 of A names {what}",
            "combine C1 by and, or, not and brackets",
        )
    ] == offline(*when(expression=expression))


def test_each_rule_has_conditions_of_its_own() -> None:
    many = [condition("ServiceLevel", "LessThan", 1.0)] * 10
    parts = (*activated(0, many, "C10"), *activated(1, many[:1], "C2", NIGHT))
    assert ["the expression of activation 1 of A names C2, which is not one of its conditions"] == [
        message for _, message, _ in offline(*parts)
    ]
    (_, _, tip), *_ = offline(*activated(0, many, "C11"))
    assert "combine C1, C2, C3, C4, C5, C6, C7, C8, C9, C10 by and, or, not and brackets" == tip


def live(wanted: PolicyQueue, *raws: Raw) -> list[tuple[str, str, Position | None]]:
    plan = planned(policies(wanted, policy("B")), [*raws, raw("B")], dialect="mixed")
    return [(each.id, each.message, each.position) for each in plan.findings if "activation" in each.id]


SEEN = {"simpleMetric": {"metric": "ServiceLevel"}, "operator": "LessThan", "value": 80}
ACTIVE = {"rules": [{"conditions": [SEEN], "conditionExpression": "C1", "groups": []}]}
FIRST = Position("policies/a.yaml", 2, 11)


def test_activation_in_live_excludes_conditional_groups_unless_the_policy_removes_it() -> None:
    own = routed("A", conditionalGroupActivation=ACTIVE)
    kept = policy("A", groups=(groups("Night"),))
    message = "the live queue A has conditional group activation, which excludes conditional groups"
    assert [("dialect.activation", message, Position("policies/a.yaml", 2, 9))] == live(kept, own)
    removing = stating(groups=(groups("Night"),))
    assert [] == live(removing, own), "it is removed in the same PUT"
    unknown = routed("A", conditionalGroupActivation={"a": 1})
    assert [message] == [each for _, each, _ in live(removing, unknown)], "what is unknown stays"


def test_conditional_groups_in_live_are_excluded_by_activation_unless_the_policy_removes_them() -> None:
    own = routed("A", conditional("Night"))
    message = "the live queue A has conditional groups, which conditional group activation excludes"
    assert [("dialect.activation", message, FIRST)] == live(stating(*when()), own)
    assert [] == live(stating(*when(), kinds=["conditional_groups"]), own), "they are removed in the same PUT"


def test_both_in_one_policy() -> None:
    message = "the policy of A has conditional groups too, which activation excludes"
    assert [("dialect.activation", message)] == [
        (each.id, each.message)
        for each in check_constructs(PolicySet((stating(*when(), groups=(groups("Night"),)),)))
    ]


def test_what_is_not_managed_is_no_finding() -> None:
    both = routed("A", conditional("Night"), conditionalGroupActivation=ACTIVE)
    assert [] == live(policy("A"), both)
    assert [] == live(stating(), backed("A", "B", lastAgentRoutingMode="AnyAgent"))


@pytest.mark.parametrize("mode", [None, "Disabled", "QueueMembersOnly", "AnyAgent"])
def test_direct_routing_and_last_agent_routing_are_a_warning(mode: str | None) -> None:
    last = ["last-agent routing"] if mode not in (None, "Disabled") else []
    fields: dict[str, Any] = {"lastAgentRoutingMode": mode}
    for wanted, own, direct in (
        (stating(*when()), routed("A", **fields), []),
        (stating(*when()), backed("A", "B", memberGroups=MEMBERS, **fields), ["direct routing"]),
        (stating(*when(), backup=backup("B")), routed("A", **fields), ["direct routing"]),
        (stating(*when(), kinds=["backup"]), backed("A", "B", memberGroups=MEMBERS, **fields), []),
    ):
        what = " and ".join((*direct, *last))
        message = f"A has {what}, which can't be combined with conditional group activation"
        assert [message] * bool(what) == [
            message for id_, message, _ in live(wanted, own) if id_ == "dialect.activation-routing"
        ]


MEMBERS = [{"id": "group-Night", "type": "GROUP"}]


def test_a_group_that_is_no_member_is_told_at_its_rule() -> None:
    wanted = policies(stating(*when()))
    plan = planned(wanted, [routed("A", members=())], dialect="mixed")
    assert [("the group Night is not a member of A", FIRST)] == [
        (each.message, each.position) for each in plan.findings if each.id == "dialect.foreign-group"
    ]


def test_watches_of_activation_circle() -> None:
    about_b = activated(1, [condition("ServiceLevel", "LessThan", 80.0, QueueRef("B"))], "C1", NIGHT)
    about_a = policy("B", groups=(groups("Night"), groups("Night", queue="A")))
    plan = planned(policies(stating(*about_b), about_a), [routed("A"), routed("B")], dialect="mixed")
    (circle,) = [each for each in plan.findings if each.id == "loops.watch"]
    assert "A → B → A watch each other in a circle" == circle.message
    assert plan.applicable
