"""One call of a use case: its id, its time, and what it warned of."""

import re
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from syncer.app.session import Session, begun, interruptible, new_run_id
from syncer.applying.engine import Stop
from syncer.errors import Refused
from syncer.report.views import Planned, Report, ReportOf

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
    with pytest.raises(Refused, match="nobody is here to be asked"):
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
    stop = Stop()
    with interruptible(stop):
        signal.raise_signal(number)
    assert "interrupted" == stop.reason
    assert before == [signal.getsignal(each) for each in BOTH]


def test_a_thread_leaves_the_signals_of_its_program_alone() -> None:
    before = [signal.getsignal(each) for each in BOTH]

    def look() -> list[object]:
        with interruptible(Stop()):
            return [signal.getsignal(each) for each in BOTH]

    with ThreadPoolExecutor(1) as pool:
        assert before == pool.submit(look).result()
