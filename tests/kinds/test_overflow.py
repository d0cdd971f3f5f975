"""Overflow rules on the wire."""

import json
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.kinds.overflow import OverflowRule
from syncer.live.wire import read_queue, write_rules
from syncer.model.rule import Rule
from tests.properties import examples

RULES = st.builds(
    OverflowRule,
    target=st.sampled_from("abcdef"),
    threshold=st.integers(0, 100),
    delay=st.integers(0, 3600),
    enabled=st.booleans(),
)


WANTED = st.lists(RULES, unique_by=lambda rule: rule.target, max_size=6)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


OVERFLOW = st.fixed_dictionaries(
    {"type": st.just("overflow"), "overflowTarget": st.sampled_from("abcdef")},
    optional={
        "id": st.uuids().map(str),
        "threshold": st.integers(0, 100) | st.just(25.0),
        "overflowDelay": st.integers(0, 3600),
        "enabled": st.booleans(),
        "x-unknown": JSON,
    },
)


OTHER = (
    st.fixed_dictionaries({"operator": st.text(), "threshold": JSON}, optional={"type": st.just("x")}) | JSON
)


ENTRIES = st.lists(OVERFLOW | OTHER, max_size=10)


def write_overflow(raw: dict[str, Any], rules: Sequence[Rule]) -> dict[str, Any]:
    return write_rules(raw, rules, ["overflow"])


def is_overflow(entry: object) -> bool:
    return isinstance(entry, dict) and entry.get("type") == "overflow"


def queue(entries: object, **fields: Any) -> dict[str, Any]:
    return {"id": "q", "name": "Q", "routingRules": entries, **fields}


@given(ENTRIES, WANTED)
def test_what_was_written_reads_as_what_was_wanted(entries: list[Any], wanted: list[OverflowRule]) -> None:
    raw = queue(entries)
    before = deepcopy(raw)
    written = write_overflow(raw, wanted)
    rules = read_queue(written).rules
    assert {rule.target: rule for rule in wanted} == {rule.target: rule for rule in rules}
    assert len(wanted) == len(rules)
    assert read_queue(written).problems == {}
    assert before == raw
    assert json.dumps(written) == json.dumps(write_overflow(written, wanted))


@examples(30)
@given(
    ENTRIES,
    WANTED,
    st.dictionaries(st.text(max_size=3), st.text(max_size=3) | st.none(), min_size=40, max_size=40),
)
def test_what_belongs_to_others_is_kept(
    entries: list[Any], wanted: list[OverflowRule], unknown: dict[str, Any]
) -> None:
    raw = {**unknown, **queue(entries)}
    written = write_overflow(raw, wanted)
    others = [entry for entry in entries if not is_overflow(entry)]
    kept = [entry for entry in written["routingRules"] if not is_overflow(entry)]
    assert json.dumps(others) == json.dumps(kept)
    assert json.dumps({**raw, "routingRules": 0}) == json.dumps({**written, "routingRules": 0})
    first: dict[str, Any] = {}
    for entry in filter(is_overflow, entries):
        first.setdefault(entry["overflowTarget"], entry)
    for entry in filter(is_overflow, written["routingRules"]):
        mine = ("threshold", "overflowDelay", "enabled", "type", "overflowTarget")
        old = first.get(entry["overflowTarget"], {})
        assert {k: v for k, v in old.items() if k not in mine} == {
            k: v for k, v in entry.items() if k not in mine
        }


@given(st.lists(OVERFLOW, unique_by=lambda entry: str(entry["overflowTarget"])), st.lists(OTHER))
def test_writing_what_was_read_changes_nothing(overflow: list[Any], others: list[Any]) -> None:
    raw = queue([*others, *overflow])
    written = write_overflow(raw, read_queue(raw).rules)
    assert len(written["routingRules"]) == len(raw["routingRules"])
    for old, new in zip(raw["routingRules"], written["routingRules"], strict=True):
        assert new == (
            {"threshold": 0, "overflowDelay": 0, "enabled": False} | old if is_overflow(old) else old
        )


def entry(target: str, **fields: Any) -> dict[str, Any]:
    return {"type": "overflow", "overflowTarget": target, **fields}


def test_places() -> None:
    other = {"operator": "MEETS_THRESHOLD"}
    raw = queue([entry("a", id="1"), other, entry("b", id="2"), entry("a", id="3"), other, entry("c")])
    written = write_overflow(raw, [OverflowRule("d", 1, 2, True), OverflowRule("b", 3), OverflowRule("a", 5)])
    assert written["routingRules"] == [
        entry("a", id="1", threshold=5, overflowDelay=0, enabled=False),
        other,
        entry("b", id="2", threshold=3, overflowDelay=0, enabled=False),
        entry("d", threshold=1, overflowDelay=2, enabled=True),
        other,
    ]
    assert list(written["routingRules"][3]) == [
        "type",
        "overflowTarget",
        "threshold",
        "overflowDelay",
        "enabled",
    ]


def test_new_rules_end_the_list_where_no_overflow_is_kept() -> None:
    written = write_overflow(queue([{"a": 1}, entry("x"), {"b": 2}]), [OverflowRule("y")])
    assert [e.get("overflowTarget") for e in written["routingRules"]] == [None, None, "y"]


def test_one_rule_a_target_is_written() -> None:
    written = write_overflow(queue([]), [OverflowRule("a", 1), OverflowRule("a", 2)])
    assert [e["threshold"] for e in written["routingRules"]] == [1]


@pytest.mark.parametrize("raw", [{"id": "q", "name": "Q"}, queue(None), queue([])])
def test_no_rules_leave_no_list_alone(raw: dict[str, Any]) -> None:
    assert raw == write_overflow(raw, [])
    assert read_queue(raw).rules == ()


def test_the_last_rule_leaves_an_empty_list() -> None:
    assert write_overflow(queue([entry("a")]), [])["routingRules"] == []


def test_missing_values_are_zero_and_whole_floats_are_whole() -> None:
    live = read_queue(queue([entry("a"), entry("a", threshold=25.0, enabled=True, overflowDelay=None)]))
    assert live.rules == (OverflowRule("a"), OverflowRule("a", 25, 0, True))
    assert live.problems == {}


@pytest.mark.parametrize(
    ("fields", "rule", "words"),
    [
        ({"threshold": "25"}, OverflowRule("a", 100), "threshold is '25', not a whole number from 0 to 100"),
        ({"threshold": True}, OverflowRule("a", 100), "threshold is True"),
        ({"threshold": 2.5}, OverflowRule("a", 100), "threshold is 2.5"),
        ({"threshold": 101}, OverflowRule("a", 101), "threshold is 101"),
        ({"threshold": -1}, OverflowRule("a", 100), "threshold is -1"),
        ({"threshold": 10**5000}, OverflowRule("a", 100), "threshold is a huge number"),
        ({"overflowDelay": [1]}, OverflowRule("a"), r"overflowDelay is \[1\]"),
        ({"overflowDelay": 3601}, OverflowRule("a", 0, 3601), "overflowDelay is 3601"),
        ({"enabled": "no"}, OverflowRule("a", enabled=True), "enabled is 'no', neither true nor false"),
        ({"overflowTarget": 7}, OverflowRule(""), "overflowTarget is 7"),
        ({"overflowTarget": "\x1b" * 99}, OverflowRule("\x1b" * 99), ""),
        ({"overflowTarget": ["x" * 99]}, OverflowRule(""), "…, not the id"),
    ],
)
def test_what_cannot_be_understood_is_named(fields: dict[str, Any], rule: OverflowRule, words: str) -> None:
    live = read_queue(queue([entry("b"), {"type": "other"}, entry("a") | fields]))
    assert live.rules == (OverflowRule("b"), rule)
    assert ([1] if words else []) == list(live.problems)
    if words:
        with pytest.raises(AssertionError, match=words):
            raise AssertionError(live.problems[1])
