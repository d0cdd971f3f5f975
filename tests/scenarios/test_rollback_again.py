"""``sync rollback`` given twice, or after another: what is undone stays undone."""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from syncer.audit.chain import Chain
from syncer.emulator.server import Emulator
from tests.gate import LONG, Gate, gated, until
from tests.program import Done, Program, live_queue, overflow, policy_queue, queues

YES = ("--auto-approve", "--format", "json")
ONE_BY_ONE = (*YES, "--parallel", "1")


def backed(target: str, wait: int = 60) -> dict[str, Any]:
    """The fields of a live queue with a backup queue."""
    return {"directRouting": {"backupQueueId": target, "agentWaitSeconds": wait, "waitForAgent": True}}


def backing(name: str, target: str, wait: int) -> dict[str, Any]:
    """The policy of one."""
    return {"queue": name, "capacity": 100, "backup": {"queue": target, "agent_wait": wait}}


@pytest.fixture(params=["overflow-rules", "genesys-cloud"])
def org(program: Program, request: pytest.FixtureRequest) -> Iterator[Program]:
    """An organization in each dialect, with its own lock, whose policies change two queues."""
    if request.param == "overflow-rules":
        yield program
        return
    live = [live_queue("Front", **backed("back")), live_queue("Back"), live_queue("Desk", **backed("front"))]
    program.write_policies(
        backing("Front", "Back", 90), backing("Desk", "Back", 120), {"queue": "Back", "capacity": 100}
    )
    with Emulator(queues=live, rate_limit=1_000_000, lock="none") as emulator:
        program.use(emulator)
        yield program


def rules(program: Program) -> dict[str, Any]:
    """All that holds rules, of each live queue."""
    return {key: [queue["routingRules"], queue.get("directRouting")] for key, queue in program.live().items()}


def done(program: Program, *arguments: str, code: int = 0) -> dict[str, Any]:
    """The result of a command that ends with ``code``."""
    ended = program.run(*arguments, *YES)
    assert code == ended.code, ended.err + ended.out
    result: dict[str, Any] = ended.json["result"]
    return result


def entries(program: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    return found


def said(run: str, by: str) -> str:
    """What is said of a run that is undone, with any time."""
    return rf"run {run} was undone by run {by} at \d{{4}}-\d\d-\d\dT[0-9:.]+Z: nothing was sent"


def is_said(program: Program, command: str, run: str, by: str) -> None:
    """The command says that ``run`` is undone, sends nothing, and leaves an entry that says so too."""
    before, puts, trail = rules(program), program.puts(), len(entries(program))
    result = done(program, *command.split())
    assert "nothing to do" == result["status"]
    assert re.fullmatch(said(run, by), result["message"]), result["message"]
    assert (before, puts, trail + 1) == (rules(program), program.puts(), len(entries(program)))
    assert "undone-before" == entries(program)[-1]["reason"]


def test_the_last_run_is_undone_once_however_often_it_is_asked_for(org: Program) -> None:
    first = rules(org)
    run = done(org, "apply")["run"]
    back = done(org, "rollback", "last")["run"]
    assert first == rules(org)
    for command in ("rollback last", f"rollback {run}", "rollback last"):
        is_said(org, command, run, back)
    assert first == rules(org)
    text = org.run("rollback", "last", "--auto-approve")
    assert (0, "") == (text.code, text.err)
    assert re.search(said(run, back), text.out)


def test_the_trail_names_the_run_that_is_undone(org: Program) -> None:
    run = done(org, "apply")["run"]
    back = done(org, "rollback", "last")["run"]
    undoes = {(entry["run"], entry["kind"]): entry.get("undoes") for entry in entries(org)}
    assert {(run, "change"): None, (run, "run"): None, (back, "change"): run, (back, "run"): run} == undoes
    assert f"done, undoes run {run}, " in org.run("audit", "show").out
    assert 0 == org.run("audit", "verify").code


def test_what_others_made_of_it_since_is_none_of_its_business(org: Program) -> None:
    run = done(org, "apply")["run"]
    mine = org.live()["front"]
    back = done(org, "rollback", "last")["run"]
    for values in ({"routingRules": [overflow("back", 77)]}, mine):
        org.edit("front", **{key: values[key] for key in ("routingRules", "directRouting") if key in values})
        is_said(org, "rollback last", run, back)


def test_what_was_applied_again_is_the_last_run(org: Program) -> None:
    first = rules(org)
    one = done(org, "apply")["run"]
    back = done(org, "rollback", "last")["run"]
    done(org, "rollback", "--lift", back)
    two = done(org, "apply")["run"]
    second = rules(org)
    is_said(org, f"rollback {one}", one, back)
    assert second == rules(org)
    again = done(org, "rollback", "last")["run"]
    assert first == rules(org)
    is_said(org, "rollback last", two, again)


def test_a_rollback_is_undone_where_it_is_named(org: Program) -> None:
    first = rules(org)
    run = done(org, "apply")["run"]
    second = rules(org)
    back = done(org, "rollback", "last")["run"]
    forth = done(org, "rollback", back)["run"]
    assert second == rules(org)
    is_said(org, f"rollback {back}", back, forth)
    again = done(org, "rollback", "last")["run"]
    assert first == rules(org)
    is_said(org, "rollback last", run, again)
    is_said(org, f"rollback {run}", run, again)


def test_an_apply_that_was_rolled_back_by_itself_is_undone(program: Program) -> None:
    """Front and Side are written, then Desk fails."""
    broken = {**live_queue("Desk"), "routingRules": [overflow("back", 1), "from nobody"]}
    live = [live_queue("Front", overflow("back", 10)), live_queue("Side", overflow("back", 5)), broken]
    program.write_policies(
        policy_queue("Front", ("Back", 25)),
        policy_queue("Back"),
        policy_queue("Desk", ("Front", 2)),
        policy_queue("Side", ("Back", 6)),
    )
    with Emulator(queues=[*live, live_queue("Back")], rate_limit=1_000_000) as emulator:
        program.use(emulator)
        first = rules(program)
        result = done(program, "apply", "--on-failure", "rollback", "--parallel", "1", code=5)
        assert first == rules(program)
        is_said(program, "rollback last", result["run"], result["rollback"]["run"])


def test_a_trail_that_names_no_undone_run_is_held_against_live(org: Program) -> None:
    """As a version before this one wrote it."""
    first = rules(org)
    run = done(org, "apply")["run"]
    done(org, "rollback", "last")
    older = [{key: value for key, value in entry.items() if key != "undoes"} for entry in entries(org)]
    trail = org.folder / ".syncer" / "audit"
    (trail / "audit.jsonl").unlink()
    Chain(trail).append(older)
    puts = org.puts()
    result = done(org, "rollback", "last")
    assert ("nothing to do", f"the live queues are as they were before run {run}: nothing was sent") == (
        result["status"],
        result["message"],
    )
    is_said(org, f"rollback {run}", run, entries(org)[-1]["run"])
    assert (first, puts) == (rules(org), org.puts())


def ended(process: subprocess.Popen[str]) -> Done:
    out, err = process.communicate(timeout=LONG)
    return Done(process.returncode, out, err)


@pytest.fixture
def gate(program: Program) -> Iterator[Gate]:
    """The third PUT is held: the first of a rollback, after an apply of two."""
    with gated(program, queues(), 3) as gate:
        yield gate


def test_a_rollback_in_part_is_gone_on_with(program: Program, gate: Gate) -> None:
    """Front goes back first; meanwhile somebody edits Desk, and later Front, which is back already."""
    first = rules(program)
    run = done(program, "apply")["run"]
    left = program.live()
    with program.start("rollback", "last", *ONE_BY_ONE) as process:
        gate.reached()
        program.edit("desk", routingRules=[overflow("back", 77)])
        gate.open()
        part = ended(process)
    assert 5 == part.code, part.err
    by = {each["queue"]["id"]: each["status"] for each in part.json["result"]["outcomes"]}
    assert {"front": "applied", "desk": "conflict"} == by

    refused = program.run("rollback", "last", *YES)
    assert (4, "Refused") == (refused.code, refused.json["error"]["type"])
    program.edit("desk", routingRules=left["desk"]["routingRules"])
    program.edit("front", routingRules=[overflow("other", 44)])
    puts = program.puts()
    rest = done(program, "rollback", "last")
    assert [("desk", "applied")] == [(each["queue"]["id"], each["status"]) for each in rest["outcomes"]]
    assert f"a part of run {run} was undone by run {part.json['result']['run']} at " in rest["message"]
    assert puts + 1 == program.puts()
    assert {**first, "front": [[overflow("other", 44)], None]} == rules(program)
    is_said(program, "rollback last", run, rest["run"])


def test_a_rollback_that_was_cut_off_is_gone_on_with(program: Program, gate: Gate) -> None:
    first = rules(program)
    run = done(program, "apply")["run"]
    with program.start("rollback", "last", *ONE_BY_ONE) as process:
        gate.reached()
        process.kill()
    gate.open()
    until(lambda: len(program.ask("history")["entries"]) == 3)
    rest = done(program, "rollback", "last")
    assert first == rules(program)
    assert 4 == program.puts()
    (cut_off,) = rest["recovered"]
    assert {"applied", "not started"} == {each["status"] for each in cut_off["outcomes"]}
    closed = next(entry for entry in entries(program) if entry["status"] == "cut off")
    assert (cut_off["run"], run) == (closed["run"], closed["undoes"])
    assert f"a part of run {run} was undone by run {cut_off['run']} at " in rest["message"]
    is_said(program, "rollback last", run, rest["run"])
    assert 0 == program.run("audit", "verify").code


def test_without_an_apply_there_is_no_last_one(org: Program) -> None:
    """A trail that holds rollbacks alone."""
    done(org, "apply")
    back = done(org, "rollback", "last")["run"]
    kept = [entry for entry in entries(org) if entry["run"] == back]
    trail = org.folder / ".syncer" / "audit"
    (trail / "audit.jsonl").unlink()
    Chain(trail).append(kept)
    missing = org.run("rollback", "last", *YES)
    assert (1, "AuditError") == (missing.code, missing.json["error"]["type"])
    assert "has no apply that changed anything" in json.dumps(missing.json["error"])
