"""What flows may transfer that nobody measured."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.checks.flow_bounds import most_by_flows
from syncer.checks.loads import bounds, loads
from syncer.kinds.backup import BACKED
from syncer.model.network import Edge, Network, Transfer
from tests.checks.flowing import close, networks, queue


def most(network: Network) -> dict[str, float]:
    return dict(most_by_flows(network, bounds(network)))


def flow(pair: str, share: float | None = None) -> Transfer:
    return Transfer(pair[0], pair[1], "Night", "1.0", share=share)


NODES = (queue("a", base_load=100), queue("b", base_load=10), queue("c"), queue("d"))


def test_a_flow_may_transfer_all_that_its_queue_is_offered() -> None:
    network = Network(NODES, (Edge("b", "c", 50),), (flow("ac"),))
    assert {"c": 105} == most(network)


def test_what_comes_by_flows_goes_on_by_rules_and_flows() -> None:
    network = Network(NODES, (Edge("b", "c", 50), Edge("c", "d", 20, role=BACKED)), (flow("ab"),))
    assert {"b": 100, "c": 55, "d": 11} == most(network)
    on = Network(NODES, (), (flow("ab"), flow("bc"), flow("cd", 10)))
    assert {"b": 100, "c": 110, "d": 11} == most(on)


def test_what_was_measured_is_no_bound() -> None:
    assert {} == most(Network(NODES, (), (flow("ab", 10),)))
    assert {} == most(Network(NODES, (Edge("a", "b", 10),)))


def test_nothing_bounds_a_circle_of_flows_and_what_is_behind_it() -> None:
    network = Network(NODES, (Edge("b", "c", 50),), (flow("ab"), flow("ba"), flow("ad")))
    assert dict.fromkeys("abcd", math.inf) == most(network)
    beside = Network(NODES, (Edge("c", "d", 50),), (flow("ab", 5), flow("ba", 5), flow("ac")))
    assert ["c", "d"] == sorted(most(beside)), "a circle that was measured has a load"


def test_what_a_flow_brings_out_of_a_loop_of_rules_has_no_bound() -> None:
    looped = Network(NODES, (Edge("a", "b", 50), Edge("b", "a", 50)), (flow("ac"), flow("dc")))
    assert {"c": math.inf} == most(looped)


@settings(deadline=None)
@given(st.data(), networks())
def test_whatever_share_a_flow_has_no_queue_takes_more(data: st.DataObject, network: Network) -> None:
    keys = sorted(node.key for node in network.nodes)
    if len(keys) < 2:
        return
    places = st.integers(0, len(keys) - 1)
    drawn = data.draw(st.dictionaries(st.tuples(places, places), st.floats(0.1, 100), max_size=4))
    pairs = {pair: share for pair, share in drawn.items() if pair[0] < pair[1]}

    def moving(shares: dict[tuple[int, int], float]) -> Network:
        flows = (
            Transfer(keys[source], keys[target], "f", "1", share=shares.get((source, target)))
            for source, target in pairs
        )
        return Network(network.nodes, network.edges, tuple(flows))

    bound, actual = most(moving({})), loads(moving(pairs)).of
    for key, limit in bound.items():
        assert actual[key].inflow <= limit or close(actual[key].inflow, limit)
    assert bool(bound) <= bool(pairs)
