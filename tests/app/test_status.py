"""``status``: one screen out of live and the state folder, whatever of both is there."""

import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncer.app import LiveTarget, PolicySource, status
from syncer.app.session import Session
from syncer.audit.exceptions import STOP, Exemption
from syncer.audit.record import NAME, read_record, write_record
from syncer.emulator.server import Emulator
from syncer.errors import AuthError, WrongUsage
from syncer.model.settings import ApiLocation
from syncer.report.sights import Freezing, Situation
from tests.gate import LONG, Gate, gated
from tests.program import Program, live_queue, overflow, policy_queue
from tests.use_cases import SOURCE, session

STATE = Path(".syncer")


def seen(target: LiveTarget, **values: object) -> Situation:
    report = status(SOURCE, target, session=session(**values))
    assert (0, None) == (report.exit_code, report.error)
    assert report.view
    return report.view


def test_where_all_is_calm_that_is_said(target: LiveTarget) -> None:
    view = seen(target)
    assert ((), (), None, (), (), 4) == (
        view.loops,
        view.exceptions,
        view.active,
        view.left,
        view.recent,
        view.queues,
    )
    assert ("what ran: there is no audit trail in .syncer (--state-dir selects another)",) == view.unknown
    assert not STATE.exists()


def test_a_loop_in_live_is_seen_without_policies(program: Program, target: LiveTarget) -> None:
    program.edit("back", routingRules=[overflow("other", 9)], modifiedBy={"id": "u", "name": "Bob"})
    shutil.rmtree("policies")
    (loop,) = seen(target).loops or ()
    assert "Back → Other → Back overflows in a circle" == loop.message
    assert loop.closer
    assert ("Bob", "", "Back") == (loop.closer.by, loop.closer.run, loop.closer.queue)


def test_a_loop_of_backup_queues_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def queue(name: str, backup: str) -> dict[str, object]:
        direct = {"backupQueueId": backup, "agentWaitSeconds": 5}
        return {"id": name.lower(), "name": name, "directRouting": direct}

    queues = [queue("A", "b"), queue("B", "c"), queue("C", "a")]
    with Emulator(queues=queues, lock="none") as emulator:
        view = seen(LiveTarget(api_url=emulator.url))
    (loop,) = view.loops or ()
    assert "A → B → C → A overflows in a circle" == loop.message
    assert {"backup"} == {rule.kind for rule in loop.loop.rules}


def test_the_last_runs_come_with_what_undoes_them(program: Program, target: LiveTarget) -> None:
    program.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", "demo")
    program.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "demo")
    program.setenv("SYNCER_API_URL", program.url)
    assert 0 == program.run("apply", "--auto-approve").code
    (run,) = seen(target).recent
    assert (("rollback", run.run), ("Desk", "Front"), 3) == (run.undo, tuple(sorted(run.queues)), run.rules)
    assert 0 == program.run(*run.undo, "--auto-approve").code
    back, first = seen(target).recent
    assert ((), back.run, ("rollback", back.run)) == (first.undo, first.undone_by, back.undo)


def test_freezes_of_settings_and_variables_are_told(program: Program, target: LiveTarget) -> None:
    now = datetime(2026, 3, 1, 3, tzinfo=UTC)
    hour = timedelta(hours=1)

    def window(start: datetime, reason: str) -> dict[str, str]:
        return {"start": start.isoformat(), "end": (start + 2 * hour).isoformat(), "reason": reason}

    freeze = [window(now + 9 * hour, "later"), window(now - hour, "sale"), window(now + 5 * hour, "soon")]
    program.write_settings(safety={"freeze": [*freeze, window(now - 9 * hour, "over")]})
    view = seen(target, environ={"SYNCER_FREEZE": "INC-4711"}, now=lambda: now)
    assert [(True, "INC-4711"), (True, "sale"), (False, "soon")] == [
        (each.now, each.words.rpartition(": ")[2]) for each in view.freezes
    ]
    assert (
        Freezing(True, "changes are frozen from 2026-03-01T02:00:00.000Z to 2026-03-01T04:00:00.000Z: sale")
        == view.freezes[1]
    )


def test_what_is_held_is_told_and_what_is_expired(target: LiveTarget) -> None:
    now = datetime(2026, 3, 1, 3, tzinfo=UTC)
    here = ApiLocation(target.api_url)
    stop = Exemption(STOP, "r1", here, target="back", target_name="Back", until="2026-03-01T02:00:00Z")
    elsewhere = replace(stop, id="r3", location=ApiLocation("https://elsewhere"))
    record = read_record(STATE / NAME)
    for each in (stop, replace(stop, id="r2", until=""), elsewhere):
        record = record.with_exception(each)
    write_record(STATE / NAME, record)
    view = seen(target, now=lambda: now)
    assert ["r1", "r2"] == [each.id for each in view.exceptions]
    assert frozenset({"r1"}) == view.expired


def test_where_live_does_not_answer_the_state_folder_is_told_of(program: Program, target: LiveTarget) -> None:
    wrong = Session(environ={"GENESYSCLOUD_OAUTHCLIENT_ID": "demo", "GENESYSCLOUD_OAUTHCLIENT_SECRET": "x"})
    report = status(SOURCE, target, session=wrong)
    assert isinstance(report.error, AuthError)
    assert report.view
    assert (report.error.exit_code, None, "") == (report.exit_code, report.view.loops, report.view.where)
    assert any(words.startswith("live loops: ") for words in report.view.unknown)


def test_damage_of_what_is_kept_is_told_and_hides_nothing_else(target: LiveTarget) -> None:
    (STATE / "audit").mkdir(parents=True)
    (STATE / "audit" / "audit.jsonl").mkdir()
    (STATE / NAME).write_text("{")
    (STATE / "journal").mkdir()
    (STATE / "journal" / "r1.journal.jsonl").write_text("x\n")
    view = seen(target)
    assert ["what ran", "what only the record knows", "which runs are unfinished"] == [
        words.partition(":")[0] for words in view.unknown
    ]
    assert () == view.loops


def test_settings_that_can_not_be_read_hide_their_freezes_alone(program: Program, target: LiveTarget) -> None:
    (program.folder / "policies" / "settings.yaml").write_text("version: 9\n")
    view = seen(target)
    assert any(words.startswith("freezes of the settings: they can't be read") for words in view.unknown)
    assert () == view.loops


def test_an_environment_has_its_own_settings_and_another_is_wrong_usage(
    program: Program, target: LiveTarget
) -> None:
    program.write_settings(environments={"test": {"api_url": target.api_url}})
    report = status(PolicySource(environment="test"), LiveTarget(), session=session())
    assert (0, True) == (report.exit_code, report.view is not None)
    with pytest.raises(WrongUsage):
        status(PolicySource(environment="prod"), LiveTarget(), session=session())


NAMES = tuple(f"Q{number}" for number in range(3))


@pytest.fixture
def gate(program: Program) -> Iterator[Gate]:
    """Three queues to change, one after the other; the second PUT is held."""
    live = [live_queue(name, overflow("sink", 5)) for name in NAMES]
    program.write_policies(*(policy_queue(name, ("Sink", 6)) for name in NAMES), policy_queue("Sink"))
    with gated(program, [*live, live_queue("Sink")], 2) as gate:
        yield gate


def test_a_run_under_way_is_told_of_and_one_that_was_killed(program: Program, gate: Gate) -> None:
    with program.start("apply", "--auto-approve", "--parallel", "1") as process:
        gate.reached()
        view = seen(LiveTarget(api_url=program.url))
        assert view.active
        assert (process.pid, "apply", 1, 3, False) == (
            view.active.pid,
            view.active.verb,
            view.active.done,
            view.active.total,
            view.active.looks_hung,
        )
        later = datetime.now(UTC) + timedelta(minutes=9)
        hung = seen(LiveTarget(api_url=program.url), now=lambda: later).active
        assert hung
        assert hung.looks_hung
        assert () == view.left
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=LONG)
    view = seen(LiveTarget(api_url=program.url))
    (left,) = view.left
    assert (None, "cut off", 1, 3) == (view.active, left.how, left.done, left.total)
