"""Running changes: as many at once as allowed, none before what it waits for."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.applying.engine import Looked, Stop, run_changes
from syncer.errors import AuditError
from syncer.model.change import QueueChange
from syncer.model.plan import Outcome, Status
from tests.applying.scripted import change

NOT_DONE = (Status.CONFLICT, Status.FAILED, Status.UNKNOWN)

plans = st.integers(1, 12).flatmap(
    lambda size: st.tuples(
        *[st.sets(st.integers(0, max(0, place - 1)), max_size=min(place, 3)) for place in range(size)]
    )
)
"""For each place the earlier places that it waits for."""


def changes_of(plan: tuple[set[int], ...]) -> list[QueueChange]:
    return [
        change(f"q{place}", [f"q{other}" for other in waits if other < place])
        for place, waits in enumerate(plan)
    ]


def upstream(changes: list[QueueChange], causes: set[str]) -> set[str]:
    """All that wait for one of ``causes``, directly or through others."""
    found: set[str] = set()
    for each in changes:
        if causes & set(each.waits_for) or found & set(each.waits_for):
            found.add(each.queue)
    return found - causes


class Writes:
    """Writes that end as they are told, and check that nothing starts too early or twice."""

    def __init__(self, ends: Mapping[str, Status], parallel: int) -> None:
        self.ends = ends
        self.parallel = parallel
        self.lock = threading.Lock()
        self.done: set[str] = set()
        self.started: list[str] = []
        self.running = 0
        self.wrong: list[str] = []

    def __call__(self, each: QueueChange) -> Outcome:
        status = self.ends.get(each.queue, Status.APPLIED)
        with self.lock:
            self.running += 1
            if self.running > self.parallel or not self.done >= set(each.waits_for):
                self.wrong.append(each.queue)
            self.started.append(each.queue)
        with self.lock:
            self.running -= 1
            outcome = Outcome(each, status)
            if outcome.done:
                self.done.add(each.queue)
        return outcome


@given(plans, st.integers(1, 6), st.randoms(use_true_random=False), st.booleans())
def test_every_change_has_one_outcome_and_starts_when_all_it_waits_for_are_done(
    plan: tuple[set[int], ...], parallel: int, chance: random.Random, failures: bool
) -> None:
    changes = changes_of(plan)
    ends = {each.queue: chance.choice(NOT_DONE) for each in changes if failures and chance.random() < 0.3}
    writes = Writes(ends, parallel)
    reported: list[Outcome] = []
    outcomes = run_changes(changes, writes, reported.append, parallel=parallel, stop=Stop())
    assert [] == writes.wrong
    assert [each.queue for each in changes] == [outcome.change.queue for outcome in outcomes]
    assert sorted(each.queue for each in changes) == sorted(outcome.change.queue for outcome in reported)
    skipped = {outcome.change.queue for outcome in outcomes if outcome.status is Status.SKIPPED}
    failed = {outcome.change.queue for outcome in outcomes if outcome.status in NOT_DONE}
    assert upstream(changes, failed) == skipped
    assert sorted(writes.started) == sorted({each.queue for each in changes} - skipped)
    for outcome in outcomes:
        if outcome.status is Status.SKIPPED:
            assert outcome.caused_by in failed
            assert outcome.change.queue in upstream(changes, {outcome.caused_by})


@given(plans, st.integers(1, 6), st.integers(0, 11))
def test_a_stop_finishes_what_is_in_flight_and_starts_nothing_more(
    plan: tuple[set[int], ...], parallel: int, after: int
) -> None:
    changes = changes_of(plan)
    stop = Stop()
    reported: list[Outcome] = []

    def report(outcome: Outcome) -> None:
        reported.append(outcome)
        if len(reported) > after:
            stop.ask("enough")
            stop.ask("later reasons don't count")

    writes = Writes({}, parallel)
    outcomes = run_changes(changes, writes, report, parallel=parallel, stop=stop)
    by_status = {status: [each for each in outcomes if each.status is status] for status in Status}
    assert len(writes.started) == len(by_status[Status.APPLIED]) <= after + parallel
    assert {"enough"} >= {outcome.detail for outcome in by_status[Status.NOT_STARTED]}
    assert len(changes) == len(by_status[Status.APPLIED]) + len(by_status[Status.NOT_STARTED])


def test_on_failure_the_first_that_is_not_done_stops_the_run() -> None:
    changes = [change("a"), change("b"), change("c", ["a"]), change("d")]
    stop = Stop(on_failure=True)
    writes = Writes({"a": Status.FAILED}, 1)
    outcomes = run_changes(changes, writes, lambda _: None, parallel=1, stop=stop)
    assert [Status.FAILED, Status.NOT_STARTED, Status.SKIPPED, Status.NOT_STARTED] == [
        outcome.status for outcome in outcomes
    ]
    assert "A is failed" == stop.reason == outcomes[1].detail
    assert "it waits for A; A is failed" == outcomes[2].detail


def test_a_skip_names_what_it_waits_for_and_what_failed() -> None:
    changes = [change("a"), change("b", ["a"]), change("c", ["b"])]
    outcomes = run_changes(
        changes, Writes({"a": Status.CONFLICT}, 1), lambda _: None, parallel=1, stop=Stop()
    )
    assert "it waits for B; A is conflict" == outcomes[2].detail
    assert "a" == outcomes[2].caused_by


@pytest.mark.parametrize("who", ["report", "write"])
def test_an_error_finishes_what_is_in_flight_and_is_raised(who: str) -> None:
    changes = [change(name) for name in "abcd"]
    both_run = threading.Barrier(2, timeout=60)
    b_may_end = threading.Event()
    reported: list[str] = []
    started: list[str] = []

    def write(each: QueueChange) -> Outcome:
        started.append(each.queue)
        both_run.wait()
        if each.queue == "a" and who == "write":
            b_may_end.set()
            raise AuditError("full")
        if each.queue == "b":
            assert b_may_end.wait(300)
        return Outcome(each, Status.APPLIED)

    def report(outcome: Outcome) -> None:
        if outcome.change.queue == "a":
            b_may_end.set()
            raise AuditError("full")
        reported.append(outcome.change.queue)

    with pytest.raises(AuditError):
        run_changes(changes, write, report, parallel=2, stop=Stop())
    assert (["a", "b"], ["b"]) == (sorted(started), reported)


def test_nothing_to_do() -> None:
    assert () == run_changes([], Writes({}, 1), lambda _: None, parallel=4, stop=Stop())


@dataclass
class Script:
    """Looks that are due where ``due`` says so, in turn, and find what ``found`` says."""

    due_: list[bool]
    found: list[Looked]
    log: list[str]

    def due(self) -> bool:
        return self.due_.pop(0) if self.due_ else False

    def look(self) -> Looked:
        self.log.append("look")
        return self.found.pop(0)


def looked(
    changes: list[QueueChange], due: list[bool], *found: Looked, stop: Stop | None = None
) -> tuple[list[str], list[str], list[Outcome]]:
    """What was written and looked at, in turn; the end of each queue; all that was reported."""
    log: list[str] = []
    reported: list[Outcome] = []

    def write(each: QueueChange) -> Outcome:
        log.append(each.queue)
        return Outcome(each, Status.APPLIED)

    outcomes = run_changes(
        changes,
        write,
        reported.append,
        parallel=1,
        stop=stop or Stop(),
        looks=Script(due, list(found), log),
    )
    return log, [each.status.value for each in outcomes], reported


STEPS = [change("sink"), change("middle", ["sink"]), change("top", ["middle"]), change("side", ["sink"])]


def test_a_look_comes_where_it_is_due_and_a_reason_stops_the_run() -> None:
    log, ends, reported = looked(STEPS, [False, True, True], Looked(), Looked("a loop is near"))
    assert ["sink", "look", "middle", "look"] == log
    assert ["applied", "applied", "not started", "not started"] == ends
    assert {"a loop is near"} == {each.detail for each in reported[2:]}


def test_a_look_that_is_always_due_comes_before_each_queue() -> None:
    log, _, _ = looked(STEPS[:2], [True] * 9, *[Looked()] * 9)
    assert ["look", "sink", "look", "middle"] == log


def test_what_is_withheld_is_not_started_and_what_waits_for_it_is_skipped() -> None:
    found = Looked(withheld={"middle": "a loop is near", "sink": "done already", "nobody": "unknown"})
    log, ends, reported = looked(STEPS, [False, True], found)
    assert ["sink", "look", "side"] == log
    assert ["applied", "not started", "skipped", "applied"] == ends
    assert ["a loop is near", "it waits for Middle; Middle is not started"] == [
        each.detail for each in reported[1:3]
    ]
    assert 4 == len(reported)


def test_what_waits_for_a_queue_that_was_taken_back_is_skipped() -> None:
    back = Outcome(STEPS[1], Status.TAKEN_BACK)
    log, ends, reported = looked(STEPS, [False, False, True], Looked(taken_back=(back,)))
    assert ["sink", "middle", "look", "side"] == log or ["sink", "middle", "look"] == log[:3]
    assert ["applied", "taken back", "skipped", "applied"] == ends
    assert [("top", "middle")] == [
        (each.change.queue, each.caused_by) for each in reported if each.status is Status.SKIPPED
    ]


def test_on_failure_a_queue_that_was_taken_back_stops_the_run() -> None:
    stop = Stop(on_failure=True)
    back = Outcome(STEPS[0], Status.TAKEN_BACK)
    looked([STEPS[0], change("other")], [False, True], Looked(taken_back=(back,)), stop=stop)
    assert "Sink is taken back" == stop.reason


def test_what_is_in_flight_is_finished_before_a_look() -> None:
    flying = threading.Semaphore(0)
    ended: list[str] = []
    seen: list[list[str]] = []

    class Watch(Script):
        def look(self) -> Looked:
            seen.append(sorted(ended))
            return Looked()

        def due(self) -> bool:
            due = super().due()
            if due:
                flying.release(2)
            return due

    def write(each: QueueChange) -> Outcome:
        if each.queue in ("a", "b"):
            assert flying.acquire(timeout=60)
        ended.append(each.queue)
        return Outcome(each, Status.APPLIED)

    changes = [change(name) for name in "abcd"]
    run_changes(
        changes,
        write,
        lambda _: None,
        parallel=4,
        stop=Stop(),
        looks=Watch([False, False, True, True, True], [], []),
    )
    assert ["a", "b"] == seen[0]


def test_an_error_of_a_look_is_raised() -> None:
    class Watch(Script):
        def look(self) -> Looked:
            raise AuditError("full")

    with pytest.raises(AuditError, match="full"):
        run_changes(
            STEPS,
            lambda each: Outcome(each, Status.APPLIED),
            lambda _: None,
            parallel=1,
            stop=Stop(),
            looks=Watch([False, True], [], []),
        )


def test_a_deadline_lets_nothing_more_start_and_is_named() -> None:
    over = [False]

    def write_until(change: QueueChange) -> Outcome:
        over[0] = True
        return Outcome(change, Status.APPLIED)

    stop = Stop(overdue=lambda: "the deadline of 15m has passed" if over[0] else "")
    found = run_changes([change("a"), change("b")], write_until, lambda _: None, parallel=1, stop=stop)
    assert [(Status.APPLIED, ""), (Status.NOT_STARTED, "the deadline of 15m has passed")] == [
        (outcome.status, outcome.detail) for outcome in found
    ]
    assert stop.late


def test_what_was_asked_before_the_deadline_stays_the_reason() -> None:
    stop = Stop(overdue=lambda: "the deadline of 15m has passed")
    stop.ask("interrupted")
    assert ("interrupted", False) == (stop.asked(), stop.late)


def test_what_is_given_up_is_skipped_with_its_cause_and_all_that_waits_for_it() -> None:
    changes = [change("a"), change("b"), change("c", ["b"]), change("d")]

    def give_up(outcome: Outcome) -> Mapping[str, str]:
        return {"a": "denied", "b": "denied"} if outcome.change.queue == "a" else {}

    found = run_changes(
        changes,
        lambda each: Outcome(each, Status.FAILED if each.queue == "a" else Status.APPLIED),
        lambda _: None,
        parallel=1,
        stop=Stop(),
        give_up=give_up,
    )
    assert [
        (Status.FAILED, "", ""),
        (Status.SKIPPED, "denied", "a"),
        (Status.SKIPPED, "it waits for B; B is skipped", "b"),
        (Status.APPLIED, "", ""),
    ] == [(outcome.status, outcome.detail, outcome.caused_by) for outcome in found]
