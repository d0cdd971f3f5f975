"""The vendor's forms of direct routing from outside: a queue that is its own backup queue, and odd waits."""

from pathlib import Path
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from tests.program import Program, live_queue

Raw = dict[str, Any]


def direct(backup: str | None, wait: int = 60, waits_on: bool = False) -> Raw:
    """The fields of a queue with direct routing."""
    return {"directRouting": {"backupQueueId": backup, "agentWaitSeconds": wait, "waitForAgent": waits_on}}


def served(*queues: Raw) -> Emulator:
    """An organization of the vendor's form: without etags."""
    return Emulator(queues=list(queues), lock="none", rate_limit=1_000_000)


def ids(document: Raw) -> list[str]:
    return [each["id"] for each in document["findings"]]


FRONT, LOAN = live_queue("Front"), live_queue("Loan", **direct("loan"))


def test_an_own_backup_queue_hides_no_overload(program: Program) -> None:
    program.write_policies(
        {
            "queue": "Front",
            "capacity": 10,
            "base_load": 100,
            "backup": {"queue": "Loan", "agent_wait": 60, "wait_for_agent": True},
        },
        {"queue": "Loan", "manage": False, "capacity": 10},
    )
    with served(FRONT, LOAN) as emulator:
        program.use(emulator)
        planned = program.run("plan", "--format", "json").json
    assert ["capacity.exceeded"] == ids(planned)
    (finding,) = planned["findings"]
    assert ("warning", "Loan takes up to 100 from Front: up to 100 of 10") == (
        finding["severity"],
        finding["message"],
    )


@pytest.mark.parametrize("backup", ["loan", None])
def test_what_is_exported_is_valid_and_changes_nothing(program: Program, backup: str | None) -> None:
    waiting = live_queue("Waiting", **direct("front", 600, True))
    at_once = live_queue("At Once", **direct("front", 600))
    with served(FRONT, live_queue("Loan", **direct(backup)), waiting, at_once) as emulator:
        program.use(emulator)
        exported = program.run("export", "--output", "adopted", "--format", "json")
        validated = program.run("validate", "--policies", "adopted", "--format", "json")
        planned = program.run("plan", "--policies", "adopted", "--format", "json")
        text = Path("adopted/queues.yaml").read_text()
        again = program.run("export", "--output", "adopted", "--update")
    assert ([], {"capacity.missing"}) == (exported.json["result"]["skipped"], set(ids(validated.json)))
    assert ([], {"capacity.missing"}) == (planned.json["result"]["plan"]["changes"], set(ids(planned.json)))
    assert "    backup:\n      queue: Front\n      agent_wait: 600\n      wait_for_agent: true\n" in text
    assert "    backup:\n      queue: Front\n    conditional_groups" in text
    assert (0, text) == (again.code, Path("adopted/queues.yaml").read_text())


def test_clearing_a_backup_queue_is_done_when_live_shows_the_queue_itself(program: Program) -> None:
    program.write_policies({"queue": "Loan", "capacity": 10, "backup": None})
    program.write_settings()
    with served(FRONT, live_queue("Loan", **direct("front", 600, True))) as emulator:
        program.use(emulator)
        applied = program.run("apply", "--auto-approve", "--format", "json")
        shown = program.live()["loan"]["directRouting"]
        planned = program.run("plan", "--format", "json")
        drifted = program.run("drift", "--detailed-exitcode")
        undone = program.run("rollback", "last", "--auto-approve")
        restored = program.live()["loan"]["directRouting"]
        again = program.run("apply", "--auto-approve", "--format", "json")
        back = program.run("rollback", "last", "--auto-approve")
    assert (0, ["applied"]) == (
        applied.code,
        [each["status"] for each in applied.json["result"]["outcomes"]],
    )
    assert {"backupQueueId": "loan", "agentWaitSeconds": 600, "waitForAgent": True} == shown
    assert ([], 0) == (planned.json["result"]["plan"]["changes"], drifted.code)
    assert (0, "front") == (undone.code, restored["backupQueueId"])
    assert (0, 0) == (again.code, back.code)


def test_a_backup_queue_that_was_created_is_taken_back(program: Program) -> None:
    program.write_policies(
        {"queue": "Loan", "capacity": 1000, "backup": {"queue": "Front"}},
        {"queue": "Front", "capacity": 1000},
    )
    program.write_settings()
    with served(FRONT, live_queue("Loan", **direct(None, 600, True))) as emulator:
        program.use(emulator)
        applied = program.run("apply", "--auto-approve")
        shown = program.live()["loan"]["directRouting"]
        undone = program.run("rollback", "last", "--auto-approve")
        restored = program.live()["loan"]["directRouting"]
    assert (0, 0) == (applied.code, undone.code)
    assert {"backupQueueId": "front", "agentWaitSeconds": 600, "waitForAgent": False} == shown
    assert {"backupQueueId": "loan", "agentWaitSeconds": 600, "waitForAgent": True} == restored


def test_a_wait_out_of_bounds_is_told_as_live_holds_it(program: Program) -> None:
    with served(FRONT, live_queue("Short", **direct("front", 10, True))) as emulator:
        program.use(emulator)
        program.run("export", "--output", "adopted")
        program.write_policies({"queue": "Front", "capacity": 1, "manage": False})
        unmanaged = program.run("plan", "--unmanaged")
    assert "  # Live has: backup Front after 10 s\n" in Path("adopted/queues.yaml").read_text()
    assert "backup Front after 10 s" in unmanaged.out
    assert "60 s" not in unmanaged.out + Path("adopted/queues.yaml").read_text()


def test_the_first_conditional_rule_may_name_its_own_queue(program: Program) -> None:
    members = [{"id": "team", "name": "Reserve", "type": "TEAM"}]
    asked = [{"id": "team", "type": "TEAM"}]
    first = {"metric": "EstimatedWaitTime", "operator": "GreaterThan", "conditionValue": 30}
    rule = {**first, "waitSeconds": 0, "groups": asked}
    said = {"metric": "EstimatedWaitTime", "operator": "GreaterThan", "value": 30}
    program.write_policies(
        {
            "queue": "Card",
            "capacity": 10,
            "conditional_groups": [{"queue": "Card", **said, "groups": [{"team": "Reserve"}]}],
        }
    )
    with served(
        live_queue("Card", memberGroups=members, conditionalGroupRouting={"rules": [rule]})
    ) as emulator:
        program.use(emulator)
        planned = program.run("plan")
    assert (0, True) == (planned.code, "no changes" in planned.out)
