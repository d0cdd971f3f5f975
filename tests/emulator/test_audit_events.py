"""What the audit has of a write."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.emulator.audit_events import (
    ADMINISTRATOR,
    Event,
    action_of,
    member_events,
    property_changes,
)
from syncer.emulator.rows import Author
from tests.properties import examples


def change(path: str, old: list[str], new: list[str]) -> dict[str, Any]:
    return {"property": path, "oldValues": old, "newValues": new}


def event(number: int = 1, author: Author = ADMINISTRATOR) -> Event:
    return Event(number, "2026-03-01T08:00:00.000Z", "q/1", "Q 1", "Update", author, ())


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ({"description": "a"}, {"description": "b"}, [change("description", ["a"], ["b"])]),
        ({}, {"description": "b"}, [change("description", [], ["b"])]),
        ({"on": True, "n": 3}, {"on": False}, [change("on", ["true"], ["false"]), change("n", ["3"], [])]),
        (
            {"directRouting": {"backupQueueId": "a", "agentWaitSeconds": 60}},
            {"directRouting": {"backupQueueId": "b", "agentWaitSeconds": 60}},
            [change("directRouting.backupQueueId", ["a"], ["b"])],
        ),
        ({}, {"flow": {"id": "a"}}, [change("flow.id", [], ["a"])]),
        ({"flow": {"id": "a"}}, {"flow": "a"}, [change("flow", ['{"id":"a"}'], ["a"])]),
        ({"flow": {}}, {}, [change("flow", ["{}"], [])]),
        (
            {"routingRules": [{"a": 1}, {"b": "ü"}]},
            {"routingRules": [{"b": "ü"}]},
            [change("routingRules", ['{"a":1}', '{"b":"ü"}'], ['{"b":"ü"}'])],
        ),
        ({"memberCount": 1, "dateModified": "a", "id": "q"}, {"memberCount": 2, "modifiedBy": "b"}, []),
    ],
)
def test_a_write_has_the_fields_that_moved(
    old: dict[str, Any], new: dict[str, Any], changes: list[dict[str, Any]]
) -> None:
    assert changes == list(property_changes(old, new))


def test_what_a_write_did() -> None:
    queue = {"id": "q"}
    assert ["Create", "Update", "Delete"] == [
        action_of({}, queue),
        action_of(queue, queue),
        action_of(queue, {}),
    ]


def test_members_come_go_and_join() -> None:
    def member(user: str, *, joined: bool = True, ring: int = 1) -> dict[str, Any]:
        return {"id": user, "joined": joined, "ringNumber": ring}

    found = member_events(
        "q",
        [member("a"), member("b"), member("c")],
        [member("b", ring=2), member("c", joined=False), member("d")],
    )
    assert [
        ("MemberRemove", change("QueueMember/q:a", ["<queue member deleted>"], [])),
        ("MemberUpdate", change("QueueMember/q:c:joined", ["true"], ["false"])),
        ("MemberAdd", change("QueueMember/q:d", [], ["<queue member added>"])),
    ] == list(found)


@given(number=st.integers(1, 10_000), seed=st.integers(0, 100), delay=st.integers(0, 3600))
@examples(60)
def test_an_event_arrives_after_half_of_the_delay_to_all_of_it(number: int, seed: int, delay: int) -> None:
    late = (event(number).arrives(delay, seed) - event().moment).total_seconds()
    assert delay / 2 <= late <= delay


def test_a_later_event_may_arrive_first() -> None:
    arrivals = [event(number).arrives(60, 0) for number in range(1, 20)]
    assert arrivals != sorted(arrivals)


def test_an_author_has_a_name_where_it_is_asked_for() -> None:
    plain, named = (event().shown("org", with_names=each) for each in (False, True))
    assert [None, "Administrator"] == [each["user"].get("name") for each in (plain, named)]
    assert ("org", {"id": ""}, ["203.0.113.7"]) == (
        plain["userHomeOrgId"],
        plain["client"],
        plain["remoteIp"],
    )
    assert "/api/v2/routing/queues/q%2F1" == plain["entity"]["selfUri"]


def test_a_client_that_acts_for_nobody_is_no_person() -> None:
    shown = event(author=Author(client="robot")).shown("org", with_names=True)
    assert ({}, {"id": "robot"}, [], False) == (
        shown["user"],
        shown["client"],
        shown["remoteIp"],
        "userHomeOrgId" in shown,
    )


def test_an_event_is_read_as_it_was_kept() -> None:
    kept = Event(7, "2026-03-01T08:00:00.000Z", "q", "Q", "Update", ADMINISTRATOR, (change("a", ["1"], []),))
    assert kept == Event.of((7, *kept.row))
