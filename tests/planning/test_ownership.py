"""Who manages a queue, as plans and ways back see it."""

from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.entries import Run, change_entries
from syncer.checks.safety import objections
from syncer.drift.found import Direction, drift_of
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.owner import OwnerMark
from syncer.model.change import Action, Reason
from syncer.model.finding import Severity
from syncer.model.plan import Outcome, Plan, Status
from syncer.model.policy import PolicySet
from syncer.model.settings import Ignore, Ownership, Safety, Settings
from syncer.net.timing import from_rfc3339
from syncer.planning.document import change_document, change_of, plan_document
from syncer.planning.saved_plan import moved, plan_of
from syncer.planning.standing import standing
from syncer.planning.undo import undo_plan
from tests.organisations import (
    NOW,
    Raw,
    applied,
    inputs_over,
    mixed_organisations,
    overflow,
    planned,
    policies,
    policy,
    raw,
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
    assert ("A is managed by them: its description says so", 1) == (
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
    assert plan.changes == tuple(change_of(change_document(change)) for change in plan.changes)
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
    assert ["A: the run left managed by us, live has managed by them"] == conflicts(
        undone(plan, [{**after[0], "description": THEIRS}, *after[1:]])
    )
    gone = undone(plan, [{**after[0], "description": "Text"}, *after[1:]])
    assert ((), True) == (gone.changes, gone.applicable)


def test_a_mark_that_was_taken_over_and_is_gone_is_not_brought_back() -> None:
    own = Settings(ownership=Ownership("us", take_over=("*",)))
    plan = planned(WANTED, live(THEIRS), settings=own)
    back = undone(plan, live(b=OURS), own)
    assert ["A: the run left managed by us, live has no mark"] == conflicts(back)


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
@given(mixed_organisations(), st.lists(TEXTS, min_size=6, max_size=6), st.booleans())
def test_marked_or_released_a_second_plan_is_empty(
    organisation: tuple[PolicySet, list[Raw]], texts: list[str], release: bool
) -> None:
    wanted, raws = organisation
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
