"""Changes: what they are counted by, and whom they name."""

from typing import Any

import pytest

from syncer.kinds.overflow import OverflowRule
from syncer.kinds.owner import OwnerMark
from syncer.model.change import Action, QueueChange, RuleChange, Written, names_in
from syncer.model.queue import TEAM, Group

CHANGE = QueueChange(
    "q",
    "Q",
    (
        RuleChange(Action.CREATE, "a", "Queue A", after=OverflowRule("a")),
        RuleChange(Action.DELETE, "b", "Queue B", OverflowRule("b")),
    ),
    (),
    (),
    kinds=("overflow",),
)


def test_the_names_of_targets() -> None:
    assert {"a": "Queue A", "b": "Queue B"} == names_in(CHANGE)


def test_what_a_put_did_is_read_back_as_it_was() -> None:
    written = Written({"routingRules": [1]}, {})
    assert {"before": {"routingRules": [1]}, "after": {}} == written.as_json()
    assert written == Written.of(written.as_json())
    assert Written.of(None) is None


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"before": {}}, KeyError),
        ({"before": {}, "after": []}, TypeError),
        ({"before": "x", "after": {}}, TypeError),
        ("text", TypeError),
    ],
)
def test_what_no_put_did_is_not_read(document: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        Written.of(document)


def test_a_change_is_about_the_rule_as_it_shall_be_else_as_it_was() -> None:
    old, new = OverflowRule("a", 1), OverflowRule("a", 2)
    assert new == RuleChange(Action.UPDATE, "a", "A", old, new).rule
    assert old == RuleChange(Action.DELETE, "a", "A", old).rule
    with pytest.raises(ValueError, match="at least one side"):
        _ = RuleChange(Action.UPDATE, "a", "A").rule


def test_a_mark_of_the_owner_is_no_rule() -> None:
    assert [True, False] == [
        RuleChange(Action.CREATE, "", "", after=rule).is_mark for rule in (OwnerMark("us"), OverflowRule("a"))
    ]


def test_groups_are_named_beside_the_target() -> None:
    rule = RuleChange(Action.CREATE, "a", "A", after=OverflowRule("a"), groups=(Group("t", "Night", TEAM),))
    assert {"a": "A", "t": "team Night"} == rule.names
