"""The line that says how far long work has come."""

import io
import os
import pty
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from syncer.cli import progress_line
from syncer.cli.progress_line import CLEAR, FIRST_LINE, NEXT_LINE, ProgressLine, can_write_over
from syncer.emulator.faults import Faults
from syncer.emulator.organization import organization
from syncer.emulator.server import Emulator
from tests.program import Program, queues

WORK = "reading queues"


class Seen:
    """What a line has written and said by now, at a time that tests set."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self.now, self.said, self._captured = 0.0, list[str](), captured

    def clock(self) -> float:
        return self.now

    def line(self, *, in_place: bool, waiting: float = 0.0, off: bool = False) -> ProgressLine:
        return ProgressLine(self.said.append, lambda: waiting, off=off, in_place=in_place, clock=self.clock)

    def written(self) -> list[str]:
        """The states of the line, as it was written over."""
        states = self._captured.readouterr().err.split("\r")[1:]
        return [re.sub(r"\x1b\[K|━|─| {2,}", "", state) for state in states]


@pytest.fixture
def seen(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    monkeypatch.setattr(progress_line, "_TICK", 3600.0)
    yield Seen(capfd)
    assert "progress" not in {thread.name for thread in threading.enumerate()}


def test_short_work_needs_no_words(seen: Seen) -> None:
    line = seen.line(in_place=True)
    line.count(WORK, 0, None)
    seen.now = 0.9
    line.count(WORK, 3, 4)
    line.count(WORK, 4, 4)
    line.end()
    assert ([], []) == (seen.written(), seen.said)


def test_one_line_in_place_and_nothing_of_it_stays(seen: Seen) -> None:
    line = seen.line(in_place=True)
    for seen.now, done in ((0.0, 0), (1.0, 10), (2.0, 20), (3.0, 30)):
        line.count(WORK, done, 40)
    line.tick()
    assert [
        f"{WORK}10 of 4010/s",
        f"{WORK}20 of 4010/s2 s left",
        f"{WORK}30 of 4010/s1 s left",
    ] == seen.written()
    line.count(WORK, 40, 40)
    assert [""] == seen.written()
    line.end()
    assert ([], []) == (seen.written(), seen.said)


def test_what_is_written_meanwhile_is_above_it(seen: Seen) -> None:
    line = seen.line(in_place=True, waiting=9.0)
    line.count(WORK, 0, 5)
    seen.now = 2.0
    line.tick()
    with line.aside():
        sys.stderr.write("a word\n")
    shown = f"{WORK}0 of 5waiting 9 s"
    assert [shown, "a word\n", shown] == seen.written()
    line.end()
    with line.aside():
        sys.stderr.write("the end\n")
    assert ["the end\n"] == seen.written()


def test_work_within_work_is_shown_until_it_ends(seen: Seen) -> None:
    line = seen.line(in_place=True)
    line.count("outer", 1, 3)
    seen.now = 2.0
    line.count("inner", 0, None)
    seen.now = 4.0
    line.count("inner", 2, None)
    line.count("inner", 2, 2)
    line.count("outer", 2, 3)
    assert ["inner", "inner21.0/s", "outer1 of 3", "outer2 of 330/min2 s left"] == seen.written()
    line.end()


def test_many_short_works_within_a_long_one_are_no_silence(seen: Seen) -> None:
    line = seen.line(in_place=True)
    line.count("asking host", 0, None)
    for seen.now, work in ((0.5, "a"), (1.0, "b"), (1.5, "c")):
        line.count(work, 0, None)
        line.count(work, 1, 1)
    assert ["b", "asking host", "c", "asking host"] == seen.written()
    line.count("asking host", 0, 0)
    line.end()
    assert [""] == seen.written()


def test_what_only_waits_says_nothing_of_its_end_in_a_log(seen: Seen) -> None:
    line = seen.line(in_place=False)
    line.count("asking host", 0, None)
    seen.now = 11.0
    line.tick()
    line.count("asking host", 0, 0)
    line.end()
    assert ["asking host: 11 s"] == seen.said


def test_a_new_beginning_is_new_work(seen: Seen) -> None:
    line = seen.line(in_place=True)
    for seen.now, done in ((0.0, 0), (2.0, 9), (2.5, 0)):
        line.count(WORK, done, 10)
    assert "" == seen.written()[-1]
    line.end()


def test_elsewhere_there_is_a_plain_line_now_and_then(seen: Seen) -> None:
    line = seen.line(in_place=False)
    moments = range(int(FIRST_LINE + NEXT_LINE) + 2)
    for seen.now in map(float, moments):
        line.count(WORK, int(seen.now), 100)
    with line.aside():
        line.count(WORK, 100, 100)
    line.count(WORK, 100, 100)
    line.end()
    assert [
        f"{WORK}: 10 of 100, 1.0/s, 1 min 30 s left",
        f"{WORK}: 40 of 100, 1.0/s, 1 min left",
    ] == seen.said[:2]
    assert [f"{WORK}: 100 in 41 s"] == seen.said[2:]
    assert [] == seen.written()


@pytest.mark.parametrize("in_place", [True, False])
def test_who_wants_to_hear_nothing_hears_nothing(seen: Seen, in_place: bool) -> None:
    line = seen.line(in_place=in_place, off=True)
    for seen.now in (0.0, 100.0):
        line.count(WORK, 0, 2)
    line.end()
    assert ([], []) == (seen.written(), seen.said)


def test_ctrl_c_takes_its_place(seen: Seen, capfd: pytest.CaptureFixture[str]) -> None:
    line = seen.line(in_place=True)
    line.count(WORK, 0, 2)
    seen.now = 2.0
    line.tick()
    line.interrupted(b"finishing\n")
    line.count(WORK, 1, 2)
    line.tick()
    line.end()
    assert capfd.readouterr().err.endswith(f"{CLEAR}finishing\n{CLEAR}")


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("NO_COLOR", "1")])
def test_where_nothing_can_be_written_over(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setattr(sys, "stderr", _Terminal())
    for variable in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    assert can_write_over()
    monkeypatch.setenv(name, value)
    assert not can_write_over()


class _Terminal(io.StringIO):
    encoding = "ascii"

    def isatty(self) -> bool:
        return True


def test_a_terminal_of_few_characters_and_no_size(monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    line = seen.line(in_place=True)
    line.count(WORK, 0, 2)
    seen.now = 2.0
    line.count(WORK, 1, 2)
    line.end()
    assert f"\r{WORK}  ##########..........  1 of 2\x1b[K{CLEAR}" == re.sub(
        "  0.5/s|  30/min", "", terminal.getvalue()
    )


def test_a_stream_that_is_closed_stops_nothing(monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    line = seen.line(in_place=True)
    line.count(WORK, 0, 2)
    seen.now = 2.0
    line.tick()
    line.end()


def on_a_terminal(program: Program, *arguments: str) -> tuple[int, str]:
    """The exit code of a command whose stderr is a terminal, and what that terminal got."""
    ours, theirs = pty.openpty()
    process = program.start(*arguments, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    shown = b""
    with suppress(OSError), open(ours, "rb", buffering=0) as terminal:  # noqa: PTH123
        while part := terminal.read(4096):
            shown += part
    out, _ = process.communicate(timeout=60)
    assert "\x1b[K" not in out
    return process.returncode, shown.decode()


def test_a_long_listing_on_a_terminal(program: Program) -> None:
    with Emulator(
        queues=organization(1500), rate_limit=1_000_000, faults=Faults.parse("latency=500ms")
    ) as slow:
        program.use(slow)
        code, shown = on_a_terminal(program, "export", "--output", "a")
        assert 0 == code
        assert re.search(r"\rreading queues  ━+─+  1,000 of 1,500", shown)
        assert shown.rpartition("reading queues")[2].endswith(CLEAR)
        assert "reading" not in on_a_terminal(program, "export", "--output", "b", "--quiet")[1]


def test_writes_have_a_line_each_above_the_bar(program: Program) -> None:
    with Emulator(queues=queues(), rate_limit=1_000_000, faults=Faults.parse("latency=1100ms")) as slow:
        program.use(slow)
        program.write_policies()
        program.write_settings()
        code, shown = on_a_terminal(program, "apply", "--auto-approve", "--parallel", "1")
    assert 0 == code
    assert re.search(r"writing queues  ━+─+  1 of 2[^\r]*\r\x1b\[K\[2/2\] applied: ", shown)
