from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.checks.loops import MOST_LISTED, check_loops
from syncer.kinds.backup import BACKED
from syncer.model.finding import Finding, Loop, LoopRule, Note, Position, Severity
from syncer.model.network import Edge, Network, Node, Transfer
from syncer.model.rule import WATCH


def at(line: int) -> Position:
    return Position("policies/x.yaml", line, 9)


def network_of(*edges: Edge, unmanaged: str = "") -> Network:
    """A network of queues with one letter, in order of the alphabet; all managed but ``unmanaged``."""
    keys = sorted({key for edge in edges for key in (edge.source, edge.target)})
    return Network(tuple(Node(key, key, managed=key not in unmanaged) for key in keys), edges)


def ring(size: int) -> Network:
    names = [f"Queue {number}" for number in range(size)]
    edges = [Edge(name, names[(place + 1) % size], 10) for place, name in enumerate(names)]
    return Network(tuple(Node(name, name, managed=True) for name in names), tuple(edges))


def test_a_ring_is_one_finding_with_all_its_rules() -> None:
    network = network_of(
        Edge("queue-a", "queue-b", 25, 120, new=True, position=at(4), kind="overflow"),
        Edge("queue-b", "queue-c", 30, 60, position=at(9), kind="overflow"),
        Edge("queue-c", "queue-a", 10, kind="backup"),
    )
    expected = Finding(
        id="loops.cycle",
        severity=Severity.ERROR,
        message="queue-a → queue-b → queue-c → queue-a overflows in a circle",
        position=at(4),
        tip="Disabling 1 rule breaks every loop here: queue-a → queue-b (policies/x.yaml:4:9);"
        " no smaller set does",
        notes=(
            Note("queue-a → queue-b at 25 % after 120 s, new in this change", at(4)),
            Note("queue-b → queue-c at 30 % after 60 s", at(9)),
            Note("queue-c → queue-a at 10 % after 0 s"),
        ),
        queue="queue-a",
        queue_id="queue-a",
        loop=Loop(
            queues=(("queue-a", "queue-a"), ("queue-b", "queue-b"), ("queue-c", "queue-c")),
            rules=(
                LoopRule("queue-a", "queue-b", "overflow", True, at(4)),
                LoopRule("queue-b", "queue-c", "overflow", False, at(9)),
                LoopRule("queue-c", "queue-a", "backup"),
            ),
            tied=("queue-a", "queue-b", "queue-c"),
        ),
    )
    assert (expected,) == check_loops(network)


def test_a_new_rule_gives_the_position_though_it_comes_last() -> None:
    (found,) = check_loops(
        network_of(Edge("a", "b", position=at(1)), Edge("b", "a", new=True, position=at(2)))
    )
    assert at(2) == found.position
    assert found.tip.startswith("Disabling 1 rule breaks every loop here: b → a (policies/x.yaml:2:9)")


def loop_in(*edges: Edge) -> Loop:
    (found,) = check_loops(network_of(*edges))
    assert found.loop
    return found.loop


def test_a_loop_is_of_the_policies_where_their_rules_close_one_without_others() -> None:
    stated, other = Edge("a", "b", position=at(1)), Edge("b", "a")
    assert not loop_in(stated, other).in_policies
    assert loop_in(stated, replace(other, position=at(2))).in_policies
    assert loop_in(stated, Edge("b", "c", position=at(2)), Edge("c", "a", position=at(3)), other).in_policies
    assert not loop_in(stated, Edge("b", "c", position=at(2)), Edge("c", "a"), other).in_policies


def test_the_way_round_goes_through_a_rule_that_is_new() -> None:
    found = loop_in(Edge("a", "b"), Edge("b", "a"), Edge("b", "c", new=True), Edge("c", "a"))
    assert (("a", "a"), ("b", "b"), ("c", "c")) == found.queues
    assert [("a", "b"), ("b", "c"), ("c", "a")] == [(rule.source, rule.target) for rule in found.rules]
    assert [False, True, False] == [rule.new for rule in found.rules]
    assert ("a", "b", "c") == found.tied


def test_a_second_rule_between_two_queues_closes_nothing() -> None:
    both = (Edge("b", "c"), Edge("b", "c", delay=60, new=True))
    found = loop_in(Edge("a", "b"), Edge("b", "a"), *both, Edge("c", "a"))
    assert (("a", "a"), ("b", "b")) == found.queues


def test_a_new_rule_inside_is_part_of_the_loop_though_the_way_round_is_another() -> None:
    ways = (Edge("b", "a", new=True), Edge("b", "c", new=True), Edge("c", "a"))
    found = loop_in(Edge("a", "b"), *ways)
    assert (("a", "a"), ("b", "b")) == found.queues
    assert [("a", "b"), ("b", "a"), ("b", "c")] == [(rule.source, rule.target) for rule in found.rules]
    assert [False, True, True] == [rule.new for rule in found.rules]
    assert ("a", "b", "c") == found.tied


def test_a_new_rule_that_only_leads_into_a_loop_or_out_of_it_is_no_part_of_it() -> None:
    found = loop_in(
        Edge("a", "b"), Edge("b", "a"), Edge("c", "a", new=True), Edge("b", "d", new=True), Edge("d", "e")
    )
    assert [("a", "b"), ("b", "a")] == [(rule.source, rule.target) for rule in found.rules]
    assert ("a", "b") == found.tied


def test_where_all_is_new_the_notes_need_not_say_so() -> None:
    (found,) = check_loops(network_of(Edge("a", "b", 5, new=True), Edge("b", "a", 6, new=True)))
    assert [note.message for note in found.notes] == ["a → b at 5 % after 0 s", "b → a at 6 % after 0 s"]


def test_where_a_queue_joins_a_loop_the_tip_begins_with_what_is_new() -> None:
    joined = network_of(
        Edge("a", "b"),
        Edge("b", "a"),
        Edge("b", "c"),
        Edge("c", "a", new=True, position=at(9)),
        unmanaged="ab",
    )
    (found,) = check_loops(joined)
    assert found.tip.startswith("Remove what is new in this change: c → a (policies/x.yaml:9:9). Disabling")


def test_a_new_rule_beside_one_that_stays_closes_nothing_and_is_said_last() -> None:
    beside = Edge("a", "b", new=True, position=at(4))
    (found,) = check_loops(network_of(Edge("a", "b"), beside, Edge("b", "a", position=at(9))))
    assert found.tip == (
        "Disabling 1 rule breaks every loop here: b → a (policies/x.yaml:9:9); no smaller set does."
        " Also new, where another rule or a flow leads already: a → b (policies/x.yaml:4:9)"
    )


@pytest.mark.parametrize(
    ("flows", "tip"),
    [
        (
            "a",
            (
                "Disabling 1 rule breaks every loop here: b → a (policies/x.yaml:9:9); no smaller set does."
                " Also new, where another rule or a flow leads already: a → b (policies/x.yaml:4:9)"
            ),
        ),
        (
            "ab",
            (
                "Disabling 1 rule breaks every loop here: a → b (policies/x.yaml:4:9); no smaller set does."
                " Contacts still go in a circle by the in-queue flow Wait in a: change it too"
            ),
        ),
    ],
)
def test_a_rule_beside_which_a_flow_goes_is_the_last_to_take_out(flows: str, tip: str) -> None:
    network = network_of(Edge("a", "b", new=True, position=at(4)), Edge("b", "a", position=at(9)))
    transfers = (Transfer("a", "b", "Wait in a"), Transfer("b", "a", "Wait in b"))
    (found,) = check_loops(replace(network, transfers=transfers[: len(flows)]))
    assert found.tip == tip


def test_disabled_rules_make_no_loop() -> None:
    assert check_loops(network_of(Edge("a", "b"), Edge("b", "a", enabled=False))) == ()


def test_a_rule_of_the_policies_to_its_own_queue_is_told_elsewhere_and_hides_no_circle() -> None:
    own = Edge("a", "a", position=at(3))
    assert () == check_loops(network_of(own))
    (found,) = check_loops(network_of(own, Edge("a", "b", position=at(4)), Edge("b", "a", position=at(5))))
    assert ("a → b → a overflows in a circle", at(4)) == (found.message, found.position)
    assert [at(4), at(5)] == [note.position for note in found.notes]
    assert found.tip.startswith("Disabling 1 rule breaks every loop here: ")
    assert "a → a" not in found.tip


@pytest.mark.parametrize(
    ("unmanaged", "id_", "severity"),
    [("a", "loops.unmanaged", Severity.WARNING), ("", "loops.cycle", Severity.ERROR)],
)
def test_a_live_rule_to_its_own_queue_is_told_whoever_manages_it(
    unmanaged: str, id_: str, severity: Severity
) -> None:
    (found,) = check_loops(network_of(Edge("a", "a"), unmanaged=unmanaged))
    assert ("a → a overflows in a circle", id_, severity) == (found.message, found.id, found.severity)


def test_a_loop_of_unmanaged_queues_is_a_warning() -> None:
    (found,) = check_loops(network_of(Edge("a", "b"), Edge("b", "a"), unmanaged="ab"))
    assert (found.id, found.severity, found.position) == ("loops.unmanaged", Severity.WARNING, None)
    assert found.tip == (
        "Disabling 1 rule breaks every loop here: b → a (not in the policies); no smaller set does"
    )


def test_one_managed_rule_makes_it_an_error_and_is_the_one_to_disable() -> None:
    (found,) = check_loops(network_of(Edge("a", "b"), Edge("b", "a", position=at(7)), unmanaged="a"))
    assert (found.id, found.severity) == ("loops.cycle", Severity.ERROR)
    assert "b → a (policies/x.yaml:7:9)" in found.tip


def test_queues_tied_together_are_one_finding_with_the_shortest_way_round() -> None:
    edges = [Edge(*pair) for pair in ("ab", "bc", "cd", "da", "db")]
    (found,) = check_loops(network_of(*edges))
    assert found.message == (
        "b → c → d → b overflows in a circle (one of at least 2 loops that tie 4 queues together)"
    )
    assert "Disabling 1 rule" in found.tip


def test_each_component_is_a_finding() -> None:
    found = check_loops(network_of(*(Edge(*pair) for pair in ("ab", "ba", "bc", "cd", "dc"))))
    assert [finding.queue for finding in found] == ["a", "c"]


def test_two_rules_with_one_target_are_both_named_and_nothing_is_proved_of_them() -> None:
    (found,) = check_loops(
        network_of(
            Edge("a", "b", 10, new=True), Edge("a", "b", 20, new=True), Edge("b", "a", 30), unmanaged="b"
        )
    )
    assert [note.message for note in found.notes] == [
        "a → b at 10 % after 0 s, new in this change",
        "a → b at 20 % after 0 s, new in this change",
        "b → a at 30 % after 0 s",
    ]
    assert found.tip.startswith("Disabling 2 rules breaks every loop here: a → b (")
    assert found.tip.endswith("; this is enough, a smaller set may be too")


def test_a_long_circle_is_cut_short() -> None:
    (found,) = check_loops(ring(MOST_LISTED + 31))
    assert "Queue 19 → … 31 more … → Queue 0 overflows" in found.message
    assert Note("and 31 more") == found.notes[-1]
    assert len(found.notes) == MOST_LISTED + 1


def test_a_long_list_of_rules_to_disable_is_cut_short() -> None:
    names = [f"Queue {number}" for number in range(31)]
    spokes = [edge for name in names[1:] for edge in (Edge("Queue 0", name), Edge(name, "Queue 0"))]
    (found,) = check_loops(Network(tuple(Node(name, name, True) for name in names), tuple(spokes)))
    assert found.tip.startswith("Disabling 30 rules breaks every loop here: ")
    assert ", and 10 more; " in found.tip


def test_a_loop_through_a_backup_queue_is_mended_by_removing() -> None:
    behind = Edge("b", "a", 100, 90, new=True, role=BACKED, position=at(5))
    (found,) = check_loops(network_of(Edge("a", "b", 10), behind))
    assert [note.message for note in found.notes] == [
        "a → b at 10 % after 0 s",
        "b → a as the backup queue after 90 s, new in this change",
    ]
    assert found.tip == (
        "Removing 1 rule breaks every loop here: b → a (policies/x.yaml:5:9); no smaller set does"
    )


def test_watches_make_no_loop() -> None:
    watches = [Edge(one, other, role=WATCH) for one, other in ("ab", "ba")]
    assert check_loops(network_of(*watches)) == ()
    assert check_loops(network_of(Edge("a", "b"), watches[1])) == ()


LETTERS = st.sampled_from("abcdef")
EDGES = st.builds(
    Edge,
    LETTERS,
    LETTERS,
    enabled=st.booleans(),
    new=st.booleans(),
    position=st.sampled_from([None, at(1)]),
)


@settings(deadline=None)
@given(st.lists(EDGES, max_size=14))
def test_as_many_findings_as_networkx_has_components_with_a_cycle(edges: list[Edge]) -> None:
    network = network_of(*edges, unmanaged="cf")
    own = [edge for edge in edges if edge.enabled and edge.source == edge.target]
    live_has = {edge.source for edge in own if edge.source in "cf" or not edge.position}
    in_force = [edge for edge in edges if edge.enabled and (edge not in own or edge.source in live_has)]
    graph: nx.DiGraph[str] = nx.DiGraph([(edge.source, edge.target) for edge in in_force])
    looped = [
        component
        for component in nx.strongly_connected_components(graph)
        if not nx.is_directed_acyclic_graph(graph.subgraph(component))
    ]
    found = check_loops(network)
    assert len(looped) == len(found)
    for finding in found:
        (component,) = [each for each in looped if finding.queue in each]
        inside = [edge for edge in in_force if {edge.source, edge.target} <= component]
        mendable = any(edge.new or edge.source not in "cf" for edge in inside)
        assert (finding.severity is Severity.ERROR) == mendable
