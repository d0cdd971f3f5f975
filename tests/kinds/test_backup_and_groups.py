"""Backup queues and conditional groups on the wire: read, written, and nothing of another's lost."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import BadAnswer
from syncer.live.wire import read_group, read_queue, spoken_dialect, write_change, write_rules
from syncer.model.change import QueueChange
from syncer.model.dialect import BRIEF, GENESYS, MIXED, Dialect
from syncer.model.group import Group
from syncer.model.rule import BackupRule, GroupRule, Kind, OverflowRule, Rule, of_kinds
from tests.properties import examples

Raw = dict[str, Any]

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


def queue(**fields: Any) -> Raw:
    return {"id": "q", "name": "Q", "routingRules": [{"operator": "MEETS_THRESHOLD"}], **fields}


def as_json(value: Any) -> Any:
    """Numbers as floats, so that 30 and 30.0 are the same."""
    return json.loads(json.dumps(value, sort_keys=True), parse_int=float)


@given(queues())
@examples(50)
def test_writing_what_was_read_changes_nothing(raw: Raw) -> None:
    read = read_queue(raw)
    assert {} == read.problems
    assert as_json(raw) == as_json(write_rules(raw, read.rules, tuple(Kind)))


@given(queues(), st.none() | BACKUPS, WANTED)
@examples(50)
def test_what_was_written_reads_as_what_was_wanted(
    raw: Raw, backup: BackupRule | None, groups: tuple[GroupRule, ...]
) -> None:
    before = deepcopy(raw)
    wanted: tuple[Rule, ...] = (*([backup] if backup else []), *groups)
    written = write_rules(raw, wanted, (Kind.BACKUP, Kind.GROUPS))
    assert (wanted, {}) == (read_queue(written).rules, read_queue(written).problems)
    assert before == raw
    assert json.dumps(written) == json.dumps(write_rules(written, wanted, (Kind.BACKUP, Kind.GROUPS)))


def unknown(part: Any) -> Raw:
    return (
        {key: value for key, value in part.items() if key.startswith("x-")} if isinstance(part, dict) else {}
    )


@given(queues(), st.none() | BACKUPS, WANTED)
@examples(50)
def test_what_belongs_to_others_is_kept(
    raw: Raw, backup: BackupRule | None, groups: tuple[GroupRule, ...]
) -> None:
    written = write_rules(raw, [*([backup] if backup else []), *groups], tuple(Kind))
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


@given(queues(), BACKUPS, WANTED, st.frozensets(st.sampled_from(Kind)))
@examples(50)
def test_kinds_that_are_not_managed_stay(
    raw: Raw, backup: BackupRule, groups: tuple[GroupRule, ...], kinds: frozenset[Kind]
) -> None:
    managed = [kind for kind in Kind if kind in kinds]
    others = [kind for kind in Kind if kind not in kinds]
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
        spoken_dialect([raw], BRIEF)
        wanted = (BackupRule("a"), GroupRule(1, "", "ServiceLevel", "LessThan", 1.0, 0, ("g",)))
        again = read_queue(write_rules(raw, wanted, (Kind.BACKUP, Kind.GROUPS)))
        assert (wanted, {}) == (again.rules, again.problems)
        assert () == read_queue(write_rules(raw, (), (Kind.BACKUP, Kind.GROUPS))).rules


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


@pytest.mark.parametrize(
    ("fields", "rule", "problem"),
    [
        ({"agentWaitSeconds": 59}, BackupRule("b", 59), "agentWaitSeconds is 59, not a whole number from 60"),
        ({"agentWaitSeconds": 864001}, BackupRule("b", 864001), "agentWaitSeconds is 864001, not"),
        ({"agentWaitSeconds": 10**30}, BackupRule("b"), "agentWaitSeconds is a huge number, not"),
        ({"agentWaitSeconds": "60", "waitForAgent": True}, BackupRule("b", 60, True), "is '60', not a whole"),
        ({"waitForAgent": "yes"}, BackupRule("b"), "waitForAgent is 'yes', neither true nor false"),
        ({"backupQueueId": 7}, BackupRule(""), "backupQueueId is 7, not the id of a queue"),
    ],
)
def test_a_backup_queue_that_makes_no_sense_is_named(fields: Raw, rule: BackupRule, problem: str) -> None:
    raw = queue(directRouting={"backupQueueId": "b", **fields})
    raw["routingRules"] = [{"type": "overflow", "overflowTarget": "a"}]
    read = read_queue(raw)
    assert (OverflowRule("a"), rule) == read.rules
    assert [1] == list(read.problems)
    assert problem in read.problems[1]
    assert (tuple(read.problems.values()), ()) == (
        read.problems_of([Kind.BACKUP]),
        read.problems_of([Kind.OVERFLOW, Kind.GROUPS]),
    )


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"conditionValue": "30"}, "rule 1: conditionValue is '30', not a number"),
        ({"conditionValue": 10**400}, "rule 1: conditionValue is a huge number, not a number"),
        ({"waitSeconds": 1.5}, "rule 1: waitSeconds is 1.5, not a whole number"),
        ({"waitSeconds": -1}, "rule 1: waitSeconds is -1, not a whole number"),
        ({"queue": "b"}, "rule 1: queue is 'b', not one with an id"),
        ({"queue": {"id": 3}}, "rule 1: queue is {'id': 3}, not one with an id"),
        ({"metric": 5, "operator": []}, "rule 1: metric is 5, not a text; operator is [], not a text"),
        ({"groups": "g"}, "rule 1: groups are 'g', not a list"),
        ({"groups": [{"id": "g"}, {"name": "G"}]}, "rule 1: one of the groups has no id"),
    ],
)
def test_conditional_groups_that_make_no_sense_are_named(fields: Raw, problem: str) -> None:
    rule = {"metric": "ServiceLevel", "operator": "LessThan", "groups": [{"id": "g"}]}
    read = read_queue(queue(conditionalGroupRouting={"rules": [rule | fields]}))
    assert {0: problem} == read.problems


OWN = {"id": "q", "name": "Q", "selfUri": "/q"}
RULE = {"metric": "ServiceLevel", "operator": "LessThan", "conditionValue": 80.0, "waitSeconds": 5}


def test_the_queue_itself_as_the_one_that_is_watched_is_none() -> None:
    raw = queue(conditionalGroupRouting={"rules": [RULE | {"queue": OWN}, RULE | {"queue": OWN}]})
    read = read_queue(raw)
    assert (["", ""], {}) == ([rule.target for rule in read.rules], read.problems)
    assert read.rules == read_queue(queue(conditionalGroupRouting={"rules": [RULE, RULE]})).rules


def test_the_queue_itself_is_never_sent_in_the_first_rule() -> None:
    """Not even where another kind of rules is written."""
    raw = queue(conditionalGroupRouting={"rules": [RULE | {"queue": OWN, "x": 1}, RULE], "y": 2})
    first = deepcopy(raw)
    for rules in ((), (BackupRule("b"),)):
        change = QueueChange("q", "Q", (), (), rules, kinds=(Kind.BACKUP,))
        sent = write_change(raw, change)
        assert {"rules": [RULE | {"x": 1}, RULE], "y": 2} == sent["conditionalGroupRouting"]
    assert first == raw


@pytest.mark.parametrize("rules", [[], None, [7], [RULE], [RULE | {"queue": {"id": "b"}}]])
def test_what_is_not_the_queue_itself_is_sent_as_it_is(rules: Any) -> None:
    raw = queue(conditionalGroupRouting={"rules": rules})
    change = QueueChange("q", "Q", (), (), (), kinds=(Kind.BACKUP,))
    assert rules == write_change(raw, change)["conditionalGroupRouting"]["rules"]


def test_an_entry_that_is_no_rule_keeps_its_place() -> None:
    rule = {
        "metric": "ServiceLevel",
        "operator": "LessThan",
        "groups": [{"id": "h"}, {"id": "g"}, {"id": "h"}],
    }
    read = read_queue(queue(conditionalGroupRouting={"rules": [7, rule]}))
    assert {0: "rule 1: it is 7, not an object"} == read.problems
    assert GroupRule(2, "", "ServiceLevel", "LessThan", 0.0, 0, ("g", "h")) == read.rules[1]


def test_a_new_group_takes_its_type_from_the_members_of_the_queue() -> None:
    raw = queue(memberGroups=[{"id": "g", "type": "SKILLGROUP", "name": "G"}, {"id": "n"}])
    rule = GroupRule(1, "a", "ServiceLevel", "LessThan", 80.0, 5, ("g", "n", "x"))
    assert {
        "rules": [
            {
                "queue": {"id": "a"},
                "metric": "ServiceLevel",
                "operator": "LessThan",
                "conditionValue": 80.0,
                "waitSeconds": 5,
                "groups": [
                    {"id": "g", "type": "SKILLGROUP"},
                    {"id": "n", "type": "GROUP"},
                    {"id": "x", "type": "GROUP"},
                ],
            }
        ]
    } == write_rules(raw, [rule], [Kind.GROUPS])["conditionalGroupRouting"]


def test_the_last_rule_takes_the_routing_away_unless_it_holds_more() -> None:
    rules = {"rules": [{"metric": "ServiceLevel"}]}
    bare = write_rules(queue(conditionalGroupRouting=rules), [], [Kind.GROUPS])
    assert "conditionalGroupRouting" not in bare
    fuller = write_rules(queue(conditionalGroupRouting=rules | {"x": 1}), [], [Kind.GROUPS])
    assert {"x": 1, "rules": []} == fuller["conditionalGroupRouting"]


def test_media_settings_and_waits_stay_where_the_backup_queue_goes() -> None:
    others = {
        "callMediaSettings": {"useAgentAddressOutbound": True},
        "agentWaitSeconds": 90,
        "waitForAgent": True,
    }
    direct = {**others, "backupQueueId": "b"}
    assert others == write_rules(queue(directRouting=direct), [], [Kind.BACKUP])["directRouting"]
    assert "directRouting" not in write_rules(queue(), [], [Kind.BACKUP])


ITSELF = {"directRouting": {"backupQueueId": "q", "agentWaitSeconds": 10, "waitForAgent": True}}


def test_the_queue_itself_as_the_backup_queue_is_none_and_goes_back_as_it_came() -> None:
    raw = queue(**ITSELF)
    read = read_queue(raw)
    assert ((), {}, None) == (read.rules, read.problems, read.agent_wait)
    assert raw == write_rules(raw, [], [Kind.BACKUP])
    written = write_rules(raw, [BackupRule("b", 90)], [Kind.BACKUP])
    assert (BackupRule("b", 90),) == read_queue(written).rules
    assert "backupQueueId" not in write_rules(written, [], [Kind.BACKUP])["directRouting"]


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
        return list(read.words_of(tuple(Kind), told))

    assert [
        "140 % to Tier 2 after 4000 s",
        "overflow to Tier 2: threshold is '5', not a whole number from 0 to 100",
        "overflow: overflowTarget is 7, not the id of a queue",
        "backup Refunds at once (agent_wait 10 s is unused)",
    ] == words()
    assert "backup Refunds after 10 s" == words(waitForAgent=True)[-1]
    assert (
        "backup Refunds: agentWaitSeconds is '10', not a whole number from 60 to 864000"
        == (words(agentWaitSeconds="10")[-1])
    )
    wrong = read_queue(queue(conditionalGroupRouting={"rules": [7]}))
    assert ("conditional groups: rule 1: it is 7, not an object",) == wrong.words_of(tuple(Kind), {})


OVERFLOW = {"routingRules": [{"type": "overflow", "overflowTarget": "a"}]}
BACKED = {"directRouting": {"backupQueueId": "b"}}
ROUTED = {"conditionalGroupRouting": {"rules": [{"metric": "ServiceLevel"}]}}


@pytest.mark.parametrize(
    ("raws", "spoken"),
    [
        ([queue(_etag="1")], BRIEF),
        ([queue(**OVERFLOW)], BRIEF),
        ([queue(), queue(**BACKED)], GENESYS),
        ([queue(**ROUTED), queue()], GENESYS),
        ([queue(**OVERFLOW), queue(**ROUTED)], MIXED),
        ([queue(_etag="1", **BACKED)], MIXED),
        ([queue(**ITSELF)], GENESYS),
    ],
    ids=["etag", "overflow", "backup", "groups", "overflow and groups", "etag and backup", "itself"],
)
def test_the_dialect_is_told_by_the_queues(raws: list[Raw], spoken: Dialect) -> None:
    for otherwise in (BRIEF, GENESYS):
        assert spoken is spoken_dialect(raws, otherwise)


def test_queues_that_do_not_tell_leave_the_dialect_to_the_place() -> None:
    silent = [queue(), queue(directRouting={"agentWaitSeconds": 60}, conditionalGroupRouting={"rules": []})]
    for raws in ([], silent):
        for otherwise in (BRIEF, GENESYS):
            assert otherwise is spoken_dialect(raws, otherwise)


def test_groups() -> None:
    assert Group("g", "Night") == read_group({"id": "g", "name": "Night", "memberCount": 3})
    for raw in (
        {},
        {"id": "g"},
        {"name": "N"},
        {"id": "", "name": "N"},
        {"id": 1, "name": "N"},
        {"id": "g", "name": []},
    ):
        with pytest.raises(BadAnswer, match="A group came from live"):
            read_group(raw)


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
    assert queue(**fields) == write_rules(queue(**fields), (), (Kind.BACKUP, Kind.GROUPS))
