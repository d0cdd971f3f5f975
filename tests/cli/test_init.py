"""``sync init``: what it writes works at once."""

import io
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from syncer import __version__
from syncer.cli.init import DIALECTS
from syncer.cli.main import run
from syncer.emulator.server import Emulator, demo_queues, demo_surroundings
from syncer.policy.schema import schema_text
from syncer.starter.start import EXAMPLES
from tests.program import Program
from tests.spec_inputs import resolve

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """How live says overflow."""
    return str(request.param)


@pytest.fixture
def folder(dialect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which it was run."""
    monkeypatch.chdir(tmp_path)
    assert 0 == run(["init", "--dialect", dialect])
    return tmp_path


def test_it_lists_the_files_and_what_is_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert 0 == run(["init", "new/repo"])
    out = capsys.readouterr().out
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert f"  {path.relative_to(tmp_path).as_posix()}\n" in out
    assert "written: 8 files\nNext, in new/repo:\n  1. syncer validate" in out


def test_twice_is_refused_and_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "README.md").write_text("mine")
    assert 4 == run(["init"])
    err = capsys.readouterr().err
    assert "policies/example.yaml, policies/settings.yaml, .gitlab-ci.yml" in err
    assert "mine" == (folder / "README.md").read_text()


def test_the_dialects_are_those_that_have_an_example() -> None:
    assert EXAMPLES == DIALECTS


def test_without_a_terminal_it_is_genesys_cloud_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert 0 == run(["init"])
    assert "genesys-cloud" == yaml.safe_load((tmp_path / "policies/settings.yaml").read_text())["dialect"]


@pytest.mark.parametrize(("answer", "chosen"), [("", "genesys-cloud"), ("overflow-rules", "overflow-rules")])
def test_at_a_terminal_it_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, chosen: str
) -> None:
    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", Keyboard(f"{answer}\n"))
    assert 0 == run(["init"])
    assert chosen == yaml.safe_load((tmp_path / "policies/settings.yaml").read_text())["dialect"]


def test_a_dialect_without_an_example_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 64 == run(["init", str(tmp_path / "new"), "--dialect", "mixed"])
    assert "'genesys-cloud', 'overflow-rules'" in capsys.readouterr().err
    assert [] == list(tmp_path.iterdir())


def test_the_settings_name_the_dialect(folder: Path, dialect: str) -> None:
    assert dialect == yaml.safe_load((folder / "policies/settings.yaml").read_text())["dialect"]


def test_the_policies_are_valid_at_once(
    folder: Path, dialect: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert 0 == run(["validate"])
    out = capsys.readouterr()
    size = {"genesys-cloud": "3 queues and 3 rules", "overflow-rules": "2 queues and 1 rule"}[dialect]
    assert f"{size} in 1 file: valid (0 errors, 0 warnings)" in out.out
    assert "info" not in out.out
    assert "" == out.err


def test_the_emulator_knows_the_queues(
    folder: Path, dialect: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {
        "genesys-cloud": "plan: 1 to create, 1 to update, 0 to delete in 2 queues (2 PUTs)",
        "overflow-rules": "plan: 0 to create, 1 to update, 0 to delete in 1 queue (1 PUT)",
    }
    with Emulator(queues=demo_queues(), surroundings=demo_surroundings(), rate_limit=1_000_000) as emulator:
        Program(folder, monkeypatch, capsys).use(emulator)
        assert 0 == run(["plan"])
        assert changes[dialect] in capsys.readouterr().out
        assert 0 == run(["doctor"])
        assert "0 failed" in capsys.readouterr().out


def test_the_editor_finds_the_schemas(folder: Path) -> None:
    for path in (folder / "policies").iterdir():
        first = path.read_text().split("\n", 1)[0]
        schema = (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
        assert schema_text(schema.name) == schema.read_text()
        document = yaml.safe_load(path.read_text())
        Draft202012Validator(json.loads(schema.read_text())).validate(document)


def test_the_pipeline_is_valid(folder: Path) -> None:
    check = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.gitlab-ci",
        ".gitlab-ci.yml",
    ]
    done = subprocess.run(check, capture_output=True, text=True, cwd=folder)
    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_pipeline_takes_the_component_as_the_readme_shows_it(folder: Path) -> None:
    (included,) = yaml.safe_load((folder / ".gitlab-ci.yml").read_text())["include"]
    shown = f"component: {included['component']}   #"
    assert shown in (ROOT / "README.md").read_text()
    component = (ROOT / "templates" / "sync.yml").read_text().split("\n---\n")[0]
    assert set(included["inputs"]) <= set(yaml.safe_load(component)["spec"]["inputs"])
    assert included["component"].endswith(f"v{__version__}")
    assert (folder / included["inputs"]["requirements"]).is_file()
    resolve((ROOT / "templates" / "sync.yml").read_text(), included["inputs"])


def test_the_commands_of_the_readme_are_those_that_are_said_next(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    block = (folder / "README.md").read_text().split("```sh\n")[1].split("```")[0]
    named = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert [["syncer", "validate"], ["syncer", "doctor"], ["syncer", "plan"]] == named


def test_state_and_plans_stay_out_of_the_repository(folder: Path) -> None:
    ignored = (folder / ".gitignore").read_text().splitlines()
    assert {".syncer/", "plan.json"} <= set(ignored)


def test_a_folder_that_can_not_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f").write_text("")
    assert 1 == run(["init", str(tmp_path / "f" / "x")])
    assert "can't be written" in capsys.readouterr().err
