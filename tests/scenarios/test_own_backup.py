"""The vendor's direct routing: a queue without a backup queue is its own; who doesn't wait moves at once.

First from policies to a plan, then with the whole program.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from syncer.checks.constructs import check_constructs
from syncer.emulator.server import Emulator
from syncer.model.change import Action, FieldChange
from syncer.model.finding import Position, Severity
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet, QueueRef
from tests.organizations import (
    Raw,
    applied,
    backed,
    backup,
    conditional,
    groups,
    mixed_organizations,
    planned,
    policies,
    policy,
    raw,
    routed,
)
from tests.program import Program, live_queue
from tests.properties import examples


def found(plan: Plan) -> list[str]:
    return [finding.id for finding in plan.findings]


def itself(name: str, wait: Any = 60, waits_on: bool = False, **fields: Any) -> Raw:
    """A queue without a backup queue, as the vendor shows it."""
    return backed(name, name, wait, waits_on, **fields)


def test_a_queue_that_live_shows_as_its_own_backup_queue_has_none() -> None:
    none = ["backup"]
    wanted = policies(
        policy("A", capacity=1000.0, base_load=100, backup=backup("B")),
        policy("B", managed=False, capacity=10.0),
        policy("C", kinds=none),
        policy("D", backup=backup("C")),
    )
    live = [itself("A", 90, True), itself("B"), itself("C", 600, True), itself("D", 77), itself("E")]
    plan = planned(wanted, live)
    assert [("A", Action.CREATE), ("D", Action.CREATE)] == [
        (change.name, rule.action) for change in plan.changes for rule in change.rules
    ]
    assert [("capacity.exceeded", "B takes up to 100 from A: up to 100 of 10")] == [
        (each.id, each.message) for each in plan.findings
    ]
    after = applied(plan, live)
    assert () == planned(wanted, after).changes
    direct = [each["directRouting"] for each in after]
    kept = ("agentWaitSeconds", "waitForAgent")
    assert [(90, False), (60, False), (600, True), (77, False), (60, False)] == [
        tuple(each[name] for name in kept) for each in direct
    ], "the wait that is not used stays"


def test_an_unused_wait_is_no_difference_and_a_warning_where_it_is_written() -> None:
    wanted = policies(policy("A", backup=backup("B", 90)), policy("B"))
    plan = planned(wanted, [backed("A", "B", 300), raw("B")])
    assert (["dialect.unused-wait"], ()) == (found(plan), plan.changes)
    (warning,) = plan.findings
    assert (Severity.WARNING, Position("policies/a.yaml", 2, 5), "A") == (
        warning.severity,
        warning.position,
        warning.queue,
    )
    waiting = planned(wanted, [backed("A", "B", 300, True), raw("B")])
    (change,) = waiting.changes
    assert (FieldChange("wait_for_agent", True, False),) == change.rules[0].fields
    unwritten = policies(policy("A", backup=backup("B", None, True)), policy("B"))
    (change,) = planned(unwritten, [backed("A", "B", 300, True), raw("B")]).changes
    assert (FieldChange("agent_wait", 300, 60),) == change.rules[0].fields


def test_a_wait_that_live_holds_out_of_bounds_is_told_and_set_right() -> None:
    wanted = policies(policy("A", backup=backup("B")), policy("B"))
    (change,) = planned(wanted, [backed("A", "B", 10), raw("B")]).changes
    (rule,) = change.rules
    assert (FieldChange("agent_wait", 10, 60),) == rule.fields
    assert rule.note.startswith("agentWaitSeconds is 10, not a whole number")


@pytest.mark.parametrize("reference", [QueueRef("A"), QueueRef(id="id-A")], ids=["name", "id"])
@pytest.mark.parametrize("own", [QueueRef("A"), QueueRef(id="id-A")], ids=["by name", "by id"])
def test_the_first_conditional_rule_may_name_its_own_queue(own: QueueRef, reference: QueueRef) -> None:
    first = replace(groups("Night"), target=reference)
    wanted = policies(replace(policy("A", groups=(first, groups("Day"))), queue=own))
    live = [routed("A", conditional("Night", queue="A"), conditional("Day")), raw("B")]
    assert ((), ()) == (planned(wanted, live).findings, planned(wanted, live).changes)
    assert () == check_constructs(wanted)
    other = policies(policy("A", groups=(replace(first, target=QueueRef(id="id-B")),)))
    assert ["dialect.first-rule"] == found(planned(other, live))
    assert () == check_constructs(other), "only live can tell"


@given(mixed_organizations())
@examples(40)
def test_an_own_backup_queue_changes_no_plan(organization: tuple[PolicySet, list[Raw]]) -> None:
    """A server that fills in the queue itself and one that leaves it out give the same plan."""
    wanted, raws = organization
    bare = [without_backup(each) if shows_itself(each) else each for each in raws]
    filled = [filled_in(each) for each in bare]
    plans = [planned(wanted, each, dialect="mixed") for each in (bare, filled)]
    told = [[found for found in each.findings if found.id != "dialect.routing-method"] for each in plans]
    assert told[0] == told[1], "direct routing is another method of routing, with a backup queue or without"
    assert replace(plans[0], findings=()) == replace(plans[1], findings=())
    plan = planned(wanted, filled, dialect="mixed")
    after = [filled_in(each) for each in applied(plan, filled)]
    assert () == planned(wanted, after, dialect="mixed").changes


def direct_of(queue: Raw) -> Raw:
    direct = queue.get("directRouting")
    return direct if isinstance(direct, dict) else {}


def shows_itself(queue: Raw) -> bool:
    return bool(direct_of(queue).get("backupQueueId") == queue["id"])


def without_backup(queue: Raw) -> Raw:
    return queue | {"directRouting": direct_of(queue) | {"backupQueueId": None}}


def filled_in(queue: Raw) -> Raw:
    """The queue as the server shows it."""
    if not isinstance(queue.get("directRouting"), dict) or direct_of(queue).get("backupQueueId"):
        return queue
    return queue | {"directRouting": direct_of(queue) | {"backupQueueId": queue["id"]}}


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
    assert ["capacity.saturated", "capacity.exceeded"] == ids(planned)
    kept, finding = planned["findings"]
    assert "Front keeps up to 100 of 10" == kept["message"]
    assert ("warning", "Loan takes up to 100 from Front: up to 100 of 10") == (
        finding["severity"],
        finding["message"],
    )


def test_a_policy_that_makes_a_queue_its_own_backup_queue_closes_no_loop(program: Program) -> None:
    program.write_policies(
        {"queue": "Front", "capacity": 10, "base_load": 100, "backup": {"queue": "Loan"}},
        {"queue": "Loan", "capacity": 10, "backup": {"queue": "Loan"}},
    )
    with served(FRONT, LOAN) as emulator:
        program.use(emulator)
        planned = program.run("plan", "--format", "json").json
    offline = program.run("validate", "--format", "json").json
    told = {"references.self-target", "capacity.saturated", "capacity.exceeded"}
    assert [told, told] == [set(ids(offline)), set(ids(planned))]


def test_an_own_backup_queue_is_nowhere_shown_as_a_rule(program: Program) -> None:
    program.write_policies({"queue": "Front", "capacity": 10, "backup": {"queue": "Loan"}})
    with served(FRONT, LOAN) as emulator:
        program.use(emulator)
        said = program.run("plan", "--unmanaged", "--format", "json", "--out", "plan.json").json
        note = program.run("comment", "plan.json", "--dry-run").out
        applied = program.run("apply", "plan.json", "--auto-approve", "--format", "json").json
        drifted = program.run("drift", "--format", "json").json
    (unmanaged,) = said["result"]["unmanaged"]
    assert ({"id": "loan", "name": "Loan"}, []) == (unmanaged["queue"], unmanaged["rules"])
    assert [[]] == [queue["rules"] for queue in said["result"]["plan"]["live"]]
    assert 'flowchart LR\nn1["Front"]\nn2["Loan"]\nn1 ==>|"+ backup"| n2\n' in note
    assert {"capacity.missing"} == set(ids(said)) | set(ids(applied)) | set(ids(drifted))


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
    assert "  # Live rules: backup Front after 10 s\n" in Path("adopted/queues.yaml").read_text()
    assert "backup Front after 10 s" in unmanaged.out
    assert "60 s" not in unmanaged.out + Path("adopted/queues.yaml").read_text()


def test_a_first_conditional_rule_that_names_its_own_queue_is_no_change(program: Program) -> None:
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
