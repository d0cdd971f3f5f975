"""Entries are whole, few and of nobody else; what can't be written is no reason to stop."""

import os
import threading
from pathlib import Path

import pytest

from syncer.policy.cache_folder import CacheFolder, program


def test_what_is_kept_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    entries = CacheFolder(tmp_path / "cache", ".json", 3, 10)
    entries.keep("a", b"1234567890")
    entries.keep("b", b"12345678901")
    assert b"1234567890" == entries.read("a")
    assert "*\n" == (tmp_path / "cache/.gitignore").read_text()
    assert 0o600 == (tmp_path / "cache/a.json").stat().st_mode & 0o777
    with pytest.raises(FileNotFoundError):
        entries.read("b")
    (tmp_path / "cache/a.json").chmod(0o640)
    with pytest.raises(PermissionError):
        entries.read("a")


def test_the_oldest_go_and_whatever_else_is_there_stays(tmp_path: Path) -> None:
    other = CacheFolder(tmp_path, ".jsonl", 1, 10)
    other.keep("f" * 64, b"z")
    (tmp_path / "report.json").write_text("not ours")
    entries = CacheFolder(tmp_path, ".json", 2, 10)
    for place, name in enumerate("abcd"):
        entries.keep(name * 64, b"x")
        os.utime(tmp_path / f"{name * 64}.json", (place, place))
    entries.keep("e" * 64, b"x")
    kept = sorted(path.name.replace(path.name[0] * 64, path.name[0]) for path in tmp_path.glob("?*.*"))
    assert ["d.json", "e.json", "f.jsonl", "report.json"] == kept


@pytest.mark.parametrize("link", ["cache/validated", "cache"])
def test_a_folder_behind_a_link_is_not_ours(tmp_path: Path, link: str) -> None:
    reports = tmp_path / "reports"
    (reports / "validated").mkdir(parents=True, mode=0o755)
    names = [f"{number:064x}.json" for number in range(5)]
    for folder in (reports, reports / "validated"):
        for name in names:
            (folder / name).write_text("{}")
            (folder / name).chmod(0o600)
    place = tmp_path / "state" / link
    place.parent.mkdir(parents=True)
    place.symlink_to(reports)
    entries = CacheFolder(tmp_path / "state/cache/validated", ".json", 1, 10)
    entries.keep("a" * 64, b"x")
    with pytest.raises(OSError, match="symbolic"):
        entries.read(names[0].removesuffix(".json"))
    for folder in (reports, reports / "validated"):
        assert sorted(names) == sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_folder_that_can_not_be_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    CacheFolder(tmp_path / "cache", ".json", 2, 10).keep("a", b"x")
    assert "a file" == (tmp_path / "cache").read_text()


def test_two_who_write_at_once_leave_one_whole_entry(tmp_path: Path) -> None:
    entries = CacheFolder(tmp_path, ".json", 1, 10**6)
    contents = [bytes([65 + place]) * 10**5 for place in range(4)]
    threads = [threading.Thread(target=entries.keep, args=("a", each)) for each in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert entries.read("a") in contents


def test_the_program_is_told_by_its_files() -> None:
    paths = [str(path) for path, _, _ in program()]
    for name in ("policy/cache_folder.py", "checks/explanations.toml"):
        assert any(path.endswith(name) for path in paths)
