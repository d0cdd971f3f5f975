"""What a client may see: the fault ``divisions`` hides queues everywhere."""

import pytest

from syncer.emulator.directory import directory
from syncer.emulator.faults import Faults
from syncer.emulator.visible import NOWHERE, Visible, visible
from syncer.errors import WrongUsage
from tests.emulator.emulator_api import LIST, logged_in, names, queue

ONE, TWO = {"id": "d1", "name": "One"}, {"id": "d2", "name": "Two"}
QUEUES = [queue("A", division=ONE), queue("B", division=TWO)]
CODES = "/api/v2/routing/wrapupcodes"

HIDDEN = [
    ("GET", f"{LIST}/b", None),
    ("PUT", f"{LIST}/b", {"name": "B"}),
    ("DELETE", f"{LIST}/b", None),
    ("GET", f"{LIST}/b/members", None),
    ("POST", f"{LIST}/b/members", []),
    ("PATCH", f"{LIST}/b/members", []),
    ("PATCH", f"{LIST}/b/members/u", {"joined": True}),
    ("DELETE", f"{LIST}/b/members/u", None),
    ("GET", f"{LIST}/b/wrapupcodes", None),
    ("POST", f"{LIST}/b/wrapupcodes", []),
    ("DELETE", f"{LIST}/b/wrapupcodes/c", None),
    ("GET", f"{LIST}/b/estimatedwaittime", None),
    ("GET", f"{LIST}/b/mediatypes/call/estimatedwaittime", None),
    ("POST", LIST, {"name": "New", "division": {"id": "d2"}}),
    ("POST", LIST, {"name": "New", "division": {"id": "d1"}, "sourceQueueId": "b"}),
    ("POST", "/api/v2/authorization/divisions/d2/objects/QUEUE", ["a"]),
    ("POST", "/api/v2/authorization/divisions/d1/objects/QUEUE", ["b"]),
]


@pytest.mark.parametrize(("method", "path", "body"), HIDDEN, ids=[f"{each[0]} {each[1]}" for each in HIDDEN])
def test_nothing_of_a_hidden_queue_is_told_or_taken(method: str, path: str, body: object) -> None:
    with logged_in(QUEUES, faults=Faults.parse("divisions=One")) as api:
        answer = api.call(method, path, json=body)
        assert (403, "missing.any.permissions") == (answer.status_code, answer.json()["code"])
        assert [] == api.history()


def test_a_list_shows_what_is_visible() -> None:
    with logged_in(QUEUES, faults=Faults.parse("divisions=One")) as api:
        assert ["A"] == names(api.json(LIST)) == names(api.json(f"{LIST}/divisionviews"))
        assert [] == names(api.json(f"{LIST}?divisionId=d2"))


def test_a_division_that_there_is_none_of_is_refused() -> None:
    there = directory(QUEUES, {})
    assert frozenset({"d2"}) == visible(there, ("Two",)).ids
    with pytest.raises(WrongUsage, match="there is no division 'Tow'") as caught:
        visible(there, ("One", "Tow"))
    assert caught.value.hint.startswith("There are: Home, One, Two")
    with (
        pytest.raises(WrongUsage, match="there is no division 'Tow'"),
        logged_in(QUEUES, faults=Faults.parse("divisions=Tow")),
    ):
        raise AssertionError("it serves")


def test_all_or_some_are_asked_for() -> None:
    some = Visible(frozenset({"d1"}))
    assert (("d2",), (), (NOWHERE,), ("d1",)) == (
        Visible().asked(("d2",)),
        Visible().asked(()),
        some.asked(("d2",)),
        some.asked(()),
    )
    assert [ONE] == some.among([ONE, TWO])
