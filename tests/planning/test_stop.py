"""Ending overflow that live has."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.graph.cycles import looped
from syncer.kinds.registry import ROUTING_KINDS
from syncer.live.wire import read_queue, write_change
from syncer.model.queue import LiveQueue
from syncer.model.settings import ApiLocation
from syncer.planning.stop import (
    breaking_loops,
    edges_into,
    last_written,
    live_edges,
    off_changes,
    put_in_force,
    queues_named,
    watchers_of,
)
from tests.audit.trails import NOW, whole_run
from tests.properties import examples

NAMES = "abcdef"

OVERFLOW = st.fixed_dictionaries(
    {
        "type": st.just("overflow"),
        "overflowTarget": st.sampled_from(NAMES),
        "threshold": st.integers(0, 100) | st.just("many"),
        "overflowDelay": st.integers(0, 3600),
    },
    optional={"enabled": st.booleans() | st.just("maybe"), "id": st.uuids().map(str)},
)
DIRECT = st.none() | st.fixed_dictionaries(
    {"agentWaitSeconds": st.integers(60, 90)}, optional={"backupQueueId": st.sampled_from(NAMES)}
)
QUEUE = st.fixed_dictionaries({"routingRules": st.lists(OVERFLOW, max_size=4), "directRouting": DIRECT})
LIVE = st.lists(QUEUE, min_size=len(NAMES), max_size=len(NAMES))


def queues_of(raws: list[dict[str, Any]]) -> list[LiveQueue]:
    return [
        read_queue({"id": name, "name": name.upper(), **{key: each for key, each in raw.items() if each}})
        for name, raw in zip(NAMES, raws, strict=True)
    ]


def after(queues: list[LiveQueue], pairs: set[tuple[str, str]]) -> list[LiveQueue]:
    """Live after the edges between ``pairs`` were taken away, each by the PUT of its change."""
    names = {queue.id: queue.name for queue in queues}
    changes = off_changes([edge for edge in live_edges(queues) if edge.pair in pairs], names)
    written = {
        change.queue: read_queue(write_change(by_id(queues)[change.queue].raw, change)) for change in changes
    }
    for change in changes:
        own = [rule for rule in written[change.queue].rules if rule.kind in change.kinds]
        assert list(change.after) == own
    return [written.get(queue.id, queue) for queue in queues]


def by_id(queues: list[LiveQueue]) -> dict[str, LiveQueue]:
    return {queue.id: queue for queue in queues}


@given(LIVE, st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES)))
@examples(100)
def test_no_edge_is_left_into_the_target_and_all_others_are(
    raws: list[dict[str, Any]], target: str, sources: set[str]
) -> None:
    queues = queues_of(raws)
    gone = {edge.pair for edge in edges_into(queues, target, sources)}
    expected = [(edge.pair, edge.rule) for edge in live_edges(queues) if edge.pair not in gone]
    left = after(queues, gone)
    assert [] == edges_into(left, target, sources)
    assert expected == [(edge.pair, edge.rule) for edge in live_edges(left)]


@given(LIVE, st.sampled_from(NAMES))
@examples(60)
def test_nothing_else_in_a_queue_is_touched(raws: list[dict[str, Any]], target: str) -> None:
    queues = queues_of(raws)
    left = by_id(after(queues, {edge.pair for edge in edges_into(queues, target)}))
    for queue in queues:
        old, new = queue.raw.get("routingRules", []), left[queue.id].raw.get("routingRules", [])
        assert len(old) == len(new)
        for was, now in zip(old, new, strict=True):
            stopped = was["overflowTarget"] == target and was != now
            assert ({**was, "enabled": False} if stopped else was) == now
        others = [
            {**(each.raw.get("directRouting") or {}), "backupQueueId": None}
            for each in (queue, left[queue.id])
        ]
        assert others[0] == others[1]


@given(
    LIVE, st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))), st.sets(st.sampled_from(NAMES))
)
@examples(100)
def test_loops_are_broken_by_a_set_of_which_none_can_stay(
    raws: list[dict[str, Any]], known: set[tuple[str, str]], managed: set[str]
) -> None:
    queues = queues_of(raws)
    times = {pair: f"2026-03-01T08:{number:02}:00Z" for number, pair in enumerate(sorted(known))}
    gone = set(breaking_loops(queues, times, managed))
    assert [] == loops_in(after(queues, gone))
    for pair in gone:
        assert [] != loops_in(after(queues, gone - {pair}))


def loops_in(queues: list[LiveQueue]) -> list[list[int]]:
    edges = [edge.pair for edge in live_edges(queues)]
    return looped(
        [[NAMES.index(target) for source, target in edges if source == queue.id] for queue in queues]
    )


def ring(**edits: str) -> list[LiveQueue]:
    """a → b → c → a, with the last edits of some queues."""
    return [
        read_queue(
            {
                "id": source,
                "name": source.upper(),
                "routingRules": [
                    {"type": "overflow", "overflowTarget": target, "threshold": 5, "enabled": True}
                ],
                "dateModified": edits.get(source, "2026-03-01T08:00:00Z"),
                "modifiedBy": "somebody",
            }
        )
        for source, target in zip("abc", "bca", strict=True)
    ]


def test_the_newest_rule_goes_first_and_unmanaged_ones_last() -> None:
    early, late = "2026-03-01T08:00:00Z", "2026-03-02T08:00:00Z"
    known = {("a", "b"): early, ("b", "c"): late, ("c", "a"): "2026-03-03T08:00:00Z"}
    assert [("c", "a")] == breaking_loops(ring(), known, "abc")
    assert [("b", "c")] == breaking_loops(ring(), known, "ab")
    assert [("b", "c")] == breaking_loops(ring(b=late), {}, "abc"), "by the last edit of its queue"
    assert [("b", "c")] == breaking_loops(ring(b=late), {("a", "b"): early}, "abc"), "made by hand since"
    ours = {"b": "2026-03-02T08:00:01Z"}
    assert [("a", "b")] == breaking_loops(ring(b=late), {("a", "b"): early}, "ab", ours), "b was there before"
    assert [] == breaking_loops(ring()[:2], known, "abc")


def test_a_queue_is_found_by_id_by_name_or_by_its_name_in_other_capitals() -> None:
    queues = ring()
    for text, expected in (("a", ["a"]), ("A", ["a"]), ("d", [])):
        assert expected == [queue.id for queue in queues_named(queues, text)]
    named = read_queue({"id": "7", "name": "Billing Tier 2"})
    assert [named] == queues_named([named], "billing tier 2")


def test_who_watches_the_target_is_named() -> None:
    rule = {"metric": "ServiceLevel", "operator": "LessThan", "conditionValue": 80, "waitSeconds": 5}
    watching = {
        "id": "w",
        "name": "W",
        "conditionalGroupRouting": {
            "rules": [{**rule, "queue": {"id": "b"}, "groups": [{"id": "g", "type": "GROUP"}]}]
        },
    }
    queues = [read_queue(watching), *ring()]
    assert ["w"] == [queue.id for queue in watchers_of(queues, "b")]
    assert {"overflow", "backup"} == set(ROUTING_KINDS)


def test_the_trail_says_when_a_queue_was_written_last() -> None:
    assert {"a": NOW} == last_written(whole_run(), ApiLocation("https://api"))
    assert {} == last_written(whole_run(), ApiLocation("https://other"))


def test_the_trail_says_when_an_edge_was_put_in_force() -> None:
    here = ApiLocation("https://api")
    assert {} == put_in_force(whole_run(), here), "b was in force before, and c is disabled"
    made = {"kind": "overflow", "target": "b", "threshold": 5, "delay": 0, "enabled": True}
    entries = [{**entry, "before": None, "after": made} for entry in whole_run()[:1]]
    assert {("a", "b"): NOW} == put_in_force(entries, here)
    assert {} == put_in_force(entries, ApiLocation("https://other"))
    assert {} == put_in_force([{**entries[0], "after": {"kind": "no"}}], here)
