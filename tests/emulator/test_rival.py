"""Somebody else who edits a queue right before it is written."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.emulator.documents import overflow_rules
from syncer.emulator.faults import Dice, Faults
from syncer.emulator.organization import organisation
from syncer.emulator.rival import rival_edit
from syncer.emulator.store import Store
from tests.emulator.emulator_api import LIST, logged_in, overflow, queue
from tests.properties import examples


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
    queues = organisation(12)
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
