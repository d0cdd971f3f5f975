"""A rule of conditional group activation and its conditions, in words."""

from syncer.kinds.activation_rule import ActivationRule
from syncer.model.network import edges_of
from syncer.model.rule import WATCH

PILOT = ActivationRule(0, 0, expression="C1")
RULE = ActivationRule(1, 0, expression="C1 and C2", groups=("g", "h"))
OWN = ActivationRule(1, 1, "", "ServiceLevel", "LessThan", 80.5)
OTHER = ActivationRule(1, 2, "b", "IdleAgentCount", "EqualTo", 3.0)
NAMES = {"b": "Tier 2", "g": "Night"}


def test_each_rule_and_each_condition_has_a_key_of_its_own() -> None:
    assert ["pilot", "1", "1 C1", "1 C2"] == [rule.key for rule in (PILOT, RULE, OWN, OTHER)]


def test_rules_and_conditions_are_said_in_words() -> None:
    assert [
        "activation pilot: rules count when C1",
        "activation 1: Night, h when C1 and C2",
        "activation 1 C1: ServiceLevel LessThan 80.5",
        "activation 1 C2: IdleAgentCount of Tier 2 EqualTo 3",
    ] == [rule.in_words(NAMES) for rule in (PILOT, RULE, OWN, OTHER)]
    assert "activation 1 C2 watching Tier 2" == OTHER.label("Tier 2")
    assert ["Night, h when C1 and C2", "IdleAgentCount EqualTo 3"] == [
        rule.settings(NAMES) for rule in (RULE, OTHER)
    ]
    assert "no groups when C1" == ActivationRule(1, 0, expression="C1").settings({})
    assert ("group activation", "of activation 1 C2") == (OTHER.subject({}), OTHER.which({}))


def test_a_condition_watches_its_queue_and_moves_no_contact() -> None:
    assert [] == [edge for rule in (PILOT, RULE, OWN) for edge in edges_of("a", rule)]
    (edge,) = edges_of("a", OTHER)
    assert ("a", "b", WATCH, 0) == (edge.source, edge.target, edge.role, edge.threshold)
    assert [] == list(edges_of("b", OTHER)), "to watch oneself is no edge"


def test_other_ids_make_it_the_same_rule_about_others() -> None:
    assert OTHER.with_values(target="c") == OTHER.with_ids("c", ())
    assert RULE.with_values(groups=("x",)) == RULE.with_ids("", ("x",))
