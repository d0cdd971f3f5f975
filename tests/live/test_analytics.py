"""Aggregates are asked for in pieces that the API takes, and read whatever they hold."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from syncer.errors import ApiError, BadAnswer, Forbidden
from syncer.live.analytics import AGGREGATE_QUERY, AnalyticsCalls, counted, past, query_body, service_targets
from syncer.model.queue import LiveQueue
from syncer.model.traffic import NOTHING, Counted, Period
from tests.emulator.official import load_sdk
from tests.live.clients import client, sent
from tests.scripted_server import Step, answer

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
DAY = Period(MONDAY, timedelta(hours=1), 24)


def metric(name: str, **stats: Any) -> dict[str, Any]:
    return {"metric": name, "stats": stats}


def result(queue: str, hour: int, *metrics: Any, medium: str = "voice") -> dict[str, Any]:
    begin = f"2026-11-02T{hour:02}:00:00.000Z"
    data = {"interval": f"{begin}/2026-11-02T{hour + 1:02}:00:00.000Z", "metrics": list(metrics)}
    return {"group": {"queueId": queue, "mediaType": medium}, "data": [data]}


def test_what_was_counted_is_read_all_media_together() -> None:
    voice = result(
        *("a", 9),
        metric("nOffered", count=10),
        metric("tAnswered", count=7, sum=4200.0),
        metric("tAbandon", count=1),
        metric("tFlowOut", count=2, sum=100),
        metric("tHandle", count=7, sum=1_400_000.0),
        metric("oServiceLevel", numerator=5.0, denominator=8.0, ratio=0.6, target=0.6),
    )
    chat = result("a", 9, metric("nOffered", count=3), medium="chat")
    with client(answer({"results": [voice, chat]})) as (made, server):
        found = AnalyticsCalls(made.exchange).traffic(["a", "b"], DAY, handling=True)
    assert {"a": {9: Counted(13, 7, 1, 2, 5, False, 7, 1400.0)}} == found.queues
    (seen,) = sent(server)
    assert ("POST", AGGREGATE_QUERY) == (seen.method, seen.path)
    assert query_body(["a", "b"], DAY, handling=True) == json.loads(seen.body)


def test_what_is_asked_for_is_a_query_of_the_vendor(tmp_path: Path) -> None:
    body = query_body(["a"], DAY)
    assert set(body) <= set(load_sdk(tmp_path).ConversationAggregationQuery().attribute_map.values())
    assert ("2026-11-02T00:00:00.000Z/2026-11-03T00:00:00.000Z", "PT1H") == (
        body["interval"],
        body["granularity"],
    )
    assert "tHandle" not in body["metrics"]


def test_many_queues_and_long_periods_are_asked_for_in_pieces() -> None:
    with client(answer({})) as (made, server):
        AnalyticsCalls(made.exchange).traffic([f"q{n}" for n in range(101)], Period(MONDAY, DAY.step, 97))
    asked = [json.loads(seen.body) for seen in sent(server)]
    assert [100, 100, 1, 1] == [len(each["filter"]["predicates"]) for each in asked]
    assert asked[0]["interval"].partition("/")[2] == asked[1]["interval"].partition("/")[0]


def test_what_is_too_much_is_asked_for_in_halves() -> None:
    whole, halves = [answer({"message": "too long"}, status=413)], [answer({"results": []})] * 2
    with client(*whole, *halves) as (made, server):
        AnalyticsCalls(made.exchange).traffic(["a"], Period(MONDAY, DAY.step, 95))
    asked = [json.loads(seen.body)["interval"] for seen in sent(server)]
    assert [
        "2026-11-02T00:00:00.000Z/2026-11-05T23:00:00.000Z",
        "2026-11-02T00:00:00.000Z/2026-11-04T00:00:00.000Z",
        "2026-11-04T00:00:00.000Z/2026-11-05T23:00:00.000Z",
    ] == asked


@pytest.mark.parametrize(("status", "calls"), [(400, 1), (403, 1)])
def test_what_is_refused_is_raised(status: int, calls: int) -> None:
    refused = client(answer({"message": "no"}, status=status))
    with refused as (made, server), pytest.raises(ApiError) as raised:
        AnalyticsCalls(made.exchange).traffic(["a"], DAY)
    assert calls == len(sent(server))
    if status == 403:
        assert isinstance(raised.value, Forbidden)
        assert "analytics:conversationAggregate:view" in raised.value.hint


ODD: tuple[Any, ...] = (None, 7, "x", [], {}, [None], {"a": 1})


@pytest.mark.parametrize("odd", ODD)
def test_what_can_not_be_read_counts_nothing(odd: Any) -> None:
    stats = metric("nOffered", count=odd, sum=odd)
    broken = [
        odd,
        {"group": odd, "data": []},
        {"group": {"queueId": odd}, "data": odd},
        {"group": {"queueId": "a", "mediaType": odd}, "data": odd},
        {"group": {"queueId": "a"}, "data": [odd, {"interval": odd, "metrics": [stats]}]},
        result("a", 9, odd, {"metric": odd, "stats": odd}, {"metric": "nOffered", "stats": odd}, stats),
        result("other", 9, metric("nOffered", count=5)),
        result("a", 10, metric("nOffered", count=2)),
    ]
    with client(answer({"results": broken})) as (made, _):
        found = AnalyticsCalls(made.exchange).traffic(["a"], DAY)
    expected = 7 if odd == 7 else 0
    assert [expected, 2] == [found.of("a", hour).offered for hour in (9, 10)]
    assert {"a"} == {*found.queues}


@pytest.mark.parametrize("begin", ["2026-11-02", "0001-01-01T00:00:00+23:59", "2026-11-02T09:30:00Z", "9999"])
def test_intervals_that_are_none_of_the_period_count_nothing(begin: str) -> None:
    data = {"interval": f"{begin}/x", "metrics": [metric("nOffered", count=5)]}
    body = {"results": [{"group": {"queueId": "a"}, "data": [data]}]}
    with client(answer(body)) as (made, _):
        found = AnalyticsCalls(made.exchange).traffic(["a"], DAY)
    expected = {0: Counted(5)} if begin == "2026-11-02" else {}
    assert expected == found.queues["a"], "a time without a zone is in UTC"


@pytest.mark.parametrize("odd", [7, "x", {}, None])
def test_results_that_are_no_list_are_no_answer(odd: Any) -> None:
    broken: Step = answer({"results": odd})
    with client(broken) as (made, _), pytest.raises(BadAnswer, match="no list of results"):
        AnalyticsCalls(made.exchange).traffic(["a"], DAY)


@pytest.mark.parametrize(
    ("level", "target", "expected"),
    [
        ({"numerator": 7, "denominator": 10, "target": 0.7}, 0.9, (7, False)),
        ({"numerator": 7, "denominator": 10, "target": 80}, 0.75, (7, True)),
        ({"numerator": 7, "denominator": 10}, 0.7, (7, False)),
        ({"numerator": 0, "denominator": 0}, 0.8, (0, False)),
        ({}, 0.8, (0, False)),
    ],
)
def test_a_queue_is_pressed_where_it_misses_its_target(
    level: dict[str, Any], target: float, expected: tuple[int, bool]
) -> None:
    found = counted([metric("oServiceLevel", **level)], target)
    assert expected == (found.within, found.pressed)


def test_the_target_of_a_queue_counts_for_its_medium() -> None:
    settings = {
        "call": {"serviceLevel": {"percentage": 0.9}},
        "chat": {"serviceLevel": {"percentage": 7}},
        "email": "odd",
        "message": {"serviceLevel": {"percentage": 0.5}},
    }
    targets = service_targets(
        [LiveQueue("a", "A", raw={"mediaSettings": settings}), LiveQueue("b", "B", raw={})]
    )
    assert {("a", "voice"): 0.9, ("a", "message"): 0.5} == targets
    body = {
        "results": [
            result("a", 9, metric("oServiceLevel", numerator=8, denominator=10)),
            result("b", 9, metric("oServiceLevel", numerator=8, denominator=10)),
        ]
    }
    with client(answer(body)) as (made, _):
        found = AnalyticsCalls(made.exchange, targets).traffic(["a", "b"], DAY)
    assert [True, False] == [found.of(queue, 9).pressed for queue in "ab"]
    assert NOTHING == found.of("a", 8)


@pytest.mark.parametrize(
    ("interval", "end", "intervals"),
    [("1h", "2026-11-27T19:00", 336), ("30m", "2026-11-27T19:30", 672), ("15m", "2026-11-27T19:45", 1344)],
)
def test_a_period_ends_with_the_last_whole_interval(interval: str, end: str, intervals: int) -> None:
    found = past(2, interval, datetime(2026, 11, 27, 20, 59, 59, tzinfo=UTC) - timedelta(hours=1))
    assert (f"{end}", intervals) == (found.end.strftime("%Y-%m-%dT%H:%M"), found.intervals)
    assert found.end - found.start == timedelta(weeks=2)
