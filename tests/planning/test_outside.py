"""What the settings ignore stays as live has it, and the plan counts it; what no policy describes is told."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from syncer.kinds.registry import MIXED, POLICY_KINDS
from syncer.live.wire import read_queue
from syncer.model.change import Ignored, Reason, Unmanaged
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet
from syncer.model.rule import Value, of_kinds
from syncer.model.settings import Ignore, Settings
from syncer.planning.build import build_plan
from syncer.planning.document import plan_document
from syncer.planning.ownership import unmanaged_in
from tests.organisations import (
    GROUPS,
    NAMES,
    NOW,
    Raw,
    applied,
    backed,
    backup,
    conditional,
    groups,
    inputs_over,
    mixed_organisations,
    overflow,
    planned,
    policies,
    policy,
    raw,
    routed,
    rule,
)
from tests.properties import examples

FIELDS = ("threshold", "delay", "enabled", "agent_wait", "wait_for_agent")
WATCHED = ("metric", "operator", "value", "wait", "groups")


def ignoring(*ignores: Ignore) -> Settings:
    return Settings(ignore=ignores)


def in_words(plan: Plan) -> list[tuple[str, str, str]]:
    return [(each.name, each.what, each.reason) for each in plan.ignored]


WANTED = policies(policy("A", rule("B", 30, 10), rule("C")), policy("B"))
LIVE = [raw("A", overflow("B", 20, 60)), raw("B", overflow("C")), raw("C")]


def test_a_field_stays_as_live_has_it() -> None:
    tuned = Ignore(("A",), ("threshold", "enabled"), "tuned by day")
    plan = planned(WANTED, LIVE, settings=ignoring(tuned, Ignore(("*",), ("threshold",))))
    change = plan.changes[0] if plan.changes[0].name == "A" else plan.changes[1]
    assert ["20 % to B after 10 s", "25 % to C after 60 s"] == [
        each.in_words({"id-B": "B", "id-C": "C"}) for each in change.after
    ]
    assert [("A", "threshold to B: live has 20, the policy says 30", "tuned by day")] == in_words(plan)
    summary = plan_document(plan)["summary"]
    assert (1, 1) == (summary["queues_ignored"], len(plan_document(plan)["ignored"]))


def test_checks_see_the_value_that_stays() -> None:
    wanted = policies(policy("A", rule("B", 0), base_load=100.0), policy("B", capacity=50.0))
    live = [raw("A", overflow("B", 80)), raw("B")]
    plan = planned(wanted, live, settings=ignoring(Ignore(("A",), ("threshold",))))
    assert ["capacity.exceeded"] == [finding.id for finding in plan.findings if finding.id.startswith("cap")]
    assert (False, ()) == (plan.applicable, plan.changes)
    circle = policies(policy("A", rule("B", enabled=False)), policy("B", rule("A")))
    live = [raw("A", overflow("B")), raw("B")]
    looped = planned(circle, live, settings=ignoring(Ignore(("A",), ("enabled",))))
    assert ["loops.cycle"] == [finding.id for finding in looped.findings if "loops" in finding.id]
    assert [("A", "enabled to B: live has true, the policy says false", "")] == in_words(looped)


def test_a_whole_queue_is_left_alone() -> None:
    plan = planned(WANTED, LIVE, settings=ignoring(Ignore(("A",), reason="by hand")))
    assert ["B"] == [change.name for change in plan.changes]
    assert Reason.IGNORED in {each.reason for each in plan.untouched if each.name == "A"}
    assert [("A", "the whole queue", "by hand")] == in_words(plan)
    assert 1 == plan.managed_rules


def test_a_kind_is_not_managed() -> None:
    wanted = policies(policy("A", rule("B"), backup=backup("B"), groups=(groups("Day"),)), policy("B"))
    live = [routed("A"), raw("B")]
    plan = planned(wanted, live, dialect="mixed", settings=ignoring(Ignore(("A",), ("overflow",))))
    assert ("backup", "conditional_groups") == plan.changes[0].kinds
    assert [("A", "all overflow rules", "")] == in_words(plan)
    nothing = ignoring(Ignore(("A",), tuple(POLICY_KINDS)))
    plan = planned(wanted, live, dialect="mixed", settings=nothing)
    assert ["all overflow rules", "the backup queue", "all conditional groups"] == [
        what for _, what, _ in in_words(plan)
    ]
    assert [("A", Reason.IGNORED), ("B", Reason.EQUAL)] == [
        (each.name, each.reason) for each in plan.untouched
    ]
    assert [] == [finding.id for finding in plan.findings if finding.id == "references.unlisted"]


def test_what_is_ignored_has_no_findings_of_its_own() -> None:
    twice = policies(policy("A", rule("B"), rule("B"), rule("Gone")), policy("B"))
    assert {"references.duplicate-target", "references.unknown"} <= {
        finding.id for finding in planned(twice, LIVE).findings
    }
    assert () == planned(twice, LIVE, settings=ignoring(Ignore(("A",)))).findings


def test_other_kinds_in_words() -> None:
    watching = groups("Day", value=10, wait=5)
    wanted = policies(
        policy("A", groups=(watching,)),
        policy("B", backup=backup("A", 90, True)),
        policy("C", groups=(watching,)),
    )
    live = [
        routed("A", conditional("Night", "Late", value=9.5, wait=0)),
        backed("B", "A", 60, False),
        routed("C", conditional()),
    ]
    fields = Ignore(("*",), (*FIELDS, *WATCHED))
    plan = planned(wanted, live, dialect="mixed", settings=ignoring(fields))
    assert () == plan.changes
    assert [
        ("A", "value of conditional group 1: live has 9.5, the policy says 10", ""),
        ("A", "wait of conditional group 1: live has 0, the policy says 5", ""),
        ("A", "groups of conditional group 1: live has Late, Night, the policy says Day", ""),
        ("B", "agent_wait to A: live has 60, the policy says 90", ""),
        ("B", "wait_for_agent to A: live has false, the policy says true", ""),
        ("C", "value of conditional group 1: live has 30, the policy says 10", ""),
        ("C", "wait of conditional group 1: live has 60, the policy says 5", ""),
        ("C", "groups of conditional group 1: live has none, the policy says Day", ""),
    ] == in_words(plan)


def test_a_queue_that_is_not_managed_has_nothing_to_ignore() -> None:
    unmanaged = PolicySet(tuple(replace(queue, managed=False) for queue in WANTED.queues))
    plan = planned(unmanaged, LIVE, settings=ignoring(Ignore(("*",))))
    assert () == plan.ignored
    assert [Reason.NOT_MANAGED] * 2 == [each.reason for each in plan.untouched if each.name != "C"]


def test_without_settings_nothing_is_ignored() -> None:
    assert () == planned(WANTED, LIVE).ignored
    assert (
        Ignored("id-A", "A", "the whole queue")
        == (planned(WANTED, LIVE, settings=ignoring(Ignore(("A",)))).ignored[0])
    )


def values(raws: list[Raw], fields: tuple[str, ...]) -> dict[tuple[str, str, str, str], Value]:
    """The readable values of fields of the first rule of each key, by queue, kind, key and field."""
    found: dict[tuple[str, str, str, str], Value] = {}
    for queue in map(read_queue, raws):
        for place, each in reversed(list(enumerate(queue.rules))):
            for field, value in each.values().items():
                key = (queue.name, each.kind, each.key, field)
                found.pop(key, None)
                if field in fields and place not in queue.problems:
                    found[key] = value
    return found


IGNORES = st.builds(
    Ignore,
    st.lists(st.sampled_from([*NAMES, "Q*", "*", "None"]), min_size=1, max_size=2).map(tuple),
    st.lists(st.sampled_from([*POLICY_KINDS, *FIELDS, *WATCHED]), max_size=5, unique=True).map(tuple),
)


@examples(30)
@given(mixed_organisations(), st.lists(IGNORES, max_size=3).map(tuple))
def test_what_is_ignored_never_changes_and_a_second_plan_is_empty(
    organisation: tuple[PolicySet, list[Raw]], ignores: tuple[Ignore, ...]
) -> None:
    wanted, live = organisation
    own = ignoring(*ignores)
    after = applied(planned(wanted, live, dialect="mixed", settings=own), live)
    again = planned(wanted, after, dialect="mixed", settings=own)
    assert () == again.changes
    for name in NAMES:
        there = [ignore for ignore in ignores if {name, "Q*", "*"} & set(ignore.queues)]
        fields = tuple(field for ignore in there for field in ignore.fields)
        kinds = [kind for kind in POLICY_KINDS if any(ignore.covers(kind) for ignore in there)]
        place = NAMES.index(name)
        before, then = values([live[place]], fields), values([after[place]], fields)
        assert all(before[key] == then[key] for key in before.keys() & then.keys())
        assert of_kinds(read_queue(live[place]).rules, kinds) == of_kinds(
            read_queue(after[place]).rules, kinds
        )
    assert MIXED.name == again.dialect


def test_queues_that_no_policy_describes_with_their_rules_and_owner() -> None:
    wanted = policies(policy("A", backup=backup("B")), policy("D", managed=False))
    raws = [
        raw("A"),
        routed("C", conditional(GROUPS[0], queue="A"), description="[managed by syncer: them]"),
        raw("B", overflow("A", 5), overflow("C", enabled=False)),
        raw("D", overflow("A")),
        raw("E"),
    ]
    inputs = inputs_over(wanted, raws, "mixed")
    names = inputs.names | {f"group-{name}": name for name in GROUPS}
    assert (
        Unmanaged("id-B", "B", ("5 % to A after 60 s", "25 % to C after 60 s, disabled")),
        Unmanaged(
            "id-C", "C", ("groups Day when EstimatedWaitTime of A GreaterThan 30, after 60 s",), "them"
        ),
        Unmanaged("id-E", "E"),
    ) == unmanaged_in(build_plan(inputs, NOW), inputs.live, names)
