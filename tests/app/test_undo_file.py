"""A file in place of a state folder."""

from pathlib import Path

import pytest

from syncer.app.options import RunOptions
from syncer.app.undo_file import entries_of, exceptions_of, state_of, take_windows
from syncer.audit.chain import Chain
from syncer.errors import AuditError
from tests.audit.trails import whole_run

OPTIONS = RunOptions()


def test_without_a_file_the_state_folder_is_used() -> None:
    with state_of(OPTIONS, None) as used:
        assert OPTIONS == used


def test_what_is_written_meanwhile_is_in_the_file_afterwards(tmp_path: Path) -> None:
    undo = tmp_path / "undo.jsonl"
    for number in (4, 8):
        with state_of(OPTIONS, undo) as used:
            Chain(used.state_dir / "audit").append(whole_run())
        assert number == len(entries_of(undo))
    assert (["undo.jsonl"], ()) == ([path.name for path in tmp_path.iterdir()], exceptions_of(undo))


def test_a_run_that_was_cut_off_leaves_its_folder_for_the_next_one(tmp_path: Path) -> None:
    undo = tmp_path / "undo.jsonl"
    with state_of(OPTIONS, undo) as used:
        Chain(used.state_dir / "audit").append(whole_run())
        journal = used.state_dir / "journal" / "x.journal.jsonl"
        journal.parent.mkdir()
        journal.touch()
    with state_of(OPTIONS, undo) as again:
        assert (used, True) == (again, journal.exists())


def test_what_is_no_trail_is_not_overwritten(tmp_path: Path) -> None:
    undo = tmp_path / "undo.jsonl"
    undo.write_text("mine\n")
    with pytest.raises(AuditError, match="isn't a file of a stop"), state_of(OPTIONS, undo):
        pass
    assert "mine\n" == undo.read_text()


def test_windows_that_can_not_be_moved_stay_and_are_said(tmp_path: Path) -> None:
    undo, folder = tmp_path / "undo.jsonl", tmp_path / ".undo.jsonl.state"
    folder.mkdir()
    (folder / "witness.json").write_text("{")
    said: list[str] = []
    take_windows(undo, tmp_path / "state", said.append)
    assert (1, True, False) == (len(said), folder.exists(), (tmp_path / "state").exists())
    (folder / "witness.json").unlink()
    take_windows(undo, tmp_path / "state", said.append)
    assert (1, False) == (len(said), folder.exists())
