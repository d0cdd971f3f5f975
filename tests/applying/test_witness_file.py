import json
from pathlib import Path

import pytest
from filelock import FileLock

from syncer.applying import witness_file
from syncer.applying.witness_file import FORMAT, LOCK, NAME, Pending, WitnessFile
from syncer.model.settings import ApiLocation, Organization
from syncer.model.window import Window

NOW = "2026-03-01T08:30:00.000Z"
PLACE = ApiLocation("https://api", Organization("o"))
WINDOW = Window("run", "q", "Q", NOW, NOW, NOW, {"id": "q"}, {"id": "q", "a": 1})
PENDING = Pending(WINDOW, PLACE, reported=("m",))


def test_what_is_kept_is_read_again_and_nothing_leaves_no_file(tmp_path: Path) -> None:
    file = WitnessFile(tmp_path / "state", pytest.fail)
    assert () == file.read()
    file.update(lambda known: [*known, PENDING])
    assert (PENDING,) == file.read()
    assert 0o600 == file.path.stat().st_mode & 0o777
    file.update(lambda _: [])
    assert not file.path.exists()
    file.update(lambda known: known)
    assert not file.path.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        json.dumps({"format": "other", "windows": []}),
        json.dumps({"format": FORMAT, "windows": [5]}),
        json.dumps({"format": FORMAT, "windows": [{**PENDING.as_json(), "sent_at": "x"}]}),
        json.dumps({"format": FORMAT, "windows": [{**PENDING.as_json(), "reported": [5]}]}),
    ],
)
def test_a_damaged_file_is_a_warning(text: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(text)
    heard: list[str] = []
    assert () == WitnessFile(tmp_path, heard.append).read()
    assert 1 == len(heard)
    assert "can't be read as syncer.witness/v1" in heard[0]


def test_what_can_not_be_written_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    (tmp_path / "file").write_text("")
    WitnessFile(tmp_path / "file" / "state", heard.append).update(lambda _: [PENDING])
    monkeypatch.setattr(witness_file, "PATIENCE", 0.0)
    with FileLock(tmp_path / LOCK):
        WitnessFile(tmp_path, heard.append).update(lambda _: [PENDING])
    monkeypatch.setattr(witness_file, "MAX_BYTES", 10)
    WitnessFile(tmp_path, heard.append).update(lambda _: [PENDING])
    assert 3 == len(heard)
    assert all("can't be kept" in words for words in heard)
    assert "another run holds" in heard[1]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    file = WitnessFile(tmp_path, heard.append)
    file.update(lambda _: [PENDING])
    monkeypatch.setattr(witness_file, "MAX_BYTES", 10)
    assert () == file.read()
    assert 1 == len(heard)
