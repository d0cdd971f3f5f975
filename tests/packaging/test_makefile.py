"""The Makefile and what continuous integration runs."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = (
    *("help", "demo", "test", "quick", "snapshots", "schemas", "docs"),
    *(
        "pipeline",
        "browser",
        "interleavings",
        "lint",
        "picture",
        "examples",
        "format",
        "bench",
        "bench-compare",
        "wheel",
        "constraints",
        "clean",
    ),
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout whose environment stands ready."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    ready = tmp_path / ".venv" / ".ready"
    ready.parent.mkdir()
    ready.touch()
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make, untouched by a make that runs the tests."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    return subprocess.run(["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_is_sound(copy: Path, target: str) -> None:
    done = make(copy, "-n", target)
    assert (0, "") == (done.returncode, done.stderr)


def test_help_lists_every_target(copy: Path) -> None:
    lines = make(copy, "help").stdout.splitlines()
    assert set(TARGETS) == {line.split()[0] for line in lines}
    assert lines == make(copy).stdout.splitlines()


@pytest.mark.parametrize("target", ["demo", "test", "pipeline", "lint", "bench", "wheel"])
def test_a_ready_environment_is_not_set_up_again(copy: Path, target: str) -> None:
    assert "pip install" not in make(copy, "-n", target).stdout
    os.utime(copy / "pyproject.toml", (2**32, 2**32))
    assert "pip install" in make(copy, "-n", target).stdout


def test_setting_up_says_in_a_line_what_it_does_and_that_it_takes_a_while(copy: Path) -> None:
    (copy / ".venv" / ".ready").unlink()
    python = copy / ".venv" / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    first = make(copy, ".venv/.ready")
    assert (0, "") == (first.returncode, first.stdout)
    assert re.fullmatch("setting up .venv with .* about a minute.*\n", first.stderr)
    assert "" == make(copy, ".venv/.ready").stderr


def test_an_old_python_is_told_what_to_do(copy: Path) -> None:
    old = copy / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    (copy / ".venv" / ".ready").unlink()
    done = make(copy, "lint", f"PYTHON={old}")
    assert 2 == done.returncode
    assert "make PYTHON=python3.12" in (ROOT / "Makefile").read_text()


def test_clean_removes_what_the_others_made_and_nothing_else(copy: Path) -> None:
    kept = {path for path in copy.rglob("*") if ".venv" not in path.parts}
    for made in ("dist", "build", ".hypothesis", ".mypy_cache", "syncer/__pycache__"):
        (copy / made).mkdir(parents=True)
    (copy / ".coverage.1").touch()
    assert 0 == make(copy, "clean").returncode
    assert kept | {copy / "syncer"} == set(copy.rglob("*"))


def test_continuous_integration_runs_lint_tests_the_pipeline_and_the_browser() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert os.access(ROOT / ".ci" / "pin", os.X_OK)
    called = re.findall(r"^make (\w+)$", script.read_text(), re.MULTILINE)
    assert ["lint", "test", "pipeline", "browser"] == called
