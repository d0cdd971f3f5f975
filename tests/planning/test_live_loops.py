from collections.abc import Mapping
from typing import Any

import pytest

from syncer.live.wire import read_queue
from syncer.model.network import Facts
from syncer.model.queue import LiveQueue
from syncer.model.settings import ApiLocation, Organization
from syncer.planning.live_loops import Closer, LiveLoop, live_loops, live_network
from tests.program import live_queue, overflow

HERE = ApiLocation("https://api", Organization("org", "Org"))
EARLY, LATE, LATEST = (f"2026-03-01T0{hour}:00:00.000Z" for hour in (1, 2, 3))


def queue(name: str, *targets: str, at: str = "", by: str = "Bob", **fields: Any) -> LiveQueue:
    marks = {"dateModified": at, "modifiedBy": {"id": by.lower(), "name": by}} if at else {}
    return read_queue(live_queue(name, *(overflow(target, 10) for target in targets), **marks, **fields))


def written(source: str, target: str, at: str, run: str = "r1", **fields: Any) -> Mapping[str, Any]:
    """An entry of a run that made the rule from ``source`` to ``target``."""
    rule = {
        "kind": "overflow",
        "target": target,
        "threshold": 10,
        "delay": 60,
        "enabled": True,
        "priority": 1,
        "condition": "",
    }
    names = ("kind", "target", "threshold", "delay", "enabled")
    return {
        "kind": "change",
        "queueId": source,
        "ruleType": "overflow",
        "targetQueue": target,
        "success": True,
        "before": None,
        "after": {name: rule[name] for name in names},
        "occurredAt": at,
        "run": run,
        "origin": {"user": "ada"},
        "api": "https://api",
        "organization": {"id": "org", "name": "Org"},
        **fields,
    }


def the_loop(live: list[LiveQueue], *entries: Mapping[str, Any]) -> LiveLoop:
    (found,) = live_loops(live, HERE, lambda: entries)
    return found


def test_live_without_a_loop_has_none_and_no_trail_is_read() -> None:
    def unread() -> list[Any]:
        raise AssertionError("the trail was read")

    assert () == live_loops([queue("A", "b"), queue("B")], HERE, unread)


def test_a_disabled_rule_closes_no_loop() -> None:
    off = {**overflow("a", 10), "enabled": False}
    assert () == live_loops([queue("A", "b"), read_queue(live_queue("B", off))], HERE, tuple)


def test_a_backup_queue_closes_a_loop_too() -> None:
    back = read_queue({"id": "b", "name": "B", "directRouting": {"backupQueueId": "a"}})
    assert (
        "A → B → A overflows in a circle; who closed it is not known"
        == the_loop([queue("A", "b"), back]).in_words()
    )


def test_the_run_that_put_the_newest_rule_in_force_closed_it() -> None:
    live = [queue("A", "b"), queue("B", "a")]
    entries = (written("a", "b", EARLY, "r1"), written("b", "a", LATE, "r2"))
    found = the_loop(live, *entries)
    assert Closer("ada", LATE, "r2") == found.closer
    assert f"A → B → A overflows in a circle; closed by run r2 of ada at {LATE}" == found.in_words()


def test_a_later_change_of_the_share_closed_nothing() -> None:
    made = written("b", "a", LATE, "r2")
    later = written("b", "a", LATEST, "r3", before=made["after"])
    assert (
        Closer("ada", LATE, "r2")
        == the_loop([queue("A", "b"), queue("B", "a")], written("a", "b", EARLY), made, later).closer
    )


@pytest.mark.parametrize(
    "other",
    [
        {"success": False},
        {"after": None},
        {"after": {"kind": "overflow"}},
        {"after": "x"},
        {"organization": {"id": "another", "name": ""}},
        {"kind": "run"},
    ],
)
def test_an_entry_that_put_nothing_in_force_here_closed_nothing(other: Mapping[str, Any]) -> None:
    live = [queue("A", "b"), queue("B", "a")]
    found = the_loop(live, written("a", "b", EARLY), written("b", "a", LATE, **other))
    assert None is found.closer


def test_who_edited_a_queue_last_probably_closed_it() -> None:
    found = the_loop([queue("A", "b"), queue("B", "a", at=LATE)], written("a", "b", EARLY))
    assert Closer("Bob", LATE, queue="B") == found.closer
    assert (
        f"A → B → A overflows in a circle; probably closed by Bob, who edited B last, at {LATE}"
        == found.in_words()
    )


def test_an_older_edit_of_the_other_queue_makes_it_the_run() -> None:
    found = the_loop([queue("A", "b"), queue("B", "a", at=EARLY)], written("a", "b", LATE))
    assert Closer("ada", LATE, "r1") == found.closer


def test_the_mark_of_our_own_later_write_names_nobody() -> None:
    other = written("b", "c", LATE)
    found = the_loop(
        [queue("A", "b", at=EARLY), queue("B", "a", "c", at="2026-03-01T02:00:04.000Z"), queue("C")], other
    )
    assert None is found.closer


def test_a_queue_without_a_mark_was_not_edited_last() -> None:
    assert Closer("Bob", LATE, queue="A") == the_loop([queue("A", "b", at=LATE), queue("B", "a")]).closer
    assert None is the_loop([queue("A", "b", at="yesterday"), queue("B", "a", at="never")]).closer


def test_a_loop_is_known_by_all_its_queues_and_is_data() -> None:
    live = [queue("A", "b"), queue("B", "a", "c"), queue("C", "b")]
    found = the_loop(live)
    assert ("a", "b", "c") == found.key
    assert {
        "message": found.message,
        "queues": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}],
        "rules": [
            {"source": "a", "target": "b", "kind": "overflow"},
            {"source": "b", "target": "a", "kind": "overflow"},
        ],
        "tied": ["a", "b", "c"],
        "closed": None,
    } == found.as_json()


def test_a_closer_is_data_that_says_whether_it_is_certain() -> None:
    assert {"by": "ada", "at": LATE, "run": "r1", "certain": True} == Closer("ada", LATE, "r1").as_json()
    assert {"by": "", "at": LATE, "run": "", "certain": False} == Closer("", LATE, queue="B").as_json()
    assert "probably closed by somebody" in Closer("", LATE, queue="B").in_words()


def test_the_network_of_live_has_the_facts_that_are_known() -> None:
    network = live_network([queue("B", "a"), queue("A")], {"b": Facts(10, 5)})
    assert [("A", None, 0.0), ("B", 10, 5)] == [
        (node.name, node.capacity, node.base_load) for node in network.nodes
    ]
    assert [("b", "a", 10)] == [(edge.source, edge.target, edge.threshold) for edge in network.edges]
