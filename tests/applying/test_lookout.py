"""A rule that somebody adds to another queue while a run goes on."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from syncer.applying.lookout import Lookout
from syncer.errors import NoAnswer
from syncer.live.wire import read_queue
from syncer.model.change import QueueChange
from syncer.model.rule import OverflowRule


def raw(queue: str, *targets: str, enabled: bool = True) -> dict[str, Any]:
    rules = [
        {
            "type": "overflow",
            "overflowTarget": target,
            "threshold": 10,
            "overflowDelay": 0,
            "enabled": enabled,
        }
        for target in targets
    ]
    return {"id": queue, "name": queue.title(), "_etag": "1", "routingRules": rules}


@dataclass
class Live:
    """What is listed the next time; None: no answer."""

    now: list[dict[str, Any]] | None = field(default_factory=list)

    def list_queues(self) -> list[dict[str, Any]]:
        if self.now is None:
            raise NoAnswer("the connection broke")
        return self.now


BEFORE = [raw("a"), raw("b", "c"), raw("c"), raw("d"), raw("e")]
TO_B = QueueChange("a", "A", (), (), (OverflowRule("b", 10, 0, True),), step=2)


def looked(*now: dict[str, Any]) -> str:
    live = Live(list(now))
    return Lookout(live, [TO_B], {each["id"]: read_queue(each) for each in BEFORE}).look()


@pytest.mark.parametrize(
    "queue",
    [
        pytest.param(raw("d", "e"), id="apart from the plan"),
        pytest.param(raw("d", "a"), id="upstream of the plan"),
        pytest.param(raw("c", "d"), id="downstream of the plan"),
        pytest.param(raw("c", "a", enabled=False), id="not in force"),
        pytest.param(raw("b"), id="a rule went away"),
        pytest.param(raw("a", "e"), id="of a queue that is written: its lock sees it"),
        pytest.param(raw("c", "nowhere"), id="to a queue that is not there"),
        pytest.param(raw("new", "a"), id="of a new queue"),
    ],
)
def test_a_rule_that_closes_nothing_is_no_reason_to_stop(queue: dict[str, Any]) -> None:
    assert "" == looked(*[each for each in BEFORE if each["id"] != queue["id"]], queue)


@pytest.mark.parametrize("queue", [raw("c", "a"), raw("c", "d", "a"), raw("b", "c", "a")])
def test_a_rule_that_lies_in_a_circle_with_the_plan_stops_it(queue: dict[str, Any]) -> None:
    reason = looked(*[each for each in BEFORE if each["id"] != queue["id"]], queue)
    expected = f"somebody else added {queue['name']} → A meanwhile, which could close a loop with this plan"
    assert expected == reason


def test_a_circle_through_a_new_queue_stops_it() -> None:
    reason = looked(raw("a"), raw("b", "c"), raw("c", "new"), raw("new", "a"))
    assert reason.startswith("somebody else added C → New meanwhile")


def test_live_that_can_not_be_read_stops_it() -> None:
    reason = Lookout(Live(None), [TO_B], {}).look()
    assert "live could not be read again before the next step: the connection broke" == reason


def test_a_queue_that_was_written_is_watched_too() -> None:
    live = Live([raw("a", "b"), raw("b", "c"), raw("c", "a"), raw("d"), raw("e")])
    wanted = QueueChange("c", "C", (), (), (OverflowRule("d", 10, 0, True),))
    lookout = Lookout(live, [TO_B, wanted], {each["id"]: read_queue(each) for each in BEFORE})
    assert "" == lookout.look()
    lookout.done("c")
    assert lookout.look().startswith("somebody else added C → A meanwhile")
    live.now = [raw("a", "b"), raw("b", "c"), raw("c", "d"), raw("d"), raw("e")]
    assert "" == lookout.look()
