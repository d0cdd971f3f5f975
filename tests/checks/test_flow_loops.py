"""Loops through in-queue flows."""

import pytest

from syncer.checks.flow_loops import check_flow_loops
from syncer.model.finding import LoopFlow, Position, Severity
from syncer.model.network import Edge, Network, Node, Transfer

AT = Position("policies/a.yaml", 3, 7)


def network(*edges: Edge, transfers: str = "", nodes: str = "ABCD") -> Network:
    """``AB`` is a transfer from A to B."""
    moves = tuple(Transfer(pair[0], pair[1], "Night", "1.0") for pair in transfers.split())
    return Network(tuple(Node(each, each, managed=True) for each in nodes), edges, moves)


def rule(pair: str, *, new: bool = False, enabled: bool = True) -> Edge:
    return Edge(pair[0], pair[1], 25, enabled=enabled, new=new, position=AT if new else None)


@pytest.mark.parametrize(
    "there",
    [
        network(rule("AB"), rule("BA")),
        network(rule("AB"), transfers="BC"),
        network(rule("AB", enabled=False), transfers="BA"),
        network(rule("AB"), rule("BA"), transfers="AB"),
        network(transfers="AX XA"),
    ],
    ids=["rules alone", "no way back", "a rule that is off", "rules do it already", "a queue nobody knows"],
)
def test_where_no_flow_is_needed_nothing_is_said(there: Network) -> None:
    assert () == check_flow_loops(there)


def test_a_new_rule_that_a_flow_leads_back_from_is_an_error() -> None:
    (found,) = check_flow_loops(network(rule("AB", new=True), transfers="BA"))
    assert ("loops.flow", Severity.ERROR, AT) == (found.id, found.severity, found.position)
    assert "A → B → A goes in a circle, by the in-queue flow Night 1.0" == found.message
    assert [
        "A → B at 25 % after 0 s, new in this change",
        "B → A by Transfer to ACD of the in-queue flow Night 1.0",
    ] == [note.message for note in found.notes]
    assert found.loop is not None
    assert (LoopFlow("B", "A", "Night 1.0"),) == found.loop.flows
    assert ("A", "B") == found.loop.tied
    assert [True] == [each.new for each in found.loop.rules]


def test_one_that_is_there_already_is_a_warning() -> None:
    (found,) = check_flow_loops(network(rule("AB"), transfers="BC CA"))
    assert (Severity.WARNING, None) == (found.severity, found.position)
    assert "A → B → C → A goes in a circle, by the in-queue flow Night 1.0" == found.message
    (alone,) = check_flow_loops(network(transfers="BC CB"))
    assert Severity.WARNING == alone.severity


def test_a_way_round_with_a_new_rule_is_told_where_there_are_several() -> None:
    (found,) = check_flow_loops(network(rule("AB"), rule("CB", new=True), transfers="BA BC"))
    assert Severity.ERROR == found.severity
    assert "B → C → B" in found.message or "C → B → C" in found.message


def test_a_flow_that_transfers_to_its_own_queue_is_a_circle_of_one() -> None:
    (found,) = check_flow_loops(network(rule("AB", new=True), transfers="BB"))
    assert ("loops.flow", Severity.WARNING, "B") == (found.id, found.severity, found.queue)
    assert "B → B goes in a circle, by the in-queue flow Night 1.0" == found.message
    assert "Change the flow in Architect" == found.tip, "no rule is part of it"
    assert ["B → B by Transfer to ACD of the in-queue flow Night 1.0"] == [
        each.message for each in found.notes
    ]
    assert found.loop is not None
    assert ((LoopFlow("B", "B", "Night 1.0"),), ("B",)) == (found.loop.flows, found.loop.tied)


def test_it_is_reported_beside_a_circle_of_several_queues() -> None:
    of_one, of_two = check_flow_loops(network(rule("AB", new=True), transfers="BA BB"))
    assert ("B → B goes", "A → B → A goes") == (of_one.message[:10], of_two.message[:14])
    assert (Severity.WARNING, Severity.ERROR) == (of_one.severity, of_two.severity)
    assert () == check_flow_loops(network(rule("BB"), transfers="BB")), "the rule does it already"


def test_a_flow_that_only_may_transfer_is_a_warning_even_with_a_new_rule() -> None:
    maybe = Transfer("B", "A", "Night", "1.0", proven=False)
    there = network(rule("AB", new=True))
    (found,) = check_flow_loops(Network(there.nodes, there.edges, (maybe,)))
    assert Severity.WARNING == found.severity
    assert "A → B → A may go in a circle, by the in-queue flow Night 1.0" == found.message
    assert "B → A perhaps, because this queue is referred to by the in-queue flow Night 1.0" in [
        note.message for note in found.notes
    ]
    proven = Transfer("B", "A", "Day", "2.0")
    (found,) = check_flow_loops(Network(there.nodes, there.edges, (maybe, proven)))
    assert (Severity.ERROR, "A → B → A goes in a circle, by the in-queue flow Day 2.0") == (
        found.severity,
        found.message,
    )


def test_a_proven_way_round_is_told_before_one_that_may_be() -> None:
    there = network(rule("AB", new=True), rule("BC"))
    flows = (Transfer("B", "A", "Maybe", "1.0", proven=False), Transfer("C", "A", "Night", "1.0"))
    (found,) = check_flow_loops(Network(there.nodes, there.edges, flows))
    assert Severity.ERROR == found.severity
    assert "A → B → C → A goes in a circle, by the in-queue flow Night 1.0" == found.message
