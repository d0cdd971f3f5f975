"""Lift, called from Python."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from syncer.app import LiveTarget, StopOptions, expire, lift, rollback, stop
from syncer.audit.record import read_record
from syncer.errors import AuditError, WrongUsage
from syncer.net.timing import utc_now
from syncer.report.lookups import ExceptionsShown
from syncer.report.views import Stopped
from tests.program import Program
from tests.use_cases import SOURCE, UNASKED, session

WANTED = StopOptions(reason="flooded", seconds=3600)


def rules(program: Program) -> dict[str, object]:
    return {name: queue["routingRules"] for name, queue in program.live().items()}


def test_several_stops_of_one_queue_are_lifted_together(program: Program, target: LiveTarget) -> None:
    before = rules(program)
    for source in ("Front", "Other"):
        one = StopOptions(reason="flooded", sources=(source,))
        assert 0 == stop("Back", SOURCE, target, one, UNASKED, session=session()).exit_code
    assert before != rules(program)
    report = lift("Back", SOURCE, target, options=UNASKED, session=session())
    assert isinstance(report.view, Stopped)
    assert (0, 2, 1, before) == (
        report.exit_code,
        report.view.disabled,
        len(report.view.also),
        rules(program),
    )
    with pytest.raises(WrongUsage, match="no stop of 'Back' is in force: there is none"):
        lift("Back", SOURCE, target, options=UNASKED, session=session())


def test_what_another_stop_keeps_off_stays_off(program: Program, target: LiveTarget) -> None:
    first = stop("Back", SOURCE, target, WANTED, UNASKED, session=session())
    stop("Back", SOURCE, target, WANTED, UNASKED, session=session())
    assert first.view is not None
    report = lift(first.view.exemption.id, SOURCE, target, options=UNASKED, session=session())
    assert isinstance(report.view, Stopped)
    later = "restore the rest with: syncer rollback"
    assert ["Front: Back is stopped by run", "Other: Back is stopped by run", later] == sorted(
        words[: words.index(" 2")] for words in report.view.left
    )


def test_a_schedule_lifts_what_is_expired_alone(program: Program, target: LiveTarget) -> None:
    before = rules(program)
    nothing = expire(SOURCE, target, options=UNASKED, session=session())
    assert isinstance(nothing.view, ExceptionsShown)
    stop("Back", SOURCE, target, WANTED, UNASKED, session=session())
    assert isinstance(expire(SOURCE, target, options=UNASKED, session=session()).view, ExceptionsShown)
    later = session(now=lambda: utc_now() + timedelta(hours=2))
    report = expire(SOURCE, target, options=UNASKED, session=later)
    assert isinstance(report.view, Stopped)
    assert (0, before) == (report.exit_code, rules(program))


def test_last_never_means_a_stop(program: Program, target: LiveTarget) -> None:
    stop("Back", SOURCE, target, WANTED, UNASKED, session=session())
    with pytest.raises(AuditError, match="no apply that changed anything"):
        rollback("last", SOURCE, target, UNASKED, session=session())


def test_a_stop_of_another_machine_expires_in_a_schedule(program: Program, target: LiveTarget) -> None:
    store = Path("shared/record.json")
    store.parent.mkdir()
    kept = replace(UNASKED, record=str(store))
    stop("Back", SOURCE, target, WANTED, replace(kept, state_dir=Path("laptop")), session=session())
    stopped = rules(program)
    assert isinstance(expire(SOURCE, target, options=kept, session=session()).view, ExceptionsShown)
    later = session(now=lambda: utc_now() + timedelta(hours=2))
    report = expire(SOURCE, target, options=kept, session=later)
    assert (0, stopped) == (report.exit_code, rules(program))
    (warning,) = report.warnings
    assert "so nothing is restored: the next apply restores what the policies state" in warning
    assert () == read_record(store).exceptions
