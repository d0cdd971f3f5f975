import json
import os
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from syncer.audit.chain import Chain
from syncer.audit.new_chain import BROKEN, NewChain, chain_entry
from syncer.doctor import Line, State, machine
from syncer.doctor import machine as files
from syncer.doctor.machine import OLDEST_PYTHON, PACKAGES, check_machine, check_policies, check_state
from syncer.planning.disk import read_disk
from tests.applying.test_lock import another_process
from tests.audit.trails import NOW, RUN

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]


def line(name: str, **values: object) -> Line:
    return next(line for line in check_machine(**values) if line.name == name)  # type: ignore[arg-type]


def test_this_machine_is_ready() -> None:
    lines = check_machine()
    assert ["Python", "packages", "extras", "schemas"] == [line.name for line in lines]
    assert {State.OK} == {line.state for line in lines}
    assert f"requests {metadata.version('requests')}" in lines[1].found


def test_it_knows_what_the_project_asks_for() -> None:
    extras = PROJECT["optional-dependencies"]
    asked = {(text, "") for text in PROJECT["dependencies"]}
    named = ("anchor", "gitlab", "identity", "metrics", "png", "webhook")
    asked |= {(text, extra) for extra in named for text in extras[extra]}
    assert asked == {(f"{package.name}>={package.oldest}", package.extra) for package in PACKAGES}
    assert f">={'.'.join(map(str, OLDEST_PYTHON))}" == PROJECT["requires-python"]


def test_an_old_python() -> None:
    found = line("Python", python=(3, 10, 4))
    assert (State.FAILED, "Install Python 3.11 or newer.") == (found.state, found.remedy)
    assert State.OK is line("Python", python=(3, 11, 0)).state


@pytest.mark.parametrize(
    ("has", "state", "words"),
    [
        (None, State.FAILED, "requests is not installed (live)"),
        ("2.4.9", State.FAILED, "requests 2.4.9 is older than 2.31 (live)"),
        ("2.31", State.OK, "requests 2.31"),
        ("3rc1", State.FAILED, "older"),
        ("10.0.post1", State.OK, "requests 10.0.post1"),
    ],
)
def test_a_package_that_is_needed(has: str | None, state: State, words: str) -> None:
    found = line("packages", version=lambda name: has if name == "requests" else "99")
    assert state is found.state
    assert words in found.found
    assert (state is State.OK) == (found.remedy == "")
    assert found.remedy in ("", 'pip install "requests>=2.31"')


def test_extras_that_are_missing_are_a_warning_that_says_what_for() -> None:
    found = line("extras", version=lambda name: None if "gitlab" in name or "hooks" in name else "99")
    assert State.WARNING is found.state
    assert 2 == len(re.findall("is not installed", found.found))
    assert "(comment)" in found.found
    assert 'pip install "python-gitlab>=4.4" "standardwebhooks>=1.0"' == found.remedy


@pytest.mark.parametrize("broken", [ValueError, OSError, None])
def test_schemas_that_are_missing_or_broken(
    broken: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def names() -> tuple[str, ...]:
        if broken is not None:
            raise broken
        return ()

    monkeypatch.setattr(machine, "schema_names", names)
    found = line("schemas")
    assert (State.FAILED, "Install syncer again: some of its files are missing.") == (
        found.state,
        found.remedy,
    )


def test_a_package_with_extras_has_the_version_of_the_package() -> None:
    assert machine.installed("pyjwt[crypto]") == machine.installed("pyjwt") is not None


def test_a_package_that_is_nowhere_has_no_version() -> None:
    assert machine.installed("no-such-package-anywhere") is None


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
        assert (State.FAILED, True) == (found.state, found.remedy.endswith("start with syncer init."))


def test_a_state_folder_before_the_first_run(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    expected = [
        Line("state folder", State.OK, f"{folder} (the first run creates it)"),
        Line("runs", State.OK, "none was cut off"),
        Line("audit", State.OK, "no entries yet"),
    ]
    assert expected == list(check_state(folder))
    assert [] == list(tmp_path.iterdir())


def test_a_state_folder_that_can_not_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    found = check_state(tmp_path / "file" / "state")[0]
    assert (State.FAILED, f"{tmp_path / 'file'} isn't a folder") == (found.state, found.found)
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
    assert "20260301T083000Z-9f2c41 was cut off" in found.found


def test_the_audit(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "audit")
    chain.append([{"kind": "run"}, {"kind": "run"}])
    assert Line("audit", State.OK, "2 entries, the chain is whole") == check_state(tmp_path)[2]
    chain.path.write_text(chain.path.read_text().replace('"run"', '"ruin"', 1))
    found = check_state(tmp_path)[2]
    assert State.FAILED is found.state
    assert "broken at line 1: entry 1 was edited" in found.found
    new = NewChain(BROKEN, 2, chain.head())
    chain.begin(chain_entry(RUN, NOW, new), 3, new.head)
    found = check_state(tmp_path)[2]
    assert State.WARNING is found.state
    assert found.found.endswith("; a new chain starts after it")


def test_an_audit_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "audit" / "audit.jsonl").mkdir(parents=True)
    found = files.check_state(tmp_path)[2]
    assert State.FAILED is found.state
    assert "can't be read" in found.found


def test_state_that_others_may_read_is_a_warning(tmp_path: Path) -> None:
    folder = tmp_path / "a state"
    folder.mkdir()
    for name in ("drift.json", "old.jsonl"):
        (folder / name).write_text("{}")
        (folder / name).chmod(0o644)
    found = check_state(folder)[0]
    assert (State.WARNING, f"chmod -R go-rwx '{folder}'") == (found.state, found.remedy)
    assert f"{folder}: users other than the owner can access 2 files, such as drift.json" == found.found
    for path in folder.iterdir():
        path.chmod(0o600)
    assert State.OK is check_state(folder)[0].state


@pytest.mark.parametrize(
    ("free", "state"),
    [(0, State.FAILED), (2**20 - 1, State.FAILED), (2**20, State.WARNING), (50 * 2**20, State.OK)],
)
def test_a_disk_that_is_nearly_full(tmp_path: Path, free: int, state: State) -> None:
    asked = list[Path]()

    def left(folder: Path) -> int:
        asked.append(folder)
        return free

    found = check_state(tmp_path / "state", left)[0]
    assert (state, [tmp_path]) == (found.state, asked)
    assert ("MiB are free" in found.found) == (state is not State.OK)
    assert found.remedy.startswith("Make room") == (state is not State.OK)


def test_a_run_that_holds_the_lock_was_not_cut_off(tmp_path: Path) -> None:
    going = "run-1 is in progress: it holds the lock"
    (tmp_path / "journal").mkdir()
    for run in ("run-0", "run-1"):
        (tmp_path / "journal" / f"{run}.journal.jsonl").write_text("")
    with another_process(tmp_path):
        found = check_state(tmp_path)[1]
        assert State.WARNING is found.state
        assert f"run-0 was cut off or left the state of a queue unknown; {going}" == found.found
        (tmp_path / "journal" / "run-0.journal.jsonl").unlink()
        assert Line("runs", State.OK, f"none was cut off; {going}") == check_state(tmp_path)[1]
    found = check_state(tmp_path)[1]
    assert (State.WARNING, True) == (found.state, found.found.startswith("run-1 was cut off or left"))
