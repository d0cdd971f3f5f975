from pathlib import Path

import pytest

from syncer.errors import Refused, SyncerError
from syncer.starter.start import EXAMPLES, start, starting_files

TEXTS = {"policies/a.yaml": "a\n", ".hidden": "b\n", "c/d/e": "é\n"}


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("place", [".", "new", "new/below"])
def test_everything_is_written(place: str, tmp_path: Path) -> None:
    written = start(tmp_path / place, TEXTS)
    assert TEXTS == files(tmp_path / place)
    assert [tmp_path / place / name for name in TEXTS] == list(written)


def test_other_existing_files_may_stay(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("mine")
    start(tmp_path, TEXTS)
    assert {**TEXTS, "LICENSE": "mine"} == files(tmp_path)


@pytest.mark.parametrize("name", ["policies/a.yaml", "policies/other.yaml", "c/d/e", ".hidden"])
def test_nothing_is_overwritten(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    with pytest.raises(Refused, match=f"{name} already exists: nothing was written"):
        start(tmp_path, TEXTS)
    assert {name: "mine"} == files(tmp_path)


def test_a_broken_link_counts_as_an_existing_file(tmp_path: Path) -> None:
    (tmp_path / ".hidden").symlink_to("nowhere")
    with pytest.raises(Refused):
        start(tmp_path, TEXTS)


def test_a_partial_start_is_removed(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("a file where a folder belongs")
    with pytest.raises(SyncerError, match="no files were left"):
        start(tmp_path, TEXTS)
    assert ["c"] == [path.name for path in tmp_path.iterdir()]


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    with pytest.raises(SyncerError, match="can't be written"):
        start(tmp_path / "f", TEXTS)


def test_a_text_that_can_not_be_written_leaves_no_files(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        start(tmp_path / "new", {**TEXTS, "z": "\ud800"})
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("dialect", EXAMPLES)
def test_the_files_are_those_that_ship_and_the_schemas(dialect: str) -> None:
    found = starting_files({"x.json": "{}"}, dialect, "pins\n")
    assert [
        *("policies/example.yaml", "policies/settings.yaml", ".gitlab-ci.yml", ".gitignore", "README.md"),
        "requirements.txt",
        "schemas/x.json",
    ] == list(found)
    assert f"\ndialect: {dialect} " in found["policies/settings.yaml"]
    assert "pins\n" == found["requirements.txt"]
    assert all(text.endswith("\n") or name == "schemas/x.json" for name, text in found.items())
