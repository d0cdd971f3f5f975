"""What must be ready before a run may write, and what is kept of its head."""

from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock

from syncer.app import LiveTarget, RunOptions, apply, rollback
from syncer.audit.chain import Chain
from syncer.errors import AuditError, SyncerError
from tests.audit.trails import files_no_larger_than
from tests.program import Program
from tests.special_files import KINDS, put
from tests.use_cases import SOURCE, UNASKED, session

AUDIT = Path(".syncer") / "audit"


@pytest.mark.parametrize("verb", ["apply", "rollback"])
def test_the_head_of_the_audit_is_kept_where_it_is_asked_for(target: LiveTarget, verb: str) -> None:
    options = RunOptions(auto_approve=True, audit_head=Path("head"))
    apply(SOURCE, target, options, session=session())
    if verb == "rollback":
        rollback("last", SOURCE, target, options, session=session())
    assert f"{Chain(AUDIT).head()}\n" == Path("head").read_text()


def test_a_head_that_can_no_longer_be_kept_is_a_warning(program: Program, target: LiveTarget) -> None:
    (program.folder / "gone").mkdir()
    options = RunOptions(auto_approve=True, audit_head=Path("gone/head"))
    within = session(started=lambda run, plan: (program.folder / "gone").rmdir())
    done = apply(SOURCE, target, options, session=within)
    assert (0, 2) == (done.exit_code, program.puts())
    (warning,) = done.warnings
    assert warning.startswith("the audit head was not written: gone/head can't be written")


@pytest.mark.parametrize("verb", ["apply", "rollback"])
@pytest.mark.parametrize(
    "place", ["misspelt/head", "policies", "policies/all.yaml/head", "x" * 300, "/dev/full"]
)
def test_a_head_that_can_not_be_kept_is_refused_before_anything_is_sent(
    program: Program, target: LiveTarget, verb: str, place: str
) -> None:
    options = RunOptions(auto_approve=True, audit_head=Path(place))
    with pytest.raises(SyncerError, match=f"{place} can't be written: ") as refused:
        if verb == "apply":
            apply(SOURCE, target, options, session=session())
        else:
            rollback("last", SOURCE, target, options, session=session())
    assert (1, {"total": 0}) == (refused.value.exit_code, program.ask("requests"))


STATE_FILES = (
    "audit/audit.jsonl",
    "audit/.audit.jsonl.lock",
    "journal/x.journal.jsonl",
    "lock",
    "lock.holder.json",
)
IN_THE_WAY = [
    *((f".syncer/{name}", kind) for name in ("audit", "journal") for kind in ("pipe", "device")),
    *((f".syncer/{name}", kind) for name in STATE_FILES for kind in KINDS),
]


@pytest.mark.parametrize(("name", "kind"), IN_THE_WAY)
def test_something_else_in_the_place_of_a_state_file_is_an_error_and_nothing_is_sent(
    program: Program, target: LiveTarget, name: str, kind: str
) -> None:
    put(kind, program.folder / name)
    with pytest.raises(SyncerError) as error:
        apply(SOURCE, target, UNASKED, session=session())
    assert (1, 0) == (error.value.exit_code, program.puts())
    assert name.split("/")[1] in error.value.message
    assert error.value.hint


@pytest.mark.parametrize("folder", ["audit", "journal"])
def test_a_file_in_the_place_of_a_folder_is_an_error_and_nothing_is_sent(
    program: Program, target: LiveTarget, folder: str
) -> None:
    (program.folder / ".syncer").mkdir()
    (program.folder / ".syncer" / folder).write_text("")
    with pytest.raises(AuditError, match=f"{folder}.* can't be written"):
        apply(SOURCE, target, UNASKED, session=session())
    assert 0 == program.puts()


def test_a_trail_that_is_damaged_stops_a_run_before_live_is_read(
    program: Program, target: LiveTarget
) -> None:
    AUDIT.mkdir(parents=True)
    (AUDIT / "audit.jsonl").write_bytes(bytes(4096))
    with pytest.raises(AuditError, match="is damaged: its last 4,096 bytes"):
        apply(SOURCE, target, UNASKED, session=session())
    asked = program.ask("requests")
    assert {"GET /api/v2/routing/queues", "PUT /api/v2/routing/queues/{id}"}.isdisjoint(asked)
    assert bytes(4096) == (AUDIT / "audit.jsonl").read_bytes()


def test_a_trail_that_somebody_else_holds_stops_a_run_before_the_first_put(
    program: Program, target: LiveTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    AUDIT.mkdir(parents=True)
    monkeypatch.setattr("syncer.app.locked_run.Chain", partial(Chain, lock_timeout=0))
    with FileLock(AUDIT / ".audit.jsonl.lock"), pytest.raises(AuditError, match="in use by another process"):
        apply(SOURCE, target, UNASKED, session=session())
    assert 0 == program.puts()


def test_a_disk_without_room_stops_a_run_before_the_first_put(program: Program, target: LiveTarget) -> None:
    """Not a byte may be written any more."""
    with files_no_larger_than(0), pytest.raises(SyncerError, match="can't be written"):
        apply(SOURCE, target, UNASKED, session=session())
    assert 0 == program.puts()
