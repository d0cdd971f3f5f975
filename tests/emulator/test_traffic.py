"""The traffic of an organization."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.emulator.organization import organization
from syncer.emulator.rows import Write
from syncer.emulator.store import Store
from syncer.emulator.traffic import QUARTERS, Traffic, outcome, part
from syncer.emulator.traffic_given import GivenQueue, GivenTraffic
from tests.emulator.emulator_api import overflow, queue

BUSY = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp()) // 3600

KNOWN = GivenTraffic(
    noise=False,
    queues={"a": GivenQueue(120, 50, ("voice",)), "b": GivenQueue(20, 40, ("voice",))},
)


def of(*queues: dict[str, Any], **options: Any) -> tuple[Store, Traffic]:
    store = Store(":memory:", queues)
    return store, Traffic(store, (), started="2026-03-02T10:00:05.000Z", **options)


def counts(traffic: Traffic, begin: int, end: int, *ids: str) -> Any:
    return traffic.counts(traffic.networks(), "voice", ids or ("a", "b"), begin, end)


def test_what_is_given_has_a_known_answer() -> None:
    _, traffic = of(queue("A", overflow("b", threshold=25)), queue("B"), given=KNOWN)
    found = counts(traffic, BUSY * QUARTERS, (BUSY + 1) * QUARTERS)
    assert {"a": (50, 24, 16, 30), "b": (40, 6, 4, 0)} == found


def test_quarters_are_parts_of_the_hour() -> None:
    _, traffic = of(*organization(20))
    ids = [each["id"] for each in organization(20)]
    whole = counts(traffic, BUSY * QUARTERS, (BUSY + 3) * QUARTERS, *ids)
    quarters = [
        counts(traffic, quarter, quarter + 1, *ids)
        for quarter in range(BUSY * QUARTERS, (BUSY + 3) * QUARTERS)
    ]
    added = {
        id_: tuple(map(sum, zip(*(each.get(id_, (0, 0, 0, 0)) for each in quarters), strict=True)))
        for id_ in ids
    }
    assert whole == {id_: each for id_, each in added.items() if any(each)}


def test_the_order_of_questions_changes_nothing() -> None:
    ids = [each["id"] for each in organization(20)]
    hours = range(BUSY, BUSY + 30)
    _, one = of(*organization(20))
    _, other = of(*organization(20))
    forward = {h: counts(one, h * QUARTERS, (h + 1) * QUARTERS, *ids) for h in hours}
    back = {h: counts(other, h * QUARTERS, (h + 1) * QUARTERS, *reversed(ids)) for h in reversed(hours)}
    assert forward == back
    _, seeded = of(*organization(20), given=GivenTraffic(seed=1))
    assert forward[BUSY] != counts(seeded, BUSY * QUARTERS, (BUSY + 1) * QUARTERS, *ids)


def test_a_change_counts_from_the_hour_after_the_start() -> None:
    store, traffic = of(queue("A", overflow("b", threshold=25)), queue("B"), given=KNOWN)
    early, late = (BUSY + 1) * QUARTERS, (BUSY + 5) * QUARTERS
    assert 30 == counts(traffic, early, early + 4)["a"][3]
    store.rewrite("a", lambda row: {**row.document, "routingRules": []}, Write("put", "client", "x"))
    assert 30 == counts(traffic, early, early + 4)["a"][3]
    assert 0 == counts(traffic, late, late + 4)["a"][3]
    store.reset()
    assert 30 == counts(traffic, late, late + 4)["a"][3]


def test_a_queue_without_contacts_and_a_medium_that_nobody_has_are_left_out() -> None:
    _, traffic = of(queue("A"), given=GivenTraffic(queues={"a": GivenQueue(0, 0, ("voice",))}))
    assert {} == counts(traffic, BUSY * QUARTERS, (BUSY + 1) * QUARTERS, "a", "nowhere")
    assert {} == traffic.counts(traffic.networks(), "email", ("a",), BUSY * 4, BUSY * 4 + 4)


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_what_is_offered_is_answered_abandoned_or_flowed_out(stays: int, flowed: int, capacity: int) -> None:
    found = outcome(stays + flowed, flowed, capacity)
    assert stays + flowed == sum(found)
    assert min(found) >= 0
    assert min(stays, capacity) == found[0]


@given(st.integers(0, 5000))
def test_the_parts_of_an_hour_are_the_hour(count: int) -> None:
    parts = [part(count, begin, begin + 1) for begin in range(QUARTERS)]
    assert count == sum(parts)
    assert max(parts) - min(parts) <= 1
    assert count == part(count, 0, 1) + part(count, 1, 4)
