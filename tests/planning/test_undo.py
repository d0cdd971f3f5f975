from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given

from syncer.audit.entries import Run, change_entries
from syncer.errors import AuditError
from syncer.kinds.overflow import OverflowRule
from syncer.live.wire import read_queue
from syncer.model.change import Action, Reason
from syncer.model.plan import Outcome, Plan, Status
from syncer.model.policy import PolicySet
from syncer.planning.standing import newer_than, standing
from syncer.planning.undo import AboutConflicts, left_in_conflict, tolerant, undo_plan
from tests.organizations import (
    NOW,
    Raw,
    applied,
    inputs_over,
    organizations,
    overflow,
    planned,
    policies,
    policy,
    raw,
    rule,
)
from tests.properties import examples

Entries = list[dict[str, Any]]


def audited(plan: Plan, status: Status = Status.APPLIED, run: str = "1") -> Entries:
    """The entries of a run that carried out ``plan``."""
    shared = Run(run, NOW, plan.api)
    return [
        entry for change in plan.changes for entry in change_entries(shared, Outcome(change, status), NOW)
    ]


def undone(entries: Entries, raws: Sequence[Raw], wanted: PolicySet | None = None, run: str = "1") -> Plan:
    """The plan back, over what live is now."""
    return undo_plan(standing(entries, run).images, inputs_over(wanted or policies(), raws), NOW)


def conflicts(plan: Plan) -> list[str]:
    return [finding.message for finding in plan.findings if finding.id == "rollback.conflict"]


WANTED = policies(policy("A", rule("B", 30), rule("C")), policy("B"))
BEFORE = [raw("A", overflow("B", 20), overflow("D")), raw("B"), raw("C"), raw("D")]
PLAN = planned(WANTED, BEFORE)
AFTER = applied(PLAN, BEFORE)


def test_a_run_is_undone() -> None:
    back = undone(audited(PLAN), AFTER, WANTED)
    (change,) = back.changes
    assert (PLAN.changes[0].after, PLAN.changes[0].before) == (change.before, change.after)
    assert [Action.UPDATE, Action.CREATE, Action.DELETE] == [each.action for each in change.rules]
    assert back.applicable
    assert [("B", Reason.NOT_SELECTED), ("C", Reason.UNMANAGED), ("D", Reason.UNMANAGED)] == [
        (each.name, each.reason) for each in back.untouched
    ]


def test_what_is_back_already_needs_nothing() -> None:
    assert () == undone(audited(PLAN), BEFORE).changes


def test_only_what_the_run_changed_is_undone() -> None:
    other = [{**entry, "run": "2"} for entry in audited(PLAN)]
    closing = {"kind": "run", "run": "1"}
    failed = audited(PLAN, Status.FAILED)
    assert () == undone([*other, *failed, closing], AFTER).changes
    assert 1 == len(undone([*failed, *audited(PLAN, Status.UNKNOWN)], AFTER).changes)


def test_other_rules_and_what_is_not_ours_stay() -> None:
    mixed = [raw("A", *AFTER[0]["routingRules"], overflow("Z", 1), members=7), *AFTER[1:], raw("Z")]
    back = undone(audited(PLAN), mixed)
    targets = [rule.target for rule in back.changes[0].after]
    assert ["id-B", "id-Z", "id-D"] == targets
    assert 7 == applied(back, mixed)[0]["members"]


@pytest.mark.parametrize(
    ("now", "message"),
    [
        (
            [raw("A", overflow("B", 99), overflow("C"))],
            "A: the run left 30 % to B after 60 s; now: 99 % to B after 60 s",
        ),
        ([raw("A", overflow("C"))], "A: the run left 30 % to B after 60 s; now: no rule to B"),
        (
            [raw("A", overflow("B", 30), overflow("C"), overflow("D", 1))],
            "A: the run left no rule to D; now: 1 % to D after 60 s",
        ),
        ([], "the organization no longer lists A"),
        (
            [raw("A", overflow("B", 30), overflow("C"), {"type": "overflow"})],
            "A has a live rule that can't be read: overflowTarget is None, not the id of a queue",
        ),
    ],
    ids=["changed", "gone", "back in another way", "no queue", "unreadable"],
)
def test_what_somebody_changed_since_is_not_overwritten(now: list[Raw], message: str) -> None:
    back = undone(audited(PLAN), [*now, *AFTER[1:]])
    assert [message] == conflicts(back)
    assert ((), False) == (back.changes, back.applicable)


def test_a_target_that_is_gone_can_not_come_back() -> None:
    back = undone(audited(PLAN), AFTER[:3])
    assert ["A: the organization no longer lists the target D"] == conflicts(back)


def test_a_second_rule_that_the_run_took_away_does_not_come_back() -> None:
    before = [raw("A", overflow("B"), overflow("B", 1)), raw("B")]
    wanted = policies(policy("A", rule("B")), policy("B"))
    plan = planned(wanted, before)
    back = undone(audited(plan), applied(plan, before), wanted)
    (kept,) = [finding.message for finding in back.findings if finding.id == "rollback.kept"]
    assert kept.startswith("A: the rule to B is not restored: ")
    assert ((), True) == (back.changes, back.applicable)


def test_a_second_rule_that_came_since_is_no_longer_there() -> None:
    now = [raw("A", *AFTER[0]["routingRules"], overflow("Z", 5), overflow("Z", 9)), *AFTER[1:], raw("Z")]
    back = undone(audited(PLAN), now)
    kept = [each for each in back.changes[0].after if each.target == "id-Z"]
    assert [OverflowRule("id-Z", 5, 60, True)] == kept
    written = read_queue(applied(back, now)[0])
    assert sorted(map(repr, written.rules)) == sorted(map(repr, back.changes[0].after))


def test_the_way_back_is_checked_like_every_plan() -> None:
    """The run broke a loop: the way back would close it again."""
    before = [raw("A", overflow("B")), raw("B", overflow("A"))]
    wanted = policies(policy("A"), policy("B", rule("A")))
    plan = planned(wanted, before)
    back = undone(audited(plan), applied(plan, before), wanted)
    assert "loops.cycle" in [finding.id for finding in back.findings]
    assert not back.applicable


def test_the_way_back_to_a_rule_to_its_own_queue_is_a_loop() -> None:
    before = [raw("A", overflow("A"))]
    plan = planned(policies(policy("A")), before)
    back = undone(audited(plan), applied(plan, before), policies(policy("A")))
    assert "loops.cycle" in [finding.id for finding in back.findings]
    assert not back.applicable


def test_the_last_run_is_the_newest_that_changed_something() -> None:
    last = audited(PLAN, run="2")
    idle = [*audited(PLAN, Status.CONFLICT, run="3"), {"kind": "run", "run": "4", "status": "refused"}]
    entries = [*audited(PLAN, run="1"), *last, *idle]
    assert standing(last, "2") == standing(entries, "last")
    assert {"B", "C", "D"} == {image.target_name for image in standing(entries, "last").images}
    for idle_run in ("3", "4"):
        found = standing(entries, idle_run)
        assert f"run {idle_run} changed nothing, so there is nothing to undo" == found.words
        assert () == found.images
    for nothing in ([], idle):
        with pytest.raises(AuditError, match="has no apply that changed anything"):
            standing(nothing, "last")


def test_an_unknown_run_and_an_entry_without_images() -> None:
    with pytest.raises(AuditError, match="has no run 7"):
        standing(audited(PLAN), "7")
    entry = {"kind": "change", "run": "1", "status": "applied", "n": 3}
    for broken in ({}, {"before": "text", "after": None}, {"before": {"target": 1}, "after": None}):
        with pytest.raises(AuditError, match="entry 3 holds no image"):
            standing([{**entry, **broken}], "1")


@given(organizations())
@examples(40)
def test_there_and_back_again(organization: tuple[PolicySet, list[Raw]]) -> None:
    wanted, raws = organization
    plan = planned(wanted, raws)
    if not plan.changes:
        return
    back = undone(audited(plan), applied(plan, raws), wanted)
    restored = applied(back, applied(plan, raws))
    names = {raw["id"] for raw in raws}
    blocked = {finding.queue for finding in back.findings if finding.id == "rollback.conflict"}
    for change in plan.changes:
        readable = {each.target for each in change.rules if not each.note}
        if change.name not in blocked and {each.target for each in change.before} <= names:
            live = next(read_queue(each) for each in restored if each["id"] == change.queue)
            before = {each.target: each for each in reversed(change.before) if each.target in readable}
            now = {each.target: each for each in live.rules if each.target in readable}
            assert before == now


def test_a_newer_run_that_made_a_rule_what_it_is_is_named() -> None:
    """Somebody on top of it is a conflict with somebody."""
    name = "20260301T083000Z-9f2c41"
    later = planned(policies(policy("A", rule("B", 40), rule("C")), policy("B")), AFTER)
    entries = [*audited(PLAN), *audited(later, run=name)]
    conflicts_of = AboutConflicts(lambda: newer_than(entries, "1"))
    now = applied(later, AFTER)
    images = standing(entries, "1").images
    back = undo_plan(images, inputs_over(WANTED, now), NOW, conflicts_of)
    (found,) = [each for each in back.findings if each.id == "rollback.newer-run"]
    assert found.message == "A: run 20260301T083000Z-9f2c41 changed it since"
    assert (f"Undo that first: syncer rollback {name}", False) == (found.tip, back.applicable)
    edited = [raw("A", overflow("B", 77), overflow("C")), *now[1:]]
    assert 1 == len(conflicts(undo_plan(images, inputs_over(WANTED, edited), NOW, conflicts_of)))


def test_conflicts_that_are_skipped_refuse_nothing() -> None:
    now = [raw("A", overflow("B", 99), overflow("C")), *AFTER[1:]]
    skipping = AboutConflicts(skip=True)
    back = undo_plan(standing(audited(PLAN), "1").images, inputs_over(WANTED, now), NOW, skipping)
    assert ((), True, frozenset({"id-A"})) == (back.changes, back.applicable, left_in_conflict(back))


def test_only_loops_and_what_others_did_refuse_a_way_back() -> None:
    """Back to 60 % and 50 %: more than all, which a rollback tolerates; it tolerates no conflict."""
    before = [raw("A", overflow("B", 60), overflow("D", 50)), raw("B"), raw("D")]
    wanted = policies(policy("A", rule("B", 40)), policy("B"), policy("D"))
    plan = planned(wanted, before)
    back = undone(audited(plan), applied(plan, before), wanted)
    assert (False, True) == (back.applicable, tolerant(back).applicable)
    taken = undone(audited(PLAN), [raw("A", overflow("B", 99), overflow("C")), *AFTER[1:]])
    assert not tolerant(taken).applicable
