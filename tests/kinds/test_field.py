"""Fields of rules: what a policy may write in them, how it is read, and how it is said."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.field import Field, Flag, GroupsField, Number, QueueField, Whole, Word, field_names, refusal
from syncer.kinds.overflow import OverflowRule
from syncer.model.finding import Position, Severity
from syncer.model.policy import GroupRef, QueueRef
from syncer.model.queue import TEAM
from syncer.model.rule import Value

WORDS: dict[str, Any] = {"title": "A title", "description": "What it is."}
WAIT = Whole(name="wait", least=60, most=600, otherwise=60, unit=" s", example=90, **WORDS)
SHARE = Whole(name="share", most=100, required=True, unit=" %", example=25, **WORDS)
LEVEL = Number(name="level", most=99, example=80, **WORDS)
SWITCH = Flag(name="switch", otherwise=True, **WORDS)
METRIC = Word(name="metric", words=("Wait", "Level"), nothing="none", **WORDS)
QUEUE = QueueField(name="queue", **WORDS)
GROUPS = GroupsField(name="groups", **WORDS)


@pytest.mark.parametrize(
    ("field", "said", "value"),
    [
        (WAIT, 60, 60),
        (WAIT, 600.0, 600),
        (SHARE, 0, 0),
        (LEVEL, 99, 99.0),
        (LEVEL, 0.5, 0.5),
        (SWITCH, False, False),
        (METRIC, "Level", "Level"),
    ],
)
def test_what_the_schema_takes_is_read_in_the_types_of_the_model(field: Field, said: Any, value: Any) -> None:
    Draft202012Validator(field.policy_schema()).validate(said)
    read = field.said({field.name: said})
    assert (value, type(value)) == (read, type(read))
    Draft202012Validator(field.document_schema()).validate(read)


@pytest.mark.parametrize(
    ("field", "said"),
    [(WAIT, 59), (WAIT, 601), (WAIT, 90.5), (LEVEL, 99.5), (LEVEL, -1), (SWITCH, 1), (METRIC, "wait")],
)
def test_what_is_out_of_bounds_the_schema_refuses(field: Field, said: Any) -> None:
    assert not Draft202012Validator(field.policy_schema()).is_valid(said)


def test_where_a_policy_says_nothing_the_default_counts() -> None:
    fields = (WAIT, SHARE, LEVEL, SWITCH, METRIC, QUEUE, GROUPS)
    assert [60, 0, 0.0, True, "", None, ()] == [field.said({}) for field in fields]
    assert [60, True] == [field.policy_schema()["default"] for field in (WAIT, SWITCH)]
    assert "default" not in SHARE.policy_schema()


def test_references_are_by_name_or_by_id() -> None:
    assert QueueRef("Sales") == QUEUE.said({"queue": "Sales"})
    assert QueueRef(id="1") == QUEUE.said({"queue": {"id": "1"}})
    assert (GroupRef("Day"), GroupRef("Night", type=TEAM)) == GROUPS.said(
        {"groups": ["Day", {"team": "Night"}]}
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (WAIT, 90, "90 s"),
        (SHARE, 0, "0 %"),
        (LEVEL, 80.0, "80"),
        (LEVEL, 30.5, "30.5"),
        (SWITCH, True, "true"),
        (METRIC, "", "none"),
    ],
)
def test_a_value_is_said_with_its_unit(field: Field, value: Value, words: str) -> None:
    assert words == field.in_words(value)


def test_bounds_are_said_in_words() -> None:
    assert "a whole number from 60 to 600" == WAIT.bounds
    assert "a whole number from 0 to 100" == SHARE.bounds


@pytest.mark.parametrize("field", [WAIT, QUEUE])
def test_an_editor_shows_title_and_description_and_a_reference_stands_first(field: Field) -> None:
    described = field.described()
    assert ("A title", "What it is.") == (described["title"], described["description"])
    assert field.policy_schema() == {name: described[name] for name in described if name not in WORDS}
    assert ("$ref" in field.policy_schema()) == (next(iter(described)) == "$ref")


def test_a_record_takes_other_values_and_only_ids_that_it_has() -> None:
    rule = OverflowRule("a", 5, 60, True)
    assert OverflowRule("a", 7, 60, True) == rule.with_values(threshold=7)
    assert OverflowRule("b", 5, 60, True) == rule.with_ids("b", ("g",))
    asked = GroupRule(1, "", "m", "o", 1.0, 0, ())
    assert ("b", ("g",)) == (asked.with_ids("b", ("g",)).target, asked.with_ids("b", ("g",)).groups)
    assert ("target", "agent_wait", "wait_for_agent") == field_names(BackupRule)


def test_a_refusal_of_the_api_is_an_error_about_its_queue() -> None:
    at = Position("p.yaml", 1, 2)
    found = refusal("dialect.x", "no", at, "do", "Q")
    assert ("dialect.x", Severity.ERROR, "no", at, "do", "Q") == (
        found.id,
        found.severity,
        found.message,
        found.position,
        found.tip,
        found.queue,
    )
