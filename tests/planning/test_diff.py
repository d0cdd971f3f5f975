from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.kinds.overflow import OverflowRule
from syncer.live.wire import read_queue
from syncer.model.change import Action, FieldChange, RuleChange
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule
from syncer.planning.diff import SECOND, diff_rules

A, B = OverflowRule("a", 10, 60, True), OverflowRule("b", 20, 0, False)
NAMES = {"a": "Queue A", "b": "Queue B"}


def diff(live: list[OverflowRule], desired: list[OverflowRule], **problems: str) -> tuple[RuleChange, ...]:
    places = {int(key.removeprefix("at")): problem for key, problem in problems.items()}
    return diff_rules(LiveQueue("q", "Q", rules=tuple(live), problems=places), desired, NAMES, ("overflow",))


@pytest.mark.parametrize(
    ("live", "desired"),
    [([], []), ([A, B], [A, B]), ([A, B], [B, A])],
    ids=["nothing at all", "equal", "another order"],
)
def test_no_difference(live: list[OverflowRule], desired: list[OverflowRule]) -> None:
    assert () == diff(live, desired)


def test_a_rule_that_live_lacks_is_created() -> None:
    assert (RuleChange(Action.CREATE, "b", "Queue B", after=B),) == diff([A], [A, B])


def test_a_rule_that_nobody_wants_is_deleted() -> None:
    assert (RuleChange(Action.DELETE, "a", "Queue A", before=A),) == diff([A, B], [B])


@pytest.mark.parametrize(
    ("after", "fields"),
    [
        (OverflowRule("a", 11, 60, True), [FieldChange("threshold", 10, 11)]),
        (OverflowRule("a", 10, 0, True), [FieldChange("delay", 60, 0)]),
        (OverflowRule("a", 10, 60, False), [FieldChange("enabled", True, False)]),
        (
            OverflowRule("a", 0, 1, False),
            [
                FieldChange("threshold", 10, 0),
                FieldChange("delay", 60, 1),
                FieldChange("enabled", True, False),
            ],
        ),
    ],
    ids=["threshold", "delay", "enabled", "all three"],
)
def test_a_changed_rule_names_its_fields(after: OverflowRule, fields: list[FieldChange]) -> None:
    assert (RuleChange(Action.UPDATE, "a", "Queue A", A, after, tuple(fields)),) == diff([A], [after])


def test_creations_and_updates_stand_before_deletions() -> None:
    gone = OverflowRule("gone")
    changed = OverflowRule("b", 21, 0, False)
    found = diff([gone, B], [A, changed])
    assert [(Action.CREATE, "a"), (Action.UPDATE, "b"), (Action.DELETE, "gone")] == [
        (change.action, change.target) for change in found
    ]
    assert "gone" == found[2].target_name, "a target that live does not have is called by its id"


def test_of_two_rules_with_one_target_the_first_is_kept() -> None:
    second = OverflowRule("a", 99, 0, False)
    assert (RuleChange(Action.DELETE, "a", "Queue A", before=second, note=SECOND),) == diff([A, second], [A])


def test_both_of_two_rules_with_one_target_go() -> None:
    found = diff([A, A], [])
    assert [("", Action.DELETE), (SECOND, Action.DELETE)] == [(one.note, one.action) for one in found]


def test_what_can_not_be_read_is_written_anew_though_it_reads_as_what_is_wanted() -> None:
    assert (RuleChange(Action.UPDATE, "a", "Queue A", A, A, (), "delay is a text"),) == diff(
        [A, B], [A, B], at0="delay is a text"
    )


def test_what_can_not_be_read_is_named_where_it_is_deleted() -> None:
    found = diff([A, OverflowRule("", 100)], [A], at1="overflowTarget is None")
    assert (
        RuleChange(Action.DELETE, "", "", before=OverflowRule("", 100), note="overflowTarget is None"),
    ) == found


def test_a_zero_that_live_leaves_out_is_no_difference() -> None:
    entry = {"type": "overflow", "overflowTarget": "a"}
    live = read_queue({"id": "q", "name": "Q", "routingRules": [entry]})
    assert () == diff_rules(live, [OverflowRule("a", 0, 0, False)], NAMES, ("overflow",))


TARGETS = st.sampled_from(["a", "b", "c", ""])
RULES = st.builds(OverflowRule, TARGETS, st.integers(0, 100), st.integers(0, 3600), st.booleans())
DESIRED = st.lists(RULES, unique_by=lambda rule: rule.target)
PROBLEMS = st.dictionaries(st.integers(0, 4), st.just("cannot be read"))


def carried_out(live: LiveQueue, changes: tuple[RuleChange, ...]) -> list[Rule]:
    rules = list(live.rules)
    for change in changes:
        if change.before is None:
            assert change.after is not None
            rules.append(change.after)
        elif change.after is not None:
            rules[rules.index(change.before)] = change.after
        else:
            del rules[len(rules) - 1 - rules[::-1].index(change.before)]
    return rules


@given(st.lists(RULES, max_size=5), DESIRED, PROBLEMS)
def test_the_changes_turn_live_into_what_is_wanted(
    rules: list[OverflowRule], desired: list[OverflowRule], problems: dict[int, str]
) -> None:
    known = {place: problem for place, problem in problems.items() if place < len(rules)}
    live = LiveQueue("q", "Q", rules=tuple(rules), problems=known)
    result = carried_out(live, diff_rules(live, desired, {}, ("overflow",)))
    assert sorted(map(repr, desired)) == sorted(map(repr, result))


@given(DESIRED, st.randoms(use_true_random=False))
def test_equal_rules_have_no_changes(rules: list[OverflowRule], random: Random) -> None:
    mixed = list(rules)
    random.shuffle(mixed)
    assert () == diff_rules(LiveQueue("q", "Q", rules=tuple(mixed)), rules, {}, ("overflow",))


@given(st.lists(RULES, max_size=5), DESIRED)
def test_fields_are_exactly_those_that_differ(live: list[OverflowRule], desired: list[OverflowRule]) -> None:
    for change in diff_rules(LiveQueue("q", "Q", rules=tuple(live)), desired, {}, ("overflow",)):
        if change.action is Action.UPDATE:
            expected = [
                FieldChange(name, getattr(change.before, name), getattr(change.after, name))
                for name in ("threshold", "delay", "enabled")
                if getattr(change.before, name) != getattr(change.after, name)
            ]
            assert expected == list(change.fields) != []
