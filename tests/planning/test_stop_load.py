"""What a stop does to the queues that it takes a way out from."""

from syncer.live.wire import read_queue
from syncer.model.finding import Limit
from syncer.model.network import Node
from syncer.planning.stop import edges_into, off_changes
from syncer.planning.stop_load import affected_by, filled_up
from tests.program import live_queue, overflow

LIVE = [
    read_queue(each)
    for each in (
        live_queue("Front", overflow("back", 50)),
        live_queue("Back"),
        live_queue("Desk", directRouting={"backupQueueId": "back", "agentWaitSeconds": 60}),
    )
]
OFF = frozenset({("front", "back"), ("desk", "back")})


def nodes(front: float | None, back: float = 100) -> list[Node]:
    return [
        Node("front", "Front", capacity=front, base_load=80),
        Node("back", "Back", capacity=back),
        Node("desk", "Desk", capacity=50, base_load=60),
    ]


def test_a_queue_that_fills_up_is_told_with_figures() -> None:
    front, *others = filled_up(nodes(60), LIVE, OFF)
    assert ("capacity.saturated", "Front keeps 80 of 60 (40 before) while this lasts") == (
        front.id,
        front.message,
    )
    assert front.figure is not None
    assert (Limit.KEPT, 80, 60, 40) == (
        front.figure.limit,
        front.figure.amount,
        front.figure.capacity,
        front.figure.before,
    )
    assert [] == [each for each in others if each.queue != "Desk"]


def test_what_is_not_known_or_not_more_than_before_is_no_matter() -> None:
    assert [] == [each for each in filled_up(nodes(None), LIVE, OFF) if each.queue == "Front"]
    assert [] == [each for each in filled_up(nodes(90), LIVE, OFF) if each.queue == "Front"]
    assert () == filled_up(nodes(10), LIVE, frozenset())


def test_the_loads_around_are_known_before_and_after() -> None:
    changes = off_changes(edges_into(LIVE, "back", ["front"]), {})
    around = affected_by(nodes(60), LIVE, frozenset({("front", "back")}), changes)
    loads = {each.name: (each.before.load, each.after.load) for each in around}
    front, back = loads["Front"], loads["Back"]
    assert (40, 80) == tuple(load.kept if load else None for load in front)
    assert (100, 60) == tuple(load.inflow if load else None for load in back)
