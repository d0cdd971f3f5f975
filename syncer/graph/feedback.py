"""Edges whose removal breaks every cycle: few of them, and the fewest where that can be proved."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from syncer.graph.acyclic import AcyclicGraph
from syncer.graph.arrangement import arrangement
from syncer.graph.components import topological
from syncer.graph.smallest import cheapest_feedback

Edge = tuple[int, int]

PROVED_UP_TO = 30
PROOF_STEPS = 300
PUT_BACK_STEPS = 2_000_000


@dataclass(frozen=True, slots=True)
class FeedbackEdges:
    """Edges to remove, in ascending order; ``smallest`` says that it was proved that no fewer do."""

    edges: tuple[Edge, ...]
    smallest: bool


def feedback_edges(
    adjacency: Sequence[Sequence[int]],
    component: Sequence[int],
    reluctance: Callable[[Edge], int] = lambda _: 0,
) -> FeedbackEdges:
    """Choose edges inside ``component`` whose removal leaves no cycle in it.

    Few edges come first, then little ``reluctance`` in total (0 or more an edge). The proof is tried up to
    ``PROVED_UP_TO`` nodes. Putting any one edge back closes a cycle; only in components of thousands of
    nodes, where this search ends after ``PUT_BACK_STEPS``, may there be edges too many.
    """
    place = {node: index for index, node in enumerate(component)}
    inner = [
        [place[target] for target in dict.fromkeys(adjacency[node]) if target in place] for node in component
    ]
    extra = {
        (source, target): reluctance((component[source], component[target]))
        for source, targets in enumerate(inner)
        for target in targets
    }
    unit = sum(extra.values()) + 1
    cost = {edge: unit + more for edge, more in extra.items()}
    chosen = min(_candidates(inner, extra), key=lambda edges: sum(cost[edge] for edge in edges))
    smallest = False
    if len(component) <= PROVED_UP_TO:
        cheaper, smallest = cheapest_feedback(inner, cost, chosen, PROOF_STEPS)
        chosen = _minimal(inner, cheaper, extra)
    edges = sorted((component[source], component[target]) for source, target in chosen)
    return FeedbackEdges(tuple(edges), smallest)


def _candidates(inner: list[list[int]], extra: Mapping[Edge, int]) -> Iterator[frozenset[Edge]]:
    """A set by the arrangement of all edges, and one that lets the edges of most reluctance in first."""
    yield _left_out(arrangement(inner), extra, reluctant_first=False)
    least = min(extra.values())
    firm = [
        [target for target in targets if extra[source, target] > least]
        for source, targets in enumerate(inner)
    ]
    if any(firm):
        yield _left_out(arrangement(firm), extra, reluctant_first=True)


def _minimal(inner: list[list[int]], removed: frozenset[Edge], extra: Mapping[Edge, int]) -> frozenset[Edge]:
    """Put back what closes no cycle."""
    rest = [
        [target for target in targets if (source, target) not in removed]
        for source, targets in enumerate(inner)
    ]
    return _left_out(topological(rest)[0], extra, reluctant_first=False)


def _left_out(order: list[int], extra: Mapping[Edge, int], *, reluctant_first: bool) -> frozenset[Edge]:
    """Build a graph in ``order`` edge by edge, and return the edges that would close a cycle."""
    graph = AcyclicGraph(order)

    def turn(edge: Edge) -> tuple[int, int, Edge]:
        back = int(not graph.is_forward(*edge))
        return (-extra[edge], back, edge) if reluctant_first else (back, -extra[edge], edge)

    left_out = []
    for source, target in sorted(extra, key=turn):
        affordable = graph.steps < PUT_BACK_STEPS or graph.is_forward(source, target)
        if not (affordable and graph.add(source, target)):
            left_out.append((source, target))
    return frozenset(left_out)
