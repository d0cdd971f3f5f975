"""Git as a program: its answers, and what is made of none."""

import subprocess
from pathlib import Path

import pytest

from syncer.policy.git import asked, run_git


def test_what_git_answers(tmp_path: Path) -> None:
    assert b"git version" == run_git(tmp_path, "--version").stdout[:11]
    empty = b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n"
    assert empty == asked(tmp_path, "hash-object", "--stdin")
    assert empty != asked(tmp_path, "hash-object", "--stdin", given=b"x")


def test_a_no_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0 != run_git(tmp_path, "no-such-command").returncode
    assert asked(tmp_path, "no-such-command") is None
    assert asked(tmp_path, "a\0b") is None
    monkeypatch.setenv("PATH", "")
    assert asked(tmp_path, "--version") is None
    with pytest.raises(FileNotFoundError, match="not installed"):
        run_git(tmp_path, "--version")


def test_one_that_hangs_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hanging(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("git", 60)

    monkeypatch.setattr("subprocess.run", hanging)
    assert asked(tmp_path, "--version") is None
