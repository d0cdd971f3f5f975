"""A queue as live shows it: its lock, its digest, its groups, and what of it makes no sense."""

from typing import Any

import pytest

from syncer.errors import BadAnswer
from syncer.kinds.registry import GENESYS_CLOUD, MIXED, OVERFLOW_RULES
from syncer.live.wire import lock_kind, read_group, read_queue, spoken_dialect, state_digest
from syncer.model.queue import Group
from syncer.model.rule import Dialect
from tests.kinds.raws import BACKED, ITSELF, OVERFLOW, ROUTED, Raw
from tests.kinds.raws import queue as shown


def queue(entries: object, **fields: Any) -> dict[str, Any]:
    return {"id": "q", "name": "Q", "routingRules": entries, **fields}


def entry(target: str, **fields: Any) -> dict[str, Any]:
    return {"type": "overflow", "overflowTarget": target, **fields}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"name": "Q"}, "returned a queue without an id .its name is 'Q'"),
        ({"id": 3, "name": 10**5000}, "a huge number"),
        ({"id": "q"}, "queue with the id 'q' without a name"),
        ({"id": "q", "name": ""}, "without a name"),
        (queue({}), "routingRules of the queue 'q' are not a list"),
        (queue("x"), "are not a list"),
    ],
)
def test_queues_that_make_no_sense(raw: dict[str, Any], words: str) -> None:
    with pytest.raises(BadAnswer, match=words):
        read_queue(raw)


@pytest.mark.parametrize(
    ("etag", "expected", "kind"),
    [("v1", "v1", "etag"), (7, "7", "etag"), ("", "", "compare"), (True, "", "compare"), ({}, "", "compare")],
)
def test_the_lock(etag: object, expected: str, kind: str) -> None:
    raw = queue([], _etag=etag)
    assert (expected, kind) == (read_queue(raw).etag, lock_kind(raw))


def test_without_an_etag_the_lock_compares() -> None:
    assert lock_kind(queue([])) == "compare"


def test_the_digest_of_a_state_heeds_what_people_change() -> None:
    raw = queue([entry("a")], dateModified="1", memberCount=3, _etag="v1", description="x")
    same = raw | {"dateModified": "2", "memberCount": 4, "_etag": "v2", "version": 9}
    assert state_digest(raw) == state_digest(dict(reversed(same.items())))
    assert state_digest(raw) != state_digest(raw | {"description": "y"})
    assert state_digest(raw).startswith("sha256:")


@pytest.mark.parametrize(
    ("raws", "spoken"),
    [
        ([shown(_etag="1")], OVERFLOW_RULES),
        ([shown(**OVERFLOW)], OVERFLOW_RULES),
        ([shown(), shown(**BACKED)], GENESYS_CLOUD),
        ([shown(**ROUTED), shown()], GENESYS_CLOUD),
        ([shown(**OVERFLOW), shown(**ROUTED)], MIXED),
        ([shown(_etag="1", **BACKED)], MIXED),
        ([shown(**ITSELF)], GENESYS_CLOUD),
    ],
    ids=["etag", "overflow", "backup", "groups", "overflow and groups", "etag and backup", "itself"],
)
def test_the_dialect_is_told_by_the_queues(raws: list[Raw], spoken: Dialect) -> None:
    for otherwise in (OVERFLOW_RULES, GENESYS_CLOUD):
        assert spoken is spoken_dialect(raws, otherwise)


def test_queues_that_do_not_tell_leave_the_dialect_to_the_place() -> None:
    silent = [shown(), shown(directRouting={"agentWaitSeconds": 60}, conditionalGroupRouting={"rules": []})]
    for raws in ([], silent):
        for otherwise in (OVERFLOW_RULES, GENESYS_CLOUD):
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
        with pytest.raises(BadAnswer, match="returned a group"):
            read_group(raw)


def queue_with(members: Any, *rules: Any) -> dict[str, Any]:
    routing = {"rules": list(rules)}
    return {"id": "q", "name": "Q", "memberGroups": members, "conditionalGroupRouting": routing}


def test_members_come_before_the_groups_of_rules() -> None:
    found = read_queue(
        queue_with(
            [{"id": "t", "name": "Night", "type": "TEAM"}, {"id": "g"}, {"id": "t", "name": "Again"}],
            {"groups": [{"id": "s", "type": "SKILLGROUP"}, {"id": "t", "type": "GROUP"}]},
            {"groups": [{"id": "c", "type": "CLUB", "name": "Golf"}]},
        )
    )
    assert (
        Group("t", "Night", "TEAM"),
        Group("g", "", "GROUP"),
        Group("s", "", "SKILLGROUP"),
        Group("c", "Golf", "CLUB"),
    ) == found.groups
    assert {"t", "g"} == found.members


@pytest.mark.parametrize("odd", [None, 5, "t", {}, [5, {}, {"id": 5}, {"id": ""}, {"name": "Night"}]])
def test_what_makes_no_sense_is_no_group(odd: Any) -> None:
    found = read_queue(queue_with(odd, 5, {"groups": odd}))
    assert ((), frozenset()) == (found.groups, found.members)


def test_a_name_or_type_that_is_no_text_is_none() -> None:
    found = read_queue(
        queue_with([{"id": "g", "name": 5, "type": ["TEAM"]}, {"id": "h", "name": "", "type": ""}])
    )
    assert (Group("g", ""), Group("h", "")) == found.groups
