import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from syncer.cli.main import COMMANDS, run
from syncer.program_name import started_as
from tests.program import Program

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NAMES = ("sync", "syncer")
STARTS = [((name,), name) for name in NAMES] + [((sys.executable, "-m", "syncer"), "python -m syncer")]
HINT = "  List all with: {} audit show\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder; the path finds both names of the program."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def start(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("program", "name"), STARTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_help_and_hints_have_the_name_that_was_typed(program: Sequence[str], name: str) -> None:
    assert start(*program, "plan", "--help").stdout.startswith(f"Usage: {name} plan [OPTIONS]")
    wrong = start(*program, "plan", "--no-such").stderr
    assert f"Usage: {name} plan" in wrong
    assert f"Try '{name} plan --help' for help." in wrong
    assert start(*program, "audit", "show", "--run", "x").stderr.endswith(HINT.format(name))
    assert f"  1. {name} validate   #" in start(*program, "init", "new").stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_says_how_it_is_applied(program: Program, folder: Path, name: str) -> None:
    done = start(name, "plan", "--out", "plan.json", "--report", "text=kept.txt")
    assert f"apply it with: {name} apply plan.json\n" in done.stdout
    assert (
        f"{name} apply makes the live queues match the policies; {name} export" in start(name, "drift").stdout
    )
    assert "apply it with: syncer apply plan.json\n" in (folder / "kept.txt").read_text()
    assert f"then {name} plan: it has no changes" in start(name, "export", "--output", "new").stdout


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_has_the_name_that_no_other_program_has(name: str) -> None:
    done = start(name, "audit", "show", "--run", "x", "--format", "json")
    assert "List all with: syncer audit show" == json.loads(done.stdout)["error"]["hint"]


@pytest.mark.parametrize("name", NAMES)
def test_where_the_path_finds_another_program_hints_name_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    other = folder / "other"
    other.mkdir()
    (other / name).write_text("#!/bin/sh\n")
    (other / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{other}{os.pathsep}{os.environ['PATH']}")
    done = start(str(BIN / name), "audit", "show", "--run", "x")
    assert done.stderr.endswith(HINT.format(BIN / name))
    assert start(str(BIN / name), "--help").stdout.startswith(f"Usage: {name} [OPTIONS]")


@pytest.mark.parametrize(
    "command", [*([name] for name in COMMANDS), *(["audit", name] for name in ("show", "verify"))]
)
def test_no_help_has_another_name(command: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run([*command, "--help"], started_as("other", COMMANDS))
    shown = capsys.readouterr().out
    assert shown.startswith(f"Usage: other {' '.join(command)}")
    assert [] == re.findall(rf"\bsync(?:er)? (?:{'|'.join(COMMANDS)})\b", shown)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        (("pl",), "plan"),
        (("audit", "v"), "verify"),
        (("plan", "--detailed"), "--detailed-exitcode"),
        (("plan", "--format", "j"), "json junit"),
        (("d",), "doctor drift demo"),
    ],
)
def test_a_shell_completes_both_names(name: str, typed: Sequence[str], completed: str) -> None:
    set_up = f'eval "$(_{name.upper()}_COMPLETE=bash_source {name})"\n'
    assert set_up in (ROOT / "README.md").read_text(encoding="utf-8")
    script = (
        f"{set_up}"
        f'COMP_WORDS=({name} "$@") COMP_CWORD=$#\n'
        f'_{name}_completion {name} && echo "${{COMPREPLY[*]}}"\n'
        f"complete -p {name}\n"
    )
    done = start("bash", "-c", script, "bash", *typed)
    said, registered = done.stdout.splitlines()
    assert ("", completed) == (done.stderr, said)
    assert registered.endswith(f" {name}")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_there_is_a_script_for_other_shells(name: str, shell: str) -> None:
    script = start("env", f"_{name.upper()}_COMPLETE={shell}_source", name)
    assert (0, "") == (script.returncode, script.stderr)
    assert f"_{name}_completion" in script.stdout


@pytest.mark.parametrize(
    ("environ", "options", "colored"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "0"}, (), False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"FORCE_COLOR": "1"}, ("--no-color",), False),
    ],
)
def test_colors_where_no_terminal_is(
    environ: dict[str, str],
    options: tuple[str, ...],
    colored: bool,
    program: Program,
) -> None:
    for name, value in environ.items():
        program.setenv(name, value)
    assert colored is ("\x1b[" in program.run("plan", *options).out)
