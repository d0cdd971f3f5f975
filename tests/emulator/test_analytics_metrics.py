"""Metrics, from contacts that are counted."""

from syncer.emulator.analytics_metrics import COUNTED, AboutQueue, Load, Sums, about, agents, waiting
from tests.emulator.emulator_api import queue

NOW_MS = 1_800_000_000_000
A = AboutQueue("a", 200_000, 0.8)


def test_every_metric_that_had_events() -> None:
    sums = Sums()
    sums.add(A, (6, 2, 2, 3))
    assert [
        {"metric": "nOffered", "stats": {"count": 13}},
        {"metric": "tFlowOut", "stats": {"max": 90_000, "min": 90_000, "count": 3, "sum": 270_000}},
        {"metric": "tAnswered", "stats": {"max": 60_000, "min": 8_000, "count": 8, "sum": 168_000}},
        {"metric": "tAbandon", "stats": {"max": 45_000, "min": 45_000, "count": 2, "sum": 90_000}},
        {"metric": "tHandle", "stats": {"count": 8, "sum": 1_600_000}},
        {
            "metric": "oServiceLevel",
            "stats": {"ratio": 0.6, "numerator": 6, "denominator": 10, "target": 0.8},
        },
    ] == sums.metrics(COUNTED)


def test_what_had_no_event_is_left_out() -> None:
    sums = Sums()
    assert [] == sums.metrics(COUNTED)
    sums.add(A, (0, 0, 0, 2))
    assert ["nOffered", "tFlowOut"] == [each["metric"] for each in sums.metrics(COUNTED)]


def test_several_queues_are_added_up() -> None:
    sums = Sums()
    sums.add(A, (4, 0, 0, 0))
    sums.add(AboutQueue("b", 100_000, 0.6), (0, 4, 0, 0))
    [handled, service] = sums.metrics(("tHandle", "oServiceLevel"))
    assert {"count": 8, "sum": 1_200_000} == handled["stats"]
    assert {"ratio": 0.5, "numerator": 4, "denominator": 8, "target": 0.7} == service["stats"]


def test_a_queue_says_its_target() -> None:
    settings = {"call": {"serviceLevel": {"percentage": 0.9}}}
    assert 0.9 == about(queue("A", mediaSettings=settings), "voice").service
    assert 0.8 == about(queue("A", mediaSettings=settings), "email").service
    assert 180_000 <= about(queue("A"), "voice").handle_ms <= 420_000


def test_what_waits_and_who_is_there() -> None:
    load = Load(A, (60, 60, 20, 0), 72)
    assert [
        {"metric": "oWaiting", "stats": {"count": 1}},
        {"metric": "oInteracting", "stats": {"count": 4}},
        {"metric": "oLongestWaiting", "stats": {"calculatedMetricValue": NOW_MS - 60_000}},
    ] == waiting(load, ("oWaiting", "oInteracting", "oLongestWaiting", "oMemberUsers"), NOW_MS)
    assert [
        {"metric": "oOnQueueUsers", "qualifier": "INTERACTING", "stats": {"count": 4}},
        {"metric": "oOnQueueUsers", "qualifier": "IDLE", "stats": {"count": 4}},
        {"metric": "oMemberUsers", "stats": {"count": 8}},
    ] == agents([load, Load(A, (0, 0, 0, 0), 72)], ("oOnQueueUsers", "oMemberUsers", "oWaiting"))


def test_nobody_waits_where_nothing_comes() -> None:
    assert [{"metric": "oWaiting", "stats": {"count": 0}}] == waiting(
        Load(A, (0, 0, 0, 0), 0), ("oWaiting", "oLongestWaiting"), NOW_MS
    )
