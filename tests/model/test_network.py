"""The network: which edges count, and for whom."""

from syncer.kinds.backup import BACKED, BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.owner import OwnerMark
from syncer.model.finding import Position
from syncer.model.network import Edge, Network, Node, Transfer, edges_of
from syncer.model.rule import SHARE, WATCH


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


def test_what_is_watched_moves_no_contact() -> None:
    watch, itself = Edge("a", "b", role=WATCH), Edge("a", "a", role=WATCH)
    network = Network((Node("a", "A"), Node("b", "B")), (watch, itself, Edge("b", "a", 5)))
    assert ((watch,), ()) == network.watches
    assert [[], [0]] == network.adjacency


def test_a_rule_about_another_queue_is_one_edge_and_any_other_is_none() -> None:
    at = Position("p.yaml", 1, 1)
    (edge,) = edges_of("a", OverflowRule("b", 130, 60, True), new=True, position=at)
    assert ("a", "b", 100, 60) == (edge.source, edge.target, edge.threshold, edge.delay)
    assert (True, True, at, SHARE) == (edge.enabled, edge.new, edge.position, edge.role)
    (backed,) = edges_of("a", BackupRule("b", 90))
    assert (100, 0, False, BACKED) == (backed.threshold, backed.delay, backed.new, backed.role)
    assert [] == [*edges_of("a", OverflowRule("")), *edges_of("a", OwnerMark("us"))]


def test_a_queue_that_is_its_own_backup_queue_or_watches_itself_has_no_edge() -> None:
    watching = GroupRule(1, "a", "ServiceLevel", "LessThan", 80, 0, ("g",))
    assert [] == [*edges_of("a", BackupRule("a")), *edges_of("a", watching)]
    assert ["a"] == [edge.target for edge in edges_of("a", OverflowRule("a", 10, 0, True))], "that is a loop"


def test_a_flow_that_transfers_to_its_own_queue_is_no_way_to_another_and_no_load() -> None:
    on, back = Transfer("a", "b", "Night", "1.0"), Transfer("b", "b", "Night", "1.0")
    network = Network((Node("a", "A"), Node("b", "B")), transfers=(on, back, Transfer("x", "x")))
    assert ({(0, 1): [on]}, {(1, 1): [back]}) == (network.transfers_by_place, network.returns)
    assert ([[1], []], ((0, 1),)) == (network.ways, network.unmeasured)
