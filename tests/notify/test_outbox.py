import json
from pathlib import Path

import pytest

from syncer.audit.chain import Chain
from syncer.errors import AuditError, SyncerError
from syncer.notify.outbox import Letter, Letters
from tests.audit.trails import NOW, whole_run


def letters_of(folder: Path) -> list[Letter]:
    """A letter for each entry of a whole run, as they stand in a chain."""
    told: list[Letter] = []
    chain = Chain(folder / "audit", told=lambda entries: told.extend(map(Letter.of, entries)))
    for entry in whole_run():
        chain.append([entry])
    return told


def test_the_id_is_made_of_run_and_number(tmp_path: Path) -> None:
    run = "20260301T083000Z-abcdef"
    assert [f"{run}-{number}" for number in (1, 2, 3, 4)] == [letter.id for letter in letters_of(tmp_path)]


@pytest.mark.parametrize("run", ["../../etc/passwd", "a b", "a\r\nX: y", "", "x" * 81, None, {"a": "\ud800"}])
def test_an_id_is_fit_for_headers_and_files_whatever_the_entry_says(run: object) -> None:
    first, second = (Letter.of({"run": run, "n": number}).id for number in (1, 2))
    assert first != second
    assert first.replace("-", "").isalnum() and first.isascii()
    assert Letter.of({"run": "other", "n": 1}).id != first


def test_what_is_kept_comes_back_oldest_first_and_can_be_dropped(tmp_path: Path) -> None:
    sent, letters = letters_of(tmp_path), Letters(tmp_path / "letters")
    assert [] == letters.kept()
    for letter in reversed(sent):
        letters.keep(letter, "because")
    assert sent == letters.kept()
    assert [list(letter.entry) for letter in sent] == [list(letter.entry) for letter in letters.kept()]
    for letter in (sent[0], sent[0], sent[2]):
        letters.drop(letter)
    assert [sent[1], sent[3]] == letters.kept()


def test_the_tenth_comes_after_the_ninth(tmp_path: Path) -> None:
    letters = Letters(tmp_path)
    for number in (10, 9, 100):
        letters.keep(Letter.of({"run": "r", "n": number, "timestamp": NOW}), "")
    assert [9, 10, 100] == [letter.entry["n"] for letter in letters.kept()]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"entry": 5}', b'{"entry": {"run": "x"}}', b"\xff"]
)
def test_what_is_no_letter_stays_where_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r-1.json").write_bytes(content)
    assert [] == Letters(tmp_path).kept()
    assert content == (tmp_path / "r-1.json").read_bytes()


def test_a_letter_says_why_it_is_kept_in_a_folder_that_is_made_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "letters"
    Letters(folder).keep(Letter("r-1", {"run": "r", "n": 1}), "the receiver answers 500")
    content = json.loads((folder / "r-1.json").read_text())
    assert ("syncer.letter/v1", "the receiver answers 500") == (content["format"], content["reason"])


def test_a_folder_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SyncerError, match="can't be made"):
        Letters(tmp_path / "file").keep(Letter("r-1", {}), "")
    (tmp_path / "r-1.json").mkdir()
    with pytest.raises(AuditError, match=r"r-1\.json can't be removed"):
        Letters(tmp_path).drop(Letter("r-1", {}))
