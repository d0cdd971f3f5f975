import json
import os
from pathlib import Path

import pytest

from syncer.audit.chain import Chain
from syncer.doctor import Line, State, files
from syncer.doctor.machine import check_policies, check_state
from syncer.planning.gather import read_disk

GOOD = {"version": 1, "queues": [{"queue": "A", "capacity": 9, "overflow": []}]}
CLOSE = {
    "version": 1,
    "queues": [
        {"queue": "A", "base_load": 100, "capacity": 200, "overflow": [{"target": "B", "threshold": 10}]},
        {"queue": "B", "base_load": 10, "capacity": 15, "overflow": []},
    ],
}


def policies(folder: Path, *documents: object) -> Line:
    for number, document in enumerate(documents):
        (folder / f"{number}.yaml").write_text(json.dumps(document))
    return check_policies(read_disk(folder))


def test_good_policies(tmp_path: Path) -> None:
    found = policies(tmp_path, GOOD)
    expected = "queues: 1, policy files: 1, settings: defaults; no errors, no warnings"
    assert Line("policies", State.OK, expected) == found


def test_settings_are_named(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("version: 1\n")
    assert "policy files: 1, settings: " in policies(tmp_path, GOOD).found
    assert "settings.yaml; " in policies(tmp_path, GOOD).found


def test_policies_with_warnings(tmp_path: Path) -> None:
    found = policies(tmp_path, CLOSE)
    assert (State.WARNING, "syncer validate shows them all.") == (found.state, found.remedy)
    assert "; 1 warning: " in found.found
    assert "capacity.saturated: " in found.found


def test_policies_with_errors_show_the_first(tmp_path: Path) -> None:
    found = policies(tmp_path, {"version": 2}, {"version": 1, "queues": 3}, {"wrong": 1})
    assert (State.FAILED, "syncer validate shows them all.") == (found.state, found.remedy)
    assert "0.yaml:1:" in found.found
    assert found.found.endswith("; …")


def test_no_policies_at_all(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        found = check_policies(read_disk(folder))
        assert (State.FAILED, True) == (found.state, found.remedy.endswith("begin with syncer init."))


def test_a_state_folder_before_the_first_run(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    expected = [
        Line("state folder", State.OK, f"{folder} (made by the first run)"),
        Line("runs", State.OK, "none was cut off"),
        Line("audit", State.OK, "no entries yet"),
    ]
    assert expected == list(check_state(folder))
    assert [] == list(tmp_path.iterdir())


def test_a_state_folder_that_can_not_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    found = check_state(tmp_path / "file" / "state")[0]
    assert (State.FAILED, f"{tmp_path / 'file'} is no folder") == (found.state, found.found)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    found = check_state(tmp_path)[0]
    assert (State.FAILED, f"{tmp_path} can't be written to") == (found.state, found.found)


def test_a_state_folder_below_one_that_can_not_be_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_entry(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", no_entry)  # root may enter everywhere
    found = check_state(tmp_path)
    assert (State.FAILED, f"{tmp_path} can't be used: permission denied") == (found[0].state, found[0].found)
    assert ["state folder", "runs", "audit"] == [line.name for line in found]
    assert {State.SKIPPED} == {line.state for line in found[1:]}


def test_a_run_that_was_cut_off(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "20260301T083000Z-9f2c41.journal.jsonl").write_text("")
    found = check_state(tmp_path)[1]
    assert State.WARNING is found.state
    assert "20260301T083000Z-9f2c41 did not end" in found.found


def test_the_audit(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "audit")
    chain.append([{"kind": "run"}, {"kind": "run"}])
    assert Line("audit", State.OK, "2 entries, the chain is whole") == check_state(tmp_path)[2]
    chain.path.write_text(chain.path.read_text().replace('"run"', '"ruin"', 1))
    found = check_state(tmp_path)[2]
    assert State.FAILED is found.state
    assert "broken at line 1: entry 1 was edited" in found.found


def test_an_audit_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "audit" / "audit.jsonl").mkdir(parents=True)
    found = files.check_state(tmp_path)[2]
    assert State.FAILED is found.state
    assert "can't be read" in found.found
