"""Where a repository begins, and where in it a file is."""

from pathlib import Path

import pytest

from syncer.policy.repository import folder_in, place_in, top_of


def test_a_repository_begins_where_it_is_said_or_where_git_is(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert below == top_of(below)
    (tmp_path / "a" / ".git").mkdir()
    assert tmp_path / "a" == top_of(below)
    assert tmp_path == top_of(below, str(tmp_path))
    assert tmp_path / "a" == top_of(below, "/elsewhere")


@pytest.mark.parametrize(
    ("file", "folder", "place"),
    [
        ("policies/a.yaml", "", "policies/a.yaml"),
        ("policies/a.yaml", "eu", "eu/policies/a.yaml"),
        ("../policies/a.yaml", "eu", "policies/a.yaml"),
        ("/top/policies/a.yaml", "eu", "policies/a.yaml"),
        ("../../a.yaml", "eu", "../../a.yaml"),
        ("/elsewhere/a.yaml", "eu", "/elsewhere/a.yaml"),
        (".", "", "."),
    ],
)
def test_a_file_is_named_from_the_top(file: str, folder: str, place: str) -> None:
    assert place == place_in(file, folder, Path("/top"))


def test_a_folder_is_named_from_the_top() -> None:
    top = Path("/top")
    assert ("", "a/b", "") == tuple(folder_in(here, top) for here in (top, top / "a" / "b", Path("/other")))
