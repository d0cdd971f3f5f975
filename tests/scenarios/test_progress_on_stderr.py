"""Long work says how far it has come: one line in place on a terminal, and nothing of it anywhere else."""

import os
import re
import signal
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from syncer.cli import progress_line
from syncer.emulator.faults import Dice, Faults
from syncer.emulator.server import Emulator
from tests.program import Done, Program, live_queue, policy_queue
from tests.screen import Screen, terminal

MANY = 2_600
"""Queues on six pages."""


def many_queues() -> list[dict[str, Any]]:
    """Queues without a rule."""
    return [live_queue("Back"), *(live_queue(f"Queue {number}") for number in range(MANY - 1))]


@pytest.fixture
def slow() -> Iterator[Emulator]:
    """A queue API of many queues that takes its time for each answer."""
    with Emulator(queues=many_queues(), rate_limit=1_000_000, faults=Faults(latency=0.3)) as running:
        yield running


@pytest.fixture
def long(program: Program, slow: Emulator) -> Program:
    """A program whose policies make eight queues overflow into another."""
    program.use(slow)
    program.write_policies(
        policy_queue("Back"), *(policy_queue(f"Queue {number}", ("Back", 5)) for number in range(8))
    )
    return program


def looked_at(
    program: Program, *arguments: str, columns: int = 80, variables: Mapping[str, str] = {}
) -> tuple[Done, Screen]:
    """How a command ends, and what stderr showed, which is a terminal."""
    environment = {**os.environ, "TERM": "xterm", **variables}
    with terminal(columns) as (theirs, person):
        with program.start(*arguments, stderr=theirs, env=environment) as process:
            os.close(theirs)
            out, _ = process.communicate(timeout=300)
        screen = person.screen
        return Done(process.returncode, out, person.raw.decode()), screen


def test_a_narrow_terminal_has_as_much_as_fits(long: Program) -> None:
    _, screen = looked_at(long, "plan", columns=34)
    counts = [line for line in screen.shown if re.match(r"reading queues  [\d,]+ of 2,600", line)]
    assert counts
    assert all(len(line) < 34 for line in screen.shown)


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_a_terminal_that_can_or_may_not_do_it_gets_no_control_characters(
    long: Program, variables: dict[str, str]
) -> None:
    done, screen = looked_at(long, "plan", variables=variables)
    assert (0, [""]) == (done.code, screen.lines)


@pytest.mark.parametrize("options", [("--quiet",), ("--log-format", "json")])
def test_quiet_is_quiet_and_records_are_records(long: Program, options: tuple[str, ...]) -> None:
    done, _ = looked_at(long, "plan", *options)
    assert (0, "") == (done.code, done.err)


def test_a_file_gets_plain_lines_of_long_work(long: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_line, "FIRST_LINE", 0.5)
    done = long.run("plan")
    said = done.err.splitlines()
    assert 0 == done.code
    assert re.fullmatch(r"reading queues: ([\d,]+ of 2,600|1 s).*", said[0])
    assert re.fullmatch(r"reading queues: 2,600 in \d s", said[1])
    assert done.err.replace("\n", "").isprintable()


def test_records_and_outcomes_stand_above_the_line(long: Program) -> None:
    done, screen = looked_at(long, "apply", "--auto-approve", "--parallel", "1", "--log-level", "debug")
    assert 0 == done.code
    assert [f"[{number}/8] applied: Queue {number - 1}" for number in range(1, 9)] == [
        line for line in screen.lines if re.match(r"\[\d/8\]", line)
    ]
    records = [line for line in screen.lines if " debug " in line]
    assert all(re.match(r"\d{4}-\d\d-\d\dT", line) for line in records)
    assert any("GET /api/v2/routing/queues" in line for line in records)
    assert [line for line in screen.shown if re.match(r"writing queues  ━*─*  [1-7] of 8", line)]
    assert not [line for line in screen.lines if line.startswith(("reading queues", "writing queues"))]


def test_ctrl_c_clears_the_line_and_says_what_happens(long: Program) -> None:
    environment = {**os.environ, "TERM": "xterm"}
    with terminal() as (theirs, person):
        options = ("apply", "--auto-approve", "--parallel", "1")
        with long.start(*options, stderr=theirs, env=environment) as process:
            person.when(r"writing queues", lambda: process.send_signal(signal.SIGINT))
            os.close(theirs)
            out, _ = process.communicate(timeout=300)
        lines = person.screen.lines
    assert 130 == process.returncode
    assert "finishing the writes in flight; a second Ctrl-C ends at once" in lines
    assert not [line for line in lines if line.startswith(("reading queues", "writing queues"))]
    assert "go on with" in out


def test_ctrl_c_in_a_listing_clears_the_line(long: Program) -> None:
    environment = {**os.environ, "TERM": "xterm"}
    with terminal() as (theirs, person):
        with long.start("plan", stderr=theirs, env=environment) as process:
            person.when(r"reading queues", lambda: process.send_signal(signal.SIGINT))
            os.close(theirs)
            process.communicate(timeout=300)
        lines = person.screen.lines
    assert (130, "error: interrupted") == (process.returncode, lines[0].strip())


def test_a_question_stands_on_a_line_of_its_own(long: Program) -> None:
    environment = {**os.environ, "TERM": "xterm"}
    with terminal() as (theirs, person):
        with long.start("apply", stdin=theirs, stderr=theirs, env=environment) as process:
            person.when(r"\[y/N\]: ", lambda: person.type("n\n"))
            os.close(theirs)
            process.communicate(timeout=300)
        lines = person.screen.lines
    assert 4 == process.returncode
    assert "Apply this plan? [y/N]: n" in lines


def test_a_pause_that_live_asks_for_is_what_the_line_says(long: Program) -> None:
    faults = Faults(latency=0.3, rates=(("429", 0.05),), retry_after=6, seed=_seed_of_one_429())
    with Emulator(queues=many_queues(), rate_limit=1_000_000, faults=faults) as paused:
        long.use(paused)
        done, screen = looked_at(long, "plan")
    assert 0 == done.code
    assert [line for line in screen.shown if re.search(r"of 2,600  waiting \d s$", line)]
    assert any("nothing is lost, Ctrl-C is safe" in line for line in screen.lines)


def _seed_of_one_429() -> int:
    """A seed with which the sixth request alone is refused, of twenty."""
    return next(
        seed
        for seed in range(10_000)
        if [6] == [request for request in range(1, 21) if Dice(seed, request).roll("429") < 0.05]
    )
