"""Scenarios: the network as it would be, and what would be over its capacity there.

A scenario changes base loads and capacities, and no rule: the model of loads is the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from syncer.checks.capacity import overloaded
from syncer.checks.loads import bounds
from syncer.model.finding import Finding, Note, Severity
from syncer.model.network import Network, Node
from syncer.model.policy import QueueRef
from syncer.model.scenario import Assumed, Scenario


def in_scenario(network: Network, scenario: Scenario) -> Network:
    """The network in a scenario; a queue that it doesn't have is passed over."""
    assumed = _by_key(network, scenario)
    nodes = (_assumed(node, scenario.load, assumed.get(node.key, ())) for node in network.nodes)
    return replace(network, nodes=tuple(nodes))


def scaled(network: Network, factor: float) -> Network:
    """The network with so many times its base loads."""
    return in_scenario(network, Scenario(load=factor))


def out_of_order(network: Network, scenario: Scenario) -> frozenset[str]:
    """The keys of the queues that are out in a scenario."""
    return frozenset(
        key for key, every in _by_key(network, scenario).items() if any(each.out for each in every)
    )


def _by_key(network: Network, scenario: Scenario) -> dict[str, list[Assumed]]:
    keys: dict[QueueRef, list[str]] = {}
    for node in network.nodes:
        keys.setdefault(QueueRef(name=node.name), []).append(node.key)
        keys.setdefault(QueueRef(id=node.key), []).append(node.key)
    found: dict[str, list[Assumed]] = {}
    for each in scenario.queues:
        for key in keys.get(each.queue, ()):
            found.setdefault(key, []).append(each)
    return found


def _assumed(node: Node, load: float, assumed: Iterable[Assumed]) -> Node:
    every = tuple(assumed)
    factor = max((each.load for each in every if each.load is not None), default=load)
    capacity = min((each.capacity for each in every if each.capacity is not None), default=node.capacity)
    out = any(each.out for each in every)
    return replace(node, base_load=node.base_load * factor, capacity=0.0 if out else capacity)


def check_scenarios(network: Network, scenarios: Iterable[Scenario]) -> tuple[Finding, ...]:
    """A finding for each queue that takes in or keeps more than its capacity in a scenario.

    A queue that is out there has none: that what it keeps is stranded is what the scenario says.
    """
    return tuple(finding for scenario in scenarios for finding in _exceeded(network, scenario))


def _exceeded(network: Network, scenario: Scenario) -> Iterator[Finding]:
    then = in_scenario(network, scenario)
    at = Note(f"the scenario {scenario.name}", scenario.position)
    for found in overloaded(then, bounds(then)):
        if found.id in ("capacity.exceeded", "capacity.saturated"):
            yield replace(
                found,
                id="scenario.exceeded",
                severity=Severity.WARNING,
                message=f"in {scenario.name}: {found.message}",
                notes=(*found.notes, at),
                scenario=scenario.name,
            )
