import math
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.checks.capacity import MOST_NOTES, Flow, Load, check_capacity, headroom, loads
from syncer.kinds.backup import BACKED
from syncer.model.finding import Finding, Note, Position, Severity
from syncer.model.network import Edge, Headroom, Network, Node
from syncer.model.rule import WATCH


def at(line: int) -> Position:
    return Position("policies/x.yaml", line, 9)


def queue(
    name: str, capacity: float | None = 1000, base_load: float = 0, *, managed: bool = True, line: int = 0
) -> Node:
    return Node(name, name, managed, capacity, base_load, at(line) if line else None)


def ids(network: Network) -> list[str]:
    return [finding.id for finding in check_capacity(network)]


def scaled(network: Network, factor: float) -> Network:
    nodes = tuple(replace(node, base_load=node.base_load * factor) for node in network.nodes)
    return replace(network, nodes=nodes)


REFERENCE = Network(
    (queue("Support", 200, 150), queue("Tier 2", 50)), (Edge("Support", "Tier 2", threshold=25),)
)


def test_the_reference_load_overflows_37_and_a_half_and_is_accepted() -> None:
    found = loads(REFERENCE)
    assert {"Support": Load(150, 112.5, 0), "Tier 2": Load(37.5, 37.5, 37.5)} == found.of
    assert (Flow(REFERENCE.edges[0], 37.5),) == found.flows
    assert check_capacity(REFERENCE) == ()
    assert Headroom(50 / 37.5, "Tier 2") == headroom(REFERENCE, found)


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


def test_the_inflow_is_summed_over_all_sources() -> None:
    network = Network(
        (queue("Billing", 200, 100), queue("Tier 1", 200, 150), queue("Tier 2", 50, line=3)),
        (Edge("Billing", "Tier 2", 30, position=at(8)), Edge("Tier 1", "Tier 2", 25, position=at(9))),
    )
    expected = Finding(
        id="capacity.exceeded",
        severity=Severity.ERROR,
        message="Tier 2 takes 37.5 from Tier 1 and 30 from Billing: 67.5 of 50",
        position=at(3),
        tip="Lower the thresholds of the rules to Tier 2, or raise its capacity",
        notes=(
            Note("Tier 1: 25 % sends 37.5", at(9)),
            Note("Billing: 30 % sends 30", at(8)),
        ),
        queue="Tier 2",
    )
    assert (expected,) == check_capacity(network)


def test_many_sources_are_cut_short() -> None:
    names = [f"q{number}" for number in range(MOST_NOTES + 3)]
    network = Network(
        (queue("t", 50), *(queue(name, base_load=100 + place) for place, name in enumerate(names))),
        tuple(Edge(name, "t", 10, position=at(5)) for name in names),
    )
    (found,) = check_capacity(network)
    assert found.message == (
        "t takes 12.2 from q22, 12.1 from q21, 12 from q20, 11.9 from q19, 11.8 from q18 and 18 more:"
        " 255.3 of 50"
    )
    assert at(5) == found.position
    assert Note("and 3 more") == found.notes[-1]


@pytest.mark.parametrize(
    ("expected", "source", "target"),
    [(Severity.ERROR, True, False), (Severity.ERROR, False, True), (Severity.WARNING, False, False)],
)
def test_what_the_policies_cannot_mend_is_a_warning(expected: Severity, source: bool, target: bool) -> None:
    network = Network(
        (queue("a", base_load=100, managed=source), queue("b", 10, managed=target)), (Edge("a", "b", 50),)
    )
    (found,) = check_capacity(network)
    assert ("capacity.exceeded", expected, None) == (found.id, found.severity, found.position)


def test_a_source_that_sends_nothing_is_no_cause() -> None:
    network = Network(
        (
            queue("a", base_load=100, managed=False),
            queue("b", 10, managed=False),
            queue("idle", managed=True),
        ),
        (Edge("a", "b", 50), Edge("idle", "b", 50)),
    )
    (found,) = check_capacity(network)
    assert (found.severity, found.message) == (Severity.WARNING, "b takes 50 from a: 50 of 10")


def test_exactly_full_is_allowed_whatever_binary_fractions_say() -> None:
    assert 0.1 + 0.2 > 0.3
    network = Network(
        (queue("a", base_load=0.1), queue("b", base_load=0.2), queue("c", 0.3)),
        (Edge("a", "c", 100), Edge("b", "c", 100)),
    )
    assert ids(network) == ["capacity.tight"]


def test_a_hair_too_much_shows_as_many_digits_as_it_takes() -> None:
    network = Network((queue("a", base_load=50.0004), queue("b", 50)), (Edge("a", "b", 100),))
    (found,) = check_capacity(network)
    assert found.message == "b takes 50 from a: 50.0004 of 50"


@pytest.mark.parametrize(
    ("expected", "base_load"),
    [
        (("capacity.saturated", Severity.WARNING, "q keeps 60.5 of 60 (offered 60.5)"), 60.5),
        (("capacity.tight", Severity.INFO, "q keeps 57 of 60, 95% (offered 57)"), 57),
    ],
)
def test_what_a_queue_keeps_is_compared_too(expected: tuple[str, Severity, str], base_load: float) -> None:
    (found,) = check_capacity(Network((queue("q", 60, base_load, line=2),)))
    assert expected == (found.id, found.severity, found.message)
    assert (at(2), "q") == (found.position, found.queue)


def test_what_is_just_not_tight_is_not_worth_a_word() -> None:
    assert ids(Network((queue("q", 60, 51),))) == []
    assert [f.id for f in check_capacity(Network((queue("q", 60, 51),)), tight_at=0.8)] == ["capacity.tight"]


def test_only_the_worst_is_said_of_a_queue() -> None:
    network = Network((queue("a", base_load=500), queue("b", 10, 50)), (Edge("a", "b", 50),))
    assert ids(network) == ["capacity.exceeded"]


@pytest.mark.parametrize(
    ("expected", "capacity"), [("no capacity", None), ("a capacity of 0", 0), ("a capacity of -1", -1)]
)
def test_a_queue_with_rules_and_its_target_need_a_capacity(expected: str, capacity: float | None) -> None:
    network = Network(
        (queue("a", capacity, 10, line=1), queue("b", capacity, managed=False), queue("c", None)),
        (Edge("a", "b", 50, position=at(6)),),
    )
    first, second = check_capacity(network)
    assert (
        "capacity.missing",
        Severity.ERROR,
        f"a has an enabled rule and has {expected}: what it can take is not known",
        at(1),
    ) == (first.id, first.severity, first.message, first.position)
    assert (
        "capacity.missing",
        Severity.WARNING,
        f"b is the target of an enabled rule and has {expected}: what it can take is not known",
        at(6),
    ) == (second.id, second.severity, second.message, second.position)
    assert Headroom(None) == headroom(network, loads(network))


@pytest.mark.parametrize(("severity", "managed"), [(Severity.ERROR, True), (Severity.WARNING, False)])
def test_more_than_all_cannot_be_sent(severity: Severity, managed: bool) -> None:
    network = Network(
        (queue("a", managed=managed), queue("b"), queue("c"), queue("d")),
        (
            Edge("a", "b", 60, delay=9, position=at(1)),
            Edge("a", "c", 60, position=at(2)),
            Edge("a", "d", 60, enabled=False),
        ),
    )
    (found,) = check_capacity(network)
    assert ("capacity.overcommitted", severity, at(2)) == (found.id, found.severity, found.position)
    assert found.message == "a sends 60 % to c and 60 % to b: 120 %, and the last in turn starve"
    assert (Note("60 % to c", at(2)), Note("60 % to b", at(1))) == found.notes


def test_a_backup_queue_gets_all_that_is_left_when_its_turn_comes() -> None:
    network = Network(
        (queue("a", base_load=100), queue("b"), queue("c", 60), queue("d")),
        (
            Edge("a", "d", 50, delay=120),
            Edge("a", "b", 30, delay=10),
            Edge("a", "c", 100, delay=60, role=BACKED, position=at(7)),
        ),
    )
    assert [("b", 30), ("c", 70), ("d", 0)] == [
        (flow.edge.target, flow.amount) for flow in loads(network).flows
    ]
    (found,) = check_capacity(network)
    said = "c takes up to 70 from a: up to 70 of 60"
    assert ("capacity.exceeded", Severity.WARNING, said) == (found.id, found.severity, found.message)
    assert (Note("a: its backup queue gets 70 at most", at(7)),) == found.notes


def test_a_source_of_two_rules_is_named_once() -> None:
    network = Network(
        (queue("a", base_load=100), queue("b", base_load=40), queue("c", 60)),
        (
            Edge("a", "c", 30, delay=10, position=at(1)),
            Edge("b", "c", 50, delay=10, position=at(2)),
            Edge("a", "c", 100, delay=60, role=BACKED, position=at(3)),
        ),
    )
    (found,) = check_capacity(network)
    assert "c takes up to 100 from a and 20 from b: up to 120 of 60" == found.message
    assert [at(3), at(1), at(2)] == [note.position for note in found.notes]


def test_a_backup_queue_that_takes_all_at_once_hides_no_overload() -> None:
    """Overflow is counted without it too, as it may get nothing."""
    network = Network(
        (queue("a", base_load=100), queue("b", 20), queue("c")),
        (Edge("a", "b", 30, delay=10), Edge("a", "c", 100, role=BACKED)),
    )
    assert [("c", 100), ("b", 0)] == [(flow.edge.target, flow.amount) for flow in loads(network).flows]
    (found,) = check_capacity(network)
    assert (Severity.ERROR, "b takes 30 from a: 30 of 20") == (found.severity, found.message)
    limit = headroom(network, loads(network))
    assert Headroom(20 / 30, "b") == limit


def test_watches_move_no_load_and_need_no_capacity() -> None:
    nodes = (queue("a", None, 100), queue("b", None))
    assert () == check_capacity(Network(nodes, (Edge("a", "b", role=WATCH),)))


def test_queues_that_no_policy_describes_need_no_capacity_among_themselves() -> None:
    nodes = (queue("a", None, managed=False), queue("b", None, managed=False))
    edge = Edge("a", "b", 100, role=BACKED)
    assert () == check_capacity(Network(nodes, (edge,)))
    described = (queue("a", None, managed=False, line=3), nodes[1])
    assert ["capacity.missing", "capacity.missing"] == ids(Network(described, (edge,)))


def test_disabled_rules_move_nothing_and_need_nothing() -> None:
    network = Network((queue("a", None, 100), queue("b", None)), (Edge("a", "b", 50, enabled=False),))
    assert check_capacity(network) == ()


def test_queues_in_a_loop_or_behind_one_are_left_out_and_named() -> None:
    network = Network(
        (queue("a", base_load=40), queue("b", line=4), queue("c"), queue("d", 1)),
        (Edge("a", "b", 50), Edge("b", "c", 50), Edge("c", "b", 50), Edge("c", "d", 50)),
    )
    found = loads(network)
    assert {"a": Load(40, 20, 0)} == found.of
    assert found.unchecked == ("b", "c", "d")
    (finding,) = check_capacity(network)
    assert ("capacity.unchecked", Severity.WARNING, at(4)) == (finding.id, finding.severity, finding.position)
    assert finding.message == "No load is known in or behind a loop: b, c and d"


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A network without loops: rules lead to later queues only; the order of the nodes is shuffled."""
    size = draw(st.integers(1, 7))
    names = [f"q{number}" for number in range(size)]
    amounts = st.floats(0, 1000).map(lambda amount: round(amount, 2))
    nodes = [queue(name, draw(amounts) + 0.01, draw(amounts)) for name in names]
    edges = [
        Edge(names[source], names[target], draw(st.integers(0, 100)), draw(st.integers(0, 3)))
        for source in range(size - 1)
        for target in draw(st.lists(st.integers(source + 1, size - 1), max_size=3))
    ]
    return Network(tuple(draw(st.permutations(nodes))), tuple(edges))


def close(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-9)


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


@settings(deadline=None)
@given(networks())
def test_at_the_headroom_the_first_limit_is_just_met(network: Network) -> None:
    limit = headroom(network, loads(network))
    if limit.factor is None:
        assert all(load.inflow == 0 for load in loads(network).of.values())
    else:
        assert "capacity.exceeded" not in ids(scaled(network, limit.factor))
        broken = check_capacity(scaled(network, limit.factor * 1.0001))
        assert limit.queue in [found.queue for found in broken if found.id == "capacity.exceeded"]


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


@settings(deadline=None)
@given(networks())
def test_at_most_one_finding_about_the_load_of_a_queue(network: Network) -> None:
    about_load = {"capacity.exceeded", "capacity.saturated", "capacity.tight"}
    queues = [found.queue for found in check_capacity(network) if found.id in about_load]
    assert len(set(queues)) == len(queues)
