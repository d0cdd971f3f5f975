from syncer.kinds.backup import BACKED
from syncer.model.finding import Finding, Severity
from syncer.model.network import Edge, Load, Network, Node, Transfer
from syncer.model.plan import QueueState
from syncer.model.rule import WATCH
from syncer.report.picture.model import Badge
from syncer.report.picture.of_network import picture_of_network

NETWORK = Network(
    (
        Node("a", "A", True, 100, 80),
        Node("b", "B", True, 10),
        Node("c", "C"),
        Node("d", "D", True),
        Node("z", "Z"),
    ),
    (
        Edge("a", "b", 25, 60, kind="overflow"),
        Edge("b", "c", 100, role=BACKED, kind="backup"),
        Edge("b", "d", 10, enabled=False, kind="overflow"),
        Edge("a", "d", role=WATCH, kind="conditional_groups"),
        Edge("a", "gone", 5, kind="overflow"),
    ),
    (Transfer("c", "d", "Night"), Transfer("c", "gone", "Night")),
)


def test_queues_that_are_managed_or_that_a_rule_leads_to_with_their_loads() -> None:
    picture = picture_of_network(NETWORK, interval="1h")
    assert ["A", "B", "C", "D"] == [box.name for box in picture.boxes]
    assert QueueState(100, 80, Load(80, 60, 0)) == picture.boxes[0].before == picture.boxes[0].after
    assert ("1h", 1, False) == (picture.interval, picture.watches, picture.changes)


def test_rules_and_flows_with_what_they_move() -> None:
    assert [
        ("a", "b", "25 %", "20", True),
        ("b", "c", "backup", "up to 20", True),
        ("b", "d", "10 %", "", False),
        ("c", "d", "flow Night", "", True),
    ] == [
        (link.source, link.target, link.label, link.moves, link.enabled)
        for link in picture_of_network(NETWORK).links
    ]


def test_findings_mark_their_queues() -> None:
    over = Finding("capacity.exceeded", Severity.ERROR, "m", queue="B", queue_id="b")
    marks = {box.key: box.badge for box in picture_of_network(NETWORK, [over]).boxes}
    assert {"a": None, "b": Badge.ERROR, "c": None, "d": None} == marks


def test_loads_are_bounds_where_a_backup_queue_may_get_some_and_downstream_of_it() -> None:
    nodes = tuple(Node(key, key, managed=True, base_load=10.0) for key in "ABCDE")
    edges = (
        Edge("A", "B", 100, role=BACKED),
        Edge("B", "C", 20),
        Edge("D", "A", 30),
        Edge("D", "E", 100, role=BACKED, enabled=False),
    )
    found = picture_of_network(Network(nodes, edges))
    assert ["A", "B", "C"] == [box.key for box in found.boxes if box.at_most]
