"""An apply while somebody else closes a loop, as its users see it."""

import os
import pty
from typing import Any

import pytest

from tests.gate import gated
from tests.program import Done, Program, live_queue, overflow, policy_queue

QUEUES = [live_queue("Front"), live_queue("Back"), live_queue("Desk")]
POLICIES = (
    policy_queue("Front", ("Back", 10)),
    policy_queue("Back"),
    policy_queue("Desk", ("Back", 10)),
)


def closing(program: Program) -> None:
    """Somebody else closes a loop with Front → Back."""
    program.edit("back", routingRules=[overflow("front", 5)])


def raced(program: Program, *options: str, number: int = 2) -> Done:
    """An apply of Desk and Front with such an edit while its last PUT is under way."""
    program.write_policies(*POLICIES)
    with gated(program, QUEUES, number) as gate:
        arguments = ("apply", "--auto-approve", "--parallel", "1", *options)
        with program.start(*arguments) as process:
            gate.reached()
            closing(program)
            gate.open()
            out, err = process.communicate(timeout=300)
        live = program.live()
    assert [] == live["front"]["routingRules"]
    return Done(process.returncode, out, err)


def test_what_is_taken_back_is_said_in_text(program: Program) -> None:
    done = raced(program)
    assert 5 == done.code
    assert "taken back   Front" in done.out
    assert "applied      Desk" in done.out
    assert "error loops.cycle: Front → Back → Front overflowed in a circle; Front was taken back" in done.out
    assert "Front → Back: of this run, taken back" in done.out
    assert "Back → Front: not of this run" in done.out
    assert "apply in part: 1 applied, 1 taken back" in done.out
    assert "taken back: Front: somebody's edit closed a loop with it: Front → Back → Front" in done.err
    shown = program.run("audit", "show").out
    assert "DELETE_OVERFLOW_RULE" in shown and "(taken back)" in shown
    assert 0 == program.run("audit", "verify").code
    assert {"applied": 2, "taken back": 1} == figures(program)["changes_by_status"]


def figures(program: Program) -> Any:
    return program.run("audit", "report", "--format", "json").json["result"]["figures"]


@pytest.mark.parametrize(
    ("format_", "words"),
    [
        ("json", ['"status": "taken back"', '"id": "loops.cycle"', '"exit_code": 5']),
        ("markdown", ["| taken back |", "overflowed in a circle"]),
        ("junit", ["apply.taken-back", "loops.cycle", "overflowed in a circle"]),
        ("sarif", ["apply.taken-back", "loops.cycle"]),
        ("gitlab-codequality", ["loops.cycle"]),
        ("github", ["loops.cycle"]),
    ],
)
def test_every_format_says_what_is_taken_back(program: Program, format_: str, words: list[str]) -> None:
    done = raced(program, "--format", format_)
    assert 5 == done.code
    assert [] == [word for word in words if word not in done.out]


def test_on_failure_rollback_undoes_the_rest(program: Program) -> None:
    done = raced(program, "--on-failure", "rollback", "--format", "json")
    result = done.json["result"]
    assert (5, "in part") == (done.code, result["status"])
    assert ["Desk"] == [each["queue"]["name"] for each in result["rollback"]["outcomes"]]
    assert "done" == result["rollback"]["status"]


def test_a_rollback_later_leaves_what_was_taken_back_alone(program: Program) -> None:
    program.write_policies(*POLICIES)
    with gated(program, QUEUES, 2) as gate:
        with program.start("apply", "--auto-approve", "--parallel", "1") as process:
            gate.reached()
            closing(program)
            gate.open()
            process.communicate(timeout=300)
        back = program.run("rollback", "last", "--auto-approve", "--format", "json")
        assert 0 == back.code
        assert ["Desk"] == [each["queue"]["name"] for each in back.json["result"]["outcomes"]]
        live = program.live()
        assert ["front"] == [rule["overflowTarget"] for rule in live["back"]["routingRules"]]


def test_a_plan_whose_queue_was_taken_back_is_not_used_up(program: Program) -> None:
    program.write_policies(*POLICIES)
    with gated(program, QUEUES, 2) as gate:
        program.run("plan", "--out", "plan.json")
        with program.start("apply", "plan.json", "--parallel", "1") as process:
            gate.reached()
            closing(program)
            gate.open()
            process.communicate(timeout=300)
        refused = program.run("apply", "plan.json")
        assert 4 == refused.code
        assert "Back" in refused.err
        program.edit("back", routingRules=[])
        again = program.run("apply", "plan.json", "--format", "json")
        assert 0 == again.code
        assert ["Front"] == [each["queue"]["name"] for each in again.json["result"]["outcomes"]]


def test_elsewhere_what_was_taken_back_waits_to_be_applied(program: Program) -> None:
    record, elsewhere = ("--record", str(program.folder / "kept.json")), ("--state-dir", "elsewhere")
    with gated(program, [*QUEUES, live_queue("Other")], 3) as gate:
        program.write_policies(policy_queue("Front", ("Other", 10)), *POLICIES[1:])
        assert 0 == program.run("apply", "--auto-approve", *record).code
        program.write_policies(*POLICIES)
        with program.start("apply", "--auto-approve", "--parallel", "1", *record) as process:
            gate.reached()
            closing(program)
            gate.open()
            process.communicate(timeout=300)
        assert 5 == process.returncode
        drift = program.run("drift", "--format", "json", *record, *elsewhere).json["result"]
    assert [("Back", "Front")] == [(each["queue"]["name"], each["target"]["name"]) for each in drift["rules"]]
    assert {"Front"} == {each["queue"]["name"] for each in drift["pending"]}


def test_a_rule_made_while_the_prompt_waits_is_refused(program: Program) -> None:
    program.write_policies(*POLICIES)
    ours, theirs = pty.openpty()
    program.edit("front", routingRules=[])
    program.edit("desk", routingRules=[])
    with program.start("apply", stdin=theirs) as process:
        os.close(theirs)
        assert process.stderr is not None
        err = ""
        while not err.endswith("[y/N]: ") and (character := process.stderr.read(1)):
            err += character
        closing(program)
        os.write(ours, b"y\n")
        _, rest = process.communicate(timeout=300)
    os.close(ours)
    assert (4, 0) == (process.returncode, program.puts())
    assert "somebody else added Back → Front meanwhile, which could close a loop with this plan" in rest
    assert "nothing was applied" in rest
    [run] = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert ("refused", "APPLY_RUN") == (run["status"], run["action"])
