"""Backup queues and conditional groups from policies over live to a plan, and back."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.entries import Run, change_entries
from syncer.errors import BadAnswer
from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.registry import GENESYS_CLOUD, MIXED, OVERFLOW_RULES, POLICY_KINDS
from syncer.model.change import Action, FieldChange, Reason, RuleChange, Untouched
from syncer.model.finding import Position, Severity
from syncer.model.json_values import canonical
from syncer.model.plan import Outcome, Plan, Status
from syncer.model.policy import PolicySet, QueueRef
from syncer.model.queue import Group
from syncer.planning.document import change_document, change_of, plan_document
from syncer.planning.gather import read_live
from syncer.planning.saved_plan import moved, plan_of
from syncer.planning.standing import standing
from syncer.planning.undo import undo_plan
from tests.organizations import (
    GROUPS,
    NOW,
    Live,
    Raw,
    applied,
    backed,
    backup,
    conditional,
    groups,
    inputs_over,
    mixed_organizations,
    overflow,
    planned,
    policies,
    policy,
    raw,
    recorded,
    routed,
    rule,
    shuffled,
)
from tests.properties import examples
from tests.stated import backed_by


def found(plan: Plan, severity: Severity = Severity.ERROR) -> list[str]:
    return [finding.id for finding in plan.findings if finding.severity is severity]


def bare(queue: Raw) -> Raw:
    """Without an etag, as the Genesys Cloud Platform API has it."""
    return {key: value for key, value in queue.items() if key != "_etag"}


def night(value: float = 30, *, place: int = 1, target: str = "", wait: int = 60) -> GroupRule:
    watched = f"id-{target}" if target else ""
    return GroupRule(place, watched, "EstimatedWaitTime", "GreaterThan", value, wait, ("group-Night",))


NIGHT = Group("group-Night", "Night")


def test_a_backup_queue_is_created_changed_and_taken_away() -> None:
    wanted = policies(
        policy("A", backup=backup("D", 120, True)),
        policy("B", backup=backup("D", 90, True)),
        policy("C", kinds=["backup"]),
        policy("D"),
    )
    live = [raw("A"), backed("B", "D"), backed("C", "D", 300), raw("D")]
    plan = planned(wanted, live)
    assert ("mixed", []) == (plan.dialect, found(plan, Severity.WARNING))
    to_d = ("id-D", "D")
    waits = (FieldChange("agent_wait", 60, 90), FieldChange("wait_for_agent", False, True))
    assert [
        RuleChange(Action.CREATE, *to_d, None, BackupRule("id-D", 120, True)),
        RuleChange(Action.UPDATE, *to_d, BackupRule("id-D"), BackupRule("id-D", 90, True), waits),
        RuleChange(Action.DELETE, *to_d, BackupRule("id-D", 300), None),
    ] == [rule for change in plan.changes for rule in recorded(change).rules]
    lines = [Position("policies/a.yaml", line, 5) for line in (2, 4)]
    assert [*lines, None] == [rule.position for change in plan.changes for rule in change.rules]
    assert [("backup",)] * 3 == [change.kinds for change in plan.changes]
    assert () == planned(wanted, applied(plan, live)).changes


def test_conditional_groups_are_compared_place_by_place_and_named() -> None:
    late = groups("Late", queue="B", wait=0)
    wanted = policies(policy("A", groups=(groups("Night", value=45), late)), policy("B"))
    live = [
        routed("A", conditional("Night"), conditional("Day", queue="C"), conditional("Day")),
        raw("B"),
        raw("C"),
    ]
    plan = planned(wanted, live)
    (change,) = plan.changes
    first, second, third = change.rules
    assert (
        RuleChange(
            Action.UPDATE,
            "",
            "",
            night(30),
            night(45),
            (FieldChange("value", 30.0, 45.0),),
            "",
            (NIGHT,),
            Position("policies/a.yaml", 2, 9),
        )
        == first
    )
    fields = (
        FieldChange("queue", "C", "B"),
        FieldChange("wait", 60, 0),
        FieldChange("groups", "Day", "Late"),
    )
    assert (Action.UPDATE, "id-B", "B", fields) == (
        second.action,
        second.target,
        second.target_name,
        second.fields,
    )
    assert (Group("group-Day", "Day"), Group("group-Late", "Late")) == second.groups
    assert (Action.DELETE, "", (Group("group-Day", "Day"),)) == (third.action, third.target, third.groups)
    assert (("conditional_groups",), "conditional_groups") == (change.kinds, first.kind)
    assert recorded(change) == change_of(change_document(change))
    assert () == planned(wanted, applied(plan, live)).changes


def test_the_order_of_groups_and_their_repetition_is_no_difference() -> None:
    wanted = policies(policy("A", groups=(groups("Night", "Day", "Night"),)))
    assert () == planned(wanted, [routed("A", conditional("Day", "Night"))]).changes


def test_only_kinds_that_a_policy_speaks_of_are_managed() -> None:
    wanted = policies(policy("A", rule("B", 30)), policy("B"))
    own = backed("A", "B", conditionalGroupRouting={"rules": [conditional("Night")]})
    live = [own | {"routingRules": [overflow("B")]}, raw("B")]
    plan = planned(wanted, live)
    (change,) = plan.changes
    assert (("overflow",), 1) == (change.kinds, plan.managed_rules)
    after = applied(plan, live)[0]
    assert {**own, "routingRules": [overflow("B", 30)]} == after


def test_one_put_holds_all_kinds() -> None:
    own = policy("A", rule("B", 10), backup=backup("B"), groups=(groups("Night"),))
    own = replace(own, stated={**own.stated, "conditional_group_activation": ()})
    wanted = policies(own, policy("B"))
    live = [routed("A"), raw("B")]
    plan = planned(wanted, live, dialect="mixed")
    (change,) = plan.changes
    expected = (OverflowRule("id-B", 10, 60, True), BackupRule("id-B"), night())
    assert (expected, POLICY_KINDS) == (change.after, change.kinds)
    assert () == planned(wanted, applied(plan, live), dialect="mixed").changes


def test_a_kind_that_live_can_not_hold_is_a_finding_at_its_line() -> None:
    wanted = policies(policy("A", rule("B"), backup=backup("B"), groups=(groups("Nobody"),)), policy("B"))
    live = [raw("A"), raw("B")]
    flat = planned(wanted, live)
    told = [(each.id, each.position, each.queue) for each in flat.findings]
    assert [
        ("dialect.backup", Position("policies/a.yaml", 3, 5), "A"),
        ("dialect.conditional-groups", Position("policies/a.yaml", 4, 9), "A"),
    ] == told, "what can't be said there is not looked up either"
    assert ([("overflow",)], False) == ([each.kinds for each in flat.changes], flat.applicable)
    cloud = planned(wanted, live, dialect="genesys-cloud")
    assert ["dialect.overflow", "references.unknown"] == found(cloud)
    assert Position("policies/a.yaml", 2, 7) == cloud.findings[0].position
    assert "the organization lists no group 'Nobody'" == cloud.findings[1].message


def test_a_policy_that_is_not_managed_may_say_anything() -> None:
    wanted = policies(
        policy("A", rule("B"), managed=False, groups=(groups("Nobody", queue="B"),)), policy("B")
    )
    assert [] == found(planned(wanted, [raw("A"), raw("B")], dialect="genesys-cloud"))


def test_where_live_can_not_hold_overflow_a_silent_queue_manages_nothing() -> None:
    wanted = policies(policy("A", kinds=[]), policy("B"))
    live = [bare(backed("A", "B")), bare(raw("B"))]
    plan = planned(wanted, live)
    assert ("genesys-cloud", (), 0) == (plan.dialect, plan.changes, plan.managed_rules)
    reasons = [Untouched(f"id-{name}", name, Reason.NOT_MANAGED) for name in "AB"]
    assert reasons == list(plan.untouched)


def test_groups_are_asked_for_only_where_they_matter() -> None:
    asking = policies(policy("A", groups=(groups("Night"),)))
    clearing = policies(policy("A", kinds=["conditional_groups"]))
    silent = policies(policy("A"))
    watching = policies(policy("A", groups=(groups("Night"),), managed=False))
    for wanted, dialect, with_groups, calls in (
        (asking, "genesys-cloud", False, 1),
        (asking, "overflow-rules", False, 0),
        (clearing, "mixed", False, 1),
        (silent, "mixed", False, 0),
        (silent, "mixed", True, 1),
        (watching, "mixed", False, 0),
    ):
        api = Live([routed("A", conditional("Night"))])
        live = read_live(api, wanted, dialect, with_groups=with_groups)
        named = [group.name for group in live.groups if group.name]
        assert (calls, [*GROUPS] * calls) == (api.asked_for_groups, named)
        assert dialect == live.dialect.name


def test_the_dialect_is_told_by_live_or_by_the_place() -> None:
    assert OVERFLOW_RULES is read_live(Live([raw("A")], GENESYS_CLOUD), policies()).dialect
    assert GENESYS_CLOUD is read_live(Live([bare(raw("A"))], GENESYS_CLOUD), policies()).dialect
    assert MIXED is read_live(Live([backed("A", "B")], GENESYS_CLOUD), policies()).dialect


def test_a_group_that_makes_no_sense_is_an_error() -> None:
    class Odd(Live):
        def list_groups(self, _types: Collection[str]) -> list[Raw]:
            return [{"id": "g"}]

    with pytest.raises(BadAnswer, match="returned a group"):
        read_live(Odd([raw("A")]), policies(policy("A", groups=(groups("Night"),))), "mixed")


def constructs(wanted: PolicySet, *live: Raw) -> list[tuple[str, str, Position | None]]:
    plan = planned(wanted, live, dialect="genesys-cloud")
    return [
        (each.id, each.message, each.position) for each in plan.findings if each.id.startswith("dialect.")
    ]


def test_what_the_api_demands_is_told_before_it_refuses() -> None:
    wanted = policies(
        policy("A", backup=backup("B"), groups=(groups("Night", queue="B"), groups("Day", "Late")))
    )
    own = routed(
        "A",
        members=("Night",),
        division={"id": "1"},
        conditionalGroupActivation={"pilotRule": {}, "rules": [{}]},
    )
    assert [
        (
            "dialect.division",
            "A and its backup queue B are in different divisions",
            Position("policies/a.yaml", 2, 5),
        ),
        (
            "dialect.activation",
            "the live queue A has conditional group activation, which excludes conditional groups",
            Position("policies/a.yaml", 3, 9),
        ),
        (
            "dialect.division",
            "A and the watched queue B are in different divisions",
            Position("policies/a.yaml", 3, 9),
        ),
        (
            "dialect.first-rule",
            "the first conditional rule of A watches B",
            Position("policies/a.yaml", 3, 9),
        ),
        (
            "dialect.routing-method",
            "A has direct routing, which can't be combined with conditional groups",
            Position("policies/a.yaml", 3, 9),
        ),
        ("dialect.foreign-group", "the group Day is not a member of A", Position("policies/a.yaml", 4, 9)),
        ("dialect.foreign-group", "the group Late is not a member of A", Position("policies/a.yaml", 4, 9)),
    ] == constructs(wanted, own, raw("B", division={"id": "2"}))


@pytest.mark.parametrize(
    "fields",
    [
        {"division": None},
        {"division": {"id": "2", "name": "Home"}},
        {"conditionalGroupActivation": None},
        {"conditionalGroupActivation": {}},
        {"conditionalGroupActivation": {"pilotRule": None, "rules": []}},
    ],
)
def test_what_the_api_takes_is_no_finding(fields: Raw) -> None:
    watching = policies(policy("A", groups=(groups("Night"), groups("Day", queue="B"))))
    backed_up = policies(policy("A", backup=backup("B")))
    for wanted in (watching, backed_up):
        assert [] == constructs(wanted, routed("A", **fields), raw("B", division={"id": "2"}))


def test_a_queue_that_is_watched_belongs_to_the_division() -> None:
    wanted = policies(policy("A", groups=(groups("Night"), groups("Day", queue="B"))))
    own, other = routed("A", division={"id": "1"}), raw("B", division={"id": "2"})
    plan = planned(wanted, (own, other), dialect="genesys-cloud")
    assert [
        (
            "dialect.division",
            Severity.WARNING,
            "A and the watched queue B are in different divisions",
            Position("policies/a.yaml", 3, 9),
        )
    ] == [(each.id, each.severity, each.message, each.position) for each in plan.findings]
    assert plan.applicable


def test_a_queue_that_is_its_own_backup_queue() -> None:
    by_id = backed_by(QueueRef(id="id-B"))
    wanted = policies(policy("A", backup=backup("A")), policy("B", backup=by_id))
    plan = planned(wanted, [raw("A"), raw("B")], dialect="mixed")
    assert [
        ("'A' is its own backup queue", Position("policies/a.yaml", 2, 5)),
        (
            "'B' has the backup queue the id 'id-B', which is the same queue",
            Position("policies/a.yaml", 4, 5),
        ),
    ] == [(each.message, each.position) for each in plan.findings if each.id == "references.self-target"]


def test_a_loop_through_a_backup_queue_and_overflow_is_an_error() -> None:
    wanted = policies(policy("A", rule("B")), policy("B", backup=backup("C")), policy("C", rule("A")))
    plan = planned(wanted, [raw("A"), raw("B"), raw("C")], dialect="mixed")
    (loop,) = [each for each in plan.findings if each.id == "loops.cycle"]
    assert "A → B → C → A overflows in a circle" == loop.message
    assert "B → C as the backup queue at once" == loop.notes[1].message
    assert not plan.applicable
    waiting = policies(policy("B", backup=backup("C", 90, True)), policy("C", rule("B")))
    plan = planned(waiting, [raw("B"), raw("C")], dialect="mixed")
    (loop,) = [each for each in plan.findings if each.id == "loops.cycle"]
    assert "B → C as the backup queue after 90 s" == loop.notes[0].message


def test_a_circle_of_watches_is_a_warning_and_orders_nothing() -> None:
    watching = [
        policy(one, groups=(groups("Night"), groups("Day", queue=other))) for one, other in ("AB", "BA")
    ]
    plan = planned(policies(*watching), [routed("A"), routed("B")], dialect="genesys-cloud")
    assert (["loops.watch"], True) == (found(plan, Severity.WARNING), plan.applicable)
    (warning,) = plan.findings
    assert ("A → B → A watch each other in a circle", Position("policies/a.yaml", 3, 9)) == (
        warning.message,
        warning.position,
    )
    assert [1, 1] == [change.step for change in plan.changes]


def test_a_queue_may_watch_itself_by_name() -> None:
    wanted = policies(policy("A", groups=(groups("Night"), groups("Day", queue="A"))))
    assert () == planned(wanted, [routed("A")], dialect="genesys-cloud").findings


def test_the_backup_queue_is_written_before_the_queue_that_falls_back_on_it() -> None:
    wanted = policies(policy("A", backup=backup("B")), policy("B", rule("C")), policy("C"))
    plan = planned(wanted, [raw("A"), raw("B"), raw("C", overflow("A"))], dialect="mixed")
    assert [("C", 1, ()), ("B", 2, ("id-C",)), ("A", 3, ("id-B",))] == [
        (each.name, each.step, each.waits_for) for each in plan.changes
    ]


def test_a_renamed_group_has_moved_nothing_and_a_new_dialect_has() -> None:
    wanted = policies(policy("A", groups=(groups("Night"),)))
    live = [routed("A", conditional("Day"))]
    before = plan_of(plan_document(planned(wanted, live, dialect="genesys-cloud")))
    renamed = plan_document(planned(wanted, live, dialect="genesys-cloud"))
    (change,) = renamed["changes"][0]["rules"]
    change["groups"][0]["name"] = "Tag"
    change["fields"][0]["before"] = "Tag"
    assert [] == moved(before, plan_of(renamed))
    mixed = plan_of(plan_document(planned(wanted, live, dialect="mixed")))
    assert ["it was made in the dialect genesys-cloud, this is mixed"] == moved(before, mixed)


@given(mixed_organizations())
@examples(40)
def test_a_plan_of_all_kinds_that_was_carried_out_leaves_nothing_to_do(
    organization: tuple[PolicySet, list[Raw]],
) -> None:
    wanted, raws = organization
    for dialect in ("mixed", "genesys-cloud"):
        plan = planned(wanted, raws, dialect=dialect)
        after = applied(plan, raws)
        again = planned(wanted, after, dialect=dialect)
        assert () == again.changes
        saved = plan_of(plan_document(plan))
        assert [] == moved(saved, saved)
        for change in plan.changes:
            assert recorded(change) == change_of(change_document(change))


@given(mixed_organizations(), st.integers())
@examples(20)
def test_the_same_inputs_give_the_same_bytes(organization: tuple[PolicySet, list[Raw]], seed: int) -> None:
    wanted, raws = organization
    one, two = (
        canonical(plan_document(planned(wanted, each, dialect="mixed")))
        for each in (raws, shuffled(raws, seed))
    )
    assert one == two


def audited(plan: Plan) -> list[dict[str, Any]]:
    run = Run("1", plan.created_at, plan.api)
    done = [Outcome(change, Status.APPLIED) for change in plan.changes]
    return [entry for outcome in done for entry in change_entries(run, outcome, plan.created_at)]


def undone(plan: Plan, wanted: PolicySet, raws: list[Raw], dialect: str = "mixed") -> Plan:
    return undo_plan(standing(audited(plan), "1").images, inputs_over(wanted, raws, dialect), NOW)


def test_rules_of_all_kinds_are_undone() -> None:
    wanted = policies(
        policy("A", rule("B", 10), backup=backup("B", 90), groups=(groups("Night", value=9),)), policy("B")
    )
    before = [
        routed(
            "A",
            conditional("Night"),
            conditional("Day", queue="C"),
            directRouting={"backupQueueId": "id-C", "agentWaitSeconds": 60, "waitForAgent": True},
        ),
        raw("B"),
        raw("C"),
    ]
    plan = planned(wanted, before)
    after = applied(plan, before)
    back = undone(plan, wanted, after)
    assert back.applicable
    assert before == applied(back, after)
    assert () == undone(plan, wanted, before).changes


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            {"directRouting": {"backupQueueId": "id-B", "agentWaitSeconds": 70}},
            "A: the run left backup B after 90 s; now: backup B at once (agent_wait 70 s is unused)",
        ),
        (
            {"conditionalGroupRouting": {"rules": [conditional("Night", value=9), conditional("Day")]}},
            "A: the live queue has conditional groups after those that would be removed",
        ),
        (
            {"conditionalGroupRouting": {"rules": [{**conditional("Night"), "conditionValue": "9"}]}},
            ("A has a live rule that can't be read: rule 1: conditionValue is '9', not a number (assumed 0)"),
        ),
    ],
    ids=["backup", "a rule behind", "unreadable"],
)
def test_what_somebody_changed_since_stays(edit: Raw, message: str) -> None:
    tuned = (groups("Night", value=9),)
    wanted = policies(policy("A", backup=backup("B", 90, True), groups=tuned), policy("B"))
    before = [bare(routed("A") | {"conditionalGroupRouting": None}), bare(raw("B"))]
    plan = planned(wanted, before, dialect="genesys-cloud")
    now = [applied(plan, before)[0] | edit, before[1]]
    back = undone(plan, wanted, now, "genesys-cloud")
    assert [message] == [each.message for each in back.findings if each.id == "rollback.conflict"]
    assert ((), False) == (back.changes, back.applicable)


def test_a_rule_of_another_kind_that_can_not_be_read_stops_no_rollback() -> None:
    wanted = policies(policy("A", backup=backup("B")), policy("B"))
    before = [raw("A", {"type": "overflow"}), raw("B")]
    plan = planned(wanted, before, dialect="mixed")
    after = applied(plan, before)
    waits = {"directRouting": {"agentWaitSeconds": 60, "waitForAgent": False}}
    assert [before[0] | waits, before[1]] == applied(undone(plan, wanted, after), after)


@given(mixed_organizations())
@examples(40)
def test_there_and_back_again_with_all_kinds(organization: tuple[PolicySet, list[Raw]]) -> None:
    wanted, raws = organization
    plan = planned(wanted, raws, dialect="mixed")
    if not plan.changes:
        return
    after = applied(plan, raws)
    back = undone(plan, wanted, after)
    restored = {each["id"]: each for each in applied(back, after)}
    blocked = {each.queue for each in back.findings if each.id.startswith("rollback.")}
    live = {queue.id: queue for queue in read_live(Live(raws), wanted).queues}
    now = {queue.id: queue for queue in read_live(Live(restored.values()), wanted).queues}
    for change in plan.changes:
        if change.name not in blocked:
            assert _by_key(live[change.queue].rules) == _by_key(now[change.queue].rules)


def _by_key(rules: Any) -> dict[Any, Any]:
    return {(rule.kind, rule.key): rule for rule in reversed(rules)}


def test_activation_and_routing_watch_in_one_circle() -> None:
    seen = {"simpleMetric": {"metric": "EstimatedWaitTime", "queue": {"id": "id-B"}}}
    activated = raw("A", conditionalGroupActivation={"rules": [{"conditions": [seen], "groups": []}]})
    plan = planned(policies(), [activated, routed("B", conditional("Day"), conditional("Day", queue="A"))])
    (warning,) = [each for each in plan.findings if each.id == "loops.watch"]
    assert "A → B → A watch each other in a circle" == warning.message
