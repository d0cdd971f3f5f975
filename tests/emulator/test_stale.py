"""Reads out of a cache: what was there some seconds ago, while writes and their answers are true."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from syncer.emulator.faults import Faults
from tests.emulator.emulator_api import LIST, Api, logged_in, queue


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def stale(seconds: int = 5, lock: str = "etag") -> Iterator[tuple[Api, Clock]]:
    clock = Clock()
    queues = [queue("A"), queue("B")]
    with logged_in(queues, faults=Faults.parse(f"stale={seconds}"), clock=clock, lock=lock) as api:
        yield api, clock


def put(api: Api, name: str = "A", **fields: Any) -> dict[str, Any]:
    answer: dict[str, Any] = api.call("PUT", f"{LIST}/{name.lower()}", json=queue(name, **fields)).json()
    return answer


def shown(api: Api) -> list[Any]:
    """What both ways to read say of the description of A."""
    listed = {each["id"]: each for each in api.json(LIST)["entities"]}
    return [api.json(f"{LIST}/a").get("description"), listed["a"].get("description")]


def test_a_read_shows_what_was_there_so_long_ago_and_the_answer_of_a_write_is_true() -> None:
    with stale() as (api, clock):
        assert "one" == put(api, description="one")["description"]
        clock.now = 3
        assert "two" == put(api, description="two")["description"]
        seen = []
        for clock.now in (4.9, 5, 7.9, 8):
            seen.append(shown(api))
        assert [[None] * 2, ["one"] * 2, ["one"] * 2, ["two"] * 2] == seen
        assert 6 == api.json("/_emulator/faults")["stale"]


def test_the_lock_is_that_of_the_true_state() -> None:
    with stale() as (api, _):
        old = api.json(f"{LIST}/a")
        new = put(api)["_etag"]
        assert old["_etag"] == api.json(f"{LIST}/a")["_etag"] != new
        assert 412 == api.call("PUT", f"{LIST}/a", json=old).status_code


def test_queues_come_and_go_late_and_edits_from_outside_are_late_too() -> None:
    with stale(lock="none") as (api, clock):
        made = api.call("POST", LIST, json={"name": "C"}).json()["id"]
        api.call("DELETE", f"{LIST}/b")
        api.call("POST", "/_emulator/queues/a", json={"description": "theirs"})
        assert (404, 200) == tuple(api.call("GET", f"{LIST}/{each}").status_code for each in (made, "b"))
        assert ([None, None], 2) == (shown(api), api.json(LIST)["total"])
        clock.now = 5
        assert (200, 404) == tuple(api.call("GET", f"{LIST}/{each}").status_code for each in (made, "b"))
        assert (["theirs", "theirs"], ["A", "C"]) == (
            shown(api),
            [each["name"] for each in api.json(LIST)["entities"]],
        )


def test_a_write_that_was_refused_shows_nowhere() -> None:
    with stale() as (api, clock):
        assert 400 == api.call("PUT", f"{LIST}/a", json={"name": ""}).status_code
        clock.now = 5
        shown(api)
        assert {} == api.json("/_emulator/faults")


def test_the_first_state_is_seen_at_once() -> None:
    with stale() as (api, clock):
        put(api, description="one")
        clock.now = 9
        shown(api)
        api.call("DELETE", f"{LIST}/b")
        api.call("POST", "/_emulator/reset")
        assert ([None, None], 2) == (shown(api), api.json(LIST)["total"])
