"""A plan of some queues: these as the policies have them, all others as live has them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.checks.safety import objections
from syncer.drift.found import drift_of, looking, sightings
from syncer.model.change import Reason
from syncer.model.finding import Severity
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet, QueueRef
from syncer.model.queue import fits
from syncer.model.settings import Ignore, Ownership, Safety, Settings
from syncer.net.timing import from_rfc3339
from syncer.planning.document import plan_document
from syncer.planning.saved_plan import moved, plan_of
from tests.organizations import (
    NAMES,
    NOW,
    Raw,
    applied,
    mixed_organizations,
    overflow,
    planned,
    policies,
    policy,
    raw,
    rule,
)
from tests.properties import examples

US = Settings(ownership=Ownership("us"))
OURS = "[managed by syncer: us]"


def found(plan: Plan, severity: Severity = Severity.ERROR) -> list[tuple[str, str]]:
    return [(finding.id, finding.queue) for finding in plan.findings if finding.severity is severity]


def reasons(plan: Plan) -> dict[str, str]:
    """Why each queue stays, and ``changed`` of those that don't."""
    return {each.name: each.reason.value for each in plan.untouched} | {
        change.name: "changed" for change in plan.changes
    }


def ways(plan: Plan) -> dict[str, object]:
    """What is made of each queue, whatever its step."""
    return {change.queue: replace(change, step=1, waits_for=()) for change in plan.changes}


_PATTERNS = st.lists(
    st.sampled_from([*NAMES, *(f"id-{name}" for name in NAMES), "Q[0-2]", "*3", "nobody"]), min_size=1
).map(tuple)


@given(mixed_organizations(), _PATTERNS, st.booleans())
@examples(60)
def test_a_narrowed_plan_changes_nothing_but_what_was_selected(
    organization: tuple[PolicySet, list[Raw]], patterns: tuple[str, ...], ours: bool
) -> None:
    wanted, raws = organization
    settings = US if ours else Settings()
    raws = [{**each, "description": OURS} if place % 2 else each for place, each in enumerate(raws)]
    whole = planned(wanted, raws, dialect="mixed", settings=settings)
    plan = planned(wanted, raws, dialect="mixed", settings=settings, selected=patterns)
    selected = {each["id"] for each in raws if fits(each["name"], patterns) or fits(each["id"], patterns)}
    assert {id_: way for id_, way in ways(whole).items() if id_ in selected} == ways(plan)
    after = applied(plan, raws)
    assert [each for each in raws if each["id"] not in selected] == [
        each for each in after if each["id"] not in selected
    ]
    again = planned(wanted, after, dialect="mixed", settings=settings, selected=patterns)
    assert () == again.changes
    described = {f"id-{queue.queue.name}" for queue in wanted.queues}
    assert described - selected == {
        each.queue for each in plan.untouched if each.reason is Reason.NOT_SELECTED
    }


@given(mixed_organizations())
@examples(20)
def test_a_plan_of_every_queue_is_the_whole_plan(organization: tuple[PolicySet, list[Raw]]) -> None:
    wanted, raws = organization
    whole = planned(wanted, raws, dialect="mixed")
    assert whole == replace(planned(wanted, raws, dialect="mixed", selected=("*",)), selected=())


LOOP = policies(policy("A", rule("B")), policy("B", rule("A")), policy("C", rule("B")))


def test_a_loop_of_the_whole_wish_is_none_of_a_part_and_a_loop_with_live_is_one() -> None:
    empty = [raw("A"), raw("B"), raw("C")]
    assert [("loops.cycle", "A")] == found(planned(LOOP, empty))
    part = planned(LOOP, empty, selected=("A", "C"))
    assert ([], {"A": "changed", "B": "not selected", "C": "changed"}) == (found(part), reasons(part))
    assert part.applicable
    closed = [raw("A"), raw("B", overflow("A")), raw("C")]
    (loop,) = [each for each in planned(LOOP, closed, selected=("A",)).findings if each.id == "loops.cycle"]
    assert (Severity.ERROR, "A → B → A overflows in a circle") == (loop.severity, loop.message)
    assert ["A → B at 25 % after 60 s, new in this change", "B → A at 25 % after 60 s"] == [
        note.message for note in loop.notes
    ]
    assert [] == found(planned(LOOP, closed, selected=("C",)))


def test_a_loop_that_the_whole_wish_breaks_stands_as_long_as_its_queue_is_not_selected() -> None:
    wanted = policies(policy("A", rule("B")), policy("B"))
    raws = [raw("A"), raw("B", overflow("A"))]
    assert [] == found(planned(wanted, raws))
    assert [("loops.cycle", "A")] == found(planned(wanted, raws, selected=("A",)))


def test_capacity_is_that_of_all_queues_and_the_load_that_of_live() -> None:
    busy = [policy(name, rule("C", 50), base_load=60) for name in "AB"]
    wanted = policies(*busy, policy("C", capacity=40.0))
    raws = [raw("A"), raw("B"), raw("C")]
    assert [("capacity.exceeded", "C")] == found(planned(wanted, raws))
    assert [] == found(planned(wanted, raws, selected=("A",)))
    full = [raw("A"), raw("B", overflow("C", 50)), raw("C")]
    (over,) = [each for each in planned(wanted, full, selected=("A",)).findings if each.queue == "C"]
    assert ("capacity.exceeded", Severity.ERROR) == (over.id, over.severity)
    assert "C takes 30 from A and 30 from B: 60 of 40" == over.message


def test_what_is_wrong_with_others_alone_stops_nothing() -> None:
    wanted = policies(
        policy("A", rule("C", 50)),
        policy("B", rule("Nowhere"), rule("B"), rule("C"), rule("C", 3)),
        policy("Gone", rule("C")),
        policy("B", rule("C")),
        policy("C", capacity=40.0),
        policy("Silent", kinds=()),
    )
    raws = [
        raw("A"),
        raw("B", overflow("C", 90), overflow("A", 90)),
        raw("C"),
        raw("Silent", overflow("C", 1)),
    ]
    assert {each.id for each in planned(wanted, raws).findings} > {
        "references.unknown",
        "references.self-target",
        "references.duplicate-target",
        "references.duplicate-queue",
        "references.unlisted",
    }
    part = planned(wanted, raws, selected=("A",))
    assert [] == [each for each in found(part) if each[0].startswith("references.")]
    assert [("capacity.overcommitted", "B")] == found(part, Severity.WARNING)
    assert {"A": "changed", **dict.fromkeys(("B", "C", "Silent"), "not selected")} == reasons(part)
    assert part.applicable
    assert [("references.unknown", "Gone")] == found(planned(wanted, raws, selected=("Gone",)))


def test_the_name_of_a_selected_queue_that_live_has_twice_is_an_error() -> None:
    wanted = policies(policy("A", rule("B")), policy("B"))
    raws = [raw("A"), raw("B"), raw("A") | {"id": "other"}]
    assert [("references.ambiguous", "A")] == found(planned(wanted, raws, selected=("A",)))
    assert [] == found(planned(wanted, raws, selected=("B",)))


def test_marks_of_others_stay_as_they_are() -> None:
    wanted = policies(policy("A"), policy("B"), policy("C", managed=False))
    raws = [
        raw("A"),
        raw("B"),
        raw("C", description=OURS),
        raw("D", description=OURS),
        raw("E", description="[managed by syncer: them]"),
    ]
    part = planned(wanted, raws, settings=US, selected=("A",))
    assert [("A", "")] == [(each.name, each.rules[0].target) for each in part.changes]
    assert ([], []) == (found(part), found(part, Severity.WARNING))
    assert ["C"] == [each.name for each in planned(wanted, raws, settings=US, selected=("C",)).changes]
    release = Settings(ownership=Ownership("us", release=True))
    assert ["C"] == [each.name for each in planned(wanted, raws, settings=release, selected=("C",)).changes]
    assert [] == list(planned(wanted, raws, settings=release, selected=("A",)).changes)
    theirs = [each | {"description": raws[-1]["description"]} for each in raws]
    assert [("ownership.other", "A")] == found(planned(wanted, theirs, settings=US, selected=("A",)))


def test_what_is_ignored_of_others_is_not_told() -> None:
    settings = Settings(ignore=(Ignore(("B",)), Ignore(("*",), ("threshold",))))
    raws = [raw("A", overflow("C", 5)), raw("B"), raw("C", overflow("D", 5)), raw("D")]
    wanted = policies(policy("A", rule("C")), policy("B"), policy("C", rule("D")))
    whole, part = (planned(wanted, raws, settings=settings, selected=only) for only in ((), ("A",)))
    assert (["A", "B", "C"], ["A"]) == tuple([each.name for each in plan.ignored] for plan in (whole, part))
    assert {"A": "equal", "B": "not selected", "C": "not selected", "D": "unmanaged"} == reasons(part)
    assert "ignored" == reasons(planned(wanted, raws, settings=settings, selected=("B",)))["B"]


def test_a_limit_of_a_share_is_one_of_all_managed_rules() -> None:
    many = [overflow(name, 1) for name in "BCDEFG"]
    wanted = policies(policy("A"), policy("B", kinds=["overflow"]), policy("Z", managed=False))
    raws = [raw("A", *many[:2]), raw("B", *many[1:]), raw("Z", *many), *(raw(name) for name in "CDEFG")]
    whole, part = (planned(wanted, raws, selected=only) for only in ((), ("A",)))
    assert (7, 7) == (whole.managed_rules, part.managed_rules)
    limits = Safety(max_change_percent=30, max_delete_percent=30, from_rules=2)
    refused = [bool(objections(plan, limits, from_rfc3339(NOW))) for plan in (whole, part)]
    assert [True, False] == refused
    ignored = Settings(ignore=(Ignore(("B",)),))
    assert 2 == planned(wanted, raws, selected=("A",), settings=ignored).managed_rules


def test_a_queue_that_its_policy_names_by_id_is_selected_by_the_name_of_live() -> None:
    by_id = replace(policy("A", rule("B")), queue=QueueRef(id="id-A"))
    raws = [raw("A"), raw("B"), raw("C")]
    for pattern in ("A", "id-A", "?"):
        plan = planned(policies(by_id, policy("C", rule("B"))), raws, selected=(pattern,))
        assert "changed" == reasons(plan)["A"]
    assert "not selected" == reasons(planned(policies(by_id, policy("C")), raws, selected=("C",)))["A"]


def test_a_saved_plan_keeps_what_was_selected() -> None:
    wanted = policies(policy("A", rule("B")), policy("B"), policy("C"))
    raws = [raw("A"), raw("B"), raw("C")]
    some, all_ = (plan_document(planned(wanted, raws, selected=only)) for only in (("A", "B*"), ()))
    assert (["A", "B*"], 1) == (some["selected"], some["summary"]["queues_not_selected"])
    assert some["digest"] != all_["digest"]
    saved, whole = plan_of(some), plan_of(all_)
    assert ("A", "B*") == saved.selected
    assert [] == moved(saved, saved)
    assert ["it was made for the queues 'A', 'B*', this is all queues"] == moved(saved, whole)
    assert ["it was made for all queues, this is the queues 'A', 'B*'"] == moved(whole, saved)


def test_a_rule_of_another_queue_that_moved_in_live_makes_it_stale() -> None:
    wanted = policies(policy("A", rule("B")), policy("B"))
    then, now = (
        plan_of(plan_document(planned(wanted, [raw("A"), raw("B", *rules), raw("C")], selected=("A",))))
        for rules in ((), (overflow("C"),))
    )
    assert ["live queue B (id-B): no rules became 25 % to C after 60 s"] == moved(then, now)


@pytest.mark.parametrize(("selected", "looked_at"), [((), ["A", "B", "C"]), (("A",), ["A"])])
def test_drift_looks_at_what_was_selected(selected: tuple[str, ...], looked_at: list[str]) -> None:
    wanted = policies(policy("A", rule("C")), policy("B", rule("C")), policy("C", rule("D")))
    raws = [raw(name) for name in "ABCD"]
    before = sightings(drift_of(planned(wanted, raws)))
    looks = looking(planned(wanted, raws, selected=selected))
    assert looked_at == [facts.queue_name for key, facts in before.items() if looks(key)]
