"""``sync demo``, as a process of its own."""

import os
import re
import signal
from pathlib import Path

import pytest

from syncer.cli.demo import GATEWAY, REPORT, STEPS, VENDOR, shipped_policies
from tests.gate import LONG, until
from tests.program import Program


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def left_running(temporary: Path) -> list[str]:
    """The processes that have ``temporary`` in their environment: the demonstration's own."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={temporary}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_it_goes_through_the_main_job_and_leaves_nothing(program: Program, temporary: Path) -> None:
    program.setenv("GENESYSCLOUD_ACCESS_TOKEN", "the token of a real organization")
    program.setenv("SYNCER_API_URL", "https://api.example.org")
    before = sorted(program.folder.rglob("*"))
    done = program.finish("demo")
    assert 0 == done.code, done.err
    assert all(
        re.match(r"run \S+: \d queues |\[\d/[29]\] applied: |everything is written; ", line)
        for line in done.err.splitlines()
    )
    begin, vendor, gateway = re.split(f"## (?:{re.escape(VENDOR)}|{re.escape(GATEWAY)})\n\n", done.out)
    assert "" == begin
    for steps, world, lock in ((STEPS, vendor, "compare"), ((*STEPS, REPORT), gateway, "etag")):
        for what, line in steps:
            assert f"# {what}\n$ python -m syncer {line.split()[0]}" in world
        assert f"lock {lock}" in world
        assert "apply done: " in world
        assert "no drift: the live queues match the policies" in world
    assert "~ backup → Support Tier 2  agent_wait 120 s → 90 s" in vendor
    assert "threshold" not in vendor
    assert done.out.endswith("Done. The emulator has stopped, and no files are left.\n")
    assert before == sorted(program.folder.rglob("*"))
    assert [] == left_running(temporary)


def test_a_step_that_ends_badly_ends_it(program: Program, temporary: Path) -> None:
    done = program.finish("demo", "--policies", "nowhere")
    assert 1 == done.code
    assert "error: validate --policies nowhere exited with 3" in done.err
    assert [] == list(temporary.iterdir())
    assert [] == left_running(temporary)


def test_an_emulator_that_does_not_start_is_said(
    program: Program, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    done = program.run("demo")
    assert 1 == done.code
    assert "error: the emulator did not start\n  Try it alone: syncer emulator --port 0\n" == done.err
    assert [] == list(temporary.iterdir())


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_its_emulator(program: Program, temporary: Path, stop: signal.Signals) -> None:
    with program.start("demo", start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("## ")
        if stop is signal.SIGINT:
            os.killpg(process.pid, stop)
        else:
            process.send_signal(stop)
        process.communicate(timeout=LONG)
    assert 130 == process.returncode
    assert [] == list(temporary.iterdir())
    assert [] == left_running(temporary)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_its_emulator_starts_leaves_none(
    program: Program, temporary: Path, stop: signal.Signals
) -> None:
    with program.start("demo") as process:
        until(lambda: any(" emulator " in command for command in left_running(temporary)))
        process.send_signal(stop)
        process.send_signal(stop)
        process.communicate(timeout=LONG)
    assert 130 == process.returncode
    assert [] == list(temporary.iterdir())
    assert [] == left_running(temporary)


def test_its_commands_get_the_policies_that_were_named(
    program: Program, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    monkeypatch.setattr("syncer.cli.demo.STEPS", (("What is checked.", "validate"),))
    monkeypatch.setattr("syncer.cli.demo.REPORT", ("What was done.", "validate --format json"))
    done = program.run("demo", "--policies", str(program.folder / "policies"))
    assert 0 == done.code
    assert done.out.startswith("# What is checked.\n$ syncer validate --policies policies\n")
    assert [] == list(temporary.iterdir())


def test_the_policies_that_are_shipped_are_found() -> None:
    assert "support.yaml" in [path.name for path in shipped_policies().iterdir()]
