"""Edges whose removal breaks every cycle, and without any of which a cycle is left.

::

    arrangement    a line of nodes with few edges that point back    Eades, Lin & Smyth, IPL 1993
    AcyclicGraph   put every edge back that closes no cycle          Pearce & Kelly, JEA 2006
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush

Arc = tuple[int, int]

PUT_BACK_STEPS = 3_000_000
"""After as many looks at an edge the search for edges to put back ends: well under a second."""


def feedback_edges(
    adjacency: Sequence[Sequence[int]],
    component: Sequence[int],
    reluctance: Callable[[Arc], int] = lambda _: 0,
) -> tuple[Arc, ...]:
    """Choose edges inside ``component`` whose removal leaves no cycle in it, in ascending order.

    Few edges come first, then little ``reluctance`` in total (0 or more an edge). A smaller set may exist:
    finding the smallest is NP-hard. Putting any one edge back closes a cycle; only in components of thousands
    of nodes or of very many edges, where this search ends after ``PUT_BACK_STEPS``, may there be edges too
    many.
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
    chosen = min(_candidates(inner, extra), key=lambda edges: sum(unit + extra[edge] for edge in edges))
    return tuple(sorted((component[source], component[target]) for source, target in chosen))


def _candidates(inner: list[list[int]], extra: Mapping[Arc, int]) -> Iterator[frozenset[Arc]]:
    """A set by the arrangement of all edges, and one that lets the edges of most reluctance in first."""
    yield _left_out(arrangement(inner), extra, reluctant_first=False)
    least = min(extra.values())
    firm = [
        [target for target in targets if extra[source, target] > least]
        for source, targets in enumerate(inner)
    ]
    if any(firm):
        yield _left_out(arrangement(firm), extra, reluctant_first=True)


def _left_out(order: list[int], extra: Mapping[Arc, int], *, reluctant_first: bool) -> frozenset[Arc]:
    """Build a graph in ``order`` edge by edge, and return the edges that would close a cycle."""
    graph = AcyclicGraph(order)

    def turn(edge: Arc) -> tuple[int, int, Arc]:
        back = int(not graph.is_forward(*edge))
        return (-extra[edge], back, edge) if reluctant_first else (back, -extra[edge], edge)

    left_out = []
    for source, target in sorted(extra, key=turn):
        affordable = graph.steps < PUT_BACK_STEPS or graph.is_forward(source, target)
        if not (affordable and graph.add(source, target)):
            left_out.append((source, target))
    return frozenset(left_out)


class AcyclicGraph:
    """Takes edges one by one, refuses those that would close a cycle, and keeps its nodes in order.

    ``steps`` counts the edges that were looked at, so that a caller can stop in time.
    """

    def __init__(self, order: Sequence[int]) -> None:
        """Begin without edges, with the nodes 0 to n − 1 in ``order``."""
        self.place = [0] * len(order)
        for place, node in enumerate(order):
            self.place[node] = place
        self.targets: list[list[int]] = [[] for _ in order]
        self.sources: list[list[int]] = [[] for _ in order]
        self.steps = 0

    def add(self, source: int, target: int) -> bool:
        """Add the edge, or return False where it would close a cycle."""
        if not self.is_forward(source, target):
            if source == target:
                return False
            ahead = self._ahead(source, target)
            if not ahead:
                return False
            self._reorder(self._behind(source, target), ahead)
        self.targets[source].append(target)
        self.sources[target].append(source)
        return True

    def is_forward(self, source: int, target: int) -> bool:
        """Whether the edge agrees with the order as it is, so that it needs no search."""
        return self.place[source] < self.place[target]

    def _ahead(self, source: int, target: int) -> set[int]:
        """What ``target`` reaches up to the place of ``source``; nothing where it reaches ``source``, which
        ends the search."""
        seen = {target}
        pending = [target]
        high = self.place[source]
        while pending:
            targets = self.targets[pending.pop()]
            self.steps += len(targets)
            if source in targets:
                return set()
            fresh = {node for node in targets if self.place[node] <= high} - seen
            seen |= fresh
            pending.extend(fresh)
        return seen

    def _behind(self, source: int, target: int) -> set[int]:
        """What leads to ``source`` from the place of ``target`` on."""
        seen = {source}
        pending = [source]
        low = self.place[target]
        while pending:
            sources = self.sources[pending.pop()]
            self.steps += len(sources)
            fresh = {node for node in sources if self.place[node] >= low} - seen
            seen |= fresh
            pending.extend(fresh)
        return seen

    def _reorder(self, behind: set[int], ahead: set[int]) -> None:
        """Give the places of both sets to ``behind`` first, then to ``ahead``, each in its old order."""
        nodes = sorted(behind, key=self.place.__getitem__) + sorted(ahead, key=self.place.__getitem__)
        for place, node in zip(sorted(self.place[node] for node in nodes), nodes, strict=True):
            self.place[node] = place


def arrangement(adjacency: Sequence[Sequence[int]]) -> list[int]:
    """Put the nodes in a line so that few edges point back, in O(E log V); self loops make no difference.

    Sinks go to the right end and sources to the left; where neither is left, the node that sends most
    more than it receives goes left.
    """
    peeling = _Peeling(adjacency)
    left: list[int] = []
    right: list[int] = []
    while (found := peeling.take()) is not None:
        node, is_sink = found
        (right if is_sink else left).append(node)
    return left + right[::-1]


class _Peeling:
    """The nodes that have no place yet, and how many edges each of them has to the others."""

    def __init__(self, adjacency: Sequence[Sequence[int]]) -> None:
        self.targets = [[w for w in targets if w != v] for v, targets in enumerate(adjacency)]
        self.sources: list[list[int]] = [[] for _ in adjacency]
        for source, targets in enumerate(self.targets):
            for target in targets:
                self.sources[target].append(source)
        self.outbound = [len(targets) for targets in self.targets]
        self.inbound = [len(sources) for sources in self.sources]
        self.placed = [False] * len(adjacency)
        self.ends = [node for node in range(len(adjacency)) if self._is_end(node)]
        self.heap = [(self._rank(node), node) for node in range(len(adjacency))]
        heapify(self.heap)

    def take(self) -> tuple[int, bool] | None:
        """Remove the next node, and say whether it is a sink; None when all are placed."""
        while self.ends:
            node = self.ends.pop()
            if not self.placed[node]:
                return self._place(node)
        while self.heap:
            rank, node = heappop(self.heap)
            if not self.placed[node] and rank == self._rank(node):
                return self._place(node)
        return None

    def _place(self, node: int) -> tuple[int, bool]:
        self.placed[node] = True
        for target in self.targets[node]:
            self.inbound[target] -= 1
            self._touch(target)
        for source in self.sources[node]:
            self.outbound[source] -= 1
            self._touch(source)
        return node, self.outbound[node] == 0

    def _touch(self, node: int) -> None:
        if self.placed[node]:
            return
        if self._is_end(node):
            self.ends.append(node)
        else:
            heappush(self.heap, (self._rank(node), node))

    def _is_end(self, node: int) -> bool:
        return self.outbound[node] == 0 or self.inbound[node] == 0

    def _rank(self, node: int) -> int:
        return self.inbound[node] - self.outbound[node]
