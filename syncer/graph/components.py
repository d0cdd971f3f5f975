"""Topological order, and what stands in its way: the strongly connected components.

A graph is an adjacency list: ``adjacency[v]`` holds the places of the targets of node ``v``. Everything
here takes time in proportion to nodes plus edges, and needs no recursion.
"""

from collections import deque
from collections.abc import Sequence

Adjacency = Sequence[Sequence[int]]


def topological(adjacency: Adjacency) -> tuple[list[int], list[int]]:
    """Order the nodes sources first (Kahn, CACM 1962).

    Returns the order, and in ascending order the nodes that have none: those in a cycle or behind one.
    """
    inbound = [0] * len(adjacency)
    for targets in adjacency:
        for target in targets:
            inbound[target] += 1
    ready = deque(node for node, count in enumerate(inbound) if count == 0)
    order: list[int] = []
    while ready:
        node = ready.popleft()
        order.append(node)
        for target in adjacency[node]:
            inbound[target] -= 1
            if inbound[target] == 0:
                ready.append(target)
    return order, [node for node, count in enumerate(inbound) if count > 0]


def components(adjacency: Adjacency) -> list[list[int]]:
    """All strongly connected components, sinks first, each in ascending order (Tarjan, SICOMP 1972)."""
    search = _Tarjan(adjacency)
    for root in range(len(adjacency)):
        if search.number[root] == 0:
            search.visit(root)
    return search.found


def looped(adjacency: Adjacency) -> list[list[int]]:
    """The components that hold a cycle, by their smallest node; a node with an edge to itself is one."""
    return sorted(
        component
        for component in components(adjacency)
        if len(component) > 1 or component[0] in adjacency[component[0]]
    )


class _Tarjan:
    """The state of one depth-first search; ``low`` is the smallest number that a node can get back to."""

    def __init__(self, adjacency: Adjacency) -> None:
        self.adjacency = adjacency
        self.number = [0] * len(adjacency)
        self.low = [0] * len(adjacency)
        self.open = [False] * len(adjacency)
        self.pending: list[int] = []
        self.count = 0
        self.found: list[list[int]] = []

    def visit(self, root: int) -> None:
        """Search everything that ``root`` reaches and that was not visited yet."""
        self._enter(root)
        path = [(root, iter(self.adjacency[root]))]
        while path:
            node, targets = path[-1]
            for target in targets:
                if self.number[target] == 0:
                    self._enter(target)
                    path.append((target, iter(self.adjacency[target])))
                    break
                if self.open[target]:
                    self.low[node] = min(self.low[node], self.number[target])
            else:
                path.pop()
                self._leave(node)
                if path:
                    parent = path[-1][0]
                    self.low[parent] = min(self.low[parent], self.low[node])

    def _enter(self, node: int) -> None:
        self.count += 1
        self.number[node] = self.low[node] = self.count
        self.pending.append(node)
        self.open[node] = True

    def _leave(self, node: int) -> None:
        """Close the component of ``node`` where it is the first of it."""
        if self.low[node] < self.number[node]:
            return
        component: list[int] = []
        while self.open[node]:
            member = self.pending.pop()
            self.open[member] = False
            component.append(member)
        self.found.append(sorted(component))
