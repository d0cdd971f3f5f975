"""Which of two commits is older, by clones of every depth."""

from pathlib import Path

import pytest

from syncer.policy.ancestry import Ancestry, ancestry
from tests.policy.histories import cloned, committed, started


@pytest.fixture
def main(tmp_path: Path) -> Path:
    """A repository with the commits of ``history``."""
    return started(tmp_path / "main")


def history(main: Path, length: int = 4) -> list[str]:
    """Commits in a row, the oldest first."""
    return [committed(main, f"{number}") for number in range(length)]


def test_a_whole_clone_knows_all(main: Path) -> None:
    first, *_, last = history(main)
    assert [Ancestry.OLDER, Ancestry.NEWER, Ancestry.SAME] == [
        ancestry(main, *pair) for pair in ((first, last), (last, first), (last, last))
    ]


def test_commits_beside_each_other_have_diverged(main: Path) -> None:
    _, second, *_, last = history(main)
    aside = committed(main, "aside", on=second)
    assert {Ancestry.DIVERGED} == {ancestry(main, *pair) for pair in ((aside, last), (last, aside))}
    assert Ancestry.OLDER is ancestry(main, second, aside)


def test_a_revert_is_newer_than_what_it_reverts(main: Path) -> None:
    first = committed(main, "as it was")
    change = committed(main, "changed")
    revert = committed(main, "as it was")
    assert [Ancestry.NEWER, Ancestry.NEWER] == [ancestry(main, revert, each) for each in (first, change)]


def test_a_shallow_clone_says_only_what_it_shows(main: Path, tmp_path: Path) -> None:
    first, second, third, last = history(main)
    shallow = cloned(main, tmp_path / "shallow", depth=2)
    assert Ancestry.NEWER is ancestry(shallow, last, third)
    assert Ancestry.OLDER is ancestry(shallow, third, last)
    assert [None, None] == [ancestry(shallow, last, each) for each in (first, second)]


def test_where_a_shallow_clone_ends_nothing_is_known_to_have_diverged(main: Path, tmp_path: Path) -> None:
    _, second, _, last = history(main)
    shallow = cloned(main, tmp_path / "shallow", depth=1, commit=second)
    assert None is ancestry(shallow, last, second), "both are there, and nothing of what is between them"


def test_a_commit_that_the_clone_lacks_is_not_known(main: Path) -> None:
    first, *_ = history(main)
    assert [None, None] == [ancestry(main, *pair) for pair in ((first, "0" * 40), ("0" * 40, first))]


@pytest.mark.parametrize("odd", ["", "main", "HEAD", "--all", "0123456", "A" * 40, "0" * 40 + "\n"])
def test_only_whole_ids_are_given_to_git(main: Path, odd: str) -> None:
    *_, last = history(main)
    assert [None, None] == [ancestry(main, *pair) for pair in ((odd, last), (last, odd))]


def test_no_repository_knows_nothing(tmp_path: Path) -> None:
    assert [None, None] == [ancestry(each, "1" * 40, "2" * 40) for each in (tmp_path, tmp_path / "gone")]


def test_without_git_nothing_is_known(main: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_, last = history(main)
    monkeypatch.setenv("PATH", "/nowhere")
    assert None is ancestry(main, first, last)
