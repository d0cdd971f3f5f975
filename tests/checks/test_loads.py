from collections.abc import Sequence
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.checks.loads import Flow, bounds, headroom, loads
from syncer.kinds.backup import BACKED
from syncer.model.finding import Limit
from syncer.model.network import Edge, Headroom, Load, Network, Node, Transfer
from tests.checks.flowing import REFERENCE, close, networks, queue, scaled


def test_the_reference_load_overflows_37_and_a_half() -> None:
    found = loads(REFERENCE)
    assert {"Support": Load(150, 112.5, 0), "Tier 2": Load(37.5, 37.5, 37.5)} == found.of
    assert (Flow(REFERENCE.edges[0], 37.5),) == found.flows


def test_where_every_share_is_exact_both_ends_are_the_same() -> None:
    found = bounds(REFERENCE)
    assert found.most is found.least
    assert (112.5, 112.5) == (found.low("Support", Limit.KEPT), found.high("Support", Limit.KEPT))
    assert (37.5, 37.5) == (found.low("Tier 2", Limit.INFLOW), found.high("Tier 2", Limit.INFLOW))
    assert (None, None) == (found.low("Nowhere", Limit.KEPT), found.high("Nowhere", Limit.KEPT))


def test_shorter_delays_take_their_share_first_and_the_last_starve() -> None:
    network = Network(
        (queue("a", base_load=100), queue("b"), queue("c"), queue("d")),
        (Edge("a", "b", 60, delay=30), Edge("a", "c", 60, delay=10), Edge("a", "d", 60, delay=30)),
    )
    assert [flow.amount for flow in loads(network).flows] == [60, 40, 0]


def test_load_flows_on_through_a_chain() -> None:
    network = Network(
        (queue("c"), queue("b", base_load=10), queue("a", base_load=100)),
        (Edge("a", "b", 50), Edge("b", "c", 50)),
    )
    assert {"a": Load(100, 50, 0), "b": Load(60, 30, 50), "c": Load(30, 30, 30)} == loads(network).of


def test_a_backup_queue_gets_between_nothing_and_all_that_is_left() -> None:
    network = Network(
        (queue("a", base_load=100), queue("b"), queue("c"), queue("d")),
        (
            Edge("a", "d", 50, delay=120),
            Edge("a", "b", 30, delay=10),
            Edge("a", "c", 100, delay=60, role=BACKED),
        ),
    )
    assert [("b", 30), ("c", 70), ("d", 0)] == [
        (flow.edge.target, flow.amount) for flow in loads(network).flows
    ]
    found = bounds(network)
    assert [("b", 30), ("c", 70), ("d", 50)] == [(each.edge.target, each.amount) for each in found.most.flows]
    assert [("b", 30), ("c", 0), ("d", 0)] == [(each.edge.target, each.amount) for each in found.least.flows]
    assert (0, 20) == (found.low("a", Limit.KEPT), found.high("a", Limit.KEPT))


def test_a_backup_queue_behind_another_may_keep_all_that_the_first_one_sends() -> None:
    """No single case shows it: the first one must send all, and the second one nothing."""
    network = Network(
        (queue("a", base_load=100), queue("b", base_load=10), queue("c")),
        (Edge("a", "b", 100, role=BACKED), Edge("b", "c", 100, role=BACKED)),
    )
    found = bounds(network)
    assert (0, 110) == (found.low("b", Limit.KEPT), found.high("b", Limit.KEPT))
    assert (0, 110) == (found.low("c", Limit.INFLOW), found.high("c", Limit.INFLOW))


def test_several_rules_to_one_target_send_no_more_than_there_is() -> None:
    """A backup queue that an overflow rule names too: what the backup takes, the rule can't send as well."""
    for first, second, least, most in (
        (Edge("A", "T", 100, 10, role=BACKED), Edge("A", "T", 20, 60), 12.0, 60.0),
        (Edge("A", "T", 20, 10), Edge("A", "T", 100, 60, role=BACKED), 12.0, 60.0),
    ):
        found = bounds(Network((Node("A", "A", base_load=60.0), Node("T", "T")), (first, second)))
        assert (least, most) == (found.low("T", Limit.INFLOW), found.high("T", Limit.INFLOW))


def test_one_rule_to_another_target_may_starve_those_to_one() -> None:
    rules = (
        Edge("A", "B", 100, 5, role=BACKED),
        Edge("A", "T", 100, 10, role=BACKED),
        Edge("A", "T", 20, 60),
    )
    nodes = (Node("A", "A", base_load=60.0), Node("B", "B"), Node("T", "T"))
    found = bounds(Network(nodes, rules))
    assert (0.0, 60.0) == (found.low("T", Limit.INFLOW), found.high("T", Limit.INFLOW))


def test_queues_in_or_behind_a_loop_have_no_load() -> None:
    network = Network(
        (queue("a", base_load=40), queue("b"), queue("c"), queue("d", 1)),
        (Edge("a", "b", 50), Edge("b", "c", 50), Edge("c", "b", 50), Edge("c", "d", 50)),
    )
    found = loads(network)
    assert {"a": Load(40, 20, 0)} == found.of
    assert ("b", "c", "d") == found.unchecked


def test_the_headroom_names_the_queue_and_its_limit() -> None:
    expected = Headroom(50 / 37.5, "Tier 2", "Tier 2", Limit.INFLOW, 50 / 37.5)
    assert expected == headroom(REFERENCE, bounds(REFERENCE))


def test_what_a_queue_keeps_limits_too_and_a_queue_that_is_over_makes_it_less_than_one() -> None:
    """It keeps 135 of 100: then it isn't 6.67 times, however little comes in by overflow."""
    network = Network((queue("a", 1000, 20), queue("b", 100, 120)), (Edge("a", "b", 75),))
    expected = Headroom(100 / 135, "b", "b", Limit.KEPT, 100 / 135)
    assert expected == headroom(network, bounds(network))


def test_where_a_share_is_up_to_the_headroom_is_an_interval() -> None:
    network = Network(
        (queue("a", base_load=100), queue("b", 40, base_load=20)), (Edge("a", "b", 100, role=BACKED),)
    )
    assert Headroom(40 / 120, "b", "b", Limit.KEPT, 40 / 20) == headroom(network, bounds(network))


def test_nothing_limits_where_no_capacity_is_known_or_nothing_comes_in() -> None:
    for network in (
        Network((queue("a", None, 100), queue("b", 0)), (Edge("a", "b", 50),)),
        Network((queue("a"), queue("b")), (Edge("a", "b", 50),)),
    ):
        assert Headroom() == headroom(network, bounds(network))


def test_where_a_backup_queue_may_get_nothing_no_factor_is_certain() -> None:
    network = Network((queue("a", None, 100), queue("b", 40)), (Edge("a", "b", 100, role=BACKED),))
    assert Headroom(0.4, "b", "b", Limit.INFLOW, None) == headroom(network, bounds(network))


@settings(deadline=None)
@given(networks())
def test_nothing_is_lost_on_the_way(network: Network) -> None:
    found = loads(network)
    assert close(sum(node.base_load for node in network.nodes), sum(load.kept for load in found.of.values()))
    assert all(load.kept >= 0 for load in found.of.values())


@settings(deadline=None)
@given(networks(), st.floats(0.01, 100))
def test_everything_grows_in_proportion(network: Network, factor: float) -> None:
    once, more = loads(network), loads(scaled(network, factor))
    for key, load in once.of.items():
        assert close(load.kept * factor, more.of[key].kept)
        assert close(load.inflow * factor, more.of[key].inflow)


def over(network: Network, *, certain: bool) -> set[tuple[str, Limit]]:
    """The queues that are over a limit, for certain or at the most."""
    found = bounds(network)
    end = found.low if certain else found.high
    return {
        (node.key, limit)
        for node in network.nodes
        for limit in (Limit.INFLOW, Limit.KEPT)
        if node.capacity and (end(node.key, limit) or 0) > node.capacity * (1 + 1e-9)
    }


@settings(deadline=None)
@given(networks(backups=True))
def test_at_the_headroom_the_first_limit_is_just_met(network: Network) -> None:
    limit = headroom(network, bounds(network))
    if limit.factor is None:
        assert all(load.offered == 0 for load in bounds(network).most.of.values())
    else:
        assert set() == over(scaled(network, limit.factor), certain=False)
        assert (limit.queue_id, limit.limit) in over(scaled(network, limit.factor * 1.0001), certain=False)


@settings(deadline=None)
@given(networks(backups=True))
def test_beyond_the_upper_end_of_the_headroom_a_queue_is_over_for_certain(network: Network) -> None:
    limit = headroom(network, bounds(network))
    if limit.at_most is None:
        assert set() == over(scaled(network, 1e6), certain=True)
    else:
        assert limit.factor and limit.factor <= limit.at_most
        assert set() == over(scaled(network, limit.at_most), certain=True)
        assert over(scaled(network, limit.at_most * 1.0001), certain=True)


@settings(deadline=None)
@given(networks())
def test_loads_agree_with_the_formula_by_recursion(network: Network) -> None:
    base = {node.key: node.base_load for node in network.nodes}

    @cache
    def offered(key: str) -> float:
        return base[key] + sum(
            sent(edge.source)[place] for place, edge in enumerate(network.edges) if edge.target == key
        )

    @cache
    def sent(key: str) -> dict[int, float]:
        own = [(edge.delay, place) for place, edge in enumerate(network.edges) if edge.source == key]
        amounts = dict.fromkeys(range(len(network.edges)), 0.0)
        for _, place in sorted(own):
            left = offered(key) - sum(amounts.values())
            amounts[place] = max(min(left, offered(key) * network.edges[place].threshold / 100), 0)
        return amounts

    found = loads(network)
    for key in base:
        assert close(offered(key), found.of[key].offered)
        assert close(offered(key) - base[key], found.of[key].inflow)
        assert close(offered(key) - sum(sent(key).values()), found.of[key].kept)


def one_case(network: Network, parts: Sequence[float]) -> dict[str, tuple[float, float]]:
    """What each queue takes in and keeps where each backup queue gets such a part of what is left."""
    rules = sorted(zip(network.edges, parts, strict=False), key=lambda rule: rule[0].delay)
    inflow = dict.fromkeys((node.key for node in network.nodes), 0.0)
    kept = {}
    for node in sorted(network.nodes, key=lambda node: node.key):
        offered = left = node.base_load + inflow[node.key]
        for edge, part in rules:
            if edge.source == node.key:
                share = offered * edge.threshold / 100 if edge.role.exact else left * part
                left -= (sent := min(left, share))
                inflow[edge.target] += sent
        kept[node.key] = left
    return {key: (inflow[key], kept[key]) for key in kept}


@settings(deadline=None)
@given(networks(backups=True), st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=18, max_size=18))
def test_whatever_backup_queues_get_lies_between_both_ends(network: Network, parts: list[float]) -> None:
    found = bounds(network)
    for key, case in one_case(network, parts).items():
        for limit, amount in zip((Limit.INFLOW, Limit.KEPT), case, strict=True):
            low, high = found.low(key, limit), found.high(key, limit)
            assert low is not None and high is not None
            assert low - 1e-6 <= amount <= high + 1e-6


def flow(source: str, target: str, share: float | None = None) -> Transfer:
    return Transfer(source, target, "Night", "1.0", share=share)


def test_a_measured_flow_takes_its_share_of_the_offered_load_after_the_rules() -> None:
    network = Network(
        (queue("a", base_load=100), queue("b"), queue("c")),
        (Edge("a", "b", 80, delay=60),),
        (flow("a", "c", 12.5), flow("a", "b")),
    )
    assert {"a": Load(100, 7.5, 0), "b": Load(80, 80, 80), "c": Load(12.5, 12.5, 12.5)} == loads(network).of
    more = Network(network.nodes, (Edge("a", "b", 95),), network.transfers)
    assert Load(5, 5, 5) == loads(more).of["c"]


def test_several_flows_to_one_queue_are_measured_as_one() -> None:
    twice = Network((queue("a", base_load=100), queue("b")), (), (flow("a", "b", 10), flow("a", "b", 10)))
    assert 10 == loads(twice).of["b"].inflow


def test_a_circle_of_known_shares_has_a_load() -> None:
    """a sends half to b, b a fifth back to a: a is offered 100 + 0.2 b, b 0.5 a."""
    network = Network(
        (queue("a", base_load=100), queue("b"), queue("c")),
        (Edge("a", "b", 50), Edge("b", "c", 30)),
        (flow("b", "a", 20),),
    )
    found = loads(network)
    assert () == found.unchecked
    assert close(1000 / 9, found.of["a"].offered)
    assert close(500 / 9, found.of["b"].offered)
    assert close(150 / 9, found.of["c"].offered)


def test_a_circle_that_nobody_leaves_and_one_of_rules_have_no_load() -> None:
    nodes = (queue("a", base_load=40), queue("b"), queue("c"), queue("d"))
    forever = Network(nodes, (Edge("a", "b", 100),), (flow("b", "a", 100), flow("b", "c", 5)))
    assert ("a", "b", "c") == loads(forever).unchecked
    rules = Network(nodes, (Edge("a", "b", 50), Edge("b", "a", 50)), (flow("b", "c", 5),))
    assert ("a", "b", "c") == loads(rules).unchecked


def offered_by_elimination(network: Network) -> dict[str, float]:
    """What each queue is offered, solved as linear equations; right as long as no rule starves."""
    keys = [node.key for node in network.nodes]
    rows = [
        [float(i == j) for j in range(len(keys))] + [node.base_load] for i, node in enumerate(network.nodes)
    ]
    for edges in network.carrying:
        for edge in edges:
            rows[keys.index(edge.target)][keys.index(edge.source)] -= edge.threshold / 100
    for i in range(len(keys)):
        pivot = max(range(i, len(keys)), key=lambda row: abs(rows[row][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for j in range(len(keys)):
            if j != i:
                factor = rows[j][i] / rows[i][i]
                rows[j] = [a - factor * b for a, b in zip(rows[j], rows[i], strict=True)]
    return {key: rows[i][-1] / rows[i][i] for i, key in enumerate(keys)}


@settings(deadline=None)
@given(st.data(), networks())
def test_with_measured_flows_the_loads_solve_their_equations(data: st.DataObject, network: Network) -> None:
    keys = [node.key for node in network.nodes]
    pairs = st.tuples(st.sampled_from(keys), st.sampled_from(keys)).filter(lambda pair: pair[0] != pair[1])
    drawn = data.draw(st.dictionaries(pairs, st.floats(0.5, 20), max_size=6)) if len(keys) > 1 else {}
    edges = tuple(Edge(each.source, each.target, each.threshold // 4, each.delay) for each in network.edges)
    flows = tuple(flow(*pair, share) for pair, share in drawn.items())
    with_flows = Network(network.nodes, edges, flows)
    found = loads(with_flows)
    assert (
        close(
            sum(node.base_load for node in with_flows.nodes if node.key in found.of),
            sum(load.kept for load in found.of.values()),
        )
        or found.unchecked
    )
    if all(sum(edge.threshold for edge in edges) <= 95 for edges in with_flows.carrying):
        assert () == found.unchecked
        for key, offered in offered_by_elimination(with_flows).items():
            assert abs(offered - found.of[key].offered) <= 1e-6 * max(1, offered)
