"""What live holds is shown as live holds it, and a value that had to be assumed is called that."""

from typing import Any

import pytest

from syncer.drift.found import drift_of
from syncer.emulator.server import Emulator
from syncer.model.change import FieldChange
from syncer.report.text.drift import drift_in_words
from syncer.report.text.plan import rule_in_words
from tests.organizations import backed, backup, overflow, planned, policies, policy, raw, rule
from tests.program import Program, live_queue, policy_queue


@pytest.mark.parametrize(
    ("held", "shown"), [(12.5, "12.5"), ("25", "'25'"), (-1, "-1"), (150, "150 %"), ([1], "[1]")]
)
def test_a_threshold_is_shown_as_live_holds_it(held: Any, shown: str) -> None:
    plan = planned(
        policies(policy("A", rule("B", 10)), policy("B")), [raw("A", overflow("B", held)), raw("B")]
    )
    (change,) = plan.changes[0].rules
    assert f"threshold {shown} → 10 %" == rule_in_words(change)
    (drifting,) = drift_of(plan).rules
    assert f"threshold is {shown}, the policy says 10 %" == drift_in_words(drifting)
    assert ("(assumed 100 %)" in change.note) == (held != 150)


@pytest.mark.parametrize("wanted", [[("Sink", 10)], []], ids=["changed", "deleted"])
def test_the_audit_holds_what_live_held_where_a_value_was_assumed(
    program: Program, wanted: list[tuple[str, int]]
) -> None:
    odd = {"type": "overflow", "overflowTarget": "sink", "threshold": 12.5, "enabled": True}
    with Emulator(queues=[live_queue("Odd", odd), live_queue("Sink")], rate_limit=1_000_000) as emulator:
        program.use(emulator)
        program.write_policies(policy_queue("Odd", *wanted), policy_queue("Sink"))
        program.run("plan", "--out", "plan.json")
        assert 0 == program.run("apply", "plan.json", "--auto-approve").code
        entry = program.run("audit", "show", "--format", "json").json["result"]["entries"][0]
        shown = program.run("audit", "show").out
    assert ({"threshold": "12.5"}, 100) == (entry["held"], entry["before"]["threshold"])
    assert "Odd → Sink: 100 % after 0 s (assumed: threshold was 12.5) ⇒ " in shown


def test_a_value_that_was_assumed_rightly_is_shown_all_the_same() -> None:
    wanted = policies(policy("A", backup=backup("B", 60, True)), policy("B"))
    live: Any = "60"
    (change,) = planned(wanted, [backed("A", "B", live, True), raw("B")]).changes
    assert (FieldChange("agent_wait", "'60'", 60),) == change.rules[0].fields
    assert change.rules[0].note.endswith("(assumed 60 s)")


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({"threshold": "25"}, "Odd: assumed 100 % (the live rule has '25') sends 100"),
        ({"threshold": 150}, "Odd: 150 %, counted as 100 %, sends 100"),
        ({"enabled": "yes"}, "Odd: 25 %, assumed to be enabled (the live rule has 'yes'), sends 25"),
        ({"overflowDelay": "60"}, "Odd: 25 % sends 25"),
    ],
)
def test_the_arithmetic_says_what_is_assumed(held: dict[str, Any], words: str) -> None:
    wanted = policies(policy("Odd", managed=False, base_load=100), policy("Sink", capacity=10, managed=False))
    plan = planned(wanted, [raw("Odd", overflow("Sink", **held)), raw("Sink")])
    (found,) = [each for each in plan.findings if each.id == "capacity.exceeded"]
    assert [words] == [note.message for note in found.notes]


def test_what_is_assumed_is_called_that_in_exports_and_lists(program: Program) -> None:
    odd = {"type": "overflow", "overflowTarget": "sink", "threshold": 12.5, "enabled": True}
    with Emulator(queues=[live_queue("Odd", odd), live_queue("Sink")], rate_limit=1_000_000) as emulator:
        program.use(emulator)
        program.run("export", "--output", "adopted")
        program.write_policies({"queue": "Sink", "capacity": 1, "manage": False})
        unmanaged = program.run("plan", "--unmanaged").out
    problem = "overflow to Sink: threshold is 12.5, not a whole number from 0 to 100 (assumed 100 %)"
    assert f"  # Live rules: {problem}\n" in (program.folder / "adopted" / "queues.yaml").read_text()
    assert problem in unmanaged
