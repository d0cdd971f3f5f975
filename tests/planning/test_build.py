from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, Reason, Untouched
from syncer.model.finding import Finding, Position, Severity, Since
from syncer.model.json_values import canonical
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet
from syncer.model.settings import Settings
from syncer.planning.document import plan_document
from syncer.planning.saved_plan import moved, plan_of
from tests.organizations import (
    NOW,
    Raw,
    applied,
    organizations,
    overflow,
    planned,
    policies,
    policy,
    raw,
    rule,
    shuffled,
)
from tests.properties import examples


def found(plan: Plan, severity: Severity = Severity.ERROR) -> list[str]:
    return [finding.id for finding in plan.findings if finding.severity is severity]


def test_a_plan_says_everything_about_a_change() -> None:
    wanted = policies(policy("A", rule("B", 30)), policy("B"))
    plan = planned(wanted, [raw("A", overflow("B")), raw("B")], environment="test")
    (change,) = plan.changes
    assert ("id-A", "A", 1, ()) == (change.queue, change.name, change.step, change.waits_for)
    assert [Action.UPDATE] == [each.action for each in change.rules]
    assert (OverflowRule("id-B", 25, 60, True),) == change.before
    assert (OverflowRule("id-B", 30, 60, True),) == change.after
    assert (NOW, "test", "etag", 1) == (plan.created_at, plan.environment, plan.lock, plan.managed_rules)
    assert plan.applicable


def test_every_reason_to_leave_a_queue_alone() -> None:
    wanted = policies(
        policy("Equal", rule("Free")),
        policy("Off", rule("Free", enabled=False)),
        policy("Watched", managed=False),
        policy("Unresolved", rule("Nowhere")),
    )
    plan = planned(
        wanted,
        [
            raw("Equal", overflow("Free")),
            raw("Off", overflow("Free", enabled=False)),
            raw("Watched", overflow("Free")),
            raw("Unresolved", overflow("Free")),
            raw("Free"),
        ],
    )
    assert () == plan.changes
    assert (
        Untouched("id-Equal", "Equal", Reason.EQUAL),
        Untouched("id-Free", "Free", Reason.UNMANAGED),
        Untouched("id-Off", "Off", Reason.DISABLED),
        Untouched("id-Unresolved", "Unresolved", Reason.LEFT_OUT),
        Untouched("id-Watched", "Watched", Reason.NOT_MANAGED),
    ) == plan.untouched


def test_what_was_seen_are_queues_with_rules_and_managed_ones_by_name() -> None:
    wanted = policies(policy("B", rule("A")), policy("A"))
    plan = planned(wanted, [raw("Z", overflow("A")), raw("Y"), raw("B", overflow("A")), raw("A")])
    assert ["A", "B", "Z"] == [queue.name for queue in plan.live]


@pytest.mark.parametrize("listed", [True, False], ids=["overflow: []", "no list"])
def test_rules_that_a_policy_says_nothing_about_stay_with_a_warning(listed: bool) -> None:
    wanted = policies(policy("A", kinds=["overflow"] if listed else []), policy("B"))
    plan = planned(wanted, [raw("A", overflow("B")), raw("B")])
    assert listed == plan.count(Action.DELETE)
    warnings = [] if listed else ["references.unlisted"]
    assert warnings == found(plan, Severity.WARNING)
    if not listed:
        (warning,) = plan.findings
        assert "25 % to B after 60 s" in warning.message
        assert Position("policies/a.yaml", 1, 3) == warning.position


def test_a_rule_that_stays_and_leads_to_its_own_queue_is_a_loop() -> None:
    """No rule of the policies is to blame, so only the network tells; and no change of it, so that it may
    be applied."""
    plan = planned(policies(policy("A", kinds=[])), [raw("A", overflow("A"))])
    assert ["loops.cycle"] == found(plan)
    assert [Since.BEFORE] == [each.since for each in plan.findings if each.loop]
    assert ((), True) == (plan.changes, plan.applicable)


def test_a_rule_of_the_policies_to_its_own_queue_hides_no_circle() -> None:
    wanted = policies(policy("A", rule("A", 1), rule("B")), policy("B", rule("A")))
    plan = planned(wanted, [raw("A"), raw("B")])
    assert ["references.self-target", "loops.cycle"] == found(plan)
    (circle,) = [each for each in plan.findings if each.id == "loops.cycle"]
    assert "A → B → A overflows in a circle" == circle.message


def test_names_that_live_does_not_know_are_errors() -> None:
    plan = planned(policies(policy("A", rule("Bee")), policy("Sea")), [raw("A"), raw("Been"), raw("C")])
    assert ["references.unknown", "references.unknown"] == found(plan)
    assert not plan.applicable


def test_a_loop_through_a_queue_that_nobody_manages_is_an_error() -> None:
    wanted = policies(policy("A", rule("B")), policy("C", rule("A")))
    live = [raw("A"), raw("B", overflow("C")), raw("C", overflow("A"))]
    plan = planned(wanted, live)
    assert "loops.cycle" in found(plan)
    assert not plan.applicable


def test_findings_from_before_are_kept_and_weighed() -> None:
    early = Finding("policies.odd", Severity.WARNING, "odd")
    quiet = Settings(severities={"policies.odd": Severity.ERROR, "references.unlisted": None})
    wanted = policies(policy("A", kinds=[]), policy("B"))
    plan = planned(wanted, [raw("A", overflow("B")), raw("B")], findings=(early,), settings=quiet)
    assert ["policies.odd"] == [finding.id for finding in plan.findings] == found(plan)


def test_one_queue_without_an_etag_means_comparing() -> None:
    bare = {key: value for key, value in raw("B").items() if key != "_etag"}
    assert "compare" == planned(policies(), [raw("A"), bare]).lock


def test_sinks_come_first() -> None:
    wanted = policies(policy("A", rule("B")), policy("B", rule("C")), policy("C", rule("D")), policy("D"))
    plan = planned(wanted, [raw("A"), raw("B"), raw("C"), raw("D", overflow("A"))])
    assert [("D", 1, ()), ("C", 2, ("id-D",)), ("B", 3, ("id-C",)), ("A", 4, ("id-B",))] == [
        (change.name, change.step, change.waits_for) for change in plan.changes
    ]


def as_bytes(wanted: PolicySet, raws: list[Raw], created_at: str = NOW) -> bytes:
    document = plan_document(planned(wanted, raws, created_at))
    return canonical(
        {key: value for key, value in document.items() if key not in ("created_at", "file_digest")}
    )


@given(organizations(), st.integers())
@examples(25)
def test_the_same_inputs_give_the_same_bytes_in_whatever_order_live_lists(
    organization: tuple[PolicySet, list[Raw]], seed: int
) -> None:
    wanted, raws = organization
    again = as_bytes(wanted, shuffled(raws, seed), "2030-01-01T00:00:00.000Z")
    assert as_bytes(wanted, raws) == again


def test_a_guess_at_a_name_does_not_depend_on_the_order_of_the_list() -> None:
    wanted, raws = policies(policy("Sale X")), [raw("Sale A"), raw("Sale B")]
    assert as_bytes(wanted, raws) == as_bytes(wanted, raws[::-1])


def foreign(queue: Raw) -> tuple[Any, ...]:
    """What of a queue is not ours."""
    entries = queue["routingRules"]
    others = [each for each in entries if not (isinstance(each, dict) and each.get("type") == "overflow")]
    return {**queue, "routingRules": None}, others


@given(organizations())
@examples(60)
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(
    organization: tuple[PolicySet, list[Raw]],
) -> None:
    wanted, raws = organization
    plan = planned(wanted, raws)
    after = applied(plan, raws)
    again = planned(wanted, after)
    assert () == again.changes
    assert [foreign(queue) for queue in raws] == [foreign(queue) for queue in after]
    touched = {change.queue for change in plan.changes}
    assert all(new is old for old, new in zip(raws, after, strict=True) if old["id"] not in touched)
    saved = plan_of(plan_document(plan))
    assert moved(saved, saved) == []
    moves = moved(saved, plan_of(plan_document(again)))
    assert bool(plan.changes) == bool(moves)


def test_forty_unknown_fields_survive() -> None:
    fields = {f"unknown{number}": {"nested": [number, None]} for number in range(40)}
    kept = overflow("B") | fields
    preferred = {"operator": "MEETS_THRESHOLD", "threshold": 9, "waitSeconds": 2}
    live = [raw("A", preferred, kept, overflow("C"), **fields), raw("B"), raw("C")]
    after = applied(planned(policies(policy("A", rule("B", 80))), live), live)
    assert {**live[0], "routingRules": [preferred, {**kept, "threshold": 80}]} == after[0]


def test_two_thousand_queues_in_one_chain() -> None:
    names = [f"Q{number:04d}" for number in range(2000)]
    wanted = policies(*(policy(name, rule(below)) for name, below in pairwise(names)), policy(names[-1]))
    plan = planned(wanted, [raw(name) for name in names])
    assert (1999, 1) == (len(plan.changes), plan.changes[-1].step)
    turned = planned(wanted, [*(raw(name) for name in names[:-1]), raw(names[-1], overflow(names[0]))])
    assert 2000 == len(turned.changes) == turned.changes[-1].step
    assert names[-1] == turned.changes[0].name


def test_two_thousand_queues_in_one_circle() -> None:
    names = [f"Q{number:04d}" for number in range(2000)]
    wanted = policies(
        *(policy(name, rule(after)) for name, after in zip(names, names[1:] + names[:1], strict=True))
    )
    plan = planned(wanted, [raw(name) for name in names])
    assert ["loops.cycle"] == found(plan)
    assert plan_document(plan)["applicable"] is False
