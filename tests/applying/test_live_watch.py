"""Looks at live: what somebody else changed meanwhile, and whether it could close a loop."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pytest

from syncer.applying.live_watch import COSTS, MOST_ASKED, SHORTEST, LiveWatch
from syncer.applying.take_back import Ours
from syncer.errors import ApiError, NoAnswer, NotFound
from syncer.kinds.overflow import OverflowRule
from syncer.live.wire import read_queue
from syncer.model.change import QueueChange
from syncer.model.rule import Rule
from syncer.net.timing import ListingTime

T = TypeVar("T")


def overflow(target: str, enabled: bool = True) -> dict[str, Any]:
    threshold = {"threshold": 10, "overflowDelay": 0, "enabled": enabled}
    return {"type": "overflow", "overflowTarget": target, **threshold}


def raw(queue: str, *targets: str, enabled: bool = True, etag: str = "1") -> dict[str, Any]:
    lock = {"_etag": etag} if etag else {}
    rules = [overflow(target, enabled) for target in targets]
    return {"id": queue, "name": queue.title(), **lock, "routingRules": rules}


def rules(*targets: str) -> tuple[Rule, ...]:
    return tuple(OverflowRule(target, 10, 0, True) for target in targets)


def to(queue: str, *targets: str, before: tuple[str, ...] = ()) -> QueueChange:
    return QueueChange(queue, queue.title(), (), rules(*before), rules(*targets), kinds=("overflow",))


@dataclass
class Live:
    """What is listed the next times (None: no answer), and what else is there."""

    listings: list[list[dict[str, Any]] | None]
    unlisted: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    error: Exception | None = None
    now: float = 0.0
    takes: float = 0.0

    def list_queues(self, read: Callable[[dict[str, Any]], T]) -> list[T]:
        self.now += self.takes
        listing = self.listings.pop(0)
        if listing is None:
            raise NoAnswer("the connection broke")
        return list(map(read, listing))

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        self.asked.append(queue_id)
        if self.error:
            raise self.error
        if queue_id not in self.unlisted:
            raise NotFound("404", status=404)
        return self.unlisted[queue_id]

    def clock(self) -> float:
        return self.now


BEFORE = [raw("a"), raw("b", "c"), raw("c"), raw("d"), raw("e")]
TO_B = to("a", "b")


def watch_of(
    live: Live,
    *changes: QueueChange,
    before: list[dict[str, Any]] | None = None,
    max_age: float | None = None,
) -> LiveWatch:
    queues = {each["id"]: read_queue(each) for each in before or BEFORE}
    return LiveWatch(live, changes, queues, live.clock, max_age)


def with_(*queues: dict[str, Any]) -> list[dict[str, Any]]:
    changed = {queue["id"] for queue in queues}
    return [*[each for each in BEFORE if each["id"] not in changed], *queues]


def dangers(*queues: dict[str, Any], changes: tuple[QueueChange, ...] = (TO_B,)) -> dict[str, str]:
    watch = watch_of(Live([with_(*queues)]), *changes)
    watch.look()
    return watch.dangers()


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
def test_a_rule_that_closes_nothing_is_no_danger(queue: dict[str, Any]) -> None:
    assert {} == dangers(queue)


@pytest.mark.parametrize("queue", [raw("c", "a"), raw("c", "d", "a"), raw("b", "c", "a")])
def test_a_rule_that_lies_in_a_circle_with_the_plan_is_one(queue: dict[str, Any]) -> None:
    expected = f"somebody else added {queue['name']} → A meanwhile, which could close a loop with this plan"
    assert {"a": expected} == dangers(queue)


def test_a_circle_through_a_new_queue_is_one() -> None:
    assert dangers(raw("c", "new"), raw("new", "a"))["a"].startswith("somebody else added C → New meanwhile")


def test_a_rule_of_another_kind_is_guarded_by_no_lock() -> None:
    backup = raw("b", "c") | {"directRouting": {"backupQueueId": "a"}}
    change = to("b", "c", "d", before=("c",))
    assert ("overflow",) == change.kinds
    assert {"a", "b"} == dangers(backup, changes=(TO_B, change)).keys()


def test_only_what_lies_in_one_component_with_the_rule_is_in_danger() -> None:
    assert {"a"} == dangers(raw("c", "a"), changes=(TO_B, to("d", "e"))).keys()


def test_a_loop_of_others_is_no_danger_but_is_named() -> None:
    watch = watch_of(Live([with_(raw("d", "e"), raw("e", "d"))]), TO_B)
    watch.look()
    assert {} == watch.dangers()
    assert [("d", "e")] == watch.others([])
    assert [] == watch.others([Ours("e", frozenset({"d"}))])


def test_live_that_can_not_be_read_is_said() -> None:
    with pytest.raises(NoAnswer):
        watch_of(Live([None]), TO_B).look()


def test_a_queue_that_was_written_is_watched_too() -> None:
    wanted = to("c", "d")
    listing = [raw("a"), raw("b", "c"), raw("c", "a"), raw("d"), raw("e")]
    live = Live([listing, listing, [raw("a"), raw("b", "c"), raw("c", "d"), raw("d"), raw("e")]])
    watch = watch_of(live, TO_B, wanted)
    watch.look()
    assert {} == watch.dangers()
    watch.settled(wanted, done=True)
    watch.look()
    assert "somebody else added C → A" in watch.dangers()["a"]
    watch.look()
    assert {} == watch.dangers()


def test_what_is_not_written_any_more_is_in_no_danger_but_for_what_is_not_known() -> None:
    watch = watch_of(Live([with_(raw("c", "a"))]), TO_B)
    watch.look()
    watch.settled(TO_B, done=False, unknown=True)
    assert {"a"} == watch.dangers().keys()
    watch.settled(TO_B, done=False)
    assert {} == watch.dangers()
    assert [] == watch.beside(["b"])


def test_a_listing_without_a_queue_of_the_plan_or_of_a_rule_is_completed() -> None:
    live = Live([[raw("c", "new")]], {"b": raw("b", "c"), "a": raw("a"), "new": raw("new", "far", "a")})
    watch = watch_of(live, TO_B)
    watch.look()
    assert {"a", "b", "c", "new"} == watch.queues.keys()
    assert {"a", "b", "new", "far"} == set(live.asked)
    assert "somebody else added" in watch.dangers()["a"]


def test_the_listing_of_a_plan_is_completed_too() -> None:
    before = [raw("a"), raw("b", "c")]
    live = Live([], {"c": raw("c", "a")})
    watch = watch_of(live, TO_B, before=before)
    watch.begin(ListingTime(0.0))
    assert (["c"], []) == (live.asked, live.listings)
    assert {"a"} == watch.dangers().keys()


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_a_queue_that_is_gone_is_asked_for_once(status: int) -> None:
    live = Live([with_(raw("b", "gone")), with_(raw("b", "gone"))], error=ApiError("no", status=status))
    watch = watch_of(live, TO_B)
    watch.look()
    watch.look()
    assert ["gone"] == live.asked


@pytest.mark.parametrize("target", [".", "..", "\ud800"])
def test_what_can_be_no_id_is_not_asked_for(target: str) -> None:
    live = Live([with_(raw("b", target))])
    watch_of(live, TO_B).look()
    assert [] == live.asked


def test_another_error_is_said() -> None:
    live = Live([with_(raw("b", "gone"))], error=ApiError("500", status=500))
    with pytest.raises(ApiError):
        watch_of(live, TO_B).look()


def test_many_missing_queues_are_looked_for_with_another_listing() -> None:
    missing = [f"q{number}" for number in range(3 * MOST_ASKED)]
    moved = with_(raw("b", *missing))
    live = Live([moved, [*moved, *(raw(queue) for queue in missing[1:])]], {missing[0]: raw(missing[0])})
    watch = watch_of(live, TO_B)
    watch.look()
    assert set(missing) <= watch.queues.keys()
    assert [missing[0]] == live.asked
    live = Live([moved, moved])
    watch_of(live, TO_B).look()
    assert MOST_ASKED == len(live.asked)


def test_a_look_counts_longer_the_longer_it_takes() -> None:
    live = Live([BEFORE, BEFORE], takes=2.0)
    watch = watch_of(live, TO_B)
    watch.look()
    for after, due in ((COSTS * 2.0, False), (COSTS * 2.0 + 1, True)):
        live.now = 2.0 + after
        assert due == watch.due()
    live.takes = 0.1
    watch.look()
    live.now += SHORTEST
    assert not watch.due()
    live.now += 0.1
    assert watch.due()


def test_a_setting_says_how_long_a_look_counts() -> None:
    live = Live([BEFORE])
    watch = watch_of(live, TO_B, max_age=3.0)
    watch.look()
    live.now = 3.0
    assert not watch.due()
    live.now = 3.5
    assert watch.due()


@pytest.mark.parametrize(
    ("age", "took", "max_age", "listings"), [(4, 0, None, 0), (6, 0, None, 1), (6, 9, None, 0), (4, 0, 3, 1)]
)
def test_the_listing_of_the_plan_is_the_first_look_only_where_it_is_fresh(
    age: float, took: float, max_age: float | None, listings: int
) -> None:
    live = Live([BEFORE], now=age)
    watch_of(live, TO_B, max_age=max_age).begin(ListingTime(0.0, took))
    assert 1 - listings == len(live.listings)


def test_without_the_listing_of_a_plan_there_is_a_look() -> None:
    live = Live([BEFORE])
    watch_of(live, TO_B).begin(None)
    assert [] == live.listings


def test_a_reading_without_an_etag_that_shows_the_old_rules_counts_as_old_and_new() -> None:
    change = to("a", "b", before=("c",))
    stale = [raw("a", "c", etag=""), raw("b", etag=""), raw("c", etag="")]
    watch = watch_of(Live([stale, [raw("a", "b", etag=""), *stale[1:]]]), change, before=stale)
    watch.settled(change, done=True)
    watch.look()
    assert (["a"], frozenset("bc")) == (watch.unseen(), watch.targets()["a"])
    assert change.after == watch.seen("a").rules
    watch.look()
    assert ([], frozenset("b")) == (watch.unseen(), watch.targets()["a"])


def test_a_reading_with_an_etag_is_believed() -> None:
    change = replace(to("a", "b", before=("c",)))
    watch = watch_of(Live([with_(raw("a", "c"))]), change, before=with_(raw("a", "c")))
    watch.settled(change, done=True)
    watch.look()
    assert ([], frozenset("c")) == (watch.unseen(), watch.targets()["a"])
