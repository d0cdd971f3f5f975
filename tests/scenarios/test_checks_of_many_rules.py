"""What the checks of a large network do beside checking: nothing walks through all of it again and again."""

import gc
from collections.abc import Iterator

import pytest

from syncer.checks import check_network
from syncer.model.network import Edge, Network, Node

QUEUES = 3_000


@pytest.fixture
def collections() -> Iterator[list[str]]:
    """How often the collector of garbage in circles ran."""
    seen: list[str] = []

    def note(phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            seen.append(phase)

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


def test_no_garbage_is_looked_for_meanwhile(collections: list[str]) -> None:
    nodes = tuple(Node(f"q{place}", f"Queue {place}", True, 1.0, 100.0) for place in range(QUEUES))
    edges = tuple(
        Edge(f"q{place}", f"q{place + step}", 10)
        for place in range(QUEUES)
        for step in (1, 2, 3)
        if place + step < QUEUES
    )
    network = Network(nodes, edges)
    gc.collect()
    collections.clear()
    found = check_network(network)
    assert len(collections) <= 1  # one is due behind it
    assert len(found) >= QUEUES
