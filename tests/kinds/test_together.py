"""What stands beside rules in a queue and may not fit them."""

from typing import Any

import pytest

from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.together import division_apart, methods_together, within_queue
from syncer.model.finding import Position, Severity
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule

AT = Position("p.yaml", 7, 9)
GROUPS = GroupRule(1, "", "ServiceLevel", "LessThan", 80.0, 5, ("g",))
RINGS = {"bullseye": {"rings": [{"expansionTimeoutSeconds": 5}]}}
DIRECT = {"directRouting": {"backupQueueId": "a"}}
LAST = {"lastAgentRoutingMode": "QueueMembersOnly"}
ROUTED = {"conditionalGroupRouting": {"rules": [{"metric": "ServiceLevel"}]}}


def told(raw: dict[str, Any], *rules: Rule) -> list[str]:
    placed = [(rule, AT if rule is GROUPS else None) for rule in rules]
    found = list(methods_together(LiveQueue("a", "A", raw=raw), placed))
    assert [(Severity.WARNING, AT, "A")] * len(found) == [
        (each.severity, each.position, each.queue) for each in found
    ]
    return [each.message for each in found]


@pytest.mark.parametrize(
    ("raw", "rules", "methods"),
    [
        (RINGS, [GROUPS], "bullseye rings"),
        (DIRECT, [GROUPS], "direct routing"),
        (LAST, [GROUPS], "last-agent routing"),
        (RINGS | DIRECT | LAST, [GROUPS], "direct routing and bullseye rings and last-agent routing"),
        ({}, [BackupRule("b"), GROUPS], "direct routing"),
        (ROUTED, [BackupRule("b"), GROUPS], "direct routing"),
    ],
)
def test_a_method_that_conditional_groups_dont_go_with(
    raw: dict[str, Any], rules: list[Rule], methods: str
) -> None:
    assert [f"A has {methods}, which can't be combined with conditional groups"] == told(raw, *rules)


def test_the_message_as_it_is_read() -> None:
    assert ["A has bullseye rings, which can't be combined with conditional groups"] == told(RINGS, GROUPS)


@pytest.mark.parametrize(
    ("raw", "rules"),
    [
        ({}, [GROUPS]),
        (RINGS | DIRECT | LAST, [BackupRule("b"), OverflowRule("b")]),
        ({"bullseye": {"rings": []}, "lastAgentRoutingMode": "Disabled", "directRouting": {}}, [GROUPS]),
        (ROUTED | RINGS, [GROUPS]),
        (ROUTED | DIRECT, [BackupRule("b"), GROUPS]),
    ],
)
def test_what_goes_together_or_is_so_in_live_already(raw: dict[str, Any], rules: list[Rule]) -> None:
    assert [] == told(raw, *rules)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"id": "2"}, ["A and the watched queue B are in different divisions"]),
        ({"id": "1"}, []),
        (None, []),
    ],
)
def test_a_queue_of_another_division(other: object, words: list[str]) -> None:
    one = LiveQueue("a", "A", raw={"division": {"id": "1"}})
    two = LiveQueue("b", "B", raw={"division": other})
    found = list(division_apart(one, two, "the watched queue", AT))
    assert words == [each.message for each in found]
    assert [Severity.WARNING] * len(words) == [each.severity for each in found]


def test_what_routes_within_a_queue_is_said_in_words() -> None:
    assert () == within_queue({"routingRules": [{"type": "overflow"}], "bullseye": {"rings": []}})
    assert ("1 bullseye ring", "2 preferred-agent rules") == within_queue(
        {"routingRules": [{}, {"type": "overflow"}, {"operator": "ANY"}], "bullseye": {"rings": [{}]}}
    )
    assert () == within_queue({"routingRules": None, "bullseye": "x"})
