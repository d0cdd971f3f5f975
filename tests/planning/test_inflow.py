from typing import Any

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from syncer.kinds.backup import Backup
from syncer.live.wire import read_queue
from syncer.model.network import Facts, Network
from syncer.planning.inflow import cone, counted_places, inflow_of
from syncer.planning.live_loops import live_network
from tests.program import live_queue, overflow

FACTS = {key: Facts(100, 50) for key in ("a", "b", "c", "d")}


def network(facts: dict[str, Facts] = FACTS, **targets: list[tuple[str, int]]) -> Network:
    """Queues by their ids, with the targets and shares of their rules."""
    live = [
        read_queue(live_queue(name.upper(), *(overflow(*rule) for rule in rules)))
        for name, rules in targets.items()
    ]
    return live_network(live, facts)


def told(found: Any) -> list[tuple[str, str, int, float | None]]:
    return [(each.source_name, each.target_name, each.depth, each.high) for each in found.feeders]


def test_what_is_direct_comes_first_with_the_most_contacts() -> None:
    made = network(a=[("b", 10)], b=[("c", 50)], c=[], d=[("c", 20)])
    found = inflow_of(made, "c", FACTS)
    assert [("B", "C", 1, 27.5), ("D", "C", 1, 10.0), ("A", "B", 2, 5.0)] == told(found)
    assert (2, 1) == (len(found.direct), len(found.upstream))
    assert found.load
    assert (37.5, 100) == (found.load.inflow, found.capacity)


def test_nothing_is_known_below_a_queue_whose_load_is_not_known() -> None:
    made = network({"b": Facts(100, 50)}, a=[("b", 10)], b=[("c", 50)], c=[])
    found = inflow_of(made, "c", {"b"})
    assert [("B", "C", 1, None), ("A", "B", 2, None)] == told(found)
    assert (None, None) == (found.load, found.capacity)


def test_a_queue_in_a_loop_has_no_known_load() -> None:
    found = inflow_of(network(a=[("b", 10)], b=[("a", 50), ("c", 5)], c=[]), "c", FACTS)
    assert [("B", "C", 1, None), ("A", "B", 2, None), ("B", "A", 3, None)] == told(found)
    assert None is found.load


def test_its_own_rules_lead_nowhere_into_it() -> None:
    assert [("A", "B", 1, 5.0)] == told(inflow_of(network(a=[("b", 10)], b=[("c", 9)], c=[]), "b", FACTS))


def test_a_rule_that_is_off_leads_nowhere() -> None:
    live = [read_queue(live_queue("A", {**overflow("b", 9), "enabled": False})), read_queue(live_queue("B"))]
    assert () == inflow_of(live_network(live), "b", ()).feeders


def test_nobody_knows_what_a_backup_queue_gets() -> None:
    source = read_queue({"id": "a", "name": "A", "directRouting": {"backupQueueId": "b"}})
    made = live_network([source, read_queue({"id": "b", "name": "B"})], FACTS)
    (feeder,) = inflow_of(made, "b", FACTS).feeders
    assert (Backup().name, "the backup queue", 0.0, 50.0) == (
        feeder.kind,
        feeder.share,
        feeder.low,
        feeder.high,
    )


def test_it_is_data() -> None:
    found = inflow_of(network(a=[("b", 10)], b=[]), "b", FACTS)
    assert {
        "queue": {"id": "b", "name": "B"},
        "capacity": 100,
        "load": {"offered": 55.0, "kept": 55.0, "inflow": 5.0},
        "rules": [
            {
                "source": {"id": "a", "name": "A"},
                "target": {"id": "b", "name": "B"},
                "kind": "overflow",
                "share": "10 %",
                "delay": 60,
                "depth": 1,
                "contacts": {"least": 5.0, "most": 5.0},
            }
        ],
    } == found.as_json()
    unknown = inflow_of(network({}, a=[("b", 10)], b=[]), "b", ()).as_json()
    assert (None, None) == (unknown["load"], unknown["rules"][0]["contacts"])


def test_queues_are_counted_once() -> None:
    found = inflow_of(network(a=[("b", 10), ("c", 5)], b=[("c", 5)], c=[]), "c", FACTS)
    assert (3, 2) == (len(found.feeders), counted_places(found.feeders))


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_the_cone_are_all_that_reach_it(arcs: list[tuple[int, int]]) -> None:
    keys = "abcdefg"
    targets: dict[str, list[tuple[str, int]]] = {key: [] for key in keys}
    for source, target in arcs:
        targets[keys[source]].append((keys[target], 1))
    made = network({}, **targets)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(keys)
    graph.add_edges_from((keys[source], keys[target]) for source, target in arcs)
    expected = dict(nx.single_target_shortest_path_length(graph, "a"))
    assert expected == {made.nodes[place].key: depth for place, depth in cone(made, "a").items()}
