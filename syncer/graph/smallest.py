"""The cheapest set of edges whose removal breaks every cycle, by branch and bound within a given patience."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from syncer.graph.components import looped
from syncer.graph.cycles import shortest_cycle

Edge = tuple[int, int]


def cheapest_feedback(
    adjacency: Sequence[Sequence[int]], cost: Mapping[Edge, int], start: Collection[Edge], patience: int
) -> tuple[frozenset[Edge], bool]:
    """Improve ``start``, a set that breaks every cycle, and say whether none is cheaper.

    After ``patience`` steps the best set so far is returned, with False.
    """
    best = frozenset(start)
    search = _Search(adjacency, cost, patience, best, sum(cost[edge] for edge in best))
    search.explore(frozenset(), frozenset())
    return search.best, search.patience > 0


@dataclass
class _Search:
    adjacency: Sequence[Sequence[int]]
    cost: Mapping[Edge, int]
    patience: int
    best: frozenset[Edge]
    best_cost: int

    def explore(self, removed: frozenset[Edge], kept: frozenset[Edge]) -> None:
        """Try every set that holds all of ``removed`` and nothing of ``kept``, and may be cheaper."""
        if self.patience <= 0:
            return
        self.patience -= 1
        cycles = self._disjoint_cycles(removed, kept)
        spent = sum(self.cost[edge] for edge in removed)
        if spent + sum(min(self.cost[edge] for edge in cycle) for cycle in cycles if cycle) >= self.best_cost:
            return
        if not cycles:
            self.best, self.best_cost = removed, spent
            return
        # Each branch takes one edge of a cycle; the branches after it keep that edge, so none is tried twice.
        for edge in min(cycles, key=len):
            self.explore(removed | {edge}, kept)
            kept |= {edge}

    def _disjoint_cycles(self, removed: frozenset[Edge], kept: frozenset[Edge]) -> list[list[Edge]]:
        """The removable edges of cycles that share none, so each of them costs at least its cheapest edge.

        A cycle of kept edges alone has nothing to remove: it is an empty list, and ends the search here.
        """
        gone = set(removed)
        cycles: list[list[Edge]] = []
        while True:
            rest = [[w for w in targets if (v, w) not in gone] for v, targets in enumerate(self.adjacency)]
            found = [_edges(shortest_cycle(rest, component)) for component in looped(rest)]
            if not found:
                return cycles
            for cycle in found:
                free = [edge for edge in cycle if edge not in kept]
                cycles.append(free)
                if not free:
                    return cycles
                gone.update(free)


def _edges(cycle: list[int]) -> list[Edge]:
    return list(pairwise([*cycle, cycle[0]]))
