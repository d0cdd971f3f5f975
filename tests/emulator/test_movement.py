"""Contacts that move from queue to queue."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.emulator.movement import Exit, Exits, Moved, exits_of, moved, transfers_of
from syncer.emulator.traffic_given import MADE_UP, GivenQueue, GivenTraffic
from tests.emulator.emulator_api import overflow, queue


def flow(*targets: str, **more: Any) -> dict[str, Any]:
    action = {
        "__type": "TransferPureMatchAction",
        "queues": [{"config": {"lit": {"val": target}}} for target in targets],
    }
    return {"id": "flow", "configuration": {"flowSequenceItemList": [{"actionList": [action]}], **more}}


def ways(queues: list[dict[str, Any]], given_: GivenTraffic = MADE_UP, **options: Any) -> list[Any]:
    found = exits_of(queues, options.get("flows", ()), options.get("medium", "voice"), given_)
    return [[(way.target, round(way.share, 6)) for way in each] for each in found]


def test_contacts_go_down_a_chain() -> None:
    exits = ((Exit(1, 0.25, 1),), (Exit(2, 0.5, 2),), ())
    assert Moved((100, 45, 33), ((25,), (23,), ())) == moved([100, 20, 10], exits, None)


def test_a_circle_comes_to_its_fixed_point() -> None:
    exits = ((Exit(1, 0.5, 1),), (Exit(0, 0.5, 2),))
    [first, second] = moved([3000, 0], exits, None).offered
    assert abs(first - 4000) <= 2
    assert abs(second - 2000) <= 2


def test_a_circle_that_never_ends_is_stopped() -> None:
    found = moved([10, 0], ((Exit(1, 1.0, 1),), (Exit(0, 1.0, 2),)), None)
    assert 10 == sum(found.offered) - sum(map(sum, found.sent))


def exits(size: int) -> st.SearchStrategy[Exits]:
    way = st.tuples(st.integers(0, size - 1), st.floats(0, 0.5), st.integers(0, 99))
    one = st.lists(way, max_size=2).map(lambda found: tuple(Exit(*each) for each in found))
    return st.lists(one, min_size=size, max_size=size).map(tuple)


@given(st.lists(st.integers(0, 200), min_size=4, max_size=4), exits(4), st.none() | st.integers(0, 1000))
def test_no_contact_is_lost(base: list[int], network: Exits, hour: int | None) -> None:
    found = moved(base, network, hour)
    came = [0] * 4
    for each, sent in zip(network, found.sent, strict=True):
        for way, number in zip(each, sent, strict=True):
            came[way.target] += number
    assert [own + number for own, number in zip(base, came, strict=True)] == list(found.offered)
    assert all(0 <= sum(sent) <= number for sent, number in zip(found.sent, found.offered, strict=True))


def test_rules_count_by_delay_and_share_no_more_than_all() -> None:
    late = overflow("c", threshold=60, overflowDelay=90)
    soon = overflow("b", threshold=70, overflowDelay=30)
    off = overflow("d", enabled=False)
    queues = [queue("A", late, soon, off), queue("B"), queue("C"), queue("D")]
    assert [[(1, 0.7), (2, 0.3)], [], [], []] == ways(queues)


def test_a_backup_queue_has_its_share_of_the_rest() -> None:
    queues = [
        queue("A", overflow("b", threshold=50), directRouting={"backupQueueId": "b"}),
        queue("B", directRouting={"backupQueueId": "b"}),
    ]
    given_ = GivenTraffic(queues={"a": GivenQueue(rest=10)})
    assert [[(1, 0.5), (1, 0.05)], []] == ways(queues, given_)
    [[_, (_, share)], _] = ways(queues)
    assert 0.025 <= share <= 0.1


def test_a_flow_sends_what_is_given_or_made_up() -> None:
    queues = [queue("A", queueFlow={"id": "flow"}), queue("B"), queue("C")]
    given_ = GivenTraffic(flows={"flow": 12.5})
    assert [[(1, 0.0625), (2, 0.0625)], [], []] == ways(queues, given_, flows=[flow("b", "c")])
    [[(_, share)], *_] = ways(queues, flows=[flow("b")])
    assert 0.02 <= share <= 0.1
    assert [[], [], []] == ways(queues, given_, flows=[flow("b")], medium="email")


def test_transfers_are_followed_through_other_flows() -> None:
    first = flow("a", more={"module": {"id": "module"}})
    module = {**flow("b", back="flow"), "id": "module"}
    broken = {"id": "x", "configuration": {"__type": "TransferPureMatchAction", "queues": [{"config": 1}]}}
    assert ["a", "b"] == transfers_of(first, {"flow": first, "module": module})
    assert [] == transfers_of(broken, {})
    assert [] == transfers_of(None, {})
