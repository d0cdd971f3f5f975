"""Rules of all kinds: what their order means, and their words."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.model.rule import in_words, mean_the_same, of_kinds

OVERFLOW = OverflowRule("b", 25, 60, True)
BACKUP = BackupRule("b", 90, True)
OWN = GroupRule(1, "", "ServiceLevel", "LessThan", 80.5, 0, ("g",))
WATCH = GroupRule(2, "b", "EstimatedWaitTime", "GreaterThan", 30.0, 60, ("g", "h"))
NAMES = {"b": "Back", "g": "Night"}


def test_rules_in_words() -> None:
    for rule, words in (
        (OVERFLOW, "25 % to Back after 60 s"),
        (OverflowRule("c"), "0 % to c after 0 s, disabled"),
        (BACKUP, "backup Back after 90 s"),
        (BackupRule("c"), "backup c at once"),
        (BackupRule("c", 120), "backup c at once (agent_wait 120 s is unused)"),
        (OWN, "groups Night when ServiceLevel LessThan 80.5, after 0 s"),
        (WATCH, "groups Night, h when EstimatedWaitTime of Back GreaterThan 30, after 60 s"),
    ):
        assert words == in_words((rule,), NAMES)
    assert "backup c at once, 0 % to c after 0 s, disabled" == in_words(
        (BackupRule("c"), OverflowRule("c")), {}
    )
    assert "no rules" == in_words((), {})


def test_rules_of_some_kinds_keep_their_order() -> None:
    rules = (WATCH, OVERFLOW, OWN, BACKUP)
    assert (WATCH, OWN) == of_kinds(rules, ["conditional_groups"])
    assert (OVERFLOW, BACKUP) == of_kinds(rules, ["backup", "overflow"])


def test_order_means_nothing_and_places_do() -> None:
    assert mean_the_same((OVERFLOW, WATCH, OWN), (OWN, WATCH, OVERFLOW))
    swapped = (GroupRule(2, *_said(OWN)), GroupRule(1, *_said(WATCH)))
    assert not mean_the_same((OWN, WATCH), swapped)
    assert not mean_the_same((OVERFLOW,), (OVERFLOW, OVERFLOW))


def _said(rule: GroupRule) -> tuple[str, str, str, float, int, tuple[str, ...]]:
    return (rule.target, rule.metric, rule.operator, rule.value, rule.wait, rule.groups)


RULES = st.builds(OverflowRule, st.sampled_from("ab"), st.integers(0, 2), st.integers(0, 2), st.booleans())


@given(st.lists(RULES, max_size=4), st.randoms(use_true_random=False))
def test_order_means_nothing(rules: list[OverflowRule], random: Random) -> None:
    mixed = list(rules)
    random.shuffle(mixed)
    assert mean_the_same(tuple(rules), tuple(mixed))


@given(st.lists(RULES, max_size=4), RULES)
def test_one_rule_more_means_something_else(rules: list[OverflowRule], rule: OverflowRule) -> None:
    assert not mean_the_same(tuple(rules), (*rules, rule))


def test_rules_on_one_line() -> None:
    rules = (OverflowRule("a", 25, 60, True), OverflowRule("b", 5, 0, False))
    assert "25 % to Queue A after 60 s, 5 % to b after 0 s, disabled" == in_words(rules, {"a": "Queue A"})
    assert "no rules" == in_words((), {})
