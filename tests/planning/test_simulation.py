"""What would be: the same loads, limits and findings that the checks have, on both sides."""

import random
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from syncer.checks.loads import bounds, headroom
from syncer.checks.scenarios import scaled
from syncer.checks.since import Touched
from syncer.kinds.backup import BACKED
from syncer.model.finding import Limit, Since
from syncer.model.network import Edge, Load, Network
from syncer.model.policy import QueueRef
from syncer.model.scenario import TODAY, Assumed, Scenario
from syncer.model.settings import Settings
from syncer.planning.simulation import QueueFigures, Side, Simulation, simulated
from tests.checks.flowing import REFERENCE, networks, queue

SETTINGS = Settings()


def simulation(network: Network, scenario: Scenario = TODAY, *, until_full: bool = False) -> Simulation:
    return simulated(Side.of(network), Side.of(network, scenario), SETTINGS, until_full=until_full)


def after(found: Simulation) -> dict[str, QueueFigures]:
    return {each.queue: each.after for each in found.queues}


def over(found: Simulation) -> list[str]:
    return [each.name for each in found.overflowing]


def test_a_scenario_is_held_against_today() -> None:
    found = simulation(REFERENCE, Scenario(load=1.4))
    support, tier = found.queues
    assert (Load(150, 112.5, 0), Load(210, 157.5, 0)) == (support.before.load, support.after.load)
    assert (50 / 37.5, Limit.INFLOW, 0.75, 0.0, False) == (
        tier.before.full_at,
        tier.before.limit,
        tier.before.use,
        tier.before.beyond,
        tier.before.over,
    )
    assert (50 / 52.5, 52.5 / 50, 2.5, True) == (
        tier.after.full_at,
        tier.after.use,
        tier.after.beyond,
        tier.after.over,
    )
    assert (50 / 37.5, 50 / 52.5) == (found.headroom_before.factor, found.headroom.factor)
    (finding,) = found.findings
    assert ("capacity.exceeded", Since.NEW) == (finding.id, finding.since)


def test_less_load_solves_what_is_over_today() -> None:
    found = simulation(scaled(REFERENCE, 2), Scenario(load=0.5))
    assert ((), ["capacity.exceeded", "capacity.saturated"]) == (
        found.findings,
        sorted(finding.id for finding in found.solved),
    )


def test_queues_become_full_in_turn() -> None:
    network = Network((queue("a", 100, 50), queue("b", 100, 80), queue("c", None, 9), queue("d", 100)))
    found = simulation(network, Scenario(load=1.5))
    assert [("b", 100 / 120), ("a", 100 / 75)] == [(each.name, each.after.full_at) for each in found.in_turn]
    assert ["b"] == over(found)


def test_what_a_queue_keeps_that_is_out_is_stranded() -> None:
    network = Network(
        (queue("a", 100, 80), queue("b", 100, 10), queue("c", 100)), (Edge("a", "b", 50), Edge("b", "c", 20))
    )
    found = simulation(network, Scenario(queues=(Assumed(QueueRef("b"), out=True),)))
    figures = after(found)["b"]
    assert (True, 0.0, Load(50, 40, 40), 40) == (
        figures.out,
        figures.capacity,
        figures.load,
        figures.beyond,
    )
    assert (False, None, None) == (figures.over, figures.use, figures.full_at)
    assert [] == [finding for finding in found.findings if finding.queue == "b"]
    assert "a" == found.headroom.queue


def test_a_queue_of_unknown_capacity_is_missing_and_never_full() -> None:
    network = Network((queue("a", 100, 80), queue("b", None)), (Edge("a", "b", 50),))
    figures = after(simulation(network))["b"]
    assert (None, None, None, False) == (figures.capacity, figures.use, figures.beyond, figures.over)


def test_behind_a_loop_nothing_is_known_and_the_loop_is_no_news() -> None:
    network = Network(
        (queue("a", 100, 80), queue("b", 100)), (Edge("a", "b", 5, new=True), Edge("b", "a", 5))
    )
    found = simulation(network, Scenario(load=2))
    assert (None, None) == (after(found)["a"].load, after(found)["a"].beyond)
    assert {None, Since.BEFORE} >= {each.since for each in found.findings}


def test_nobody_knows_what_a_backup_queue_gets() -> None:
    network = Network((queue("a", 100, 80), queue("b", 50)), (Edge("a", "b", 100, role=BACKED),))
    found = simulation(network)
    figures = after(found)["b"]
    assert (Load(80, 80, 80), Load(0, 0, 0), True) == (figures.load, figures.least, figures.over)
    assert {"least": 0.0, "most": 80.0} == figures.as_json()["kept"]


def test_agents_answer_what_their_queue_keeps() -> None:
    staffed = replace(queue("a", 200, 200), agents=14, aht=180.0)
    network = Network((staffed, queue("b", 200)), (Edge("a", "b", 50),))
    found = simulated(
        Side.of(network),
        Side.of(network, Scenario(load=1.5, queues=(Assumed(QueueRef("b"), out=True),))),
        Settings(interval="30m"),
        within=20,
    )
    (first, _), service = found.queues, found.queues[0].before.service
    assert service is not None
    assert (10.0, 0.8884, None) == (
        service.erlangs,
        round(service.within or 0, 4),
        found.queues[1].before.service,
    )
    assert (15.0, False) == (
        first.after.service and first.after.service.erlangs,
        first.after.service and first.after.service.stable,
    )
    out = simulation(network, Scenario(queues=(Assumed(QueueRef("a"), out=True),)))
    assert None is out.queues[0].after.service


def test_until_full_is_where_the_first_queue_is_exactly_full() -> None:
    found = simulation(REFERENCE, until_full=True)
    assert (50 / 37.5, "Tier 2", Load(50, 50, 50), []) == (
        found.factor,
        found.headroom.queue,
        after(found)["Tier 2"].load,
        over(found),
    )
    assert 1 == simulation(Network((queue("a", None, 5),)), until_full=True).factor


def test_with_a_change_both_sides_carry_the_same_load() -> None:
    less = replace(REFERENCE, edges=(Edge("Support", "Tier 2", 20, new=True),))
    found = simulated(
        Side.of(REFERENCE),
        Side.of(less, changes=True),
        SETTINGS,
        touched=Touched(frozenset({"Support"})),
        until_full=True,
        together=True,
    )
    assert (50 / 30, 50 / 37.5) == (found.factor, found.headroom_before.factor)
    tier = found.queues[1]
    assert tier.before.load
    assert tier.after.load
    assert pytest.approx(62.5) == tier.before.load.kept
    assert pytest.approx(50) == tier.after.load.kept
    assert ["capacity.exceeded"] == [finding.id for finding in found.solved]


def test_findings_have_the_severities_of_the_settings() -> None:
    found = simulated(
        Side.of(REFERENCE),
        Side.of(REFERENCE, Scenario(load=3)),
        Settings(severities={"capacity.exceeded": None, "capacity.saturated": None}),
    )
    assert () == found.findings


@given(networks(backups=True))
def test_today_is_what_the_checks_say(network: Network) -> None:
    found, loads = simulation(network), bounds(network)
    assert loads.most.of == {each.queue: each.after.load for each in found.queues}
    assert loads.least.of == {each.queue: each.after.least for each in found.queues}
    assert headroom(network, loads) == found.headroom == found.headroom_before
    assert [] == [each for each in found.queues if each.before != each.after]
    assert () == found.solved
    assert {Since.BEFORE} >= {finding.since for finding in found.findings}


@given(networks(backups=True))
def test_until_full_nothing_is_over_and_a_hair_more_is(network: Network) -> None:
    found = simulation(network, until_full=True)
    factor = found.headroom.factor
    assume(factor is not None and factor < 1e9)
    assert factor is not None
    assert [] == over(found)
    more = simulation(network, Scenario(load=factor * (1 + 1e-6)))
    assert found.headroom.queue in over(more)


@given(networks(), st.floats(0, 2), st.floats(1, 2))
def test_more_load_is_more_of_everything(network: Network, load: float, more: float) -> None:
    less, greater = (simulation(network, Scenario(load=each)) for each in (load, load * more))
    for one, other in zip(less.queues, greater.queues, strict=True):
        assert one.after.load
        assert other.after.load
        assert one.after.load.kept <= other.after.load.kept * (1 + 1e-9)
        assert one.after.load.inflow <= other.after.load.inflow * (1 + 1e-9)
    assert {*over(less)} <= {*over(greater)}


@given(networks(), st.floats(0, 3), st.randoms(use_true_random=False))
def test_the_order_of_queues_means_nothing(network: Network, load: float, dice: random.Random) -> None:
    nodes = tuple(dice.sample(network.nodes, len(network.nodes)))
    one, other = (simulation(each, Scenario(load=load)) for each in (network, replace(network, nodes=nodes)))
    assert {each.queue: each for each in one.queues} == {each.queue: each for each in other.queues}
    assert one.headroom.factor == other.headroom.factor
