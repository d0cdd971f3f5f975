"""What the audit has as texts, held against the JSON of a queue."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.live.audited_values import (
    holds,
    is_of_rules,
    is_setting,
    means,
    shown_value,
    steps_of,
    value_at,
    with_values,
)
from syncer.model.audited import PropertyChange
from tests.properties import examples

QUEUE: dict[str, Any] = {
    "id": "q",
    "description": "ours",
    "enabled": True,
    "count": 25,
    "share": 0.5,
    "word": "null",
    "nothing": None,
    "directRouting": {"backupQueueId": "b", "waitForAgent": False},
    "memberGroups": [{"id": "g", "name": "Night", "type": "GROUP"}, {"id": "h"}],
    "routingRules": [{"type": "overflow", "overflowTarget": "back", "threshold": 10}],
    "division": {"id": "d", "name": "Home"},
}


def new(path: str, *values: str) -> PropertyChange:
    return PropertyChange(path, (), values)


@pytest.mark.parametrize(
    "change",
    [
        new("description", "ours"),
        new("Description", "ours"),
        new("enabled", "true"),
        new("enabled", "True"),
        new("count", "25"),
        new("count", "25.0"),
        new("share", "0.50"),
        new("word", "null"),
        new("nothing"),
        new("nothing", ""),
        new("nothing", "null"),
        new("nothing", "[]"),
        new("missing", "None"),
        new("directRouting.backupQueueId", "b"),
        new("directRouting[backupQueueId]", "b"),
        new("directRouting", '{"waitForAgent": false, "backupQueueId": "b", "more": null}'),
        new("directRouting.waitForAgent", "false"),
        new("memberGroups", '{"id": "h"}', '{"id": "g", "name": "other name"}'),
        new("memberGroups", '[{"id": "g"}, {"id": "h"}]'),
        new("memberGroups[1].id", "h"),
        new("routingRules", '{"threshold": 10, "overflowTarget": "back", "type": "overflow"}'),
        new("division", "d"),
        new("division", '{"id": "d", "selfUri": "/x"}'),
    ],
)
def test_a_value_is_found_in_every_form_that_is_known(change: PropertyChange) -> None:
    assert holds(QUEUE, change)


@pytest.mark.parametrize(
    "change",
    [
        new("description", "theirs"),
        new("description"),
        new("description", "ours", "theirs"),
        new("missing", "x"),
        new("missing.deeper", "x"),
        new("", "x"),
        new("..", "x"),
        new("enabled", "false"),
        new("count", "26"),
        new("nothing", "x"),
        new("directRouting.backupQueueId", "c"),
        new("directRouting", '{"backupQueueId": "b"}'),
        new("memberGroups", '{"id": "g"}'),
        new("memberGroups", '{"id": "g"}', '{"id": "g"}', '{"id": "h"}'),
        new("memberGroups[7].id", "h"),
        new("memberGroups[99999999].id", "h"),
        new("routingRules", '{"threshold": 11, "overflowTarget": "back", "type": "overflow"}'),
        new("routingRules", "[" * 100),
        new("division", "e"),
    ],
)
def test_what_is_other_or_can_not_be_compared_is_not_there(change: PropertyChange) -> None:
    assert not holds(QUEUE, change)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcdef", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def texts(value: Any) -> tuple[str, ...]:
    """A value as the emulator's audit has it."""
    if value is None:
        return ()
    return tuple(
        each if isinstance(each, str) else json.dumps(each)
        for each in (value if isinstance(value, list) else [value])
    )


@given(value=JSON)
@examples(300)
def test_what_a_queue_has_is_found_in_it(value: Any) -> None:
    assert holds({"field": value}, PropertyChange("field", (), texts(value)))
    assert holds({"outer": {"field": value}}, PropertyChange("outer.field", (), texts(value)))


@given(
    one=st.integers() | st.booleans() | st.text("xyz", min_size=1),
    other=st.integers() | st.text("xyz", min_size=1),
)
@examples(300)
def test_another_value_is_not_found(one: object, other: object) -> None:
    same = str(one).casefold() == str(other).casefold()
    assert same == holds({"field": one}, PropertyChange("field", (), texts(other)))


@given(texts_=st.lists(st.text(max_size=20), max_size=4), path=st.text(max_size=20), value=JSON)
@examples(300)
def test_hostile_texts_are_an_answer_too(texts_: list[str], path: str, value: Any) -> None:
    change = PropertyChange(path, (), tuple(texts_))
    assert holds({"field": value}, change) in (True, False)
    made = with_values({"field": value}, [change])
    assert made is None or holds(made, change)


def test_what_moves_by_itself_is_no_setting() -> None:
    assert [False, False, False, True] == [
        is_setting(new(path, "x")) for path in ("dateModified", "Version", "memberCount", "description")
    ]
    assert [True, True, False] == [
        is_of_rules(new(path)) for path in ("directRouting.backupQueueId", "RoutingRules", "description")
    ]


def test_paths_and_values_are_shown() -> None:
    assert ("a", "b", "0", "c") == steps_of("a.b[0].c")
    assert "b" == value_at(QUEUE, "directRouting.backupQueueId")
    assert ["ours", "", "25", '{"id":"d","name":"Home"}'] == [
        shown_value(QUEUE, path).replace(", ", ",").replace(": ", ":")
        for path in ("description", "missing", "count", "division")
    ]


@pytest.mark.parametrize(
    ("change", "path", "value"),
    [
        (new("directRouting.backupQueueId", "c"), "directRouting.backupQueueId", "c"),
        (new("directRouting.backupQueueId"), "directRouting.backupQueueId", None),
        (new("directRouting.waitForAgent", "true"), "directRouting.waitForAgent", True),
        (new("routingRules", '{"type": "overflow"}'), "routingRules", [{"type": "overflow"}]),
        (new("routingRules"), "routingRules", None),
        (new("other.backupQueueId", "5"), "other.backupQueueId", "5"),
        (new("newRules", '{"a": 1}', '{"b": 2}'), "newRules", [{"a": 1}, {"b": 2}]),
        (new("flags", "true"), "flags", True),
    ],
)
def test_their_values_are_set(change: PropertyChange, path: str, value: object) -> None:
    made = with_values(QUEUE, [change])
    assert made is not None
    assert value == value_at(made, path)
    assert "description" in made


@pytest.mark.parametrize("path", ["", "description.deeper", "memberGroups[0].id"])
def test_what_can_not_be_set_surely_is_not_set(path: str) -> None:
    assert with_values(QUEUE, [new(path, "x")]) is None


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ('{"type": "overflow", "overflowTarget": "back", "threshold": 10, "id": "made by the server"}', True),
        ('{"type": "overflow", "overflowTarget": "back", "threshold": 11}', False),
        ('{"type": "overflow", "overflowTarget": "back", "threshold": 10, "note": "theirs"}', False),
        ('{"type": "overflow", "overflowTarget": 5}', False),
        ("[]", False),
    ],
)
def test_rules_that_mean_the_same_are_held_whatever_their_ids(said: str, same: bool) -> None:
    assert same == means({**QUEUE, "name": "Q"}, new("routingRules", said))


def test_what_is_no_queue_means_nothing() -> None:
    assert not means({"routingRules": []}, new("routingRules", '{"type": "overflow"}'))
    assert means(QUEUE, new("description", "ours"))


ORDERED: dict[str, Any] = {
    "bullseye": {"rings": [{"expansionCriteria": 1}, {"expansionCriteria": 2}]},
    "callingPartyNumber": "4930123",
    "code": "7",
    "tags": ["007", "x"],
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (new("bullseye.rings", '{"expansionCriteria": 1}', '{"expansionCriteria": 2}'), True),
        (new("bullseye.rings", '{"expansionCriteria": 2}', '{"expansionCriteria": 1}'), False),
        (new("bullseye", '{"rings": [{"expansionCriteria": 2}, {"expansionCriteria": 1}]}'), False),
        (new("callingPartyNumber", "+4930123"), False),
        (new("callingPartyNumber", '"4930123"'), True),
        (new("code", "007"), False),
        (new("code", "7.0"), False),
        (new("tags", "x", "007"), True),
        (new("tags", "x", "7"), False),
    ],
)
def test_order_and_characters_count_where_they_mean_something(change: PropertyChange, expected: bool) -> None:
    assert expected is holds(ORDERED, change)
