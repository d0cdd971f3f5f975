"""docs/for-auditors.md: a trail is verified with the programs of the page, without syncer."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from syncer.audit.chain import Chain
from tests.audit.test_merged import Runners
from tests.audit.trails import rehashed
from tests.docs.documents import ROOT, blocks

Says = Callable[[Path], tuple[bool, str]]
PAGE = ROOT / "docs" / "for-auditors.md"


def verifier(language: str) -> str:
    """The verifier on the page in a language."""
    (block,) = [block for block in blocks(PAGE) if block.language == language and not block.left_out]
    return block.text


def python_says(folder: Path) -> tuple[bool, str]:
    script = folder / "verify.py"
    script.write_text(verifier("python"))
    files = [*sorted(folder.glob("audit-*.jsonl")), folder / "audit.jsonl"]
    done = subprocess.run([sys.executable, script, *files], capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout.strip()


def shell_says(folder: Path) -> tuple[bool, str]:
    done = subprocess.run(
        ["sh", "-c", verifier("sh")], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode == 0, done.stdout.strip()


@pytest.fixture
def trail(tmp_path: Path) -> Chain:
    """A trail of two months, with texts that are difficult for shells and JSON readers."""
    chain = Chain(tmp_path / "audit")
    odd = 'ü \\ " $(id) `id` %s \u2028 \x00 , "hash": "sha256:1"}'
    for month in ("2026-10", "2026-11"):
        time = f"{month}-05T00:00:00.000Z"
        chain.append([{"recordedAt": time, "text": odd, "number": 1e300}, {"recordedAt": time, "one": 1.0}])
    return chain


@pytest.mark.parametrize("says", [python_says, shell_says])
def test_a_trail_is_verified_without_the_program(trail: Chain, says: Says) -> None:
    fine, told = says(trail.folder)
    assert fine
    assert told.endswith(f"head {trail.head()}")


REWRITES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a value": lambda lines: [lines[0].replace(b"1e+300", b"1e+301"), *lines[1:]],
    "a space": lambda lines: [lines[0].replace(b'": ', b'":  ', 1), *lines[1:]],
    "a hash": lambda lines: [lines[0].replace(b'"hash": "sha256:', b'"hash": "sha256:0', 1), *lines[1:]],
    "removed": lambda lines: lines[1:],
    "changed places": lambda lines: lines[::-1],
    "twice": lambda lines: [lines[0], *lines],
    "no last line end": lambda lines: [*lines[:-1], lines[-1][:-1]],
    "another in its stead": lambda lines: [rehashed([{"n": 3, "text": "forged"}])[0], *lines[1:]],
}


@pytest.mark.parametrize("says", [python_says, shell_says])
@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
def test_a_trail_that_was_rewritten_is_found_without_the_program(
    trail: Chain, rewrite: Callable[[list[bytes]], list[bytes]], says: Says
) -> None:
    lines = trail.path.read_bytes().splitlines(keepends=True)
    changed = rewrite(lines)
    assert changed != lines
    trail.path.write_bytes(b"".join(changed))
    assert not says(trail.folder)[0]


def test_files_of_several_runners_are_verified_without_the_program(tmp_path: Path) -> None:
    runners = Runners(tmp_path)
    for runner in "abaabc":
        runners.run(runner)
    script = tmp_path / "verify.py"
    script.write_text(verifier("python"))

    def says(*files: Path) -> tuple[int, str]:
        call = [sys.executable, str(script), *map(str, files)]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.strip()

    number, head = runners.record
    assert (0, f"{number} entries, head {head}") == says(*runners.copies[::-1])
    runners.record = (3, runners.chain("a").entries().__next__()["hash"])
    runners.run("d")
    assert (1, "") == says(*runners.copies)
