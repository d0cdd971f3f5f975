"""Where reports go: stdout or a file, whole or not at all, with or without color."""

import json
import os
import pty
import subprocess
import threading
from pathlib import Path

import pytest

from syncer.cli.present import present
from syncer.cli.report_options import Output
from syncer.cli.terminal import Terminal
from syncer.errors import Refused
from syncer.report.views import Report
from tests.loopback import CLOSED
from tests.program import Program, policy_queue


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_report_in_a_file_is_the_one_that_stdout_would_get(program: Program, form: str) -> None:
    (program.folder / "deep").mkdir()
    shown = program.run("validate", "--format", form)
    filed = program.run("validate", "--format", form, "--output", "deep/report")
    assert (0, "", "") == (filed.code, filed.out, filed.err)
    assert shown.out == (program.folder / "deep" / "report").read_text()
    assert ["report"] == [path.name for path in (program.folder / "deep").iterdir()]


def test_a_report_can_go_to_a_device(program: Program) -> None:
    done = program.finish("validate", "--format", "json", "--output", "/dev/stdout")
    assert "valid" in done.json["command"]


def test_an_error_stands_in_the_file_and_on_stderr(program: Program) -> None:
    program.setenv("SYNCER_API_URL", "")
    done = program.run("plan", "--format", "json", "--output", "report.json")
    assert (1, "") == (done.code, done.out)
    assert done.err.startswith("error: ")
    assert '"ConfigError"' in (program.folder / "report.json").read_text()


def test_a_report_that_cannot_be_filed_goes_to_stdout(program: Program) -> None:
    for path in ("policies/all.yaml/report", "misspelt/report"):
        done = program.run("validate", "--format", "json", "--output", path)
        assert 1 == done.code
        assert done.err.startswith(f"error: {path} can't be written: ")
        assert 0 == done.json["exit_code"]
    assert not (program.folder / "misspelt").exists()


def test_the_exit_code_of_the_work_wins_over_that_of_the_file(program: Program) -> None:
    program.write_policies(policy_queue("A", ("A", 1)))
    done = program.run("validate", "--output", "policies/all.yaml/report")
    assert 3 == done.code
    assert "error references" in done.out


def test_a_file_is_replaced_as_a_whole_and_keeps_its_rights(program: Program) -> None:
    report = program.folder / "report"
    report.write_text("old " * 10_000)
    report.chmod(0o640)
    program.run("validate", "--output", "report")
    assert program.run("validate").out == report.read_text()
    assert 0o640 == report.stat().st_mode & 0o777


def test_results_go_to_stdout_and_errors_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> Report:
        raise Refused("too much", hint="Less.")

    assert 4 == present("plan", Terminal(Output()), refuse)
    captured = capsys.readouterr()
    assert ("", "error: too much\n  Less.\n") == (captured.out, captured.err)
    assert 4 == present("plan", Terminal(Output(format="json")), refuse)
    captured = capsys.readouterr()
    assert '"message": "too much"' in captured.out
    assert "" == captured.err


def test_ctrl_c_and_defects_are_reports_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> Report:
        raise KeyboardInterrupt

    def interrupt_in_a_lock() -> Report:
        lock = threading.Lock()
        with lock:
            lock.release()
            raise KeyboardInterrupt  # now the end of the block can't release it

    def fail() -> Report:
        raise ZeroDivisionError("by zero")

    for work in (interrupt, interrupt_in_a_lock):
        assert 130 == present("plan", Terminal(Output(format="json")), work)
        assert '"type": "Interrupted"' in capsys.readouterr().out
    assert 1 == present("plan", Terminal(Output(format="json")), fail)
    assert "this is a defect of syncer: ZeroDivisionError: by zero" in capsys.readouterr().out
    monkeypatch.setenv("SYNCER_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        present("plan", Terminal(Output(format="json")), fail)


def test_a_file_without_rights_is_no_defect(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> Report:
        raise PermissionError(13, "Permission denied", "/some/where")

    assert 1 == present("plan", Terminal(Output(format="json")), fail)
    assert "/some/where can't be used: permission denied" in capsys.readouterr().out


def test_quiet_leaves_out_what_only_informs(program: Program) -> None:
    program.write_policies(policy_queue("A", base_load=90))
    assert "info capacity.tight" in program.run("validate").out
    assert "info capacity.tight" not in program.run("validate", "--quiet").out
    assert 1 == program.run("validate", "--quiet", "--format", "json").json["counts"]["info"]


@pytest.mark.parametrize(
    ("options", "variables", "colored"),
    [
        ((), {}, True),
        (("--no-color",), {}, False),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"NO_COLOR": ""}, True),
    ],
)
def test_colors_are_for_terminals_that_want_them(
    program: Program, options: tuple[str, ...], variables: dict[str, str], colored: bool
) -> None:
    program.write_policies(policy_queue("A", ("A", 1)))
    shown = _on_terminal(program, ["validate", *options], {**os.environ, "TERM": "xterm", **variables})
    assert "references" in shown
    assert colored == ("\x1b[" in shown)


def _on_terminal(program: Program, arguments: list[str], environment: dict[str, str]) -> str:
    """What a terminal is given as stdout."""
    ours, theirs = pty.openpty()
    with program.start(*arguments, stdout=theirs, env=environment):
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
    os.close(ours)
    return shown.decode()


def _read(terminal: int) -> bytes:
    """Reading a terminal that nobody holds any more is an error, and the end."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


def test_no_colors_where_nobody_looks(program: Program) -> None:
    assert "\x1b" not in program.finish("validate").out


BROKEN = {
    "bad policies": (3, {}, "queues: 3\n"),
    "no organization": (1, {"SYNCER_API_URL": ""}, None),
    "no credentials": (1, {"GENESYSCLOUD_OAUTHCLIENT_ID": "", "GENESYSCLOUD_OAUTHCLIENT_SECRET": ""}, None),
    "half of the credentials": (1, {"GENESYSCLOUD_OAUTHCLIENT_SECRET": ""}, None),
    "wrong credentials": (1, {"GENESYSCLOUD_OAUTHCLIENT_SECRET": "guessed"}, None),
    "plain http": (1, {"SYNCER_API_URL": "http://example.org"}, None),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("command", [("plan",), ("drift",), ("apply", "--auto-approve"), ("rollback", "r1")])
def test_json_is_json_on_every_error(program: Program, command: tuple[str, ...], case: str) -> None:
    code, variables, policy = BROKEN[case]
    undone_anyway = command[0] == "rollback" and policy is not None
    code = 1 if undone_anyway else code
    for name, value in variables.items():
        program.setenv(name, value)
    if policy is not None:
        (program.folder / "policies" / "all.yaml").write_text(policy)
    done = program.run(*command, "--format", "json")
    assert (code, undone_anyway) == (done.code, "warning: " in done.err), "no policy is in its way"
    document = done.json
    assert (command[0], code) == (document["command"], document["exit_code"])
    assert document["error"] or document["counts"]["error"]
    assert "guessed" not in done.out
    text = program.run(*command)
    assert code == text.code
    assert text.out if document["findings"] else "error: " in text.err
    assert 0 == program.puts()


def test_json_is_json_where_the_connection_is_refused(program: Program) -> None:
    program.write_settings(retries={"attempts": 1})
    program.setenv("SYNCER_API_URL", CLOSED)
    done = program.run("plan", "--format", "json")
    assert 1 == done.code
    assert "refuses the connection" in done.json["error"]["message"]


def test_a_stderr_that_is_full_hides_nothing_of_the_result(program: Program) -> None:
    with Path("/dev/full").open("w") as full:
        done = program.finish("validate", stderr=full, stdout=subprocess.PIPE)
    assert 0 == done.code


def test_a_report_is_left_whatever_becomes_of_the_command(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = program.folder / "report.json"

    def left(*arguments: str) -> tuple[int, int, str]:
        """The exit code, that of the report, and the commit that it names."""
        path.unlink(missing_ok=True)
        code = program.run(*arguments, "--report", "json=report.json").code
        document = json.loads(path.read_text())
        return code, document["exit_code"], document["source"]["commit"]

    program.setenv("CI_COMMIT_SHA", "1" * 40)
    program.write_settings(safety={"protected": ["Front"]})
    assert (4, 4, "1" * 40) == left("apply", "--auto-approve")
    bad = program.folder / "policies" / "bad.yaml"
    bad.write_text("version: [")
    for command in (("plan",), ("apply", "--auto-approve")):
        assert (3, 3, "1" * 40) == left(*command)
    bad.unlink()
    assert (1, 1, "1" * 40) == left("apply", "nowhere.json")
    live = program.url
    program.setenv("SYNCER_API_URL", "http://127.0.0.1:9")
    for command in (("plan",), ("apply", "--auto-approve")):
        assert (1, 1, "1" * 40) == left(*command)
    program.setenv("SYNCER_API_URL", live)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("syncer.planning.gather.read_live", interrupted)
    monkeypatch.setattr("syncer.app.connection.read_live", interrupted)
    for command in (("plan",), ("apply", "--auto-approve")):
        assert (130, 130, "1" * 40) == left(*command)
