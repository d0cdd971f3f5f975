"""Taking back what one writer did, and nothing else."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.live.merge import ABSENT, merged

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from("ab"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "x", "y"]), inner),
    max_leaves=6,
)


def over(target: Any, **fields: Any) -> dict[str, Any]:
    return {"type": "overflow", "overflowTarget": target, **fields}


def group(id_: str, **fields: Any) -> dict[str, Any]:
    return {"id": id_, **fields}


@given(JSON, JSON)
def test_what_nobody_touched_since_is_as_it_was(base: Any, ours: Any) -> None:
    assert ours == merged(base, deepcopy(base), ours)


@given(JSON, JSON)
def test_what_the_writer_did_not_touch_is_as_it_is(base: Any, theirs: Any) -> None:
    assert theirs == merged(base, theirs, deepcopy(base))


@given(JSON, JSON)
def test_what_is_back_already_stays(base: Any, theirs: Any) -> None:
    assert theirs == merged(base, theirs, deepcopy(theirs))


@given(st.builds(dict, a=JSON, b=JSON), JSON, JSON)
def test_edits_of_different_members_do_not_meet(before: dict[str, Any], ours: Any, theirs: Any) -> None:
    left = {**before, "a": ours}
    assert {**before, "b": theirs} == merged(left, {**left, "b": theirs}, before)


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "result"),
    [
        ({"a": 1}, {"a": 1, "x": 9}, {}, {"x": 9}),
        ({}, {"x": 9}, {"a": 1}, {"x": 9, "a": 1}),
        ({"a": 1}, {"a": 5}, {"a": 2}, {"a": 5}),
        ({"a": 1}, {}, {"a": 2}, {}),
        ({"a": 1}, {"a": 1, "x": 9}, ABSENT, {"x": 9}),
        ({"a": {"b": 1}}, {"a": {"b": 1, "x": 9}}, {"a": "text"}, {"a": {"b": 1, "x": 9}}),
        ({"a": [over("t")]}, {"a": [over("t", id="new")]}, {}, {}),
        ({"a": [over("t")]}, {"a": [over("t", id="new")]}, {"a": None}, {"a": None}),
        ({"a": [over("t")]}, {"a": [over("t", id="new")]}, {"a": []}, {"a": []}),
        ({}, {"a": {"x": 9}}, {"a": {"b": 1}}, {"a": {"x": 9, "b": 1}}),
    ],
)
def test_objects_member_by_member(base: Any, theirs: Any, ours: Any, result: Any) -> None:
    assert result == merged(base, theirs, ours)


def test_a_container_that_was_not_there_is_gone_again() -> None:
    assert ABSENT is merged([over("t")], [over("t", id="new")], ABSENT)


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "result"),
    [
        ([over("a")], [over("a", x=9)], [over("a"), over("b", id="1")], [over("a", x=9), over("b", id="1")]),
        (
            [over("b", x=1)],
            [over("b", x=1, y=2)],
            [over("a"), over("b", x=0), "text"],
            [over("a"), over("b", x=0, y=2), "text"],
        ),
        ([over("a")], [over("a"), over("z")], [over("a", delay=0)], [over("a", delay=0), over("z")]),
        (
            [over("a")],
            ["z", over("a")],
            [over("a"), over("a", second=2)],
            ["z", over("a"), over("a", second=2)],
        ),
        (
            [over("a", id="1")],
            [over("a", id="2", x=9)],
            [over("a", id="1", y=1)],
            [over("a", id="2", x=9, y=1)],
        ),
        ([over("a"), over("b")], [over("b", x=1)], [over("a", y=0), over("b")], [over("b", x=1)]),
        ([over("a")], [over("b", x=9)], [over("b", x=1)], [over("b", x=9)]),
        ([over(7), over("a")], [over(7), over("a", x=1)], [over(7)], [over(7)]),
        ([over("b")], [over("z"), over("b")], [over("a"), over("b"), over("c")], [*map(over, "azbc")]),
        (
            [{"groups": [], "r": 1}],
            [{"groups": [], "r": 1, "y": 1}],
            [{"groups": [], "r": 0}, {}],
            [{"groups": [], "r": 0, "y": 1}, {}],
        ),
        (
            [{"o": 1}, over("a"), group("g")],
            [over("a"), group("g", x=1)],
            [{"o": 1}, group("g")],
            [group("g", x=1)],
        ),
    ],
)
def test_lists_entry_by_entry(base: Any, theirs: Any, ours: Any, result: Any) -> None:
    assert result == merged(base, theirs, ours)


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "result"),
    [
        (group("1", name="One"), group("1", name="Uno"), group("2", name="Two"), group("2", name="Two")),
        (group("1", name="One"), group("3", name="Three"), group("2", name="Two"), group("3", name="Three")),
        (group("1", name="One"), group("1", name="Uno"), ABSENT, ABSENT),
        (group("1", x=1), group("1", x=1, y=2), group("1", x=0), group("1", x=0, y=2)),
    ],
)
def test_a_reference_to_something_else_is_no_other_name(
    base: Any, theirs: Any, ours: Any, result: Any
) -> None:
    assert result == merged(base, theirs, ours)
