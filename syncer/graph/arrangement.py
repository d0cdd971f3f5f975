"""A line of nodes with few edges that point back (Eades, Lin & Smyth, IPL 1993)."""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush


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
