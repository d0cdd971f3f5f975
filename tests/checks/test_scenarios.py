"""Scenarios: what they make of a network, and what is over its capacity there."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from syncer.checks.capacity import check_capacity
from syncer.checks.loads import bounds
from syncer.checks.scenarios import check_scenarios, in_scenario, out_of_order, scaled
from syncer.model.finding import Figure, Limit, Note, Position, Severity
from syncer.model.network import Edge, Network
from syncer.model.policy import QueueRef
from syncer.model.scenario import TODAY, Assumed, Scenario
from tests.checks.flowing import REFERENCE, networks, queue

AT = Position("settings.yaml", 3, 3)


def of(name: str, load: float | None = None, capacity: float | None = None, *, out: bool = False) -> Assumed:
    return Assumed(QueueRef(name), load, capacity, out)


def nodes(scenario: Scenario, network: Network = REFERENCE) -> dict[str, tuple[float, float | None]]:
    return {node.key: (node.base_load, node.capacity) for node in in_scenario(network, scenario).nodes}


def test_a_load_is_that_of_all_queues_or_of_its_own() -> None:
    assert {"Support": (210, 200), "Tier 2": (0, 50)} == nodes(Scenario(load=1.4))
    assert {"Support": (75, 200), "Tier 2": (0, 40)} == nodes(
        Scenario(load=1.4, queues=(of("Support", 0.5), of("Tier 2", capacity=40)))
    )


def test_a_queue_that_is_out_has_no_capacity_and_sends_what_it_sends() -> None:
    scenario = Scenario(queues=(of("Support", out=True), of("Nowhere", out=True)))
    assert {"Support": (150, 0), "Tier 2": (0, 50)} == nodes(scenario)
    then = in_scenario(REFERENCE, scenario)
    assert bounds(REFERENCE).most.of == bounds(then).most.of
    assert {"Support"} == out_of_order(REFERENCE, scenario)
    assert frozenset() == out_of_order(REFERENCE, TODAY)


def test_a_queue_is_meant_by_its_name_or_its_id() -> None:
    network = Network((replace(queue("x", 10, 5), name="Desk"), queue("Desk", 10, 7)))
    by_id = Scenario(queues=(Assumed(QueueRef(id="x"), 2),))
    assert {"x": (10, 10), "Desk": (7, 10)} == nodes(by_id, network)
    assert {"x": (10, 10), "Desk": (14, 10)} == nodes(Scenario(queues=(of("Desk", 2),)), network)


def test_what_is_over_its_capacity_there_is_a_warning_that_names_the_scenario() -> None:
    scenario = Scenario("black-friday", 1.4, (of("Support", capacity=60),), AT)
    support, tier = check_scenarios(REFERENCE, (Scenario("calm", 1.3), scenario))
    assert ("in black-friday: Tier 2 takes 52.5 from Support: 52.5 of 50", "Tier 2") == (
        tier.message,
        tier.queue,
    )
    assert Figure(Limit.INFLOW, 52.5, 50) == tier.figure
    assert Note("the scenario black-friday", AT) == tier.notes[-1] == support.notes[-1]
    assert "in black-friday: Support keeps 157.5 of 60" == support.message
    assert {("scenario.exceeded", Severity.WARNING, "black-friday")} == {
        (each.id, each.severity, each.scenario) for each in (support, tier)
    }


def test_a_queue_that_is_out_is_not_over_its_capacity() -> None:
    assert () == check_scenarios(REFERENCE, [Scenario("out", 1, (of("Tier 2", out=True),))])


@given(networks(backups=True))
def test_today_is_no_scenario(network: Network) -> None:
    assert network == in_scenario(network, TODAY)
    found = {each.queue for each in check_capacity(network) if each.id.endswith(("exceeded", "saturated"))}
    assert found == {each.queue for each in check_scenarios(network, [Scenario("today")])}


@given(networks(backups=True), st.floats(1, 3))
def test_more_load_leaves_whatever_is_over(network: Network, factor: float) -> None:
    then = scaled(network, factor)
    over = {each.queue for each in check_scenarios(network, [Scenario("today")])}
    assert over <= {each.queue for each in check_scenarios(then, [Scenario("today")])}


ASSUMED = st.lists(
    st.builds(
        of,
        st.sampled_from(["q0", "q1", "q2", "q9"]),
        st.none() | st.floats(0, 5),
        st.none() | st.floats(1, 500),
        out=st.booleans(),
    ),
    max_size=6,
)


@given(networks(), ASSUMED, st.floats(0, 3), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_assumed_means_nothing(
    network: Network, assumed: list[Assumed], load: float, dice: random.Random
) -> None:
    shuffled = dice.sample(assumed, len(assumed))
    one, other = (Scenario("s", load, tuple(each)) for each in (assumed, shuffled))
    assert in_scenario(network, one) == in_scenario(network, other)
    assert out_of_order(network, one) == out_of_order(network, other)


def test_the_worst_counts_of_what_is_assumed_of_one_queue() -> None:
    twice = (of("Support", 2, 300), of("Support", 1.5, 100), of("Tier 2", capacity=9), of("Tier 2", out=True))
    assert {"Support": (300, 100), "Tier 2": (0, 0)} == nodes(Scenario(queues=twice))


def test_edges_and_their_order_stay() -> None:
    assert (Edge("Support", "Tier 2", 25),) == in_scenario(REFERENCE, Scenario(load=2)).edges
