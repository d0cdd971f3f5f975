"""Images of rules, as the audit and saved plans have them."""

import pytest

from syncer.errors import AuditError
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.plan import Plan
from syncer.planning.audit_images import Image, image_of, images_of_plan

OLD, NEW = OverflowRule("b", 10), OverflowRule("b", 20)


def test_a_plan_holds_an_image_of_each_rule_that_it_changes() -> None:
    rules = (
        RuleChange(Action.UPDATE, "b", "B", OLD, NEW),
        RuleChange(Action.DELETE, "b", "B", NEW, None, note="a second rule"),
    )
    plan = Plan("now", "api", changes=(QueueChange("a", "A", rules, (), (), kinds=("overflow",)),))
    second = Image("a", "A", "B", NEW, None, note="a second rule")
    assert (Image("a", "A", "B", OLD, NEW), second) == tuple(images_of_plan(plan))


def test_an_image_of_nothing_has_no_rule() -> None:
    with pytest.raises(AuditError, match="no image of a rule of A"):
        _ = Image("a", "A", "B", None, None).rule


def test_an_entry_without_both_sides_holds_no_image() -> None:
    with pytest.raises(AuditError, match="audit entry 3 holds no image"):
        image_of({"n": 3, "queueId": "a", "queueName": "A", "before": None})
