"""The quick answer whether a value fits a schema, with jsonschema as the oracle."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from syncer.model.fits_schema import compiled
from syncer.planning.document import plan_document
from syncer.policy.schema import schema_text
from tests.organizations import (
    JSON,
    backed,
    backup,
    leaves,
    overflow,
    planned,
    policies,
    policy,
    raw,
    replaced,
    rule,
)
from tests.properties import examples

PLAN = json.loads(schema_text("plan.v1.schema.json"))
FITS_PLAN, ORACLE = compiled(PLAN), Draft202012Validator(PLAN)
WANTED = policies(
    policy("A", rule("B", 30), rule("C"), capacity=10), policy("B", rule("C"), backup=backup("D", 60, True))
)
ODD: Any = "25"
SAMPLE = plan_document(
    planned(
        WANTED, [raw("A", overflow("B", ODD)), backed("B", "C", 90, True), raw("C", overflow("A")), raw("D")]
    )
)
PLACES = list(leaves(SAMPLE))
PLACES += [path[:size] for path in PLACES for size in range(len(path))]

ALL: dict[str, Any] = {
    "type": "object",
    "required": ["a"],
    "properties": {
        "a": {"type": ["integer", "null"], "minimum": 1, "title": "a"},
        "b": {"anyOf": [{"const": "x"}, {"$ref": "#/$defs/tree"}]},
        "c": {"oneOf": [{"type": "number"}, {"type": "integer"}, {"enum": ["x", None]}]},
        "d": {"pattern": "^a+$", "minimum": 0.5, "minItems": 1},
        "e": {"required": ["x"], "additionalProperties": {"type": "boolean"}},
        "f": {"propertyNames": {"enum": ["x"]}, "minLength": 2},
        "g": {"maxLength": 1, "maximum": 1, "minProperties": 1, "maxProperties": 1, "exclusiveMinimum": 0},
        "h": {"patternProperties": {"^x": {"type": "boolean"}}, "properties": {"x": {"minimum": 1}}},
        "i": {"allOf": [{"minimum": 0}, {"maximum": 1}, {"type": ["number", "string"]}], "format": "short"},
        "j": {"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"const": 1}},
        "k": {"if": {"type": "string"}, "then": {"enum": [1, "x", 1.5]}, "type": ["string", "null"]},
        "l": {"patternProperties": {"^x": {}}, "additionalProperties": False},
    },
    "additionalProperties": False,
    "$defs": {"tree": {"type": "array", "items": {"$ref": "#/$defs/tree"}, "maxItems": 1}},
}
VALUES = JSON | st.sampled_from([True, 1, 1.0, 1.5, 0, 0.0, 10**30, "x", "aa", "ab", [[], [[]]], {"x": True}])
OBJECTS = st.dictionaries(st.sampled_from("abcdefghijkl"), VALUES)


@examples(400)
@given(VALUES | OBJECTS)
def test_every_word_says_what_jsonschema_says(value: Any) -> None:
    short = FormatChecker(formats=())
    short.checks("short")(is_short)
    oracle = Draft202012Validator(ALL, format_checker=short)
    assert oracle.is_valid(value) == compiled(ALL, {"short": is_short})(value)


def is_short(value: object) -> bool:
    return not isinstance(value, str) or len(value) < 2


def test_a_definition_may_refer_to_itself() -> None:
    tree = compiled(ALL["properties"]["b"] | {"$defs": ALL["$defs"]})
    values: list[Any] = [[[]], "x", [[], []], [["x"]]]
    assert [True, True, False, False] == [tree(value) for value in values]


def test_formats_that_nobody_asks_for_refuse_nothing() -> None:
    assert compiled({"format": "short"})("long")


def test_texts_are_looked_at_once() -> None:
    check = compiled({"pattern": "^a"}, most_known=1)
    assert [True, True, True, False, False] == [check(text) for text in ("a", "ab", "a", "b", "b")]


def test_a_plan_fits() -> None:
    assert {"overflow", "backup"} == {each["kind"] for live in SAMPLE["live"] for each in live["rules"]}
    assert (True, True) == (ORACLE.is_valid(SAMPLE), FITS_PLAN(SAMPLE))


@examples(300)
@given(st.sampled_from(PLACES), VALUES)
def test_what_is_edited_into_a_plan_is_judged_as_by_jsonschema(path: tuple[Any, ...], new: Any) -> None:
    edited = replaced(SAMPLE, path, new)
    assert ORACLE.is_valid(edited) == FITS_PLAN(edited)


@examples(100)
@given(st.sampled_from([path for path in PLACES if path]))
def test_what_is_left_out_of_a_plan_is_judged_as_by_jsonschema(path: tuple[Any, ...]) -> None:
    *above, last = path
    inner: Any = SAMPLE
    for key in above:
        inner = inner[key]
    less = [*inner] if isinstance(inner, list) else {**inner}
    del less[last]
    edited = replaced(SAMPLE, tuple(above), less)
    assert ORACLE.is_valid(edited) == FITS_PLAN(edited)


@pytest.mark.parametrize(
    "schema",
    [
        {"uniqueItems": True},
        {"properties": {"a": {"not": {}}}},
        {"$ref": "#/$defs/none"},
        {"$ref": "other.json"},
        {"type": "date"},
        {"enum": [True]},
    ],
    ids=str,
)
def test_a_word_that_is_not_known_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a schema "):
        compiled(schema)
