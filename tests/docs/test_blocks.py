"""Blocks of the documents are run, and their output is compared."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from syncer.cli.main import COMMANDS, run
from syncer.program_name import started_as
from tests.docs.documents import DOCUMENTS, ROOT, blocks

HURRIED = ("less than 1 s at 1000 calls a second", "about 2 s at 5 calls a second")
"""The pace of the tests, and what the shipped policies say."""

EXAMPLE_RUN = "20260301T083000Z-9f2c41"
SHOWING = [page for page in DOCUMENTS if any(block.language == "console" for block in blocks(page))]


def test_the_readme_can_be_followed_block_by_block(folder: Path) -> None:
    ran = []
    said = ""
    for block in blocks(ROOT / "README.md"):
        if block.language != "sh" or block.left_out:
            continue
        known = re.search(r"^run (\S+),", said, re.MULTILINE)
        script = block.text.replace(EXAMPLE_RUN, known[1] if known else "")
        done = subprocess.run(
            ["bash", "-eu", "-c", script], capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        assert 0 == done.returncode, script
        assert "" == "".join(_unexpected(done.stderr)) or "rollback" in script, script
        said += done.stdout
        ran += [line.split()[1] for line in block.text.splitlines()]
    assert ["validate", "plan", "apply", "drift", "audit", "audit", "audit", "rollback"] == ran
    assert "rollback done:" in said


def _unexpected(stderr: str) -> list[str]:
    """What is no line of progress."""
    progress = r"run \S+: \d+ queues? to write, in \d+ steps?|\[\d+/\d+\] applied: .+"
    return [line for line in stderr.splitlines() if not re.fullmatch(progress, line)]


@pytest.mark.parametrize("document", SHOWING, ids=lambda path: path.name)
def test_a_console_block_shows_the_real_output(
    document: Path, folder: Path, capsys: pytest.CaptureFixture[str], renew_snapshots: bool
) -> None:
    for block in blocks(document):
        if block.note.startswith("file: "):
            path = folder / block.note.removeprefix("file: ")
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.text)
        if block.language == "console":
            first, shown = block.text.split("\n", 1)
            run(shlex.split(first.removeprefix("$ sync ")), started_as("sync", COMMANDS))
            out = capsys.readouterr().out.replace(*HURRIED)
            if renew_snapshots:
                text = document.read_text(encoding="utf-8")
                document.write_text(text.replace(block.text, f"{first}\n{out}"), encoding="utf-8")
            else:
                assert shown == out


def test_the_readme_shows_a_plan_of_each_form_of_overflow() -> None:
    assert ["$ sync plan --policies first --dialect genesys-cloud", "$ sync plan"] == [
        block.text.splitlines()[0] for block in blocks(ROOT / "README.md") if block.language == "console"
    ]


def test_every_skipped_block_states_why() -> None:
    notes = [block.note for document in DOCUMENTS for block in blocks(document) if block.note]
    assert [] == [
        note for note in notes if not note.startswith(("not run by the tests: ", "file: ", "dialect: "))
    ]
