"""What all kinds of rules share on the wire: read, written, and nothing of another's lost."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.registry import KIND_NAMES, OVERFLOW_RULES
from syncer.live.wire import read_queue, spoken_dialect, write_rules
from syncer.model.rule import Rule, of_kinds
from tests.kinds.raws import Raw, queue
from tests.properties import examples

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


UNKNOWN = st.dictionaries(st.sampled_from(["x-a", "x-b"]), JSON)


BACKUPS = st.builds(BackupRule, st.sampled_from("abc"), st.integers(60, 864000), st.booleans())


GROUPS = st.lists(st.sampled_from("ghi"), unique=True).map(lambda found: tuple(sorted(found)))


def group_rules(place: int) -> st.SearchStrategy[GroupRule]:
    return st.builds(
        GroupRule,
        st.just(place),
        st.sampled_from(["", "a", "b"]),
        st.sampled_from(["EstimatedWaitTime", "ServiceLevel"]),
        st.sampled_from(["GreaterThan", "LessThanOrEqualTo"]),
        st.floats(0, 1e9),
        st.integers(0, 259200),
        GROUPS,
    )


WANTED = st.integers(0, 5).flatmap(
    lambda number: st.tuples(*(group_rules(place) for place in range(1, number + 1)))
)


@st.composite
def wire_rules(draw: st.DrawFn) -> Raw:
    groups = [
        {"id": group, "type": draw(st.sampled_from(["GROUP", "SKILLGROUP"])), **draw(UNKNOWN)}
        for group in draw(st.lists(st.sampled_from("ghi"), unique=True))
    ]
    rule = {
        "metric": "ServiceLevel",
        "operator": "LessThan",
        "conditionValue": draw(st.integers(0, 100) | st.floats(0, 100)),
        "waitSeconds": draw(st.integers(0, 99)),
        "groups": groups,
    }
    queue = draw(st.none() | st.sampled_from("ab"))
    return rule | ({"queue": {"id": queue, **draw(UNKNOWN)}} if queue else {}) | draw(UNKNOWN)


@st.composite
def queues(draw: st.DrawFn) -> Raw:
    """A queue as a server that keeps to its own words has it."""
    direct = draw(UNKNOWN)
    if draw(st.booleans()):
        waits = {"agentWaitSeconds": draw(st.integers(60, 864000)), "waitForAgent": draw(st.booleans())}
        direct = {**direct, "backupQueueId": draw(st.sampled_from("abc")), **waits}
    routing = {"rules": draw(st.lists(wire_rules(), min_size=1, max_size=5)), **draw(UNKNOWN)}
    parts = {"directRouting": direct, "conditionalGroupRouting": routing}
    return queue(**draw(UNKNOWN), **{key: part for key, part in parts.items() if draw(st.booleans())})


def as_json(value: Any) -> Any:
    """Numbers as floats, so that 30 and 30.0 are the same."""
    return json.loads(json.dumps(value, sort_keys=True), parse_int=float)


@given(queues())
@examples(50)
def test_writing_what_was_read_changes_nothing(raw: Raw) -> None:
    read = read_queue(raw)
    assert {} == read.problems
    assert as_json(raw) == as_json(write_rules(raw, read.rules, tuple(KIND_NAMES)))


@given(queues(), st.none() | BACKUPS, WANTED)
@examples(50)
def test_what_was_written_reads_as_what_was_wanted(
    raw: Raw, backup: BackupRule | None, groups: tuple[GroupRule, ...]
) -> None:
    before = deepcopy(raw)
    wanted: tuple[Rule, ...] = (*([backup] if backup else []), *groups)
    written = write_rules(raw, wanted, ("backup", "conditional_groups"))
    assert (wanted, {}) == (read_queue(written).rules, read_queue(written).problems)
    assert before == raw
    assert json.dumps(written) == json.dumps(write_rules(written, wanted, ("backup", "conditional_groups")))


def unknown(part: Any) -> Raw:
    return (
        {key: value for key, value in part.items() if key.startswith("x-")} if isinstance(part, dict) else {}
    )


@given(queues(), st.none() | BACKUPS, WANTED)
@examples(50)
def test_what_belongs_to_others_is_kept(
    raw: Raw, backup: BackupRule | None, groups: tuple[GroupRule, ...]
) -> None:
    written = write_rules(raw, [*([backup] if backup else []), *groups], tuple(KIND_NAMES))
    ours = ("directRouting", "conditionalGroupRouting")
    assert {k: v for k, v in raw.items() if k not in ours} == {
        k: v for k, v in written.items() if k not in ours
    }
    for part in ours:
        assert unknown(raw.get(part)) == unknown(written.get(part))
    old, new = (each.get("conditionalGroupRouting", {}).get("rules", []) for each in (raw, written))
    for before, after in zip(old, new, strict=False):
        assert unknown(before) == unknown(after)
        entries = {group["id"]: group for group in before["groups"]}
        assert all(entries[group["id"]] == group for group in after["groups"] if group["id"] in entries)
        if before.get("queue", {}).get("id") == after.get("queue", {}).get("id"):
            assert before.get("queue") == after.get("queue")


@given(queues(), BACKUPS, WANTED, st.frozensets(st.sampled_from(KIND_NAMES)))
@examples(50)
def test_kinds_that_are_not_managed_stay(
    raw: Raw, backup: BackupRule, groups: tuple[GroupRule, ...], kinds: frozenset[str]
) -> None:
    managed = [kind for kind in KIND_NAMES if kind in kinds]
    others = [kind for kind in KIND_NAMES if kind not in kinds]
    written = write_rules(raw, [backup, *groups], managed)
    assert of_kinds(read_queue(raw).rules, others) == of_kinds(read_queue(written).rules, others)
    if not kinds:
        assert raw == written


HOSTILE = JSON | st.lists(JSON, max_size=3)


@given(HOSTILE, HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=3))
def test_whatever_comes_is_read_and_can_be_written_over(
    direct: Any, routing: Any, members: Any, rules: list[Any]
) -> None:
    for parts in (
        {"directRouting": direct, "conditionalGroupRouting": routing},
        {
            "directRouting": {"backupQueueId": direct, "agentWaitSeconds": routing, "waitForAgent": members},
            "conditionalGroupRouting": {"rules": rules},
        },
        {
            "conditionalGroupRouting": {
                "rules": [
                    {
                        "queue": direct,
                        "metric": routing,
                        "operator": members,
                        "conditionValue": direct,
                        "waitSeconds": routing,
                        "groups": rules,
                    }
                ]
            }
        },
    ):
        raw = queue(memberGroups=members, **parts)
        read = read_queue(raw)
        assert all(problem.isprintable() for problem in read.problems.values())
        spoken_dialect([raw], OVERFLOW_RULES)
        wanted = (BackupRule("a"), GroupRule(1, "", "ServiceLevel", "LessThan", 1.0, 0, ("g",)))
        again = read_queue(write_rules(raw, wanted, ("backup", "conditional_groups")))
        assert (wanted, {}) == (again.rules, again.problems)
        assert () == read_queue(write_rules(raw, (), ("backup", "conditional_groups"))).rules


def test_what_is_left_out_is_a_default() -> None:
    backup = read_queue(queue(directRouting={"backupQueueId": "b", "agentWaitSeconds": None}))
    assert ((BackupRule("b", 60, False),), {}) == (backup.rules, backup.problems)
    groups = read_queue(queue(conditionalGroupRouting={"rules": [{"queue": None, "groups": None}]}))
    assert ((GroupRule(1, "", "", "", 0.0, 0, ()),), {}) == (groups.rules, groups.problems)
    for nothing in (
        None,
        {},
        {"backupQueueId": None},
        {"backupQueueId": ""},
        {"agentWaitSeconds": 90},
        "text",
    ):
        assert () == read_queue(queue(directRouting=nothing)).rules
    no_rules: Any
    for no_rules in (None, {}, {"rules": None}, {"rules": []}, {"rules": "text"}, "text"):
        assert () == read_queue(queue(conditionalGroupRouting=no_rules)).rules


def test_values_that_live_holds_are_told_as_it_holds_them() -> None:
    """Out of bounds as they are; what is no number by what is wrong with it."""
    entries = [
        {"type": "overflow", "overflowTarget": "a", "threshold": 140, "overflowDelay": 4000, "enabled": True},
        {"type": "overflow", "overflowTarget": "a", "threshold": "5"},
        {"type": "overflow", "overflowTarget": 7},
    ]
    direct = {"backupQueueId": "b", "agentWaitSeconds": 10, "waitForAgent": False}
    told = {"a": "Tier 2", "b": "Refunds"}

    def words(**changed: Any) -> list[str]:
        read = read_queue(queue(directRouting={**direct, **changed}) | {"routingRules": entries})
        return list(read.words_of(KIND_NAMES, told))

    assert [
        "140 % to Tier 2 after 4000 s",
        "overflow to Tier 2: threshold is '5', not a whole number from 0 to 100 (assumed 100 %)",
        "overflow: overflowTarget is 7, not the id of a queue",
        "backup Refunds at once (agent_wait 10 s is unused)",
    ] == words()
    assert "backup Refunds after 10 s" == words(waitForAgent=True)[-1]
    assert (
        "backup Refunds: agentWaitSeconds is '10', not a whole number from 60 to 864000 (assumed 60 s)"
        == (words(agentWaitSeconds="10")[-1])
    )
    wrong = read_queue(queue(conditionalGroupRouting={"rules": [7]}))
    assert ("conditional groups: rule 1: it is 7, not an object",) == wrong.words_of(KIND_NAMES, {})


@pytest.mark.parametrize(
    "fields",
    [
        {"directRouting": {"agentWaitSeconds": 61, "waitForAgent": True}},
        {"directRouting": {"backupQueueId": None}, "conditionalGroupRouting": None},
        {"directRouting": {}, "conditionalGroupRouting": {"rules": []}},
        {"directRouting": None, "conditionalGroupRouting": {}},
    ],
)
def test_where_nothing_is_and_nothing_shall_be_nothing_is_touched(fields: Raw) -> None:
    assert queue(**fields) == write_rules(queue(**fields), (), ("backup", "conditional_groups"))
