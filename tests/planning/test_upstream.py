"""Which change sent how many contacts more into a queue."""

from collections.abc import Mapping
from typing import Any

from syncer.audit.record import AppliedQueue, Place
from syncer.kinds.overflow import OverflowRule
from syncer.model.network import Facts
from syncer.model.settings import ApiLocation
from syncer.planning.upstream import Cause, causes, facts_step

NOWHERE = Place(ApiLocation("https://api"))
ALL = {key: {"capacity": 100, "baseLoad": 50} for key in "abcd"}


def image(target: str, share: int) -> dict[str, Any]:
    return {"kind": "overflow", "target": target, "threshold": share, "delay": 0, "enabled": True}


def change(
    number: int, source: str, target: str, before: int | None, after: int | None, **fields: Any
) -> dict[str, Any]:
    """The entry of a change of the rule between two queues, with their small letters as ids."""
    return {
        "n": number,
        "kind": "change",
        "run": f"r{number}",
        "action": "UPDATE_OVERFLOW_RULE",
        "occurredAt": f"2026-03-0{number}T00:00:00.000Z",
        "queueId": source,
        "queueName": source.upper(),
        "targetQueue": target,
        "targetName": target.upper(),
        "success": True,
        "before": None if before is None else image(target, before),
        "after": None if after is None else image(target, after),
        "origin": {"user": "ada"},
        **fields,
    }


def closing(number: int, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of a run that was the first to use these facts."""
    known = {
        "n": number,
        "kind": "run",
        "run": f"r{number}",
        "action": "APPLY_RUN",
        "origin": {"user": "ada"},
    }
    return {**known, "timestamp": f"2026-03-0{number}T00:00:00.000Z", "facts": facts}


def told(found: tuple[Cause, ...]) -> list[tuple[int, str, int, float | None, float]]:
    return [(each.number, each.queue, each.depth, each.added, each.room) for each in found]


def above(target: str, *entries: Mapping[str, Any], place: Place = NOWHERE) -> tuple[Cause, ...]:
    return causes(entries, target, lambda _: True, place)


def test_what_added_most_comes_first() -> None:
    entries = (
        change(1, "a", "b", None, 10),
        change(2, "b", "c", 10, 20),
        change(3, "d", "c", None, 50),
        closing(4, ALL),
    )
    found = above("c", *entries)
    assert [(3, "d", 1, 25.0, 0.0), (2, "b", 1, 5.5, 0.0), (1, "a", 2, 0.5, 0.0)] == told(found)
    assert ("r3", "ada", "D", "D → C: none ⇒ 50 % after 0 s") == (
        found[0].run,
        found[0].user,
        found[0].queue_name,
        found[0].words,
    )


def test_what_lies_below_or_beside_is_left_out() -> None:
    entries = (change(1, "a", "b", None, 10), change(2, "b", "c", None, 10), change(3, "d", "c", None, 9))
    assert [(1, "a", 1, 5.0, 0.0)] == told(above("b", *entries[:1], entries[2], closing(4, ALL)))
    assert [1, 2] == sorted(each.number for each in above("b", *entries, closing(4, ALL)))


def test_its_own_rule_counts_by_what_it_keeps() -> None:
    entries = (change(1, "b", "c", 40, None), closing(2, ALL))
    assert [(1, "b", 0, 20.0, 0.0)] == told(above("b", *entries))


def test_a_load_that_grew_and_a_capacity_that_was_lowered_are_changes() -> None:
    more = {"a": {"capacity": 100, "baseLoad": 150}, "b": {"capacity": 60, "baseLoad": 50}}
    found = above("b", change(1, "a", "b", None, 10), closing(2, ALL), closing(3, more))
    assert [(3, "b", 0, 0.0, 40.0), (3, "a", 1, 10.0, 0.0), (1, "a", 1, 5.0, 0.0)] == told(found)
    assert ["B: capacity 100 ⇒ 60, base load 50", "A: capacity 100, base load 50 ⇒ 150"] == [
        each.words for each in found[:2]
    ]


def test_without_loads_nothing_is_counted_and_the_order_is_that_of_the_trail() -> None:
    found = above("c", change(1, "a", "c", None, 10), change(2, "b", "c", None, 90))
    assert [(1, "a", 1, None, 0.0), (2, "b", 1, None, 0.0)] == told(found)


def test_what_took_contacts_away_comes_last() -> None:
    found = above(
        "c", change(1, "a", "c", 50, 10), change(2, "b", "c", None, 9, queueId="x"), closing(3, ALL)
    )
    assert [2, 1] == [each.number for each in found]
    assert -20.0 == found[-1].added


def test_what_was_not_done_or_is_not_meant_is_no_cause_but_counts_for_what_follows() -> None:
    entries = (
        change(1, "a", "b", None, 10),
        change(2, "a", "b", 10, 90, success=False),
        change(3, "b", "c", None, 50),
        closing(4, ALL),
    )
    found = causes(entries, "c", lambda entry: entry["n"] == 3, NOWHERE)
    assert [(3, "b", 1, 27.5, 0.0)] == told(found)


def test_the_record_knows_what_nobody_changed() -> None:
    rules = (OverflowRule("b", 20, 0, True),)
    queue = AppliedQueue("a", "A", "r0", "", rules=rules, facts=Facts(100, 100))
    place = Place(ApiLocation("https://api"), queues={"a": queue})
    facts = {key: ALL[key] for key in "bc"}
    found = above("c", change(1, "b", "c", None, 10), closing(2, facts), place=place)
    assert [(1, "b", 1, 7.0, 0.0)] == told(found)


def test_a_loop_has_no_figures_and_a_queue_that_nobody_knows_no_cause() -> None:
    entries = (change(1, "a", "b", None, 10), change(2, "b", "a", None, 10), closing(3, ALL))
    assert [(1, 5.0), (2, None)] == [(each.number, each.added) for each in above("b", *entries)]
    assert () == above("x", *entries)


def test_anything_may_stand_in_an_edited_trail() -> None:
    odd = change(1, "a", "b", None, 10) | {"before": {"kind": "x"}, "n": None, "origin": "x"}
    found = above("b", odd, closing(2, {"a": "x", "b": {"capacity": "y", "baseLoad": None}}))
    assert [(0, "a", 1, None, 0.0)] == told(found)


def test_facts_are_told_before_and_after() -> None:
    assert "capacity unknown, base load 0 ⇒ 40" == facts_step(Facts(), Facts(None, 40))
    assert "capacity 10, base load 40" == facts_step(None, Facts(10, 40))


def test_it_is_data() -> None:
    (found,) = above("b", change(1, "a", "b", None, 10), closing(2, ALL))
    assert {
        "n": 1,
        "at": "2026-03-01T00:00:00.000Z",
        "run": "r1",
        "user": "ada",
        "action": "UPDATE_OVERFLOW_RULE",
        "queue": {"id": "a", "name": "A"},
        "what": "A → B: none ⇒ 10 % after 0 s",
        "depth": 1,
        "contacts_added": 5.0,
        "capacity_lost": 0.0,
    } == found.as_json()
