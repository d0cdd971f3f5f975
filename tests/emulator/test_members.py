"""Members and wrap-up codes: what belongs to a queue but is no part of its PUT."""

from pathlib import Path
from typing import Any

import pytest

from syncer.emulator.rows import Write
from syncer.emulator.store import Store
from tests.emulator.emulator_api import LIST, Api, logged_in, queue

QUEUES = [queue("A", memberCount=3), queue("B")]
MEMBERS = f"{LIST}/a/members"
CODES = f"{LIST}/a/wrapupcodes"


def ids(api: Api, path: str) -> list[str]:
    """The ids of the entries of a page."""
    return [entry["id"] for entry in api.json(path)["entities"]]


def test_a_queue_has_as_many_members_as_it_says_and_the_same_every_time() -> None:
    with logged_in(QUEUES) as api:
        first, other = api.json(MEMBERS)["entities"], api.json(f"{LIST}/b/members")["entities"]
        users = ids(api, "/api/v2/users?pageSize=100")
    with logged_in(QUEUES) as api:
        assert first == api.json(MEMBERS)["entities"]
    assert (3, 0) == (len(first), len(other))
    assert {member["id"] for member in first} <= set(users)
    assert {"id", "name", "user", "ringNumber", "joined", "memberBy"} == set(first[0])


def test_members_have_no_total_and_end_with_an_empty_page() -> None:
    with logged_in(QUEUES) as api:
        pages = [api.json(f"{MEMBERS}?pageSize=2&pageNumber={number}") for number in (1, 2, 3)]
    assert [2, 1, 0] == [len(page["entities"]) for page in pages]
    assert "total" not in pages[0]
    assert ["nextUri" in page for page in pages] == [True, False, False]


@pytest.mark.parametrize(
    ("query", "count"),
    [("joined=true", 2), ("joined=&memberBy=", 3), ("joined=false", 1), ("memberBy=group", 0)],
)
def test_members_are_chosen(query: str, count: int) -> None:
    with logged_in(QUEUES) as api:
        api.call("PATCH", f"{MEMBERS}/{ids(api, MEMBERS)[0]}", json={"joined": False})
        assert count == len(ids(api, f"{MEMBERS}?{query}"))


def test_members_come_and_go_and_a_put_changes_nothing_about_them() -> None:
    with logged_in(QUEUES) as api:
        before = ids(api, MEMBERS)
        new = next(user for user in ids(api, "/api/v2/users?pageSize=100") if user not in before)
        statuses = [
            api.call("POST", MEMBERS, json=[{"id": new}, {"id": before[0]}]).status_code,
            api.call("POST", f"{MEMBERS}?delete=true", json=[{"id": before[1]}]).status_code,
            api.call("DELETE", f"{MEMBERS}/{before[2]}").status_code,
            api.call("PATCH", f"{MEMBERS}/{new}", json={"ringNumber": 4, "joined": False}).status_code,
            api.call("PUT", f"{LIST}/a", json={"name": "A", "memberCount": 99}).status_code,
        ]
        after = {member["id"]: member["ringNumber"] for member in api.json(MEMBERS)["entities"]}
        shown = api.json(f"{LIST}/a")
        loops = {entry["loopFree"] for entry in api.history()}
    assert [202, 202, 202, 202, 200] == statuses
    assert {before[0]: 1, new: 4} == after
    assert (2, 2, 1) == tuple(shown[f"{kind}emberCount"] for kind in ("m", "userM", "joinedM"))
    assert {True} == loops


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", MEMBERS, [{"id": "nobody"}], 400),
        ("POST", MEMBERS, {"id": "nobody"}, 400),
        ("POST", MEMBERS, [{}], 400),
        ("POST", MEMBERS, [{"id": str(number)} for number in range(101)], 400),
        ("POST", f"{LIST}/none/members?delete=true", ["x"], 404),
        ("PATCH", f"{MEMBERS}/nobody", {"ringNumber": 2}, 404),
        ("PATCH", f"{MEMBERS}/nobody", {"ringNumber": 7}, 400),
        ("PATCH", f"{MEMBERS}/nobody", {"joined": "yes"}, 400),
        ("POST", CODES, [{"id": "none"}], 400),
        ("POST", CODES, "x", 400),
        ("DELETE", f"{CODES}/none", None, 404),
        ("DELETE", f"{LIST}/none/wrapupcodes/x", None, 404),
    ],
)
def test_what_makes_no_sense_is_refused(method: str, path: str, body: Any, status: int) -> None:
    with logged_in(QUEUES) as api:
        assert status == api.call(method, path, json=body).status_code
        assert [] == api.history()


def test_wrapup_codes_come_and_go() -> None:
    with logged_in(QUEUES) as api:
        all_codes = ids(api, "/api/v2/routing/wrapupcodes")
        assert [] == ids(api, CODES)
        wanted = [{"id": code} for code in all_codes[:3]]
        added = api.call("POST", CODES, json=wanted)
        api.call("POST", CODES, json=wanted[:1])
        gone = api.call("DELETE", f"{CODES}/{all_codes[1]}")
        assert [all_codes[0], all_codes[2]] == ids(api, CODES)
    assert (200, 204) == (added.status_code, gone.status_code)
    assert {code["id"] for code in wanted} == {code["id"] for code in added.json()}


def test_a_reset_brings_back_what_was_first() -> None:
    with logged_in(QUEUES) as api:
        api.call("POST", CODES, json=ids(api, "/api/v2/routing/wrapupcodes")[:1])
        api.call("DELETE", f"{MEMBERS}/{ids(api, MEMBERS)[0]}")
        assert (1, 2) == (len(ids(api, CODES)), len(ids(api, MEMBERS)))
        api.call("POST", "/_emulator/reset")
        assert (0, 3) == (len(ids(api, CODES)), len(ids(api, MEMBERS)))


def test_a_queue_that_is_deleted_takes_them_along() -> None:
    store = Store(":memory:", [queue("A")])
    try:
        store.keep("a", "members", lambda old: [*(old or ()), "x"])
        assert ["x"] == store.belongings("a", "members")
        store.delete("a", lambda _row: None, Write("DELETE", "client", "id"))
        assert store.belongings("a", "members") is None
    finally:
        store.close()


def test_a_member_whom_the_directory_does_not_know_is_shown_by_id(tmp_path: Path) -> None:
    state = str(tmp_path / "state.sqlite")
    told = {"users": [{"id": "x", "name": "Known"}]}
    with logged_in(QUEUES, surroundings=told, state=state) as api:
        api.call("POST", f"{LIST}/b/members", json=["x"])
        [before] = api.json(f"{LIST}/b/members")["entities"]
    with logged_in(state=state) as api:
        [after] = api.json(f"{LIST}/b/members")["entities"]
    assert [("x", "Known"), ("x", "x")] == [(member["id"], member["name"]) for member in (before, after)]


def test_many_members_join_or_leave_at_once_and_others_are_passed_over() -> None:
    with logged_in([queue("A", memberCount=3)]) as api:
        members = api.json(f"{LIST}/a/members")["entities"]
        first, second = (member["id"] for member in members[:2])
        body = [{"id": first, "joined": False}, {"id": second, "joined": True}, {"id": "x", "joined": True}]
        answer = api.call("PATCH", f"{LIST}/a/members", json=body)
        assert {first: False, second: True} == {
            member["id"]: member["joined"] for member in answer.json()["entities"]
        }
        assert 2 == api.json(f"{LIST}/a")["joinedMemberCount"]
        wrongs: list[Any] = [{}, ["x"], [{"joined": True}], [{"id": first, "joined": "no"}]]
        for wrong in wrongs:
            assert 400 == api.call("PATCH", f"{LIST}/a/members", json=wrong).status_code


def test_as_many_have_joined_as_the_queue_says() -> None:
    with logged_in([queue("A", memberCount=5, joinedMemberCount=2)]) as api:
        assert 2 == len(api.json(f"{LIST}/a/members?joined=true")["entities"])
        assert 3 == len(api.json(f"{LIST}/a/members?joined=false")["entities"])
