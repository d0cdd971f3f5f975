"""Two records of one place: the newer counts, and nothing goes back to an older state."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.exceptions import Exemption
from syncer.audit.record import AppliedQueue, Place, Record, Version
from syncer.audit.record_sides import Side, newer_of, side_of, with_side, without_closed
from syncer.model.settings import ApiLocation, Organization
from tests.audit.test_record import HERE, INTENT, RECORD

ELSEWHERE = ApiLocation("https://other", Organization("p"))
STOP = Exemption("stop", "run-1", HERE, "prod", "b")
OLD, NEW = "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z"


def queue(key: str, at: str = OLD, run: str = "run") -> AppliedQueue:
    return AppliedQueue(key, key.upper(), run, at)


def side(serial: int, seen: int = 0, *queues: AppliedQueue, run: str = "run", **rest: Any) -> Side:
    known = {each.id: each for each in queues}
    marks = [Version(number, run) if number else Version() for number in (serial, seen)]
    place = Place(HERE, "prod", run, at=OLD, queues=known, version=marks[0], stored=marks[1])
    return Side(place, **rest)


def test_a_side_is_what_a_record_says_of_a_place() -> None:
    other = replace(INTENT, run="x", environment="test")
    away = replace(STOP, id="x", location=ELSEWHERE)
    record = replace(RECORD.with_intent(other), exceptions=(STOP, away))
    found = side_of(record, HERE, "prod")
    assert Side(RECORD.places[0], (INTENT,), (STOP,)) == found
    assert side_of(Record(), HERE, "prod").is_empty
    changed = with_side(record, replace(found, intents=(), exceptions=()))
    assert ((other,), (away,), RECORD.places) == (changed.intents, changed.exceptions, changed.places)
    assert (record.head, record.entry) == (changed.head, changed.entry), "these are of the trail that is here"


@pytest.mark.parametrize(
    ("ours", "stored", "wins"),
    [
        (side(3, 3), side(5), "stored"),
        (side(0, 0), side(5), "stored"),
        (side(5, 3), side(3), "ours"),
        (side(5, 5), side(5), "ours"),
        (side(5, 5), side(0), "ours"),
        (side(5, 5), side(4), "ours"),
        (side(5, 4, run="b"), side(4, run="b"), "ours"),
        (side(5, 5, run="a"), side(5, run="b"), "stored"),
        (side(5, 5, run="b"), side(5, run="a"), "ours"),
    ],
    ids=["behind", "fresh", "ahead", "same", "emptied", "set-back", "unsent", "later-run", "earlier-run"],
)
def test_the_newer_counts(ours: Side, stored: Side, wins: str) -> None:
    found = newer_of(ours, stored)
    assert {"ours": ours, "stored": stored}[wins].place.version == found.place.version
    if wins == "stored":
        assert found.place.version == found.place.stored


def test_where_both_wrote_both_count() -> None:
    ours = side(6, 4, queue("a", NEW), queue("b", OLD), intents=(INTENT,))
    stored = side(5, 0, queue("a", OLD, "x"), queue("b", NEW, "x"), queue("c"), run="x", exceptions=(STOP,))
    found = newer_of(ours, stored)
    assert {"a": "run", "b": "x", "c": "run"} == {key: each.run for key, each in found.place.queues.items()}
    assert (Version(7, "run"), Version(5, "x")) == (found.place.version, found.place.stored)
    assert ((INTENT,), (STOP,)) == (found.intents, found.exceptions)


def test_what_was_held_before_there_was_a_store_stays_held() -> None:
    found = newer_of(side(0, 0, exceptions=(STOP,)), side(5, 0))
    assert ((STOP,), 6) == (found.exceptions, found.place.version.serial)


def test_what_a_trail_has_closed_is_not_open_again() -> None:
    known = side(5, 5, intents=(INTENT, replace(INTENT, run="open")), exceptions=(STOP,))
    entries: list[dict[str, Any]] = [
        {"kind": "change", "run": "open"},
        {"kind": "run", "run": INTENT.run, "status": "done", "lifts": [STOP.id]},
    ]
    found = without_closed(known, entries)
    assert (("open",), ()) == (tuple(each.run for each in found.intents), found.exceptions)
    refused = [{"kind": "run", "run": "x", "status": "refused", "lifts": [STOP.id]}]
    assert known == without_closed(known, refused)


queues = st.dictionaries(
    st.sampled_from("abc"), st.integers(0, 9).map(lambda hour: f"2026-03-01T0{hour}:00:00Z")
).map(lambda found: [queue(key, at) for key, at in found.items()])


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), queues, queues)
def test_no_queue_goes_back_and_none_is_lost(
    serial: int, seen: int, theirs: int, ours: list[AppliedQueue], stored: list[AppliedQueue]
) -> None:
    mine, other = side(serial, min(seen, serial), *ours), side(theirs, 0, *stored, run="x")
    found = newer_of(mine, other)
    for before in ours:
        assert found.place.queues[before.id].at >= before.at
    if found is not mine:
        assert {each.id for each in (*ours, *stored)} == set(found.place.queues)
        assert all(found.place.queues[each.id].at >= each.at for each in stored)
    assert found.place.version >= min(mine.place.version, other.place.version)
    assert newer_of(found, other).place.queues == found.place.queues, "once is enough"
