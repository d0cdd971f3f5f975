"""Runs that are not over: one that holds the lock, those that were cut off, and those that vanished."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncer.applying.journal import Journal
from syncer.applying.lock import held
from syncer.applying.underway import (
    CUT_OFF,
    HOLDER,
    HUNG_AFTER,
    LOST,
    UNSETTLED,
    ActiveRun,
    LeftRun,
    active_run,
    left_runs,
)
from syncer.audit.entries import Origin, Run
from syncer.audit.record import Intent
from syncer.errors import AuditError
from syncer.model.plan import Outcome, Status
from syncer.model.settings import ApiLocation
from tests.applying.scripted import NOW, change

RUN_ = Run("r1", NOW, "https://api", origin=Origin("ada", "here"))
LATER = datetime.now(UTC) + timedelta(hours=1)


def journal(state: Path, run: Run = RUN_, settled: int = 1) -> Path:
    """The journal of a run with three queues."""
    changes = [change(name) for name in "abc"]
    written = Journal(state / "journal", run, changes, lambda: NOW)
    for each in changes[:settled]:
        written.settled(Outcome(each, Status.APPLIED))
    written.close()
    return written.path


def test_nobody_runs_where_nobody_says_so(tmp_path: Path) -> None:
    assert None is active_run(tmp_path, LATER)
    assert () == left_runs(tmp_path, None, (), ())


def test_a_run_that_holds_the_lock_is_told_of_with_its_process(tmp_path: Path) -> None:
    with held(tmp_path, RUN_, 0):
        found = active_run(tmp_path, LATER)
    assert ActiveRun("r1", "apply", "ada", "here", os.getpid(), NOW) == found
    assert not found.looks_hung
    assert None is active_run(tmp_path, LATER)


def test_its_journal_says_how_far_it_is_and_when_it_wrote_last(tmp_path: Path) -> None:
    with held(tmp_path, RUN_, 0):
        path = journal(tmp_path)
        wrote = datetime(2026, 3, 1, 3, tzinfo=UTC)
        os.utime(path, (wrote.timestamp(), wrote.timestamp()))
        found = active_run(tmp_path, wrote + timedelta(seconds=HUNG_AFTER + 1))
        fresh = active_run(tmp_path, wrote + timedelta(seconds=HUNG_AFTER))
        early = active_run(tmp_path, wrote - timedelta(hours=1))
        assert () == left_runs(tmp_path, found, (), ())
    assert found and fresh and early
    assert (1, 3, "2026-03-01T03:00:00.000Z") == (found.done, found.total, found.last_write)
    assert [True, False, False] == [each.looks_hung for each in (found, fresh, early)]
    assert [HUNG_AFTER + 1, HUNG_AFTER, 0] == [each.idle for each in (found, fresh, early)]
    assert (True, round(HUNG_AFTER + 1)) == tuple(
        found.as_json()[name] for name in ("looks_hung", "idle_seconds")
    )


@pytest.mark.parametrize("content", ["", "[]", '{"run": "r1"}'])
def test_a_file_that_nobody_stands_behind_says_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / HOLDER).write_text(content)
    assert None is active_run(tmp_path, LATER)
    (tmp_path / "lock").touch()
    assert None is active_run(tmp_path, LATER)


def test_what_an_older_version_wrote_names_no_process(tmp_path: Path) -> None:
    with held(tmp_path, RUN_, 0):
        (tmp_path / HOLDER).write_text(json.dumps({"run": "r1", "pid": "x", "since": NOW}))
        assert ActiveRun("r1", "", "", "", 0, NOW) == active_run(tmp_path, LATER)


def test_a_look_keeps_nobody_from_the_lock(tmp_path: Path) -> None:
    with held(tmp_path, RUN_, 0):
        pass
    (tmp_path / HOLDER).write_text(json.dumps({"run": "r1"}))
    active_run(tmp_path, LATER)
    with held(tmp_path, RUN_, 0):
        assert active_run(tmp_path, LATER)


def test_a_journal_that_nobody_owns_was_cut_off(tmp_path: Path) -> None:
    journal(tmp_path)
    known = ("apply", "ada", "here", NOW)
    assert (LeftRun("r1", CUT_OFF, *known, 1, 3),) == left_runs(tmp_path, None, (), ())
    assert (LeftRun("r1", UNSETTLED, *known, 1, 3),) == left_runs(tmp_path, None, {"r1"}, ())


def test_a_journal_without_a_start_is_told_of_too(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "r9.journal.jsonl").write_text("")
    assert (LeftRun("r9", CUT_OFF),) == left_runs(tmp_path, None, (), ())


def test_an_intent_that_nothing_closes_is_lost(tmp_path: Path) -> None:
    place = ApiLocation("https://api")
    intents = [
        Intent(run, "apply", NOW, place, user="bob", host="ci", queues=("a", "b")) for run in ("r0", "r1")
    ]
    journal(tmp_path)
    lost, cut_off = left_runs(tmp_path, None, (), intents)
    assert LeftRun("r0", LOST, "apply", "bob", "ci", NOW, total=2) == lost
    assert CUT_OFF == cut_off.how
    assert {"run": "r0", "how": LOST, "verb": "apply", "user": "bob"}.items() <= lost.as_json().items()


def test_a_journal_that_can_not_be_read_is_an_error(tmp_path: Path) -> None:
    journal(tmp_path).write_text("x\n")
    with pytest.raises(AuditError):
        left_runs(tmp_path, None, (), ())
