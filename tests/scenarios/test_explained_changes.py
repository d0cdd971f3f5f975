"""A change is explained by the policies, or overwrites a hand edit: then plan, apply and trail name it."""

import json
import shutil
from typing import Any

import pytest

from syncer.audit.chain import Chain
from tests.program import Program, overflow, policy_queue

STORE = ("--record", "shared/record.json")
EXPLAINED = ("--auto-approve", "--require-explained")


def policies(program: Program, front: int = 25, desk: int = 20, *more: dict[str, Any]) -> None:
    """The policies as a merge request left them."""
    program.write_policies(
        policy_queue("Front", ("Back", front)),
        policy_queue("Desk", ("Back", desk)),
        policy_queue("Back"),
        *more,
    )


@pytest.fixture
def applied(program: Program) -> Program:
    """All was applied, and two queues are as the policies say."""
    (program.folder / "shared").mkdir()
    policies(program)
    assert 0 == program.run("apply", "--auto-approve", *STORE).code
    return program


def planned(program: Program, *options: str) -> dict[str, Any]:
    done = program.run("plan", "--format", "json", *options)
    assert 0 == done.code, done
    found: dict[str, Any] = done.json["result"]["plan"]
    return found


def causes(plan: dict[str, Any]) -> dict[str, str]:
    """Whose doing the changes are, by the name of the queue."""
    return {change["queue"]["name"]: rule["moved"] for change in plan["changes"] for rule in change["rules"]}


def edits(plan: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["id"], each["queue"]) for each in plan["findings"] if each["id"].startswith("changes.")]


def thresholds(program: Program) -> tuple[int, int]:
    live = program.live()
    front, desk = (live[queue]["routingRules"][0]["threshold"] for queue in ("front", "desk"))
    return front, desk


def last_entry(program: Program) -> dict[str, Any]:
    *_, entry = Chain(program.folder / ".syncer" / "audit").entries()
    return dict(entry)


def test_a_hand_edit_is_named_beside_the_merge_of_another_queue(applied: Program) -> None:
    applied.edit("front", routingRules=[overflow("back", 40)], modifiedBy="ada")
    policies(applied, desk=30)
    plan = planned(applied)
    assert {"Front": "live", "Desk": "policies"} == causes(plan)
    assert [("changes.unexplained", "Front")] == edits(plan)
    first = plan["findings"][0]
    assert ("changes.unexplained", "warning") == (first["id"], first["severity"])
    words = (
        "this undoes a hand edit of 'Front': → Back was 25 % after 60 s when it was last applied, and is "
        "40 % after 60 s now; the queue was last changed by ada"
    )
    assert first["message"].startswith(words)
    text = applied.run("plan").out
    assert text.startswith("Can be applied, but it undoes a hand edit of Front")
    assert "# undoes a hand edit" in next(
        line for line in text.splitlines() if "threshold 40 % → 25 %" in line
    )
    assert "hand edit" not in next(line for line in text.splitlines() if "threshold 20 % → 30 %" in line)
    assert "undoes a hand edit of `Front`" in applied.run("plan", "--format", "markdown").out


@pytest.mark.parametrize("way", ["option", "variable"])
def test_an_unexplained_change_is_refused_where_that_is_asked_for(applied: Program, way: str) -> None:
    applied.edit("front", routingRules=[overflow("back", 40)])
    policies(applied, desk=30)
    applied.run("plan", "--out", "plan.json")
    if way == "variable":
        applied.setenv("SYNCER_REQUIRE_EXPLAINED", "1")
    puts = applied.puts()
    done = applied.run("apply", "plan.json", *(EXPLAINED if way == "option" else ("--auto-approve",)))
    assert (4, puts) == (done.code, applied.puts())
    assert "'Front' → Back: the live queue was edited by hand since the last apply" in done.err + done.out
    assert "'Desk'" not in done.err
    assert (
        "Add the edit to the policies (syncer drift --open-mr), or revert it by hand" in done.err + done.out
    )
    entry = last_entry(applied)
    assert ("refused", "unexplained") == (entry["status"], entry["reason"])
    target = {"id": "back", "name": "Back"}
    front = {"queue": {"id": "front", "name": "Front"}, "kind": "overflow", "target": target, "moved": "live"}
    assert [front] == entry["handEdits"]


def test_without_the_flag_it_is_applied_and_stands_in_trail_and_report(applied: Program) -> None:
    applied.edit("front", routingRules=[overflow("back", 40)])
    policies(applied, desk=30)
    done = applied.run("apply", "--auto-approve", "--format", "json")
    assert (0, (25, 30)) == (done.code, thresholds(applied))
    assert ["Front"] == [each["queue"]["name"] for each in done.json["result"]["hand_edits"]]
    assert done.json["result"]["hand_edits"] == last_entry(applied)["handEdits"]
    (applied.folder / "report.json").write_text(done.out)
    again = applied.run("show", "report.json", "--format", "json").json["result"]
    assert done.json["result"]["hand_edits"] == again["hand_edits"]
    policies(applied, desk=31)
    quiet = applied.run("apply", *EXPLAINED, "--format", "json")
    assert (0, False) == (quiet.code, "hand_edits" in quiet.json["result"])
    assert "handEdits" not in last_entry(applied)


def test_a_hand_edit_of_the_rule_that_was_merged_is_explained_and_named(applied: Program) -> None:
    applied.edit("front", routingRules=[overflow("back", 40)])
    policies(applied, front=30)
    plan = planned(applied)
    assert ({"Front": "both"}, [("changes.overwrites", "Front")]) == (causes(plan), edits(plan))
    assert plan["findings"][0]["message"].endswith("; the policies changed the rule too")
    done = applied.run("apply", *EXPLAINED)
    assert (0, (30, 20)) == (done.code, thresholds(applied))
    assert "this overwrites a hand edit of 'Front'" in done.out
    assert ["both"] == [each["moved"] for each in last_entry(applied)["handEdits"]]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([], "→ Back was removed in the organization; it was 25 % after 60 s when it was last applied"),
        ([overflow("back", 25), overflow("desk", 5)], "→ Desk was added in the organization: 5 % after 60 s"),
    ],
)
def test_a_rule_that_came_or_went_by_hand(applied: Program, rules: list[Any], words: str) -> None:
    applied.edit("front", routingRules=rules)
    plan = planned(applied)
    assert [("changes.unexplained", "Front")] == edits(plan)
    assert f"this undoes a hand edit of 'Front': {words}" in plan["findings"][0]["message"]
    assert 4 == applied.run("apply", *EXPLAINED).code


def test_a_lost_state_folder_is_made_up_for_by_the_store(applied: Program) -> None:
    shutil.rmtree(applied.folder / ".syncer")
    applied.edit("front", routingRules=[overflow("back", 40)])
    policies(applied, desk=30)
    assert {"Front": "live", "Desk": "policies"} == causes(planned(applied, *STORE))
    shutil.rmtree(applied.folder / ".syncer")
    assert 4 == applied.run("apply", *EXPLAINED, *STORE).code
    applied.edit("front", routingRules=[overflow("back", 25)])
    assert (0, (25, 30)) == (applied.run("apply", *EXPLAINED, *STORE).code, thresholds(applied))


def test_without_any_record_nothing_is_explained_that_overwrites(program: Program) -> None:
    policies(program, desk=30)
    plan = planned(program)
    assert {"unknown"} == set(causes(plan).values())
    assert [] == edits(plan)
    unknown = "last applied: not known for 2 rules, so a hand edit would not show"
    assert unknown in program.run("plan").out
    assert f"- {unknown}" in program.run("plan", "--format", "markdown").out
    puts = program.puts()
    done = program.run("apply", *EXPLAINED)
    assert (4, puts) == (done.code, program.puts())
    assert "'Front' → Back: there is no record of what was applied last" in done.err + done.out
    assert "'Desk' → Back" not in done.err + done.out, "live has no such rule, so nothing is overwritten"
    assert "that is how the first apply is done" in done.err + done.out
    assert 0 == program.run("apply", "--auto-approve").code


def test_rules_that_live_never_had_overwrite_nothing(program: Program) -> None:
    known = [{"queue": name, "capacity": 100, "manage": False} for name in ("Front", "Back")]
    program.write_policies(policy_queue("Other", ("Back", 5), ("Front", 7)), *known)
    assert (0, 1) == (program.run("apply", *EXPLAINED).code, program.puts())


def test_a_queue_that_the_record_does_not_know_is_refused(applied: Program) -> None:
    policies(applied, 25, 20, policy_queue("Other", ("Back", 7)))
    assert {"Other": "unknown"} == causes(planned(applied))
    done = applied.run("apply", *EXPLAINED)
    assert (4, True) == (
        done.code,
        "'Other' → Back: what was applied last is not known" in done.err + done.out,
    )
    assert "that is how the first apply is done" not in done.err + done.out


def test_an_ignored_field_is_no_hand_edit(applied: Program) -> None:
    applied.write_settings(ignore=[{"queues": ["Front"], "fields": ["threshold"]}])
    applied.edit("front", routingRules=[overflow("back", 40)])
    policies(applied, desk=30)
    assert {"Desk": "policies"} == causes(planned(applied))


def test_what_a_run_meant_to_write_and_vanished_is_no_hand_edit(applied: Program) -> None:
    """The store has the intent of a run whose machine is gone: live may hold what it sent."""
    path = applied.folder / "shared" / "record.json"
    record = json.loads(path.read_text())
    place = record["places"][0]
    names = ("environment", "plan_digest", "user", "host", "commit")
    intent = {"run": "gone", "verb": "apply", "started_at": place["at"], "queues": ["front"]}
    where = {"api": place["api"], "organization": place["organization"]}
    record["intents"] = [{**intent, **dict.fromkeys(names, ""), "place": where}]
    place["version"]["serial"] += 1
    path.write_text(json.dumps(record))
    shutil.rmtree(applied.folder / ".syncer")
    applied.edit("front", routingRules=[overflow("back", 40)])
    applied.edit("desk", routingRules=[overflow("back", 40)])
    assert {"Front": "unknown", "Desk": "live"} == causes(planned(applied, *STORE))
