"""One call of a use case: its id, its time, and what it warned of."""

import json
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from syncer.app.session import Session, begun, ending_waits, interruptible, new_run_id
from syncer.applying.engine import Stop
from syncer.emulator.server import Emulator
from syncer.errors import Refused
from syncer.model.finding import Finding, Severity
from syncer.net.timing import LAST_CHECK
from syncer.net.waits import Ending, Waits
from syncer.report.views import Planned, Report, ReportOf
from tests.app.runs import apply, audit
from tests.program import Program, live_queue, overflow, policy_queue
from tests.receiver import Receiver
from tests.scripted_server import FakeTime

MOMENT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def test_run_ids_sort_by_time() -> None:
    assert re.fullmatch(r"20260301T083000Z-[0-9a-f]{6}", new_run_id(MOMENT))
    assert new_run_id(MOMENT) < new_run_id(MOMENT + timedelta(seconds=1))


def test_a_session_that_is_used_again_has_a_run_and_warnings_of_its_own() -> None:
    seconds = iter([10.0, 15.0, 100.0, 101.0])
    session = Session(now=lambda: MOMENT, clock=lambda: next(seconds))
    first = session.run
    begun(session)
    session.warnings.append("the first")
    session.calls = lambda: {"GET": 1}
    assert (first, ("the first",)) == (session.run, session.ended(Report("plan")).warnings)
    assert 5.0 == session.duration
    begun(session)
    assert first != session.run
    assert ((), {}, 1.0) == (session.ended(Report("plan")).warnings, session.calls(), session.duration)


def test_nobody_approves_a_plan_unless_it_is_said_who() -> None:
    with pytest.raises(Refused, match="nobody can be asked for approval"):
        Session().approve(ReportOf[Planned]("plan"))


def test_messages_go_to_the_log_unless_somebody_hears_them(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "syncer"):
        Session().message("merge request opened")
    heard: list[str] = []
    Session(message=heard.append).message("merge request renewed")
    assert ["merge request opened"] == caplog.messages
    assert ["merge request renewed"] == heard


BOTH = (signal.SIGINT, signal.SIGTERM)


@pytest.mark.parametrize("number", BOTH)
def test_a_signal_asks_to_stop_and_the_handlers_come_back(number: signal.Signals) -> None:
    before = [signal.getsignal(each) for each in BOTH]
    stop, heard = Stop(), list[str]()
    with interruptible(stop, lambda: heard.append(stop.reason)):
        signal.raise_signal(number)
    assert ("interrupted", ["interrupted"]) == (stop.reason, heard)
    assert before == [signal.getsignal(each) for each in BOTH]


def test_a_thread_leaves_the_signals_of_its_program_alone() -> None:
    before = [signal.getsignal(each) for each in BOTH]

    def look() -> list[object]:
        with interruptible(Stop()):
            return [signal.getsignal(each) for each in BOTH]

    with ThreadPoolExecutor(1) as pool:
        assert before == pool.submit(look).result()


def test_every_line_of_the_log_bears_the_run_of_the_audit(program: Program, receiver: Receiver) -> None:
    err = apply(program, "--log-format", "json", "--log-level", "debug")
    lines = [json.loads(line) for line in err.splitlines()]
    assert {str(audit(program)[0]["run"])} == {line["run"] for line in lines}
    loggers = {line["logger"] for line in lines}
    assert {
        "syncer.live.exchange",
        "syncer.cli.present",
        "syncer.app.notify",
        "syncer.notify.webhook",
    } <= loggers
    assert any("UPDATE_OVERFLOW_RULE Front: applied" == line["message"] for line in lines)


def test_a_rollback_that_follows_has_its_own_run_in_log_and_messages(
    program: Program, receiver: Receiver
) -> None:
    queues = [
        live_queue("Front", overflow("back", 10)),
        live_queue("Back"),
        {**live_queue("Desk"), "routingRules": [overflow("back", 1), "what the server accepts from nobody"]},
    ]
    with Emulator(queues=queues, rate_limit=1_000_000) as emulator:
        program.use(emulator)
        program.write_policies(
            policy_queue("Front", ("Back", 25)), policy_queue("Back"), policy_queue("Desk", ("Front", 2))
        )
        done = program.run(
            *("apply", "--auto-approve", "--on-failure", "rollback", "--parallel", "1"),
            *("--log-level", "info", "--log-format", "json"),
        )
    assert 5 == done.code
    lines = [json.loads(line) for line in done.err.splitlines()]
    runs = list(dict.fromkeys(entry["run"] for entry in audit(program)))
    assert (2, runs) == (len(runs), list(dict.fromkeys(line["run"] for line in lines)))
    assert audit(program) == receiver.entries


def test_a_wait_is_told_with_its_end_and_the_number_of_the_call() -> None:
    said = list[str]()
    session = Session(waiting=said.append, waits=Waits(FakeTime(1000.0).timing))
    session.waits.announce(250.0, "asked to wait")
    session.calls = lambda: {"GET /api/v2/routing/queues": 1, "PUT /api/v2/routing/queues/{id}": 2, "429": 9}
    session.waits.announce(1000.0, "asked to wait")
    session.expect(40)
    session.waits.announce(3000.0, "trying again in")
    session.waits.announce(10_000.0, LAST_CHECK)
    safe, skips = "nothing is lost, Ctrl-C is safe", "Ctrl-C skips that check (exit code 5)"
    assert [
        f"asked to wait 250 s (until 00:20:50 UTC); {safe}",
        f"asked to wait 1000 s (until 00:33:20 UTC), call 3; {safe}",
        f"trying again in 3000 s (until 01:06:40 UTC), call 3 of about 40; {safe}",
        f"{LAST_CHECK} 10000 s (until 03:03:20 UTC), call 3 of about 40; {skips}",
    ] == said


def test_who_ends_waits_for_a_while_leaves_them_as_they_were() -> None:
    waits = Waits()
    before = waits.ending
    with pytest.raises(Refused), ending_waits(waits, lambda: Ending("interrupted")):
        assert Ending("interrupted") == waits.ending()
        raise Refused("no")
    assert before is waits.ending


def test_what_was_found_beside_the_work_is_in_the_report_and_forgotten_by_the_next() -> None:
    session, found = Session(), Finding("trail.later", Severity.WARNING, "it begins later")
    session.begin()
    session.findings.append(found)
    assert (found,) == session.ended(ReportOf("apply", 0, None)).findings
    session.begin()
    assert () == session.ended(ReportOf("apply", 0, None)).findings
