"""What the emulator says about itself, and somebody else who edits a queue right before it is written."""

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.emulator.control import rival_edit
from syncer.emulator.faults import Dice, Faults
from syncer.emulator.kinds.overflow import overflow_rules
from syncer.emulator.organization import organization
from syncer.emulator.store import Store
from tests.emulator.emulator_api import LIST, logged_in, overflow, queue, running
from tests.properties import examples


def test_requests_are_counted_by_method_and_route() -> None:
    with logged_in([queue("A")]) as api:
        api.call("POST", "/login/oauth2/token")
        for _ in range(3):
            api.call("GET", LIST)
        api.call("PUT", f"{LIST}/a", json=queue("A"))
        api.call("PUT", f"{LIST}/none", json=queue("A"))
        api.call("GET", "/api/v2/nowhere")
        api.call("PATCH", LIST)
        api.json("/_emulator/history")
        counts = api.json("/_emulator/requests")
    assert {
        "total": 9,
        "POST /oauth/token": 1,
        "POST /login/oauth2/token": 1,
        "GET /api/v2/routing/queues": 3,
        "PUT /api/v2/routing/queues/{id}": 2,
        "other": 2,
    } == counts


def test_history_says_who_wrote_what_and_whether_a_loop_is_there() -> None:
    with logged_in([queue("A"), queue("B", overflow("a"))]) as api:
        first = api.json(f"{LIST}/a")
        looped = api.call("PUT", f"{LIST}/a", json=queue("A", overflow("b")))
        off = api.call("POST", "/_emulator/queues/a", json={"routingRules": [overflow("b", enabled=False)]})
        api.call("POST", "/_emulator/queues/a", json={"routingRules": [overflow("b")]})
        api.call("DELETE", f"{LIST}/b")
        history = api.history()
    assert [1, 2, 3, 4] == [entry["n"] for entry in history]
    assert ["PUT", "edit", "edit", "DELETE"] == [entry["action"] for entry in history]
    assert ["client", "rival", "rival", "client"] == [entry["by"] for entry in history]
    assert [False, True, False, True] == [entry["loopFree"] for entry in history]
    assert ["a", "a", "a", "b"] == [entry["queueId"] for entry in history]
    assert (first["_etag"], looped.json()["_etag"]) == (history[0]["etagBefore"], history[0]["etagAfter"])
    assert off.json()["_etag"] == history[1]["etagAfter"]
    assert looped.headers["ININ-Correlation-Id"] == history[0]["correlationId"]


def test_an_edit_is_a_merge_patch_that_needs_no_token() -> None:
    with running([queue("A", media={"call": 1, "chat": 2}, old=True)]) as api:
        patch = {
            "media": {"chat": None, "email": {"x": None, "y": 3}},
            "old": None,
            "id": "no",
            "_etag": "no",
        }
        answer = api.call("POST", "/_emulator/queues/a", json=patch)
        assert 200 == answer.status_code
        assert {"call": 1, "email": {"y": 3}} == answer.json()["media"]
        assert ("a", False) == (answer.json()["id"], "old" in answer.json())
        assert "no" != answer.json()["_etag"]
        assert 404 == api.call("POST", "/_emulator/queues/none", json={}).status_code
        assert 400 == api.call("POST", "/_emulator/queues/a", json={"name": None}).status_code
        assert 400 == api.call("POST", "/_emulator/queues/a", json=[]).status_code
        assert 1 == len(api.history())


def test_reset_goes_back_to_the_first_state(tmp_path: Path) -> None:
    options = {"state": str(tmp_path / "state.sqlite"), "faults": Faults.parse("rival=1")}
    with logged_in([queue("A"), queue("B")], **options) as api:
        first = api.json(LIST)
        api.call("PUT", f"{LIST}/a", json=queue("A", overflow("b")))
        api.call("DELETE", f"{LIST}/b")
        assert 204 == api.call("POST", "/_emulator/reset").status_code
        assert [[], {"total": 0}, {}] == [
            api.history(),
            api.json("/_emulator/requests"),
            api.json("/_emulator/faults"),
        ]
        assert first == api.json(LIST)
    with logged_in([queue("C")], state=options["state"]) as api:
        api.call("DELETE", f"{LIST}/a")
        api.call("POST", "/_emulator/reset")
        assert first == api.json(LIST)


def edit(
    queues: list[dict[str, Any]], queue_id: str, dice: Dice
) -> tuple[bool, dict[str, Any], list[dict[str, Any]]]:
    store = Store(":memory:", queues)
    try:
        done = rival_edit(store, queue_id, dice, now="now", correlation_id="id")
        return done, store.get(queue_id).document if done else {}, store.history()
    finally:
        store.close()


def test_a_put_with_the_etag_meets_the_rivals_edit() -> None:
    with logged_in([queue("A"), queue("B")], faults=Faults.parse("rival=1")) as api:
        read = api.json(f"{LIST}/a")
        refused = api.call("PUT", f"{LIST}/a", json=read)
        [entry] = api.history()
        now = api.json(f"{LIST}/a")
        injected = api.json("/_emulator/faults")
        unknown = api.call("PUT", f"{LIST}/none", json=read)
    assert (412, 404) == (refused.status_code, unknown.status_code)
    assert ("edit", "rival", read["_etag"], now["_etag"]) == tuple(
        entry[key] for key in ("action", "by", "etagBefore", "etagAfter")
    )
    assert {"rival": 1} == injected


def test_only_a_put_meets_a_rival() -> None:
    with logged_in([queue("A")], faults=Faults.parse("rival=1")) as api:
        api.call("GET", f"{LIST}/a")
        api.call("POST", LIST, json={"name": "B"})
        assert ["client"] == [entry["by"] for entry in api.history()]


def test_one_who_may_not_write_wakes_no_rival() -> None:
    with logged_in([queue("A")], faults=Faults.parse("rival=1")) as api:
        api.log_in("routing:queue:read")
        assert 403 == api.call("PUT", f"{LIST}/a", json=queue("A")).status_code
        assert [] == api.history()


@given(seed=st.integers(0, 10**6), request=st.integers(1, 100), place=st.integers(0, 11))
@examples(60)
def test_an_edit_changes_one_thing_and_makes_no_loop(seed: int, request: int, place: int) -> None:
    queues = organization(12)
    before = queues[place]
    done, after, [entry] = edit(queues, before["id"], Dice(seed, request))
    changed = {key for key in before if before[key] != after.get(key)} - {"dateModified"}
    assert done
    assert entry["loopFree"]
    assert changed in ({"description"}, {"routingRules"})
    if changed == {"routingRules"}:
        others = [rule for rule in before["routingRules"] if rule.get("type") != "overflow"]
        assert others == [rule for rule in after["routingRules"] if rule.get("type") != "overflow"]
        assert all(0 <= rule["threshold"] <= 100 for rule in overflow_rules(after))


def test_both_kinds_of_edit_come_up() -> None:
    kinds = set()
    for request in range(40):
        _, after, _ = edit([queue("A", overflow("b")), queue("B"), queue("C")], "a", Dice(1, request))
        rules = [(rule["overflowTarget"], rule["threshold"]) for rule in overflow_rules(after)]
        kinds.add(("description" in after, len(rules), ("b", 10) in rules))
    assert {(True, 1, True), (False, 2, True), (False, 1, False)} == kinds


def test_an_edit_that_would_make_a_loop_is_made_to_another_field() -> None:
    queues = [queue("A"), queue("B", overflow("a"))]
    for request in range(20):
        _, after, [entry] = edit(queues, "a", Dice(1, request))
        assert (True, True) == ("description" in after, entry["loopFree"])


def test_a_queue_that_stands_alone_can_be_edited_and_one_that_is_not_there_can_not() -> None:
    for request in range(10):
        assert edit([queue("A")], "a", Dice(1, request))[0]
        assert edit([{"id": "a", "name": "A", "routingRules": 5}, queue("B")], "a", Dice(1, request))[0]
    assert (False, {}, []) == edit([queue("A")], "none", Dice(1, 1))
