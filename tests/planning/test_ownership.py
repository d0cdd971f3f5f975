"""Who manages a queue, as plans and ways back see it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.entries import Run, change_entries
from syncer.checks.safety import objections
from syncer.drift.found import Direction, drift_of
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.owner import OwnerMark
from syncer.kinds.registry import MIXED, POLICY_KINDS
from syncer.live.wire import read_queue
from syncer.model.change import Action, Ignored, Reason, Unmanaged
from syncer.model.finding import Severity
from syncer.model.plan import Outcome, Plan, Status
from syncer.model.policy import PolicySet
from syncer.model.rule import Value, of_kinds
from syncer.model.settings import Ignore, Ownership, Safety, Settings
from syncer.net.timing import from_rfc3339
from syncer.planning.build import build_plan
from syncer.planning.document import change_document, change_of, plan_document
from syncer.planning.ownership import unmanaged_in
from syncer.planning.saved_plan import moved, plan_of
from syncer.planning.standing import standing
from syncer.planning.undo import undo_plan
from tests.organizations import (
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
    mixed_organizations,
    overflow,
    planned,
    policies,
    policy,
    raw,
    recorded,
    routed,
    rule,
)
from tests.properties import examples

US = Settings(ownership=Ownership("us"))
RELEASE = Settings(ownership=Ownership("us", release=True))
THEIRS, OURS = "[managed by syncer: them]", "[managed by syncer: us]"
WANTED = policies(policy("A", rule("B", 30)), policy("B"), policy("C", managed=False))


def live(a: str = "", b: str = "", c: str = "", d: str = "", threshold: int = 30) -> list[Raw]:
    return [
        raw("A", overflow("B", threshold), description=a),
        raw("B", description=b),
        raw("C", description=c),
        raw("D", description=d),
    ]


def actions(plan: Plan) -> list[tuple[str, str, str]]:
    """The queue, action and kind of each change of a rule, by name."""
    return sorted(
        (change.name, each.action.value, each.kind) for change in plan.changes for each in change.rules
    )


def said(plan: Plan, family: str = "ownership") -> list[tuple[str, Severity, str]]:
    return [
        (each.id, each.severity, each.queue) for each in plan.findings if each.id.startswith(f"{family}.")
    ]


def descriptions(raws: list[Raw]) -> list[str]:
    return [each["description"] for each in raws]


def test_managed_queues_are_marked_once() -> None:
    before = live("Text", threshold=10)
    plan = planned(WANTED, before, settings=US)
    assert [("A", "create", "owner"), ("A", "update", "overflow"), ("B", "create", "owner")] == actions(plan)
    assert (2, 2, True, []) == (plan.marks, len(plan.changes), plan.applicable, said(plan))
    assert {"create": 2, "update": 1, "delete": 0, "marks": 2}.items() <= plan_document(plan)[
        "summary"
    ].items()
    after = applied(plan, before)
    assert [f"Text\n{OURS}", OURS, "", ""] == descriptions(after)
    again = planned(WANTED, after, settings=US)
    assert ((), []) == (again.changes, said(again))


def test_without_an_owner_marks_are_neither_made_nor_taken() -> None:
    plan = planned(WANTED, live("Text", THEIRS, THEIRS, OURS, threshold=10))
    (change,) = plan.changes
    assert (("overflow",), 0) == (change.kinds, plan.marks)
    assert [("ownership.other", Severity.WARNING, "B")] == said(plan)
    assert plan.applicable


def test_the_mark_of_another_refuses_the_plan() -> None:
    plan = planned(WANTED, live(THEIRS, OURS), settings=US)
    assert [("ownership.other", Severity.ERROR, "A")] == said(plan)
    assert (False, []) == (plan.applicable, actions(plan))
    (finding,) = [each for each in plan.findings if each.id == "ownership.other"]
    assert ("A is managed by them, as its description states", 1) == (
        finding.message,
        finding.position and finding.position.line,
    )


def test_a_queue_is_taken_over_where_the_settings_say_so() -> None:
    own = Settings(ownership=Ownership("us", take_over=("A*",)))
    before = live(f"Text\n{THEIRS}", OURS)
    plan = planned(WANTED, before, settings=own)
    assert ([("A", "update", "owner")], []) == (actions(plan), said(plan))
    (field,) = plan.changes[0].rules[0].fields
    assert ("owner", "them", "us") == (field.field, field.before, field.after)
    assert [f"Text\n{OURS}", OURS, "", ""] == descriptions(applied(plan, before))


def test_release_takes_our_marks_away_and_no_others() -> None:
    before = live(f"Text\n{OURS}", "Text", OURS, OURS)
    plan = planned(WANTED, before, settings=RELEASE)
    assert [(name, "delete", "owner") for name in "ACD"] == actions(plan)
    assert ["Text", "Text", "", ""] == descriptions(applied(plan, before))
    theirs = planned(WANTED, live(OURS, THEIRS, THEIRS, THEIRS), settings=RELEASE)
    assert ([("A", "delete", "owner")], ["B"]) == (actions(theirs), [queue for *_, queue in said(theirs)])


def test_a_part_of_the_policies_says_nothing_about_other_queues() -> None:
    before = live(OURS, OURS, OURS, OURS)
    part = planned(WANTED, before, settings=RELEASE, paths=("policies/a.yaml",))
    assert ["A", "B", "C"] == [name for name, *_ in actions(part)]
    part = planned(WANTED, before, settings=US, paths=("policies/a.yaml",))
    assert ([("C", "delete", "owner")], []) == (actions(part), said(part))


def test_a_queue_that_is_not_managed_any_more_gives_the_mark_back() -> None:
    plan = planned(WANTED, live(OURS, OURS, f"Text\n{OURS}"), settings=US)
    assert [("C", "delete", "owner")] == actions(plan)
    assert 1 == plan.managed_rules


def test_a_mark_that_is_left_behind_is_said() -> None:
    plan = planned(WANTED, live(OURS, OURS, "", OURS), settings=US)
    assert [("ownership.left-behind", Severity.WARNING, "D")] == said(plan)
    assert plan.applicable


def test_what_is_ignored_keeps_its_mark_and_gets_none() -> None:
    ignore = (Ignore(("A",)), Ignore(("B",), ("threshold",)))
    own = Settings(ownership=Ownership("us"), ignore=ignore)
    assert [("B", "create", "owner")] == actions(planned(WANTED, live(OURS), settings=own))
    released = Settings(ownership=Ownership("us", release=True), ignore=ignore)
    assert [("B", "delete", "owner")] == actions(planned(WANTED, live(OURS, OURS), settings=released))
    assert [] == said(planned(WANTED, live(THEIRS, OURS), settings=own))


def test_a_queue_that_says_nothing_about_rules_is_not_marked() -> None:
    silent = policies(policy("A", kinds=[]), policy("B"))
    plan = planned(silent, live(THEIRS), settings=US)
    assert [("B", "create", "owner")] == actions(plan)
    (finding,) = [each for each in plan.findings if each.id == "references.unlisted"]
    assert finding.message.endswith("30 % to B after 60 s")
    alone = planned(silent, [raw("A", description=OURS), raw("B", description=OURS)], settings=US)
    assert ([], []) == (actions(alone), [each.id for each in alone.findings])


def test_a_mark_is_no_rule_for_the_limits_of_a_run() -> None:
    strict = Safety(max_change_percent=0, max_delete_percent=0, from_rules=0, allow_delete=False)
    now = from_rfc3339(NOW)
    for before, own in ((live(), US), (live(OURS, OURS), RELEASE)):
        plan = planned(WANTED, before, settings=own)
        assert (2, 1, ()) == (plan.marks, plan.managed_rules, objections(plan, strict, now))
    changed = planned(WANTED, live(threshold=10), settings=US)
    assert 1 == len(objections(changed, strict, now))


def test_disabled_rules_with_a_mark_are_disabled_still() -> None:
    off = policies(policy("A", rule("B", enabled=False)), policy("B"))
    before = [raw("A", overflow("B", enabled=False), description=OURS), raw("B", description=OURS)]
    plan = planned(off, before, settings=US)
    assert [Reason.DISABLED, Reason.EQUAL] == [each.reason for each in plan.untouched]


def test_a_mark_goes_through_plan_files_and_makes_them_stale() -> None:
    plan = planned(WANTED, live(), settings=US)
    assert [*map(recorded, plan.changes)] == [change_of(change_document(each)) for each in plan.changes]
    saved = plan_document(plan)
    marked = plan_document(planned(WANTED, live(THEIRS), settings=US))
    assert [
        "live queue A (id-A): 30 % to B after 60 s became 30 % to B after 60 s, managed by them"
    ] == moved(plan_of(saved), plan_of(marked))
    elsewhere = plan_document(planned(WANTED, live(c=THEIRS, d=THEIRS), settings=US))
    assert [] == moved(plan_of(saved), plan_of(elsewhere))


def test_drift_names_a_mark_that_is_gone() -> None:
    drift = drift_of(planned(WANTED, live(OURS), settings=US))
    assert [("B", Direction.LIVE_HAS_LESS, OwnerMark("us"))] == [
        (each.queue_name, each.direction, each.policy) for each in drift.rules
    ]


def conflicts(plan: Plan) -> list[str]:
    return [each.message for each in plan.findings if each.id == "rollback.conflict"]


def undone(plan: Plan, now: list[Raw], said_by: Settings = US) -> Plan:
    run = Run("1", NOW, plan.api)
    entries = [
        entry
        for change in plan.changes
        for entry in change_entries(run, Outcome(change, Status.APPLIED), NOW)
    ]
    assert {"CREATE_OWNER_MARK"} <= {entry["action"] for entry in entries}
    return undo_plan(standing(entries, "1").images, inputs_over(WANTED, now, settings=said_by), NOW)


def test_a_run_that_marked_is_undone() -> None:
    before = live("Text", threshold=10)
    plan = planned(WANTED, before, settings=US)
    after = applied(plan, before)
    back = undone(plan, after)
    assert (True, 2) == (back.applicable, back.marks)
    assert before == applied(back, after)


def test_a_mark_that_somebody_changed_is_not_taken_away() -> None:
    before = live(b=OURS)
    plan = planned(WANTED, before, settings=US)
    after = applied(plan, before)
    assert ["A: the run left managed by us; now: managed by them"] == conflicts(
        undone(plan, [{**after[0], "description": THEIRS}, *after[1:]])
    )
    gone = undone(plan, [{**after[0], "description": "Text"}, *after[1:]])
    assert ((), True) == (gone.changes, gone.applicable)


def test_a_mark_that_was_taken_over_and_is_gone_is_not_brought_back() -> None:
    own = Settings(ownership=Ownership("us", take_over=("*",)))
    plan = planned(WANTED, live(THEIRS), settings=own)
    back = undone(plan, live(b=OURS), own)
    assert ["A: the run left managed by us; now: no mark"] == conflicts(back)


def test_rules_of_a_queue_that_another_owns_by_now_are_not_rolled_back() -> None:
    before = live(OURS, OURS, threshold=10)
    plan = planned(WANTED, before, settings=US)
    run = Run("1", NOW, plan.api)
    entries = change_entries(run, Outcome(plan.changes[0], Status.APPLIED), NOW)
    after = applied(plan, before)
    taken = [{**after[0], "description": THEIRS}, *after[1:]]
    back = undo_plan(standing(entries, "1").images, inputs_over(WANTED, taken, settings=US), NOW)
    assert ([("ownership.other", Severity.ERROR, "A")], False) == (said(back), back.applicable)
    free = undo_plan(standing(entries, "1").images, inputs_over(WANTED, taken), NOW)
    assert ([("ownership.other", Severity.WARNING, "A")], True) == (said(free), free.applicable)
    assert (OverflowRule("id-B", 10, 60, True),) == free.changes[0].after


TEXTS = st.text(max_size=20) | st.sampled_from([OURS, THEIRS, f"Text\n{OURS}", f"{THEIRS}\n{OURS}\n"])


@examples(25)
@given(mixed_organizations(), st.lists(TEXTS, min_size=6, max_size=6), st.booleans())
def test_marked_or_released_a_second_plan_is_empty(
    organization: tuple[PolicySet, list[Raw]], texts: list[str], release: bool
) -> None:
    wanted, raws = organization
    before = [{**each, "description": text} for each, text in zip(raws, texts, strict=True)]
    own = RELEASE if release else US
    plan = planned(wanted, before, dialect="mixed", settings=own)
    after = applied(plan, before)
    again = planned(wanted, after, dialect="mixed", settings=own)
    assert () == again.changes
    assert not any(
        each.action is Action.UPDATE and each.kind == "owner"
        for change in plan.changes
        for each in change.rules
    )
    for old, new in zip(texts, descriptions(after), strict=True):
        if old == f"{THEIRS}\n{OURS}\n":
            assert new in (old, "\n")
        else:
            assert old == new or old.startswith(new) or new.startswith(old)


FIELDS = ("threshold", "delay", "enabled", "agent_wait", "wait_for_agent")
WATCHED = ("metric", "operator", "value", "wait", "groups")


def ignoring(*ignores: Ignore) -> Settings:
    return Settings(ignore=ignores)


def in_words(plan: Plan) -> list[tuple[str, str, str]]:
    return [(each.name, each.what, each.reason) for each in plan.ignored]


WANTED_OF_OUTSIDE = policies(policy("A", rule("B", 30, 10), rule("C")), policy("B"))
LIVE = [raw("A", overflow("B", 20, 60)), raw("B", overflow("C")), raw("C")]


def test_a_field_stays_as_live_has_it() -> None:
    tuned = Ignore(("A",), ("threshold", "enabled"), "tuned by day")
    plan = planned(WANTED_OF_OUTSIDE, LIVE, settings=ignoring(tuned, Ignore(("*",), ("threshold",))))
    change = plan.changes[0] if plan.changes[0].name == "A" else plan.changes[1]
    assert ["20 % to B after 10 s", "25 % to C after 60 s"] == [
        each.in_words({"id-B": "B", "id-C": "C"}) for each in change.after
    ]
    assert [("A", "threshold to B: the live rule has 20, the policy has 30", "tuned by day")] == in_words(
        plan
    )
    summary = plan_document(plan)["summary"]
    assert (1, 1) == (summary["queues_ignored"], len(plan_document(plan)["ignored"]))


def test_checks_see_the_value_that_stays() -> None:
    wanted = policies(policy("A", rule("B", 0), base_load=100.0), policy("B", capacity=50.0))
    live = [raw("A", overflow("B", 80)), raw("B")]
    plan = planned(wanted, live, settings=ignoring(Ignore(("A",), ("threshold",))))
    assert ["capacity.exceeded"] == [finding.id for finding in plan.findings if finding.id.startswith("cap")]
    assert (True, ()) == (plan.applicable, plan.changes)
    assert ["80 of 50"] == [each.message.split(": ")[1] for each in plan.findings]
    circle = policies(policy("A", rule("B", enabled=False)), policy("B", rule("A")))
    live = [raw("A", overflow("B")), raw("B")]
    looped = planned(circle, live, settings=ignoring(Ignore(("A",), ("enabled",))))
    assert ["loops.cycle"] == [finding.id for finding in looped.findings if "loops" in finding.id]
    assert [("A", "enabled to B: the live rule has true, the policy has false", "")] == in_words(looped)


def test_a_whole_queue_is_left_alone() -> None:
    plan = planned(WANTED_OF_OUTSIDE, LIVE, settings=ignoring(Ignore(("A",), reason="by hand")))
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
        ("A", "value of conditional group 1: the live rule has 9.5, the policy has 10", ""),
        ("A", "wait of conditional group 1: the live rule has 0, the policy has 5", ""),
        ("A", "groups of conditional group 1: the live rule has Late, Night, the policy has Day", ""),
        ("B", "agent_wait to A: the live rule has 60, the policy has 90", ""),
        ("B", "wait_for_agent to A: the live rule has false, the policy has true", ""),
        ("C", "value of conditional group 1: the live rule has 30, the policy has 10", ""),
        ("C", "wait of conditional group 1: the live rule has 60, the policy has 5", ""),
        ("C", "groups of conditional group 1: the live rule has none, the policy has Day", ""),
    ] == in_words(plan)


def test_a_queue_that_is_not_managed_has_nothing_to_ignore() -> None:
    unmanaged = PolicySet(tuple(replace(queue, managed=False) for queue in WANTED_OF_OUTSIDE.queues))
    plan = planned(unmanaged, LIVE, settings=ignoring(Ignore(("*",))))
    assert () == plan.ignored
    assert [Reason.NOT_MANAGED] * 2 == [each.reason for each in plan.untouched if each.name != "C"]


def test_without_settings_nothing_is_ignored() -> None:
    assert () == planned(WANTED_OF_OUTSIDE, LIVE).ignored
    assert (
        Ignored("id-A", "A", "the whole queue")
        == (planned(WANTED_OF_OUTSIDE, LIVE, settings=ignoring(Ignore(("A",)))).ignored[0])
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
@given(mixed_organizations(), st.lists(IGNORES, max_size=3).map(tuple))
def test_what_is_ignored_never_changes_and_a_second_plan_is_empty(
    organization: tuple[PolicySet, list[Raw]], ignores: tuple[Ignore, ...]
) -> None:
    wanted, live = organization
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
        {**raw("E", {"operator": "ANY"}, {"operator": "ANY"}), "bullseye": {"rings": [{}]}},
    ]
    inputs = inputs_over(wanted, raws, "mixed")
    names = inputs.names | {f"group-{name}": name for name in GROUPS}
    assert (
        Unmanaged("id-B", "B", ("5 % to A after 60 s", "25 % to C after 60 s, disabled")),
        Unmanaged(
            "id-C", "C", ("groups Day when EstimatedWaitTime of A GreaterThan 30, after 60 s",), "them"
        ),
        Unmanaged("id-E", "E", within=("1 bullseye ring", "2 preferred-agent rules")),
    ) == unmanaged_in(build_plan(inputs, NOW), inputs.live, names)
