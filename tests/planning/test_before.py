"""What a plan says of a change, held against what was there: small organizations, each with one story."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.checks.loads import LoadedNetwork
from syncer.checks.since import Touched, identity
from syncer.model.finding import Limit, Severity, Since
from syncer.model.network import Edge, Facts, Network, Node
from syncer.model.plan import Plan
from syncer.model.policy import PolicyQueue, PolicySet
from syncer.model.rule import WATCH
from syncer.model.settings import DEFAULTS, Settings
from syncer.planning.before import NO_BASE, Base, network_before, touched_by, with_facts
from syncer.planning.build import base_of, build_plan
from tests.organizations import (
    NOW,
    Raw,
    applied,
    backup,
    conditional,
    groups,
    inputs_over,
    mixed_organizations,
    organizations,
    overflow,
    planned,
    policies,
    policy,
    raw,
    routed,
    rule,
)
from tests.properties import examples

BEFORE, NEW, WORSE = Since.BEFORE, Since.NEW, Since.WORSE

Said = tuple[str, str, Since | None, bool]


def said(plan: Plan) -> list[Said]:
    """The errors and warnings: id, queue, how it stands to the change, and whether it refuses."""
    return sorted(
        (finding.id, finding.queue, finding.since, finding.refuses)
        for finding in plan.findings
        if finding.severity is not Severity.INFO
    )


def solved(plan: Plan) -> list[tuple[str, str]]:
    return [(finding.id, finding.queue) for finding in plan.solved]


def against(old: PolicySet, new: PolicySet, live: Iterable[Raw], settings: Settings = DEFAULTS) -> Plan:
    """The plan for ``new``, where the target branch says ``old``."""
    inputs = inputs_over(new, live, settings=settings)
    return build_plan(replace(inputs, base=base_of(old, inputs)), NOW)


def strict(*about: str) -> Settings:
    return Settings(strict=frozenset(about))


def test_twelve_standing_warnings_and_one_small_change() -> None:
    full = [policy(f"S{number:02}", capacity=10.0, base_load=20.0) for number in range(12)]
    wanted = policies(policy("A", rule("B", 30), base_load=100.0), policy("B"), *full)
    plan = planned(wanted, [raw("A", overflow("B", 25)), raw("B"), *(raw(f"S{n:02}") for n in range(12))])
    assert [("capacity.saturated", f"S{n:02}", BEFORE, False) for n in range(12)] == said(plan)
    assert (["A"], True) == ([change.name for change in plan.changes], plan.applicable)
    assert (0.5, 0.5) == (plan.headroom_before.factor, plan.headroom.factor)


def test_two_queues_that_loop_in_live_and_a_third_that_joins_by_a_new_rule() -> None:
    live = [raw("X", overflow("Y")), raw("Y", overflow("X"), overflow("C")), raw("C")]
    plan = planned(policies(policy("C", rule("X"))), live)
    assert [("loops.cycle", NEW, True)] == of_loops(plan)
    assert not plan.applicable
    (found,) = [finding for finding in plan.findings if finding.loop]
    assert found.loop
    assert [("id-C", "id-X", True)] == [
        (each.source, each.target, each.new) for each in found.loop.rules if each.new
    ]
    assert {"id-X", "id-Y", "id-C"} == set(found.loop.tied)
    assert [] == solved(plan)


def of_loops(plan: Plan) -> list[tuple[str, Since | None, bool]]:
    return [(finding.id, finding.since, finding.refuses) for finding in plan.findings if finding.loop]


def test_more_contacts_into_an_old_loop_of_unmanaged_rules_are_said_and_refuse_nothing() -> None:
    live = [raw("X", overflow("Y")), raw("Y", overflow("X")), raw("A", overflow("X", 5)), raw("B")]
    plan = planned(policies(policy("A", rule("X", 10)), policy("B")), live)
    assert [("loops.unmanaged", WORSE, False)] == of_loops(plan)
    assert (["A"], True) == ([change.name for change in plan.changes], plan.applicable)


@pytest.mark.parametrize(("managed", "other"), [("A", "B"), ("B", "A")])
def test_an_old_loop_that_the_policies_do_not_close_alone_refuses_what_sends_more_into_it(
    managed: str, other: str
) -> None:
    live = [raw(managed, overflow(other, 25)), raw(other, overflow(managed))]
    for share, since in ((20, BEFORE), (30, WORSE)):
        plan = planned(policies(policy(managed, rule(other, share))), live)
        assert [("loops.cycle", since, since is WORSE)] == of_loops(plan)
        assert ([managed], since is BEFORE) == ([change.name for change in plan.changes], plan.applicable)


def test_a_loop_that_the_policies_say_refuses_though_live_has_it() -> None:
    live = [raw("A", overflow("B")), raw("B", overflow("A")), raw("C")]
    wanted = policies(policy("A", rule("B")), policy("B", rule("A")), policy("C", rule("A")))
    plan = planned(wanted, live)
    assert [("loops.cycle", WORSE, True)] == of_loops(plan)
    assert (["C"], False) == ([change.name for change in plan.changes], plan.applicable)


def test_a_loop_that_is_broken_is_solved() -> None:
    live = [raw("A", overflow("B")), raw("B", overflow("A"))]
    plan = planned(policies(policy("A"), policy("B", rule("A"))), live)
    assert ([], [("loops.cycle", "A")], True) == (of_loops(plan), solved(plan), plan.applicable)


def into_b(threshold: int, capacity: float | None = 40.0) -> PolicySet:
    """``A``, which is offered 100, sends so many percent to ``B``."""
    return policies(policy("A", rule("B", threshold), base_load=100.0), policy("B", capacity=capacity))


def sending(threshold: int) -> list[Raw]:
    return [raw("A", overflow("B", threshold)), raw("B")]


def test_a_capacity_that_a_policy_halves_refuses_though_no_rule_changes() -> None:
    plan = against(into_b(30, 40.0), into_b(30, 20.0), sending(30))
    assert [("capacity.exceeded", "B", NEW, True)] == said(plan)
    assert ((), False) == (plan.changes, plan.applicable)
    assert (40 / 30, 20 / 30) == (plan.headroom_before.factor, plan.headroom.factor)
    assert {"id-B": Facts(40.0, 0.0)} == plan.facts_before
    worse = against(into_b(50, 40.0), into_b(50, 20.0), sending(50))
    assert ([("capacity.exceeded", "B", WORSE, True)], False) == (said(worse), worse.applicable)


def test_where_nobody_knows_what_it_was_the_capacity_was_what_it_is() -> None:
    plan = planned(into_b(30, 20.0), sending(30))
    assert ([("capacity.exceeded", "B", BEFORE, False)], True) == (said(plan), plan.applicable)
    assert (20 / 30, 20 / 30, {}) == (
        plan.headroom_before.factor,
        plan.headroom.factor,
        dict(plan.facts_before),
    )


def test_a_load_that_a_policy_doubles_refuses_too() -> None:
    old = policies(policy("A", rule("B", 30), base_load=100.0), policy("B", capacity=40.0))
    new = policies(policy("A", rule("B", 30), base_load=200.0), policy("B", capacity=40.0))
    plan = against(old, new, sending(30))
    assert ([("capacity.exceeded", "B", NEW, True)], False) == (said(plan), plan.applicable)
    assert {"id-A": Facts(1000.0, 100.0)} == plan.facts_before


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        # capacity 40: the bands end at 40, 42, 44, 46, 48 and 50
        (35, [None] * 5 + [NEW, *[BEFORE], WORSE, BEFORE, WORSE]),
        (41, [BEFORE, WORSE, BEFORE, WORSE, BEFORE, WORSE, BEFORE, WORSE, BEFORE, WORSE]),
    ],
)
def test_ten_small_steps_add_up(first: int, expected: Sequence[Since | None]) -> None:
    live, steps = sending(first), []
    for threshold in range(first + 1, first + 11):
        plan = planned(into_b(threshold), live)
        steps += [finding.since for finding in plan.findings if finding.id == "capacity.exceeded"] or [None]
        assert (steps[-1] not in (NEW, WORSE)) == plan.applicable
        live = applied(plan, live)
    assert [*expected] == steps


def test_an_overload_that_becomes_smaller_refuses_nothing() -> None:
    plan = planned(into_b(50), sending(60))
    assert ([("capacity.exceeded", "B", BEFORE, False)], True) == (said(plan), plan.applicable)
    assert (40 / 60, 40 / 50) == (plan.headroom_before.factor, plan.headroom.factor)
    assert [] == solved(plan)


@pytest.mark.parametrize("threshold", [38, 20], ids=["tight now", "with room"])
def test_an_overload_that_goes_is_solved(threshold: int) -> None:
    plan = planned(into_b(threshold), sending(60))
    assert ([], [("capacity.exceeded", "B")]) == (said(plan), solved(plan))
    (gone,) = plan.solved
    assert (Since.SOLVED, False, True) == (gone.since, gone.refuses, plan.applicable)


def adopted(changed: int | None = None) -> tuple[PolicySet, list[Raw]]:
    """A thousand queues in rows of ten, without capacities; one rule may be another than live has."""
    names = [f"Q{number:03}" for number in range(1000)]
    sources = {name: target for name, target in pairwise(names) if not name.endswith("9")}
    wanted = policies(
        *(
            policy(
                name,
                *([rule(sources[name], 20 + (place == changed))] if name in sources else []),
                capacity=None,
            )
            for place, name in enumerate(names)
        )
    )
    live = [raw(name, *([overflow(sources[name], 20)] if name in sources else [])) for name in names]
    return wanted, live


def test_an_organization_that_was_adopted_can_be_planned_on_its_first_day() -> None:
    wanted, live = adopted()
    plan = planned(wanted, live)
    assert {("capacity.missing", BEFORE, False)} == {
        (id_, since, refuses) for id_, _, since, refuses in said(plan)
    }
    assert (1000, {Severity.WARNING}) == (len(said(plan)), {finding.severity for finding in plan.findings})
    assert ((), True) == (plan.changes, plan.applicable)
    refused = planned(wanted, live, settings=strict("capacity"))
    assert (1000, False) == (sum(finding.refuses for finding in refused.findings), refused.applicable)
    assert planned(wanted, live, settings=strict("names")).applicable


def test_a_rule_that_changes_needs_the_capacity_of_both_ends() -> None:
    plan = planned(*adopted(changed=123))
    refusing = [finding for finding in plan.findings if finding.refuses]
    assert [("capacity.missing", "Q123", WORSE), ("capacity.missing", "Q124", WORSE)] == [
        (finding.id, finding.queue, finding.since) for finding in refusing
    ]
    assert (998, False) == (sum(each.since is BEFORE for each in plan.findings), plan.applicable)


def test_a_rule_that_only_goes_needs_no_capacity() -> None:
    wanted = policies(
        policy("A", rule("B"), capacity=None), policy("B", capacity=None), policy("C", capacity=None)
    )
    plan = planned(wanted, [raw("A", overflow("B"), overflow("C")), raw("B"), raw("C")])
    expected = [("capacity.missing", name, BEFORE, False) for name in "AB"]
    assert (expected, [("capacity.missing", "C")], True) == (said(plan), solved(plan), plan.applicable)


def test_an_error_about_names_that_was_there_before_leaves_its_queue_out_and_refuses_nothing() -> None:
    wanted = policies(policy("A", rule("Nowhere")), policy("C", rule("B", 30)), policy("B"))
    live = [raw("A"), raw("B"), raw("C")]
    plan = against(wanted, wanted, live)
    assert ([("references.unknown", "A", BEFORE, False)], True) == (said(plan), plan.applicable)
    assert ["C"] == [change.name for change in plan.changes]
    refused = against(wanted, wanted, live, strict("names"))
    assert ([("references.unknown", "A", BEFORE, True)], False) == (said(refused), refused.applicable)


def test_an_error_about_names_that_the_change_brings_refuses() -> None:
    old = policies(policy("A", rule("B")), policy("B"))
    new = policies(policy("A", rule("Nowhere")), policy("B"))
    live = [raw("A", overflow("B")), raw("B")]
    for plan, since in ((against(old, new, live), NEW), (planned(new, live), None)):
        assert ([("references.unknown", "A", since, True)], False) == (said(plan), plan.applicable)


def test_an_error_in_the_policies_of_a_queue_that_is_written_refuses_though_it_is_old() -> None:
    two = policies(policy("A", rule("B"), rule("B", 30)), policy("B"))
    for live, refuses in (([raw("A"), raw("B")], True), ([raw("A", overflow("B")), raw("B")], False)):
        plan = against(two, two, live)
        assert [("references.duplicate-target", "A", BEFORE, refuses)] == said(plan)
        assert refuses is not plan.applicable


def test_a_backup_queue_may_overload_and_does_not_for_certain() -> None:
    wanted = policies(
        policy("A", backup=backup("B"), base_load=100.0), policy("B", capacity=40.0, base_load=20.0)
    )
    plan = planned(wanted, [raw("A"), raw("B")], dialect="mixed")
    (found,) = plan.findings
    assert ("capacity.exceeded", Severity.WARNING, NEW, False) == (
        found.id,
        found.severity,
        found.since,
        found.refuses,
    )
    assert "B takes up to 100 from A: up to 100 of 40" == found.message
    headroom = plan.headroom
    assert (40 / 120, 40 / 20, Limit.KEPT) == (headroom.factor, headroom.at_most, headroom.limit)
    assert (40 / 20, 40 / 20) == (plan.headroom_before.factor, plan.headroom_before.at_most)
    assert plan.applicable


def test_only_rules_that_come_or_change_end_somewhere() -> None:
    wanted = policies(policy("A", rule("B", 30), rule("D", enabled=False)), policy("B"))
    live = [raw("A", overflow("B"), overflow("C")), raw("B"), raw("C"), raw("D")]
    plan = planned(wanted, live)
    sends = frozenset({"id-A", "id-B"})
    assert Touched(frozenset({"id-A", "A"}), sends, frozenset({"id-B"})) == touched_by(plan.changes)


def test_a_watch_that_changes_needs_no_capacity() -> None:
    wanted = policies(
        policy("A", rule("B"), groups=(groups("Day"), groups("Night", queue="B", value=45)), capacity=None),
        policy("B", capacity=None),
    )
    live = [
        routed("A", conditional("Day"), conditional("Night", queue="B"), routingRules=[overflow("B")]),
        raw("B"),
    ]
    plan = planned(wanted, live)
    assert [("capacity.missing", name, BEFORE, False) for name in "AB"] == said(plan)
    assert (["A"], True) == ([change.name for change in plan.changes], plan.applicable)
    assert Touched(frozenset({"id-A", "A"})) == touched_by(plan.changes)


def test_the_network_before_has_the_rules_and_watches_of_live_and_the_facts_of_the_base() -> None:
    seen = {"simpleMetric": {"metric": "EstimatedWaitTime", "queue": {"id": "id-C"}}}
    activation = {"conditionalGroupActivation": {"rules": [{"conditions": [seen], "groups": []}]}}
    wanted = policies(policy("A", rule("B", 30)), policy("B", rule("C")))
    live = [raw("A", overflow("B", 25), **activation), raw("B", overflow("C")), raw("C")]
    inputs = inputs_over(wanted, live)
    plan = build_plan(inputs, NOW)
    kept = Edge("id-B", "id-C", 25, 60, position=None, kind="overflow")
    target = Network(tuple(Node(f"id-{key}", key) for key in "ABC"), (kept,))
    after = LoadedNetwork.of(target)
    was = network_before(after, inputs.live, plan.changes)
    before = with_facts(was, Base({"id-C": Facts(7.0, 3.0)})).network
    assert (
        kept,
        Edge("id-A", "id-B", 25, 60, kind="overflow"),
        Edge("id-A", "id-C", role=WATCH, kind="conditional_group_activation"),
    ) == before.edges
    assert (Node("id-A", "A"), Node("id-B", "B"), Node("id-C", "C", False, 7.0, 3.0)) == before.nodes
    assert after is network_before(after, inputs.live, ())
    assert was is with_facts(was, NO_BASE)


def test_a_base_knows_facts_and_faults_of_what_the_policies_describe() -> None:
    old = policies(policy("A", rule("Nowhere"), capacity=5.0, base_load=2.0))
    base = base_of(old, inputs_over(into_b(30), sending(30)))
    assert {"id-A": Facts(5.0, 2.0)} == base.facts
    assert base.known is not None
    ((id_, queue, message),) = base.known
    assert ("references.unknown", "A") == (id_, queue)
    assert "Nowhere" in message
    assert identity(planned(old, sending(30)).findings[0]) == (id_, queue, message)


def test_another_order_of_the_same_rules_in_live_is_no_change_of_loads() -> None:
    """Their delays are equal, so that the first one in the list starves the second one."""
    rules = [rule("B", 60), rule("C", 60)]
    wanted = policies(
        policy("A", *rules, base_load=100.0), policy("B", capacity=50.0), policy("C", capacity=50.0)
    )
    plan = planned(wanted, [raw("A", overflow("C", 60), overflow("B", 60)), raw("B"), raw("C")])
    assert [
        ("capacity.exceeded", "B", BEFORE, False),
        ("capacity.overcommitted", "A", BEFORE, False),
    ] == said(plan)
    assert ((), (), True) == (plan.changes, plan.solved, plan.applicable)


def with_loads(
    queues: Sequence[PolicyQueue], loads: Sequence[float], capacities: Sequence[float]
) -> PolicySet:
    return policies(
        *(
            replace(queue, base_load=load, capacity=capacity)
            for queue, load, capacity in zip(queues, loads, capacities, strict=False)
        )
    )


FACTS = st.lists(st.sampled_from([0.0, 10.0, 40.0, 100.0]), min_size=6, max_size=6)
CAUSED = ("capacity.", "loops.")


@given(organizations() | mixed_organizations(), FACTS, FACTS, st.booleans())
@examples(60)
def test_a_plan_that_changes_nothing_causes_nothing(
    organization: tuple[PolicySet, list[Raw]], loads: list[float], capacities: list[float], known: bool
) -> None:
    wanted, live = organization
    wanted = with_loads(wanted.queues, loads, capacities)
    after = applied(planned(wanted, live, dialect="mixed"), live)
    inputs = inputs_over(wanted, after, "mixed")
    plan = build_plan(replace(inputs, base=base_of(wanted, inputs)) if known else inputs, NOW)
    assert () == plan.changes
    assert [] == [each for each in plan.findings if each.id.startswith(CAUSED) and each.caused]
    assert () == plan.solved
    assert plan.headroom == plan.headroom_before
    refusing = [each for each in plan.findings if each.refuses and each.id.startswith(CAUSED)]
    assert all(each.loop and each.loop.in_policies for each in refusing)
