"""Completion: what bash and zsh are offered for the name of a queue."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from syncer.audit.record import NAME, AppliedQueue, Place, Record, write_record
from syncer.model.settings import ApiLocation


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text(
        "version: 1\nqueues:\n"
        "  - {queue: Support Tier 1, overflow: [{target: It's (new), threshold: 5, delay: 0}]}\n"
        "  - {queue: Sales, overflow: []}\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def offered(shell: str, *words: str) -> list[str]:
    """What the program offers for the last word; each shell asks in its own way."""
    environ = {
        **os.environ,
        "_SYNCER_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": shlex.join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    code = "import sys; sys.argv[0] = 'syncer'; from syncer.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True)
    assert "" == done.stderr
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.usefixtures("folder")
def test_bash_is_offered_names_as_they_are_typed() -> None:
    assert [r"plain,Support\ Tier\ 1"] == offered("bash", "syncer", "stop", "supp")
    assert [r"plain,It\'s\ \(new\)"] == offered("bash", "syncer", "plan", "--queue", "It")
    assert ["plain,Sales"] == offered("bash", "syncer", "stop", "Sales", "--from", "sal")


@pytest.mark.usefixtures("folder")
def test_zsh_quotes_names_itself() -> None:
    assert "Support Tier 1" in offered("zsh", "syncer", "into", "Supp")


def test_what_was_applied_last_is_known_too(folder: Path) -> None:
    queue = AppliedQueue("q", "Night Desk", "run", "2026-11-27T08:00:00Z")
    place = Place(ApiLocation("https://api.example"), queues={"q": queue})
    write_record(folder / "kept" / NAME, Record(places=(place,)))
    found = offered("bash", "syncer", "stop", "--state-dir", "kept", "Ni")
    assert [r"plain,Night\ Desk"] == found


def test_what_can_not_be_read_offers_nothing(folder: Path) -> None:
    (folder / "policies" / "a.yaml").write_text("queues: [")
    (folder / ".syncer").mkdir()
    (folder / ".syncer" / NAME).write_text("{")
    assert [] == offered("bash", "syncer", "into", "S")
