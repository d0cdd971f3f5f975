"""A shortest cycle of a strongly connected component."""

from collections import deque
from collections.abc import Collection, Sequence

Adjacency = Sequence[Sequence[int]]


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
