"""docs/tutorial.md is followed block by block, in each dialect, against an emulator of that dialect."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncer.emulator.loading import demo_surroundings
from syncer.emulator.server import Emulator, demo_queues
from tests.docs.documents import ROOT, Block, blocks

PAGE = ROOT / "docs" / "tutorial.md"
DIALECTS = ("genesys-cloud", "overflow-rules")
NEXT = "----- next block -----"
HURRY = (
    "printf '\\n%s\\n' 'pace: {requests_per_second: 1000, burst: 1000}' 'retries: {settle: 0}'"
    " >> policies/settings.yaml\n"
)
"""What tests add after ``sync init``, as their emulator need not be spared."""


def _meant(dialect: str) -> list[Block]:
    """The blocks that a reader of this dialect follows."""
    others = {f"dialect: {other}" for other in DIALECTS if other != dialect}
    return [block for block in blocks(PAGE) if not block.left_out and block.note not in others]


def _steps(dialect: str) -> Iterator[tuple[str, str]]:
    """Each script, with what the page shows below it."""
    page = _meant(dialect)
    for block, after in zip(page, [*page[1:], Block("", "")], strict=True):
        if block.language == "sh":
            hurry = HURRY if "sync init" in block.text else ""
            yield block.text + hurry, after.text if after.language == "text" else ""


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A dialect, with an emulator of it to which the environment leads."""
    dialect = request.param
    with Emulator(
        queues=demo_queues(), surroundings=demo_surroundings(), dialect=dialect, rate_limit=1_000_000
    ) as emulator:
        monkeypatch.setenv("SYNCER_API_URL", emulator.url)
        yield dialect


@pytest.fixture
def environment(dialect: str, tmp_path: Path) -> dict[str, str]:
    """The set-up of a reader: the program, an organization, and a name in Git."""
    named = {
        f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    client = dict.fromkeys(("GENESYSCLOUD_OAUTHCLIENT_ID", "GENESYSCLOUD_OAUTHCLIENT_SECRET"), "demo")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    nothing = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(tmp_path)}
    return {**os.environ, **named, **client, **nothing, "PATH": path, "PYTHONPATH": str(ROOT)}


def _shows(output: str, lines: str) -> bool:
    """Whether the output has these lines, in their order; ``…`` stands for any text."""
    pattern = re.escape(lines.rstrip("\n")).replace("…", "[^\n]*").replace("\\\n", r"\n(?:.*\n)*")
    return re.search(f"^{pattern}$", output, re.MULTILINE) is not None


@pytest.mark.slow
def test_the_tutorial_can_be_followed(dialect: str, environment: dict[str, str], tmp_path: Path) -> None:
    steps = list(_steps(dialect))
    script = f"\necho '{NEXT}'\n".join(text for text, _ in steps)
    done = subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    outputs = done.stdout.split(f"{NEXT}\n")
    assert 0 == done.returncode, f"{steps[len(outputs) - 1][0]}{outputs[-1]}{done.stderr}"
    for (text, lines), output in zip(steps, outputs, strict=True):
        assert _shows(output, lines), f"{text}{output}"


def test_each_dialect_has_as_many_blocks() -> None:
    of = [sum(block.note == f"dialect: {dialect}" for block in blocks(PAGE)) for dialect in DIALECTS]
    assert of[0] == of[1] > 0
