"""What an edit in the audit changed, in words."""

import json
from typing import Any

import pytest

from syncer.model.audited import AuditedEdit, PropertyChange
from syncer.report.edited import edit_in_words, moved_in_words
from tests.program import overflow

NAMES = {"back": "Back", "desk": "Desk"}


def rules(*found: dict[str, Any]) -> tuple[str, ...]:
    return (json.dumps(found),)


BEFORE = overflow("back", 10)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (rules({**BEFORE, "overflowDelay": 120}), "overflow to Back: delay 60 s → 120 s"),
        (rules({**BEFORE, "threshold": 25, "enabled": False}), "threshold 10 % → 25 %, enabled true → false"),
        (rules(BEFORE, overflow("desk", 5)), "overflow to Desk created (5 % after 60 s)"),
        ((), "overflow to Back deleted (10 % after 60 s)"),
        (tuple(map(json.dumps, ({**BEFORE, "threshold": 25}, overflow("desk", 5)))), "threshold 10 % → 25 %"),
    ],
)
def test_of_a_field_of_rules_the_differences_are_named(new: tuple[str, ...], words: str) -> None:
    assert words in moved_in_words(PropertyChange("routingRules", rules(BEFORE), new), NAMES)


@pytest.mark.parametrize(
    "change",
    [
        PropertyChange("description", ("a",), ("b",)),
        PropertyChange("directRouting.backupQueueId", ("back",), ("desk",)),
        PropertyChange("routingRules", ("cut off: [{",), rules(BEFORE)),
        PropertyChange("routingRules", rules(BEFORE), rules({**BEFORE, "threshold": "many"})),
        PropertyChange("routingRules", rules(BEFORE), rules(BEFORE)),
    ],
)
def test_anything_else_has_its_values(change: PropertyChange) -> None:
    assert change.in_words(NAMES) == moved_in_words(change, NAMES)


def test_the_edit_says_who_and_when_before_it() -> None:
    change = PropertyChange("routingRules", rules(BEFORE), rules({**BEFORE, "overflowDelay": 120}))
    edit = AuditedEdit("q", "2026-03-01T08:30:00.000Z", "Update", user_name="Ada", changes=(change,))
    assert "Ada at 2026-03-01T08:30:00.000Z: overflow to Back: delay 60 s → 120 s" == edit_in_words(
        edit, NAMES
    )
