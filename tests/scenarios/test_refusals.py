"""What ``sync apply`` refuses, with its figures, and the flag that allows it all the same."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from syncer.live.client import Client
from syncer.live.responses import Answer
from syncer.planning.document import sealed
from tests.program import POLICIES, Program, live_queue, overflow, policy_queue, queues

NOW = datetime.now(UTC)
FREEZE = {
    "start": (NOW - timedelta(days=1)).isoformat(),
    "end": (NOW + timedelta(days=1)).isoformat(),
    "reason": "the fair",
}
SAFETY: dict[str, tuple[dict[str, Any], str, str]] = {
    "frozen": ({"freeze": [FREEZE]}, "--allow-frozen", "changes are frozen"),
    "protected": ({"protected": ["Fr*"]}, "--allow-protected", "Front is protected (Fr*)"),
    "deletions": ({"allow_delete": False}, "--allow-delete", "1 rules would be deleted"),
    "mass change": (
        {"max_change_percent": 50, "max_delete_percent": 100, "from_rules": 1},
        "--allow-mass-change",
        "2 of 2 rules would be changed or deleted, 100 %",
    ),
}


@pytest.mark.parametrize("case", SAFETY)
def test_safety_refuses_with_figures_and_names_the_flag(program: Program, case: str) -> None:
    safety, flag, words = SAFETY[case]
    program.write_settings(safety={"max_change_percent": 100, "max_delete_percent": 100, **safety})
    done = program.run("apply", "--auto-approve", "--format", "json")
    assert (4, "Refused") == (done.code, done.json["error"]["type"])
    assert words in done.json["error"]["message"]
    assert flag in done.json["error"]["hint"]
    assert 0 == program.puts()
    others = [each[1] for each in SAFETY.values() if each[1] != flag]
    assert 4 == program.run("apply", "--auto-approve", *others).code
    assert 0 == program.run("apply", "--auto-approve", flag).code
    entries = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert "refused" == entries[0]["status"]
    assert [flag] == entries[-1]["overrides"]


@pytest.mark.parametrize("case", SAFETY)
def test_a_plan_and_its_note_warn_of_what_an_apply_would_refuse(program: Program, case: str) -> None:
    safety, flag, words = SAFETY[case]
    program.write_settings(safety={"max_change_percent": 100, "max_delete_percent": 100, **safety})
    done = program.run("plan", "--out", "plan.json")
    assert 0 == done.code
    assert "warning safety.refused: an apply refuses this plan: " in done.out
    assert words in done.out
    assert f"if it is intended, apply with {flag}" in done.out
    assert "syncer apply refuses it as it is: see safety.refused above" in done.out
    assert "apply it with" not in done.out
    note = program.run("comment", "plan.json", "--dry-run").out
    assert "**warning** `safety.refused`" in note
    assert "the pipeline refuses to apply this plan" in note
    assert 0 == program.run("apply", "plan.json", flag).code


def test_one_warning_speaks_for_all_queues_that_are_protected(program: Program) -> None:
    program.write_settings(safety={"max_change_percent": 100, "max_delete_percent": 100, "protected": ["*"]})
    done = program.run("plan")
    assert 1 == done.out.count("safety.refused: ")
    assert "would be changed, and 1 more like it" in done.out


def test_a_plan_within_the_limits_warns_of_nothing(program: Program) -> None:
    program.write_settings(safety={"max_change_percent": 100, "max_delete_percent": 100})
    assert "safety.refused" not in program.run("plan").out


def test_every_objection_is_said_at_once(program: Program) -> None:
    safety = {key: value for each in SAFETY.values() for key, value in each[0].items()}
    program.write_settings(safety=safety)
    done = program.run("apply", "--auto-approve")
    assert 4 == done.code
    for _, flag, words in SAFETY.values():
        assert words in done.err
        assert flag in done.err


def test_a_plan_has_an_age(program: Program) -> None:
    program.run("plan", "--out", "plan.json")
    path = program.folder / "plan.json"
    plan = json.loads(path.read_text())
    path.write_text(json.dumps(sealed({**plan, "created_at": "2024-01-01T00:00:00.000Z"})))
    done = program.run("apply", "plan.json", "--max-age", "60")
    assert 4 == done.code
    assert "minutes old, but at most 60 are allowed" in done.err
    assert 0 == program.puts()
    path.write_text(json.dumps({**plan, "created_at": "2024-01-01T00:00:00.000Z"}))
    assert "edited after it was made" in program.run("apply", "plan.json").err
    path.write_text(json.dumps(plan))
    assert 0 == program.run("apply", "plan.json").code


def test_without_etags_a_lock_can_be_required(program: Program) -> None:
    with Emulator(queues=queues(), rate_limit=1_000_000, lock="none") as bare:
        program.use(bare)
        done = program.run("apply", "--auto-approve", "--require-etag")
        assert 4 == done.code
        assert "the API has no etags" in done.err
        assert 0 == program.puts()
        done = program.run("apply", "--auto-approve", "--format", "json")
        assert 0 == done.code
        assert {"compare"} == {outcome["lock"] for outcome in done.json["result"]["outcomes"]}
        assert 0 == program.run("drift", "--detailed-exitcode").code


def test_with_etags_the_requirement_is_met(program: Program) -> None:
    done = program.run("apply", "--auto-approve", "--require-etag", "--format", "json")
    assert {"etag"} == {outcome["lock"] for outcome in done.json["result"]["outcomes"]}


def test_a_loop_is_refused_at_once(program: Program) -> None:
    program.write_policies(policy_queue("Front", ("Back", 1)), policy_queue("Back", ("Front", 1)))
    done = program.run("apply", "--auto-approve")
    assert 3 == done.code
    assert "error loops" in done.out
    assert 0 == program.puts()


def test_a_loop_through_a_queue_that_nobody_manages_is_refused(program: Program) -> None:
    program.write_policies(*POLICIES[:2], policy_queue("Back", ("Other", 1)))
    done = program.run("apply", "--auto-approve")
    assert 3 == done.code
    assert "Other" in done.out
    assert 0 == program.puts()


def test_a_state_folder_that_cannot_be_used_is_an_error(program: Program) -> None:
    done = program.run("apply", "--auto-approve", "--state-dir", "policies/all.yaml/x", "--format", "json")
    assert 1 == done.code
    assert "policies/all.yaml/x can't be used" in done.json["error"]["message"]
    assert 0 == program.puts()


@pytest.mark.parametrize("how", ["continue", "stop", "rollback"])
def test_what_follows_when_a_queue_is_in_conflict(
    program: Program, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    names = [f"Q{number}" for number in range(6)]
    live = [live_queue(name, overflow("sink", 5)) for name in names]
    with Emulator(queues=[*live, live_queue("Sink")], rate_limit=1_000_000) as running:
        program.use(running)
        before = _thresholds(program)
        program.write_policies(*(policy_queue(name, ("Sink", 6)) for name in names), policy_queue("Sink"))
        editor = _edited_at_put(program, monkeypatch, number=3)
        done = program.run(
            "apply", "--auto-approve", "--parallel", "1", "--on-failure", how, "--format", "json"
        )
        after = _thresholds(program)
    assert 5 == done.code
    statuses = [outcome["status"] for outcome in done.json["result"]["outcomes"]]
    mine = {queue: threshold for queue, threshold in after.items() if queue != editor[0]}
    assert 1 == statuses.count("conflict")
    assert 77 == after[editor[0]]
    if how == "continue":
        assert (5, {6}) == (statuses.count("applied"), set(mine.values()))
    else:
        assert (2, 3) == (statuses.count("applied"), statuses.count("not started"))
    if how == "rollback":
        assert {queue: before[queue] for queue in mine} == mine
        assert "done" == done.json["result"]["rollback"]["status"]


def _thresholds(program: Program) -> dict[str, int]:
    live = program.live()
    return {
        key: queue["routingRules"][0]["threshold"] for key, queue in live.items() if queue["routingRules"]
    }


def _edited_at_put(program: Program, monkeypatch: pytest.MonkeyPatch, *, number: int) -> list[str]:
    """Let somebody else edit the rules of a queue right before the PUT of that number; returns which."""
    put, seen, edited = Client.put_queue, count(1), list[str]()

    def edit_and_put(client: Client, queue_id: str, body: dict[str, Any], etag: str) -> Answer:
        if next(seen) == number:
            program.edit(queue_id, routingRules=[overflow("sink", 77)])
            edited.append(queue_id)
        return put(client, queue_id, body, etag)

    monkeypatch.setattr(Client, "put_queue", edit_and_put)
    return edited


@pytest.mark.parametrize("option", ["--max-age", "--lock-timeout"])
@pytest.mark.parametrize("value", ["nan", "inf", "1e300", "-1"])
def test_a_time_that_makes_no_sense_is_no_defect(program: Program, option: str, value: str) -> None:
    program.run("plan", "--out", "plan.json")
    done = program.run("apply", "plan.json", option, value)
    assert done.code in (0, 64), done.err
