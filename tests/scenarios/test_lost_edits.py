"""Writes without etags, and what the organization's own audit says that they overwrote."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from syncer.net.timing import utc_now
from tests.gate import Gate, gated, until
from tests.program import Done, Program, live_queue, overflow, policy_queue

QUEUES = [live_queue("Front", overflow("back", 10), description="ours"), live_queue("Back")]
THEIRS = [overflow("back", 77)]


@contextmanager
def compared(program: Program, delay: float = 0.0, denied: tuple[str, ...] = ()) -> Iterator[Gate]:
    """An emulator without etags whose audit has each event after ``delay`` seconds at the latest."""
    program.write_policies(policy_queue("Front", ("Back", 25)), policy_queue("Back"))
    with gated(program, QUEUES, 1, lock="none", audit_delay=delay, denied=denied) as gate:
        yield gate


def apply_with(program: Program, gate: Gate, meanwhile: Callable[[], object], *options: str) -> Done:
    """An apply during whose PUT something happens."""
    with program.start("apply", "--auto-approve", "--format", "json", *options) as process:
        gate.reached()
        meanwhile()
        gate.open()
        out, err = process.communicate(timeout=300)
    return Done(process.returncode, out, err)


def lost_in(done: Done) -> list[tuple[str, list[str], list[str], str]]:
    """What is reported as overwritten: property, old and new values, and what is there now."""
    return [
        (change["property"], change["old"], change["new"], each["now"][change["property"]])
        for each in done.json["result"].get("overwritten", [])
        for change in each["edit"]["changes"]
    ]


def settings(program: Program, **audit: Any) -> None:
    program.write_settings(audit={"witness_wait": 0, **audit})


def test_a_description_that_was_overwritten(program: Program) -> None:
    with compared(program) as gate:
        done = apply_with(program, gate, lambda: program.edit("front", description="theirs"))
        assert "ours" == program.live()["front"]["description"]
        trail = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert (5, "in part") == (done.code, done.json["result"]["status"])
    assert [("description", ["ours"], ["theirs"], "ours")] == lost_in(done)
    [found] = done.json["findings"]
    assert ("writes.overwritten", "error", "Front") == (found["id"], found["severity"], found["queue"])
    assert "Administrator" in found["message"]
    assert "a person must set again: description" == found["tip"]
    assert ("in part", "overwritten") == (trail[-1]["status"], trail[-1]["reason"])
    assert done.json["result"]["overwritten"] == trail[-1]["overwritten"]


def test_a_rule_that_was_overwritten_comes_back(program: Program) -> None:
    with compared(program) as gate:
        done = apply_with(program, gate, lambda: program.edit("front", routingRules=THEIRS))
        assert (5, 25) == (done.code, program.live()["front"]["routingRules"][0]["threshold"])
        [found] = done.json["findings"]
        plan = done.json["result"]["overwritten"][0]["restore"]
        assert f"to restore their rules: syncer rollback --plan {plan}" == found["tip"]
        back = program.run("rollback", "--plan", plan, "--auto-approve")
        assert 0 == back.code
        assert 77 == program.live()["front"]["routingRules"][0]["threshold"]
        assert 0 == program.run("apply", "--auto-approve").code, "a rollback by hand is held"
        assert 77 == program.live()["front"]["routingRules"][0]["threshold"]


def test_what_our_body_contains_is_no_loss(program: Program) -> None:
    with compared(program) as gate:
        same = [overflow("back", 25)]
        done = apply_with(program, gate, lambda: program.edit("front", routingRules=same))
    assert (0, [], []) == (done.code, lost_in(done), done.json["findings"])


def test_an_edit_after_ours_is_no_loss(program: Program) -> None:
    settings(program)
    with compared(program, delay=3600) as gate:
        assert 0 == apply_with(program, gate, lambda: None).code
        program.edit("front", description="theirs")
        state = json.loads((program.folder / ".syncer" / "witness.json").read_text())
        assert [False] == [each["seen"] for each in state["windows"]]
        gate.audit_is_there()
        after = program.run("drift", "--format", "json")
    assert (0, []) == (after.code, after.json["findings"])


def test_what_is_not_yet_known_is_settled_by_the_next_run(program: Program) -> None:
    settings(program)
    with compared(program, delay=3600) as gate:
        done = apply_with(program, gate, lambda: program.edit("front", description="theirs"))
        assert (0, []) == (done.code, lost_in(done))
        [warning] = done.json["warnings"]
        assert "not known yet: 1 write is not in the organization's audit so far" in warning
        assert 0 == program.run("drift").code, "still not there"
        gate.audit_is_there()
        drift = program.run("drift", "--format", "json")
        assert 5 == drift.code
        assert ["writes.overwritten"] == [each["id"] for each in drift.json["findings"]]
        assert 0 == program.run("drift").code, "said once"
        trail = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    [check] = [entry for entry in trail if entry["kind"] == "check"]
    assert ["description"] == [each["property"] for each in check["overwritten"][0]["edit"]["changes"]]


@pytest.mark.parametrize("command", [("apply", "--auto-approve"), ("rollback", "last", "--auto-approve")])
def test_every_run_that_writes_settles_it(program: Program, command: tuple[str, ...]) -> None:
    settings(program)
    with compared(program, delay=3600) as gate:
        apply_with(program, gate, lambda: program.edit("front", description="theirs"))
        gate.audit_is_there()
        done = program.run(*command, "--format", "json")
        trail = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert 5 == done.code
    assert "writes.overwritten" in [each["id"] for each in done.json["findings"]]
    assert [1] == [len(entry["overwritten"]) for entry in trail if "overwritten" in entry]


def test_a_stop_settles_it_too(program: Program) -> None:
    settings(program)
    with compared(program, delay=3600) as gate:
        apply_with(program, gate, lambda: program.edit("front", description="theirs"))
        gate.audit_is_there()
        done = program.run("stop", "Back", "--reason", "drill", "--auto-approve", "--format", "json")
        assert (5, 1) == (done.code, len(lost_in(done)))
        assert 0 == program.run("stop", "Back", "--lift", "--auto-approve").code


def test_a_run_that_was_killed_loses_no_window(program: Program) -> None:
    settings(program)
    with compared(program) as gate:
        with program.start("apply", "--auto-approve") as process:
            gate.reached()
            program.edit("front", description="theirs")
            process.kill()
        gate.open()
        until(lambda: len(program.ask("history")["entries"]) == 2)
        done = program.run("apply", "--auto-approve", "--format", "json")
    assert 5 == done.code
    assert "writes.overwritten" in [each["id"] for each in done.json["findings"]]


def test_nobody_asks_where_the_settings_say_so(program: Program) -> None:
    settings(program, witness=False)
    with compared(program) as gate:
        done = apply_with(program, gate, lambda: program.edit("front", description="theirs"))
        assert (0, []) == (done.code, done.json["warnings"])
        assert not any("audits" in call for call in program.ask("requests"))


def test_a_run_under_etags_asks_nothing(program: Program) -> None:
    assert 0 == program.run("apply", "--auto-approve").code
    assert not any("audits" in call for call in program.ask("requests"))
    assert not (program.folder / ".syncer" / "witness.json").exists()


def test_without_the_permission_it_is_said_once(program: Program) -> None:
    with compared(program, denied=("audits:audit:view",)) as gate:
        done = apply_with(program, gate, lambda: program.edit("front", description="theirs"))
    assert (0, []) == (done.code, lost_in(done))
    [warning] = done.json["warnings"]
    assert "whether writes without an etag overwrote an edit was not checked" in warning
    assert "audits:audit:view" in warning
    assert not (program.folder / ".syncer" / "witness.json").exists()


@pytest.mark.parametrize("forgets", [False, True])
def test_runs_in_one_second_report_nothing_of_each_other(program: Program, forgets: bool) -> None:
    """The organization writes whole seconds; the trail is lost after each run, or stays."""
    queues = [live_queue("Front"), live_queue("Back"), live_queue("Aside")]
    with Emulator(
        queues=queues, lock="none", rate_limit=1_000_000, now=lambda: utc_now().replace(microsecond=0)
    ) as emulator:
        program.use(emulator)
        for target, percent in (("Back", 10), ("Aside", 20), ("Back", 30), ("Aside", 40)):
            program.write_policies(
                policy_queue("Front", (target, percent)), policy_queue("Back"), policy_queue("Aside")
            )
            done = program.run("apply", "--auto-approve", "--format", "json")
            assert (0, [], []) == (done.code, lost_in(done), done.json["findings"])
            if forgets:
                shutil.rmtree(program.folder / ".syncer")
