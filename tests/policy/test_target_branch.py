"""How a checkout stands to the branch that it is to be merged into, and what merging gives."""

from pathlib import Path

import pytest

from syncer.policy.git import answered
from syncer.policy.target_branch import Target, merged_with, target_of
from tests.policy.test_revision import git


def commit(folder: Path, name: str, text: str = "") -> None:
    (folder / name).write_text(text or name)
    git(folder, "add", ".")
    git(folder, "commit", f"--message={name}")


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository whose ``main`` got 3 commits after ``topic`` left it with 2."""
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "--initial-branch=main")
    for number in range(30):
        commit(folder, f"old-{number}")
    git(folder, "checkout", "-b", "topic")
    for name in ("ours-1", "ours-2"):
        commit(folder, name)
    git(folder, "checkout", "main")
    for name in ("theirs-1", "theirs-2", "theirs-3"):
        commit(folder, name)
    return folder


def clone(origin: Path, *options: str, branch: str = "topic") -> Path:
    here = origin.parent / "clone"
    url = origin.as_uri()
    git(origin, "clone", *options, f"--branch={branch}", url, str(here))
    return here


def state(folder: Path) -> tuple[str | None, ...]:
    asked = (("rev-parse", "HEAD"), ("status", "--porcelain"), ("branch", "--list"), ("worktree", "list"))
    return tuple(answered(folder, *each) for each in asked)


@pytest.mark.parametrize("options", [[], ["--depth=1"], ["--depth=2", "--single-branch"]])
def test_what_is_missing_is_counted_in_any_clone(origin: Path, options: list[str]) -> None:
    here = clone(origin, *options)
    before = state(here)
    assert Target(answered(origin, "rev-parse", "main") or "", 3) == target_of(here, "main")
    assert before == state(here)


def test_a_branch_that_moved_since_is_fetched(origin: Path) -> None:
    here = clone(origin)
    commit(origin, "theirs-4")
    assert 4 == target_of(here, "main").behind


def test_a_checkout_that_has_it_all_is_not_behind(origin: Path) -> None:
    here = clone(origin)
    git(here, "merge", "--no-edit", "origin/main")
    assert 0 == target_of(here, "main").behind


def test_where_nothing_can_be_fetched_what_is_there_counts(origin: Path) -> None:
    here = clone(origin)
    git(here, "remote", "set-url", "origin", "file:///nowhere")
    assert 3 == target_of(here, "main").behind


@pytest.mark.parametrize("branch", ["gone", "", "--upload-pack=x", "a:b", "main~1"])
def test_a_branch_that_nobody_knows(origin: Path, branch: str) -> None:
    assert Target() == target_of(clone(origin), branch)


def test_histories_that_never_meet_are_not_compared(origin: Path) -> None:
    here = clone(origin)
    git(here, "checkout", "--orphan", "alone")
    git(here, "commit", "--message=alone")
    assert Target(answered(origin, "rev-parse", "main") or "") == target_of(here, "main")


def test_no_repository_is_no_error(tmp_path: Path) -> None:
    assert Target() == target_of(tmp_path, "main")
    with merged_with(tmp_path, "HEAD") as merged:
        assert merged is None


def test_both_are_merged_aside(origin: Path) -> None:
    here = clone(origin, "--depth=1")
    hook = here / ".git" / "hooks" / "post-checkout"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    found = target_of(here, "main")
    before = state(here)
    with merged_with(here, found.tip) as merged:
        assert merged is not None
        assert {"ours-2", "theirs-3", "old-0"} <= {path.name for path in merged.iterdir()}
    assert (before, False) == (state(here), merged.exists())
    assert not (here / "theirs-3").exists()


def test_a_conflict_is_no_merge(origin: Path) -> None:
    commit(origin, "ours-1", "another")
    here = clone(origin)
    found = target_of(here, "main")
    before = state(here)
    with merged_with(here, found.tip) as merged:
        assert merged is None
    assert before == state(here)
