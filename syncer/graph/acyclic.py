"""A graph that never gets a cycle (Pearce & Kelly, JEA 2006)."""

from collections.abc import Sequence


class AcyclicGraph:
    """Takes edges one by one, refuses those that would close a cycle, and keeps its nodes in order.

    ``steps`` counts the nodes that were looked at, so that a caller can stop in time.
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
            ahead = self._reached(target, self.targets, self.place[target], self.place[source])
            if source in ahead:
                return False
            behind = self._reached(source, self.sources, self.place[target], self.place[source])
            self._reorder(behind, ahead)
        self.targets[source].append(target)
        self.sources[target].append(source)
        return True

    def is_forward(self, source: int, target: int) -> bool:
        """Whether the edge agrees with the order as it is, so that it needs no search."""
        return self.place[source] < self.place[target]

    def _reached(self, start: int, neighbours: list[list[int]], low: int, high: int) -> set[int]:
        """The nodes that ``start`` reaches without leaving the places from ``low`` to ``high``."""
        seen = {start}
        pending = [start]
        while pending:
            for node in neighbours[pending.pop()]:
                if node not in seen and low <= self.place[node] <= high:
                    seen.add(node)
                    pending.append(node)
        self.steps += len(seen)
        return seen

    def _reorder(self, behind: set[int], ahead: set[int]) -> None:
        """Give the places of both sets to ``behind`` first, then to ``ahead``, each in its old order."""
        nodes = sorted(behind, key=self.place.__getitem__) + sorted(ahead, key=self.place.__getitem__)
        for place, node in zip(sorted(self.place[node] for node in nodes), nodes, strict=True):
            self.place[node] = place
