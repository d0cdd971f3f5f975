"""The program as a whole: help, wrong usage, imports, and what becomes of whatever goes wrong."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import pytest

from syncer import __version__
from syncer.cli.main import COMMANDS, cli, main, run
from syncer.cli.validate import command as validate_command
from syncer.errors import Refused

HEAVY = ("yaml", "jsonschema", "requests", "sqlite3", "http.server")
"""What only the work of a command needs."""

NOT_TO_VALIDATE = (
    *("jsonschema", "requests", "urllib3", "sqlite3", "http.client", "filelock", "difflib"),
    *("secrets", "concurrent.futures", "email", "zoneinfo", "subprocess", "tempfile"),
    *("syncer.applying", "syncer.audit", "syncer.drift", "syncer.measuring", "syncer.doctor"),
    *("syncer.live.exchange", "syncer.live.flows", "syncer.net.transport", "syncer.yamlfile.compose"),
    *("syncer.policy.misfits", "syncer.planning.build", "syncer.planning.gather", "syncer.model.plan"),
    *("syncer.report.text.plan", "syncer.report.html", "syncer.report.sights", "syncer.app.options"),
)
"""What policies that are valid are checked without."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text(
        "version: 1\nqueues: [{queue: A, base_load: 1, overflow: []}]\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def syncer(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "syncer", *arguments]
    return subprocess.run(command, **{"capture_output": True, "text": True, "timeout": 300, **options})


def test_help_lists_every_command_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(["--help"])
    shown = " ".join(capsys.readouterr().out.split())
    for name, line in COMMANDS.items():
        assert f"{name} {line}" in shown


@pytest.mark.parametrize(
    "command", [[name] for name in COMMANDS] + [["audit", name] for name in ("show", "verify", "report")]
)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help(
    command: Sequence[str], option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == run([*command, option])
    captured = capsys.readouterr()
    assert captured.out.startswith(f"Usage: syncer {' '.join(command)}")
    assert "..." not in captured.out.replace("]...", "")
    assert "" == captured.err


def test_a_shell_can_complete_the_commands() -> None:
    context = click.Context(cli)
    assert list(COMMANDS) == cli.list_commands(context)
    assert [None] == [cli.get_command(context, "xyzzy")]


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(["--version"])
    assert f"syncer, version {__version__}\n" == capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ([], "Usage: syncer"),
        (["validat"], "No such command 'validat'. Did you mean 'validate'?"),
        (["xyzzy"], "No such command 'xyzzy'.\n"),
        (["--fomat"], "--fomat"),
        (["--", "--odd"], "No such option '--odd'"),
        (["audit"], "Usage: syncer audit"),
        (["audit", "shwo"], "No such command 'shwo'"),
        (["plan", "--detailed-exitcod"], "--detailed-exitcode"),
        (["plan", "--format", "jsn"], "'text', 'json'"),
        (["plan", "--out"], "--out"),
        (["plan", "--out", "."], "is a directory"),
        (["apply", "a", "b"], "unexpected extra argument"),
        (["apply", "--parallel", "0"], "--parallel"),
        (["apply", "--on-failure", "pray"], "--on-failure"),
        (["rollback"], "RUN"),
        (["emulator", "--port", "65536"], "--port"),
        (["emulator", "--rate-limit", "0"], "--rate-limit"),
        (["emulator", "--queues", "1", "--data", "x.json"], "both set what to start with"),
        (["emulator", "--faults", "bad"], "Allowed, separated by commas"),
        (["schema", "nope"], "There are: alert.v1.schema.json"),
    ],
)
def test_wrong_usage_ends_with_64_and_a_hint(
    arguments: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 64 == run(arguments)
    captured = capsys.readouterr()
    assert hint in captured.err
    assert "" == captured.out


def test_ctrl_c_ends_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _breaks(monkeypatch, KeyboardInterrupt())
    assert 130 == run(["validate"])
    assert "\nerror: interrupted\n" == capsys.readouterr().err
    stumbled = RuntimeError("release unlocked lock")
    stumbled.__context__ = KeyboardInterrupt()
    _breaks(monkeypatch, stumbled)
    assert 130 == run(["validate"])
    assert "error: interrupted\n" == capsys.readouterr().err


def test_an_error_is_shown_with_its_hint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _breaks(monkeypatch, Refused("no \x1b[2J", hint="Ask."))
    assert 4 == run(["validate"])
    assert "error: no \\x1b[2J\n  Ask.\n" == capsys.readouterr().err


def test_a_defect_is_one_line_and_a_traceback_on_demand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _breaks(monkeypatch, ZeroDivisionError("by zero"))
    assert 1 == run(["validate"])
    captured = capsys.readouterr()
    assert "" == captured.out
    assert (
        "error: this is a defect of syncer: ZeroDivisionError: by zero\n"
        "  Please report it, with what SYNCER_TRACEBACK=1 shows.\n"
    ) == captured.err
    monkeypatch.setenv("SYNCER_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run(["validate"])


def test_an_error_of_a_file_that_nobody_expected_names_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _breaks(monkeypatch, FileNotFoundError(2, "No such file", "/some/where"))
    assert 1 == run(["validate"])
    assert "error: /some/where can't be used: no such file" == capsys.readouterr().err.splitlines()[0]


def _breaks(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def broken(**_options: object) -> int:
        raise error

    monkeypatch.setattr(validate_command, "callback", broken)


@pytest.mark.parametrize(
    "arguments", [["schema", "policy.v1"], ["validate"], ["validate", "--format", "json"]]
)
def test_a_reader_that_goes_away_is_no_error_worth_a_word(folder: Path, arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    done = syncer(*arguments, stdout=write, stderr=subprocess.PIPE, capture_output=False)
    os.close(write)
    assert (1, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize("arguments", [["--help"], ["schema", "policy.v1"], ["validate", "--format", "json"]])
def test_a_full_disk_behind_stdout_is_said(folder: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = syncer(*arguments, stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert 1 == done.returncode
    assert "error: the output can't be written: No space left on device\n" == done.stderr


def test_an_output_that_cannot_be_written_within_this_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert 1 == run(["schema"])
    assert "error: the output can't be written: No space left on device\n" == capsys.readouterr().err
    monkeypatch.setattr(sys, "stdout", None)
    assert 0 == run(["schema"])


@pytest.fixture
def signals() -> Iterator[None]:
    """What the console script does to signals ends with the test."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
def test_a_second_signal_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted_while_it_reports(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("syncer.cli.main.run", interrupted_while_it_reports)
    with pytest.raises(SystemExit) as ended:
        main()
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGTERM)
    assert 130 == ended.value.code


@pytest.mark.usefixtures("signals")
def test_the_console_script_exits_with_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "out").open("w", encoding="latin-1") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        monkeypatch.setattr(sys, "argv", ["syncer", "schema", "nope"])
        with pytest.raises(SystemExit) as ended:
            main()
        assert "backslashreplace" == stdout.errors
    assert 64 == ended.value.code


def test_a_closed_stdout_is_nothing_to_write_to(folder: Path) -> None:
    done = syncer(
        "schema", preexec_fn=_close_stdout, stderr=subprocess.PIPE, stdout=None, capture_output=False
    )
    assert (0, "") == (done.returncode, done.stderr)


def _close_stdout() -> None:
    os.close(1)


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", "→"), ("latin-1", "\\u2192"), ("utf-8", "→")])
def test_what_a_terminal_cannot_show_is_no_error(folder: Path, encoding: str, shown: str) -> None:
    (folder / "policies" / "a.yaml").write_text("version: 1\nqueues:\n  - queue: A\n    →: 3\n")
    done = syncer("validate", env={**os.environ, "PYTHONIOENCODING": encoding})
    assert (3, "") == (done.returncode, done.stderr)
    assert f"'{shown}' is not a key of a queue" in done.stdout


@pytest.fixture
def _unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that nobody measures: a measurement imports modules of its own."""
    for name in ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_unmeasured")
def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from syncer.cli.main import run; run(['--help']);"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "[]\n" == done.stderr


@pytest.mark.usefixtures("_unmeasured")
def test_a_command_is_imported_without_what_only_its_work_needs() -> None:
    code = (
        "import sys, importlib; importlib.import_module('syncer.cli.' + sys.argv[1]);"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    running = {
        name: subprocess.Popen([sys.executable, "-c", code, name], stdout=subprocess.PIPE, text=True)
        for name in COMMANDS
    }
    found = {name: process.communicate()[0].strip() for name, process in running.items()}
    assert dict.fromkeys(COMMANDS, "[]") == found


@pytest.mark.usefixtures("_unmeasured")
def test_validating_loads_only_what_it_needs(folder: Path) -> None:
    code = (
        "import sys; from syncer.cli.main import run; code = run(['validate']);"
        f"print(code, [name for name in {NOT_TO_VALIDATE} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert "0 []\n" == done.stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            PermissionError(13, "Permission denied", "/some/where"),
            "error: /some/where can't be used: permission denied\n  Look at its rights,",
        ),
        (
            ModuleNotFoundError("No module named 'requests'", name="requests"),
            "error: the Python package of requests is not installed\n  Install syncer once more with pip,",
        ),
    ],
)
def test_what_the_machine_lacks_is_no_defect(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _breaks(monkeypatch, error)
    assert 1 == run(["validate"])
    assert capsys.readouterr().err.startswith(said)


def test_a_part_of_the_program_that_is_missing_is_a_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _breaks(monkeypatch, ModuleNotFoundError("No module named 'syncer.nothing'", name="syncer.nothing"))
    assert 1 == run(["validate"])
    assert "defect of syncer: ModuleNotFoundError" in capsys.readouterr().err
