"""The deadline of a run: nothing is started after it, and the report shows how to continue."""

import pytest

from syncer.app import RunOptions, apply, rollback
from syncer.app.deadline import Deadline
from syncer.app.places import LiveTarget
from syncer.emulator.server import Emulator, Faults
from syncer.errors import DeadlineOver
from syncer.model.plan import Status
from syncer.net.waits import Ending, Waits
from syncer.report.views import Applied, ReportOf
from tests.program import Program, queues
from tests.scripted_server import FakeTime
from tests.use_cases import SOURCE, session


def statuses(report: ReportOf[Applied]) -> list[str]:
    assert report.view is not None
    assert report.view.result is not None
    return [outcome.status.value for outcome in report.view.result.outcomes]


def test_a_deadline_is_over_when_its_time_is() -> None:
    seconds = [899.0]
    deadline = Deadline(900.0, lambda: seconds[0])
    assert (1.0, "", None) == (deadline.left, deadline.overdue(), deadline.ending())
    seconds[0] = 900.0
    words = "the deadline of 15m has passed"
    assert (0.0, words, Ending(words, late=True)) == (deadline.left, deadline.overdue(), deadline.ending())


def test_its_words_have_the_unit_that_fits() -> None:
    words = [Deadline(each, lambda: 1e9).overdue() for each in (7200.0, 5400.0, 45.0)]
    assert [f"the deadline of {span} has passed" for span in ("2h", "90m", "45s")] == words


def test_no_deadline_is_never_over() -> None:
    deadline = Deadline(None, lambda: 1e9)
    assert (float("inf"), "", None) == (deadline.left, deadline.overdue(), deadline.ending())


def test_what_is_left_at_the_deadline_is_not_started_and_the_next_run_goes_on(program: Program) -> None:
    now, target = [0.0], LiveTarget(api_url=program.url)
    late = session(clock=lambda: now[0], progress=lambda _: now.__setitem__(0, 901.0))
    options = RunOptions(auto_approve=True, parallel=1, deadline=900.0)
    report = apply(SOURCE, target, options, session=late)
    assert (5, ["applied", "not started"]) == (report.exit_code, statuses(report))
    assert report.view is not None
    assert "the deadline has passed, 1 not started: continue with syncer apply" == report.view.message
    assert 1 == program.puts()
    entries = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert ("in part", "deadline") == (entries[-1]["status"], entries[-1]["reason"])
    assert "the deadline of 15m has passed" in entries[-2]["detail"]

    rest = apply(SOURCE, target, options, session=session(clock=lambda: 0.0))
    assert (0, ["applied"]) == (rest.exit_code, statuses(rest))


def test_what_is_only_late_did_not_fail_and_is_not_rolled_back(program: Program) -> None:
    now, target = [0.0], LiveTarget(api_url=program.url)
    late = session(clock=lambda: now[0], progress=lambda _: now.__setitem__(0, 901.0))
    options = RunOptions(auto_approve=True, parallel=1, deadline=900.0, on_failure="rollback")
    report = apply(SOURCE, target, options, session=late)
    assert (5, ["applied", "not started"]) == (report.exit_code, statuses(report))
    assert report.view is not None
    assert report.view.undone is None
    assert 1 == program.puts()


def test_a_deadline_that_is_over_at_once_sends_nothing(program: Program) -> None:
    done = program.run("apply", "--auto-approve", "--deadline", "0.001s")
    assert 5 == done.code
    assert "2 not started: continue with syncer apply" in done.out
    assert 0 == program.puts()


def test_a_run_that_is_done_in_time_says_nothing_of_its_deadline(program: Program) -> None:
    done = program.run("apply", "--auto-approve", "--deadline", "1h")
    assert 0 == done.code
    assert "deadline" not in done.out + done.err


def test_a_rollback_has_one_too(program: Program) -> None:
    target, unasked = LiveTarget(api_url=program.url), RunOptions(auto_approve=True)
    applied = apply(SOURCE, target, unasked, session=session())
    assert applied.view is not None
    assert applied.view.result is not None
    now = [0.0]
    late = session(clock=lambda: now[0], progress=lambda _: now.__setitem__(0, 901.0))
    options = RunOptions(auto_approve=True, parallel=1, deadline=900.0)
    report = rollback("last", SOURCE, target, options, session=late)
    assert (5, ["applied", Status.NOT_STARTED.value]) == (report.exit_code, statuses(report))
    assert report.view is not None
    run = applied.view.result.run.id
    assert f"1 not started: continue with syncer rollback {run}" in report.view.message
    assert 0 == rollback("last", SOURCE, target, unasked, session=session()).exit_code


def test_a_wait_before_the_first_put_ends_at_the_deadline(program: Program) -> None:
    time, said = FakeTime(1000.0), list[str]()
    refusing = Faults(rates=(("429", 1.0),), retry_after=250)
    with Emulator(queues=queues(), rate_limit=1_000_000, faults=refusing) as busy:
        program.use(busy)
        target = LiveTarget(api_url=busy.url)
        waiting = session(clock=lambda: time.now, waits=Waits(time.timing), waiting=said.append)
        options = RunOptions(auto_approve=True, deadline=100.0)
        with pytest.raises(DeadlineOver, match="the deadline of 100s has passed during a wait"):
            apply(SOURCE, target, options, session=waiting)
        assert 0 == program.puts()
    assert 1100.0 <= time.now < 1101.0
    assert [True] == [line.startswith("asked to wait 250 s (until ") for line in said]
    entries = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert [("failed", "deadline")] == [(entry["status"], entry["reason"]) for entry in entries]
