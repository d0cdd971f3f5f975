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


def on_emulator(program: Program, latency: float) -> Iterator[Program]:
    """The program at a queue API that takes so many seconds for each answer; its policies make eight queues
    overflow into another."""
    faults = Faults(latency=latency)
    with Emulator(queues=many_queues(), rate_limit=1_000_000, faults=faults) as slow:
        program.use(slow)
        program.write_policies(
            policy_queue("Back"), *(policy_queue(f"Queue {number}", ("Back", 5)) for number in range(8))
        )
        yield program


@pytest.fixture
def listing(program: Program) -> Iterator[Program]:
    """A program that lists for longer than a second, pages side by side included."""
    yield from on_emulator(program, 1.2)


@pytest.fixture
def writing(program: Program) -> Iterator[Program]:
    """A program whose writes, one by one, take longer than a second in all."""
    yield from on_emulator(program, 0.3)


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


def test_a_narrow_terminal_has_as_much_as_fits(listing: Program) -> None:
    _, screen = looked_at(listing, "plan", columns=34)
    counts = [line for line in screen.shown if re.match(r"reading queues  [\d,]+ of 2,600", line)]
    assert counts
    assert all(len(line) < 34 for line in screen.shown)


def test_a_terminal_that_can_not_do_it_gets_no_control_characters(listing: Program) -> None:
    done, screen = looked_at(listing, "plan", variables={"TERM": "dumb"})
    assert (0, "", [""]) == (done.code, done.err, screen.lines)


def test_records_have_stderr_for_themselves(listing: Program) -> None:
    done, _ = looked_at(listing, "plan", "--log-format", "json")
    assert (0, "") == (done.code, done.err)


def test_a_file_gets_plain_lines_of_long_work(listing: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_line, "FIRST_LINE", 0.5)
    done = listing.run("plan")
    said = done.err.splitlines()
    assert 0 == done.code
    assert re.fullmatch(r"(reading queues: ([\d,]+ of 2,600|1 s).*)|asking 127\.0\.0\.1: 1 s", said[0])
    assert re.fullmatch(r"reading queues: 2,600 in \d s", said[-1])
    assert done.err.replace("\n", "").isprintable()


def test_records_and_outcomes_stand_above_the_line(writing: Program) -> None:
    done, screen = looked_at(writing, "apply", "--auto-approve", "--parallel", "1", "--log-level", "debug")
    assert 0 == done.code
    assert [f"[{number}/8] applied: Queue {number - 1}" for number in range(1, 9)] == [
        line for line in screen.lines if re.match(r"\[\d/8\]", line)
    ]
    records = [line for line in screen.lines if " debug " in line]
    assert all(re.match(r"\d{4}-\d\d-\d\dT", line) for line in records)
    assert any("GET /api/v2/routing/queues" in line for line in records)
    assert [line for line in screen.shown if re.match(r"writing queues  ━*─*  [1-7] of 8", line)]
    assert not [line for line in screen.lines if line.startswith(("reading queues", "writing queues"))]


def test_ctrl_c_clears_the_line_and_says_what_happens(writing: Program) -> None:
    environment = {**os.environ, "TERM": "xterm"}
    with terminal() as (theirs, person):
        options = ("apply", "--auto-approve", "--parallel", "1")
        with writing.start(*options, stderr=theirs, env=environment) as process:
            person.when(r"writing queues", lambda: process.send_signal(signal.SIGINT))
            os.close(theirs)
            out, _ = process.communicate(timeout=300)
        lines = person.screen.lines
    assert 130 == process.returncode
    assert "finishing the writes in flight; a second Ctrl-C stops at once" in lines
    assert not [line for line in lines if line.startswith(("reading queues", "writing queues"))]
    assert "continue with" in out


def test_ctrl_c_in_a_listing_clears_the_line(listing: Program) -> None:
    environment = {**os.environ, "TERM": "xterm"}
    with terminal() as (theirs, person):
        with listing.start("plan", stderr=theirs, env=environment) as process:
            person.when(r"reading queues", lambda: process.send_signal(signal.SIGINT))
            os.close(theirs)
            process.communicate(timeout=300)
        lines = person.screen.lines
    assert (130, "error: interrupted") == (process.returncode, lines[0].strip())


def test_a_question_stands_on_a_line_of_its_own(writing: Program) -> None:
    environment = {**os.environ, "TERM": "xterm"}
    with terminal() as (theirs, person):
        with writing.start("apply", stdin=theirs, stderr=theirs, env=environment) as process:
            person.when(r"\[y/N\]: ", lambda: person.type("n\n"))
            os.close(theirs)
            process.communicate(timeout=300)
        lines = person.screen.lines
    assert 4 == process.returncode
    assert "Apply this plan? [y/N]: n" in lines


def test_a_pause_that_live_asks_for_is_what_the_line_says(writing: Program) -> None:
    faults = Faults(latency=0.3, rates=(("429", 0.05),), retry_after=6, seed=_seed_of_one_429())
    with Emulator(queues=many_queues(), rate_limit=1_000_000, faults=faults) as paused:
        writing.use(paused)
        done, screen = looked_at(writing, "plan")
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
