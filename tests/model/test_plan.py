from random import Random

from hypothesis import given
from hypothesis import strategies as st

from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, QueueChange, Reason, RuleChange, Untouched, names_in
from syncer.model.finding import Finding, Note, Position, Severity, has_errors, in_order
from syncer.model.network import Edge, Network, Node
from syncer.model.plan import Outcome, Plan, Status
from syncer.model.policy import QueueRef
from syncer.model.rule import in_words, mean_the_same

RULES = st.builds(OverflowRule, st.sampled_from("ab"), st.integers(0, 2), st.integers(0, 2), st.booleans())
CHANGE = QueueChange(
    "q",
    "Q",
    (
        RuleChange(Action.CREATE, "a", "Queue A", after=OverflowRule("a")),
        RuleChange(Action.DELETE, "b", "Queue B", OverflowRule("b")),
    ),
    (),
    (),
    kinds=("overflow",),
)


def test_a_plan_counts_rules_and_queues() -> None:
    untouched = (Untouched("x", "X", Reason.EQUAL), Untouched("y", "Y", Reason.UNMANAGED))
    plan = Plan("now", "api", changes=(CHANGE, CHANGE), untouched=untouched)
    assert [2, 0, 2] == [plan.count(action) for action in Action]
    assert [1, 0, 0, 0, 0, 1] == [plan.untouched_count(reason) for reason in Reason]


def test_only_errors_keep_a_plan_from_being_applied() -> None:
    for severity in Severity:
        findings = (Finding("a.b", severity, "m"),)
        plan = Plan("now", "api", findings=findings)
        assert (severity is not Severity.ERROR) == plan.applicable == (not has_errors(findings))


def test_the_names_of_targets() -> None:
    assert {"a": "Queue A", "b": "Queue B"} == names_in(CHANGE)


@given(st.lists(RULES, max_size=4), st.randoms(use_true_random=False))
def test_order_means_nothing(rules: list[OverflowRule], random: Random) -> None:
    mixed = list(rules)
    random.shuffle(mixed)
    assert mean_the_same(tuple(rules), tuple(mixed))


@given(st.lists(RULES, max_size=4), RULES)
def test_one_rule_more_means_something_else(rules: list[OverflowRule], rule: OverflowRule) -> None:
    assert not mean_the_same(tuple(rules), (*rules, rule))


def test_rules_in_words() -> None:
    rules = (OverflowRule("a", 25, 60, True), OverflowRule("b", 5, 0, False))
    assert "25 % to Queue A after 60 s, 5 % to b after 0 s, disabled" == in_words(rules, {"a": "Queue A"})
    assert "no rules" == in_words((), {})


def test_findings_stand_in_the_order_of_their_places() -> None:
    def finding(name: str, position: Position | None) -> Finding:
        return Finding(name, Severity.INFO, "m", position)

    ordered = (
        finding("b.b", Position("a.yaml", 2, 1)),
        finding("a.a", Position("a.yaml", 10, 1)),
        finding("c.c", Position("a.yaml", 10, 1)),
        finding("a.a", Position("b.yaml", 1, 1)),
        finding("a.a", None),
    )
    assert ordered == in_order(ordered[::-1])


def test_a_finding_as_json() -> None:
    at = Position("p.yaml", 2, 3)
    place = {"file": "p.yaml", "line": 2, "column": 3}
    finding = Finding("a.b", Severity.ERROR, "m", at, "t", (Note("n", at), Note("o")), "Q")
    assert "p.yaml:2:3" == str(at)
    assert {
        "id": "a.b",
        "severity": "error",
        "message": "m",
        "position": place,
        "tip": "t",
        "notes": [{"message": "n", "position": place}, {"message": "o", "position": None}],
        "queue": "Q",
    } == finding.as_json()
    assert Finding("a.b", Severity.ERROR, "m").as_json()["position"] is None


def test_a_network_knows_the_enabled_edges_between_its_nodes() -> None:
    edges = (
        Edge("a", "b", 1),
        Edge("a", "b", 2),
        Edge("b", "a", enabled=False),
        Edge("a", "nowhere"),
        Edge("nowhere", "a"),
    )
    network = Network((Node("a", "A"), Node("b", "B")), edges)
    assert ((edges[0], edges[1]), ()) == network.in_force
    assert [[1], []] == network.adjacency
    assert ["B", "A"] == network.names([1, 0])


def test_a_queue_is_named_by_its_name_or_its_id() -> None:
    assert ["Q", "7"] == [str(QueueRef("Q")), str(QueueRef(id="7"))]


def test_three_outcomes_are_what_was_wanted() -> None:
    assert [Status.APPLIED, Status.MERGED, Status.ALREADY] == [
        status for status in Status if Outcome(CHANGE, status).done
    ]
