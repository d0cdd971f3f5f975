"""The list of all kinds, and what is looked up in it."""

import pytest

from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.registry import (
    DIALECTS,
    GENESYS_CLOUD,
    KIND_NAMES,
    KINDS,
    MARK,
    MIXED,
    OVERFLOW_RULES,
    POLICY_KINDS,
    ROUTING_KINDS,
    SWITCHED_KINDS,
    ask_groups,
    kind_named,
    kind_of,
    mark_of,
    marked_by,
    rule_document,
    rule_step,
    rules_of,
)
from syncer.model.queue import LiveQueue

RULES = (OverflowRule("b", 25, 60, True), GroupRule(1, "", "m", "o", 1.0, 0, ("g",)), mark_of("us"))


def test_a_kind_is_found_by_its_name_and_by_its_rules() -> None:
    assert list(KINDS) == [kind_named(name) for name in KIND_NAMES]
    assert ["overflow", "conditional_groups", MARK] == [kind_of(rule).name for rule in RULES]
    with pytest.raises(ValueError, match="there is no kind of rule 'nothing'"):
        kind_named("nothing")


def test_names_of_kinds_are_told_apart() -> None:
    assert len(KINDS) == len(set(KIND_NAMES))
    assert len(KINDS) == len({kind.noun for kind in KINDS})
    switched = {kind.name for kind in SWITCHED_KINDS}
    assert set(KIND_NAMES) - {MARK} - switched == set(POLICY_KINDS)
    assert {"member_groups"} == switched
    assert MARK not in ROUTING_KINDS


def test_each_kind_is_held_by_one_dialect_and_by_the_mixed_one() -> None:
    assert set(POLICY_KINDS) == set(OVERFLOW_RULES.holds | GENESYS_CLOUD.holds) == set(MIXED.holds)
    assert frozenset() == OVERFLOW_RULES.holds & GENESYS_CLOUD.holds
    assert [OVERFLOW_RULES, GENESYS_CLOUD, MIXED] == [DIALECTS[each.name] for each in DIALECTS.values()]


def test_groups_are_asked_for_where_a_kind_speaks_of_them() -> None:
    assert ask_groups(["overflow", "conditional_groups"])
    assert not ask_groups(["overflow", "backup", MARK])
    assert not ask_groups([])


def test_rules_are_read_back_from_their_documents() -> None:
    assert RULES == rules_of([rule_document(rule) for rule in RULES])
    with pytest.raises(KeyError):
        rules_of([{"target": "b"}])
    with pytest.raises(ValueError, match="no kind of rule 'x'"):
        rules_of([{"kind": "x"}])


def test_a_step_of_the_trail_is_said_in_words_whatever_stands_in_it() -> None:
    entry = {"before": None, "after": rule_document(RULES[0])}
    assert "none ⇒ 25 % after 60 s" == rule_step(entry)
    named = {"after": rule_document(RULES[1]), "groups": [{"id": "g", "name": "Night"}, 7]}
    assert "Night" in rule_step(named)
    assert "none ⇒ none" == rule_step({"before": 7, "groups": "x", "held": "x"})
    assumed = {"before": rule_document(RULES[0]), "held": {"threshold": "12.5"}}
    assert "25 % after 60 s (assumed: threshold was 12.5) ⇒ none" == rule_step(assumed)


def test_a_queue_says_whose_mark_it_bears() -> None:
    assert "us" == marked_by(LiveQueue("q", "Q", rules=(mark_of("us"),)))
    assert "" == marked_by(LiveQueue("q", "Q"))
