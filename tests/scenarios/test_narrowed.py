"""``--queue``: a plan, an apply and a drift of some queues, leaving the rest as it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from syncer.app import LiveTarget, PolicySource, RunOptions, rollback
from syncer.emulator.server import Emulator
from syncer.errors import WrongUsage
from tests.program import Program, live_queue, overflow, policy_queue
from tests.receiver import receiving


def saved(program: Program) -> Any:
    return json.loads((program.folder / "plan.json").read_text())


def thresholds(program: Program) -> dict[str, list[int]]:
    """The thresholds of the overflow rules of each live queue."""
    return {
        key: [each["threshold"] for each in queue["routingRules"] if each.get("type") == "overflow"]
        for key, queue in program.live().items()
    }


@pytest.fixture
def circle(program: Program) -> Program:
    """Front → Back → Desk → Front is a loop that only all policies together have."""
    program.write_policies(
        policy_queue("Front", ("Back", 25)),
        policy_queue("Back", ("Desk", 5)),
        policy_queue("Desk", ("Front", 20)),
    )
    return program


def test_a_loop_that_only_the_whole_wish_has_does_not_stop_a_part(circle: Program) -> None:
    whole = circle.run("plan")
    assert (3, True) == (whole.code, "error loops.cycle" in whole.out)
    part = circle.run("plan", "--queue", "Front", "--out", "plan.json")
    assert (0, False) == (part.code, "loops.cycle" in part.out)
    assert "only Front of 3 queues; the rest stays as it is" in part.out
    done = circle.run("apply", "plan.json")
    assert (0, 1, True) == (done.code, circle.puts(), "apply done: 1 applied" in done.out)
    assert {"front": [25], "back": [], "desk": [20], "other": [5]} == thresholds(circle)


def test_a_loop_with_live_rules_of_others_stops_it(circle: Program) -> None:
    circle.write_policies(
        policy_queue("Front", ("Back", 25)), policy_queue("Back", ("Desk", 5)), policy_queue("Desk")
    )
    assert 0 == circle.run("plan").code
    for command in (["plan", "--out", "plan.json"], ["apply", "--auto-approve"]):
        done = circle.run(*command, "--queue", "Back")
        assert (3, True) == (done.code, "error loops.cycle" in done.out)
    assert (3, 0) == (circle.run("apply", "plan.json").code, circle.puts())


def test_an_apply_without_a_plan_changes_what_was_named_alone(program: Program) -> None:
    done = program.run("apply", "--auto-approve", "--queue", "Fr*", "--queue", "back")
    assert 0 == done.code, done.err
    assert "only Front and 1 other of 3 queues; the rest stays as it is" in done.err
    assert {"front": [25], "back": [], "desk": [20], "other": [5]} == thresholds(program)
    again = program.run("plan", "--detailed-exitcode", "--queue", "Fr*", "--queue", "back")
    assert (0, True) == (again.code, "no changes" in again.out)
    assert 2 == program.run("plan", "--detailed-exitcode").code


def test_a_saved_plan_is_applied_with_its_own_selection(program: Program) -> None:
    assert 0 == program.run("plan", "--queue", "Desk", "--out", "plan.json").code
    assert (["Desk"], 2) == (saved(program)["selected"], saved(program)["summary"]["queues_not_selected"])
    done = program.run("apply", "plan.json", "--queue", "Front")
    assert (64, 0) == (done.code, program.puts())
    assert "a saved plan is applied as it is, and can't be narrowed" in done.err
    assert "Make a narrowed plan: syncer plan --queue NAME --out plan.json" in done.err
    assert 0 == program.run("apply", "plan.json").code
    assert {"front": [10], "back": [], "desk": [20], "other": [5]} == thresholds(program)


def test_a_saved_plan_whose_queue_left_the_policies_is_stale(program: Program) -> None:
    assert 0 == program.run("plan", "--queue", "Desk", "--out", "plan.json").code
    program.write_policies(policy_queue("Front", ("Back", 25)), policy_queue("Back"))
    done = program.run("apply", "plan.json")
    assert (4, 0) == (done.code, program.puts())
    assert "the plan is stale, nothing was applied" in done.err
    assert "policies/all.yaml was edited" in done.err


@pytest.mark.parametrize("command", [["plan", "--out", "plan.json"], ["apply", "--auto-approve"], ["drift"]])
def test_a_name_that_no_queue_of_the_policies_has_is_wrong_usage(
    program: Program, command: list[str]
) -> None:
    done = program.run(*command, "--queue", "Front", "--queue", "Dsek", "--queue", "O*")
    assert (64, 0) == (done.code, program.puts())
    assert "no queue of the policies matches 'Dsek' or 'O*'" in done.err
    assert "Did you mean 'Desk'?" in done.err
    assert not Path("plan.json").exists()


def test_a_rollback_undoes_the_queues_that_are_named(program: Program) -> None:
    assert 0 == program.run("apply", "--auto-approve").code
    target = LiveTarget(api_url=program.url)
    with pytest.raises(WrongUsage, match="no queue that is left to undo matches 'Back'") as refused:
        rollback("last", PolicySource(), target, RunOptions(auto_approve=True, queues=("Back",)))
    assert "They are: Desk, Front." == refused.value.hint
    rollback("last", PolicySource(), target, RunOptions(auto_approve=True, queues=("Fro*",)))
    rules = {key: queue["routingRules"][0] for key, queue in program.live().items() if queue["routingRules"]}
    assert (10, "back") == (rules["front"]["threshold"], rules["desk"]["overflowTarget"])


def test_drift_of_others_is_not_looked_at_and_stays_remembered(program: Program) -> None:
    assert 0 == program.run("apply", "--auto-approve").code
    program.edit("front", routingRules=[overflow("back", 30)])
    program.edit("desk", routingRules=[])
    assert 0 == program.run("drift", "--alert-after", "1").code
    memory = json.loads(Path(".syncer/drift.json").read_text())
    assert ["Desk", "Front"] == [each["queue_name"] for each in memory["drifts"]]
    program.edit("front", routingRules=[overflow("back", 25)])
    program.edit("desk", routingRules=[overflow("back", 20)])
    with receiving() as receiver:
        program.setenv("SYNCER_WEBHOOK_URL", receiver.url)
        done = program.run("drift", "--queue", "Desk", "--format", "json")
        assert [("DRIFT_RESOLVED", "Desk")] == [
            (each["action"], each["queueName"]) for message in receiver.entries for each in message["drifts"]
        ]
    result = done.json["result"]
    assert (0, 1, ["Desk"], []) == (done.code, result["compared"], result["selected"], result["rules"])
    after = json.loads(Path(".syncer/drift.json").read_text())
    assert ["Front"] == [each["queue_name"] for each in after["drifts"]]
    agreed = [{each["queue"] for each in found["agreed"][0]["queues"]} for found in (memory, after)]
    assert agreed[0] == agreed[1]
    assert "only Desk of 3 queues; the rest was not compared" in program.run("drift", "--queue", "D*").out


def test_a_merge_request_is_about_all_queues(program: Program) -> None:
    done = program.run("drift", "--open-mr", "--queue", "Desk")
    assert (64, True) == (done.code, "only some were named" in done.err)


@pytest.mark.parametrize(
    ("queue", "ignore", "why"),
    [
        ("Front", ["Front"], "the settings ignore every queue that the policies manage and --queue names"),
        ("Closed", [], "the policies manage no queue that --queue names"),
        ("Gone", [], "the policies manage 1 queue that --queue names, and this client sees none of them"),
        ("Silent", [], "no queue that the policies manage and --queue names could be compared"),
    ],
)
def test_where_nothing_that_was_named_could_be_compared_that_is_said(
    program: Program, queue: str, ignore: list[str], why: str
) -> None:
    program.write_settings(ignore=[{"queues": ignore}] if ignore else [])
    program.write_policies(
        policy_queue("Front", ("Back", 25)),
        policy_queue("Back"),
        policy_queue("Closed", manage=False),
        {"queue": "Silent", "capacity": 100},
        policy_queue("Gone"),
    )
    live = [live_queue(name) for name in ("Front", "Back", "Closed", "Silent")]
    with Emulator(queues=live, rate_limit=1_000_000) as emulator:
        program.use(emulator)
        done = program.run("drift", "--queue", queue)
    assert (3, True) == (done.code, f"nothing could be compared: {why}" in done.out), done.out
