"""``sync rollback``, as users see it."""

import json

import pytest

from tests.gate import cut_off, gated
from tests.program import POLICIES, Program, overflow, policy_queue, queues


@pytest.fixture
def applied(program: Program) -> Program:
    """An apply is done, and stands in the audit."""
    assert 0 == program.run("apply", "--auto-approve").code
    return program


def runs(program: Program) -> list[str]:
    """The runs in the audit, oldest first."""
    entries = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    return [entry["run"] for entry in entries if entry["kind"] == "run"]


def thresholds(program: Program) -> dict[str, list[tuple[str, int]]]:
    """The overflow rules of each live queue: target and threshold."""
    return {
        key: [(rule["overflowTarget"], rule["threshold"]) for rule in queue["routingRules"] if "type" in rule]
        for key, queue in program.live().items()
    }


def test_the_last_run_that_changed_something_is_undone(program: Program) -> None:
    before = thresholds(program)
    program.run("apply", "--auto-approve")
    program.write_settings(safety={"max_change_percent": 0, "from_rules": 0})
    program.write_policies(policy_queue("Front", ("Back", 26)), *POLICIES[1:])
    assert 4 == program.run("apply", "--auto-approve").code
    program.write_settings()
    done = program.run("rollback", "last", "--auto-approve")
    assert 0 == done.code
    assert before == thresholds(program)
    assert "rollback done: 2 applied" in done.out
    assert "the policies still contain what was undone: revert them too" in done.out
    assert "2 queues to write" in done.err


def test_a_run_that_changed_nothing_has_nothing_to_undo(program: Program) -> None:
    program.write_settings(safety={"max_change_percent": 0, "from_rules": 0})
    assert 4 == program.run("apply", "--auto-approve").code
    (run,) = runs(program)
    done = program.run("rollback", run, "--auto-approve", "--format", "json")
    assert (0, None) == (done.code, done.json["error"])
    assert f"run {run} changed nothing" in done.json["result"]["message"]
    assert 0 == program.puts()


def test_without_a_run_there_is_no_last_one(program: Program) -> None:
    done = program.run("rollback", "last", "--auto-approve")
    assert 1 == done.code
    assert "the audit trail has no apply that changed anything" in done.err


def test_a_conflict_speaks_of_queues_by_their_names(applied: Program) -> None:
    applied.edit("front", routingRules=[overflow("back", 77)])
    done = applied.run("rollback", "last", "--auto-approve")
    assert 4 == done.code
    assert "the run left 25 % to Back after 60 s; now: 77 % to Back after 60 s" in done.out
    assert 2 == applied.puts()


def test_an_audit_that_was_edited_is_not_written_back(applied: Program) -> None:
    trail = applied.folder / ".syncer" / "audit" / "audit.jsonl"
    trail.write_text(trail.read_text().replace('"threshold": 10', '"threshold": 77'))
    done = applied.run("rollback", "last", "--auto-approve")
    assert 1 == done.code
    assert "was edited: its hash does not match its content, so nothing was undone" in done.err
    assert "syncer audit verify shows all of it" in done.err
    assert 2 == applied.puts()


def test_a_torn_last_line_is_no_reason_to_undo_nothing(applied: Program) -> None:
    trail = applied.folder / ".syncer" / "audit" / "audit.jsonl"
    with trail.open("a") as file:
        file.write('{"n": 4, "previ')
    assert 0 == applied.run("rollback", "last", "--auto-approve").code


def test_nobody_to_ask_is_a_refusal_with_a_way_out_of_its_own(applied: Program) -> None:
    done = applied.finish("rollback", "last", "--format", "json")
    assert (4, "Refused") == (done.code, done.json["error"]["type"])
    assert "Use --auto-approve." == done.json["error"]["hint"]
    assert 2 == applied.puts()


def test_a_run_that_was_cut_off_is_shown_and_can_be_undone(program: Program) -> None:
    with gated(program, queues(), 2) as gate:
        before = thresholds(program)
        cut_off(program, gate)
        (journal,) = (program.folder / ".syncer" / "journal").glob("*.journal.jsonl")
        run = journal.name.partition(".")[0]
        for command in ("plan", "drift", "audit show", "audit verify", "audit report"):
            warned = program.run(*command.split(), "--format", "json")
            assert [f"run {run} did not finish"] == [
                each.partition(":")[0] for each in warned.json["warnings"]
            ]
            assert f"warning: run {run} did not finish: " in warned.err
            elsewhere = program.run(*command.split(), "--format", "json", "--state-dir", "elsewhere")
            assert not [each for each in elsewhere.json["warnings"] if run in each]
        done = program.run("rollback", run, "--auto-approve", "--format", "json")
        assert 0 == done.code, json.dumps(done.json)
        (recovered,) = done.json["result"]["recovered"]
        assert run in json.dumps(recovered)
        assert before == thresholds(program)
        assert "" == program.run("plan").err
