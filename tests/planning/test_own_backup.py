"""The vendor's direct routing: a queue without a backup queue is its own; who doesn't wait moves at once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from syncer.checks.constructs import check_constructs
from syncer.model.change import Action, FieldChange
from syncer.model.finding import Position, Severity
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet, QueueRef
from tests.organisations import (
    Raw,
    applied,
    backed,
    backup,
    conditional,
    groups,
    mixed_organisations,
    planned,
    policies,
    policy,
    raw,
    routed,
)
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


@given(mixed_organisations())
@examples(40)
def test_an_own_backup_queue_changes_no_plan(organisation: tuple[PolicySet, list[Raw]]) -> None:
    """A server that fills in the queue itself and one that leaves it out give the same plan."""
    wanted, raws = organisation
    bare = [without_backup(each) if shows_itself(each) else each for each in raws]
    filled = [filled_in(each) for each in bare]
    assert planned(wanted, bare, dialect="mixed") == planned(wanted, filled, dialect="mixed")
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
