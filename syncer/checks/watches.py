"""Watches: queues that ask for more agents when a metric of another queue trips.

No contact moves along a watch, so a circle of them is no loop. But it can go round: each queue borrows agents
because the next one is slow, which makes that one slower.
"""

from syncer.checks.loops import loop_of
from syncer.graph.cycles import looped, shortest_cycle
from syncer.model.finding import Finding, Note, Severity
from syncer.model.network import Edge, Network


def check_watches(network: Network) -> tuple[Finding, ...]:
    """A warning ``loops.watch`` for each circle of queues that watch each other."""
    if not any(network.watches):
        return ()
    adjacency = [
        list(dict.fromkeys(network.index[edge.target] for edge in edges)) for edges in network.watches
    ]
    return tuple(
        _finding(network, component, shortest_cycle(adjacency, component)) for component in looped(adjacency)
    )


def _finding(network: Network, component: list[int], circle: list[int]) -> Finding:
    names = network.names([*circle, circle[0]])
    pairs = set(zip(circle, [*circle[1:], circle[0]], strict=True))
    edges = [
        edge
        for place in circle
        for edge in network.watches[place]
        if (place, network.index[edge.target]) in pairs
    ]
    return Finding(
        "loops.watch",
        Severity.WARNING,
        " → ".join(names) + " watch each other in a circle",
        next((edge.position for edge in edges if edge.position), None),
        "Let one of them watch no queue, or a queue outside the circle",
        tuple(Note(_words(network, edge), edge.position) for edge in edges),
        queue=network.nodes[circle[0]].name,
        queue_id=network.nodes[circle[0]].key,
        loop=loop_of(network, circle, component, edges),
    )


def _words(network: Network, edge: Edge) -> str:
    return " watches ".join(network.names([network.index[edge.source], network.index[edge.target]]))
