"""A shortest cycle of a strongly connected component."""

from collections import deque
from collections.abc import Collection, Iterable, Sequence

Adjacency = Sequence[Sequence[int]]


def topological(adjacency: Adjacency) -> tuple[list[int], list[int]]:
    """Order the nodes sources first (Kahn, CACM 1962).

    Returns the order, and in ascending order the nodes that have none: those in a cycle or behind one.
    """
    inbound = [0] * len(adjacency)
    for targets in adjacency:
        for target in targets:
            inbound[target] += 1
    order = [node for node, count in enumerate(inbound) if count == 0]
    for node in order:  # it grows meanwhile
        for target in adjacency[node]:
            inbound[target] -= 1
            if inbound[target] == 0:
                order.append(target)
    return order, [node for node, count in enumerate(inbound) if count > 0]


def reached(adjacency: Sequence[Iterable[int]], starts: Iterable[int]) -> set[int]:
    """All nodes that the edges lead to from any of the ``starts``, and these."""
    seen = set(starts)
    waiting = list(seen)
    while waiting:
        fresh = set(adjacency[waiting.pop()]) - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


def acyclic(edges: Iterable[tuple[str, str]]) -> bool:
    """Whether no way along the edges, each from one node to another, comes back to where it began."""
    index: dict[str, int] = {}
    pairs = [tuple(index.setdefault(node, len(index)) for node in edge) for edge in edges]
    adjacency: list[list[int]] = [[] for _ in index]
    for source, target in pairs:
        adjacency[source].append(target)
    return not topological(adjacency)[1]


def components(adjacency: Adjacency) -> list[list[int]]:
    """All strongly connected components, sinks first, each in ascending order (Tarjan, SICOMP 1972)."""
    search = _Tarjan(adjacency)
    for root in range(len(adjacency)):
        if search.number[root] == 0:
            search.visit(root)
    return search.found


def looped(adjacency: Adjacency) -> list[list[int]]:
    """The components that hold a cycle, by their smallest node; a node with an edge to itself is one."""
    if not topological(adjacency)[1]:
        return []
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


def shortest_cycle(adjacency: Adjacency, component: Sequence[int], *, max_starts: int = 200) -> list[int]:
    """Return the nodes of a cycle in order, from its smallest node on, the first not repeated.

    ``component`` is strongly connected and holds a cycle. The cycle is a shortest one as long as the
    component has no more than ``max_starts`` nodes with two targets or more inside; else a short one.
    """
    inside = frozenset(component)
    for node in component:
        if node in adjacency[node]:
            return [node]
    best: list[int] = []
    for start in _starts(adjacency, component, inside)[:max_starts]:
        best = _cycle_through(start, adjacency, inside, len(best) or len(inside) + 1) or best
        if len(best) == 2:
            break
    first = best.index(min(best))
    return best[first:] + best[:first]


def cycle_through(adjacency: Adjacency, source: int, target: int) -> list[int]:
    """The nodes of a shortest cycle through the edge from ``source`` to ``target``, from ``source`` on.

    The first is not repeated. Empty where no cycle goes through it.
    """
    came_from = {target: target}
    ready = deque([target])
    while ready and source not in came_from:
        node = ready.popleft()
        for after in adjacency[node]:
            if after not in came_from:
                came_from[after] = node
                ready.append(after)
    if source not in came_from:
        return []
    path = _path(target, source, came_from)
    return [source, *path[:-1]]


def _starts(adjacency: Adjacency, component: Sequence[int], inside: Collection[int]) -> list[int]:
    """Every cycle but a lone ring has a node where it can be left, so only those need a search."""
    forks = [node for node in component if sum(target in inside for target in adjacency[node]) > 1]
    return forks or [component[0]]


def _cycle_through(start: int, adjacency: Adjacency, inside: Collection[int], below: int) -> list[int]:
    """Find a shortest cycle through ``start`` of fewer than ``below`` nodes, or nothing.

    There is always one to find, of whatever length, so the search never runs dry.
    """
    came_from = {start: start}
    depth = {start: 1}
    ready = deque([start])
    while depth[node := ready.popleft()] < below:
        for target in adjacency[node]:
            if target == start:
                return _path(start, node, came_from)
            if target in inside and target not in came_from:
                came_from[target] = node
                depth[target] = depth[node] + 1
                ready.append(target)
    return []


def _path(start: int, end: int, came_from: dict[int, int]) -> list[int]:
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path[::-1]
