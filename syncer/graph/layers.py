"""Boxes in columns, left to right, with as few crossings of arrows as a few sweeps find (Sugiyama, 1981).

::

    turned     the arrows that close a cycle run from right to left, fresh ones first
    columns    longest paths; a box that nothing leads to stands next to what it leads to
    lanes      an arrow that passes a column gets a place of its own in it
    order      barycenters, then swaps of neighbors, as long as fewer arrows cross
"""

import itertools
from bisect import bisect_left, insort
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from syncer.graph.cycles import looped, topological
from syncer.graph.feedback import feedback_edges

Arc = tuple[int, int]

SWEEPS: Final = 8
MOST_SWAPS: Final = 8
"""Passes of swaps in one column at a time."""


@dataclass(frozen=True, slots=True)
class Layered:
    """Items in ``columns``, top to bottom: boxes are 0 to n − 1, higher numbers are lanes.

    ``routes`` has the items of each arc from left to right, its two boxes among them; it is empty for an arc
    from a box to itself. ``turned`` are the indices of the arcs that run from right to left.
    """

    columns: tuple[tuple[int, ...], ...]
    routes: tuple[tuple[int, ...], ...]
    turned: frozenset[int]


def layered(boxes: int, arcs: Sequence[Arc], fresh: Collection[int] = ()) -> Layered:
    """Put the ``boxes`` into columns. Of the ``arcs`` that close cycles those that are ``fresh`` (by index)
    are turned first. Arcs may be parallel, or lead from a box to itself."""
    place = _places(boxes, arcs, fresh)
    turned = frozenset(index for index, (source, target) in enumerate(arcs) if place[source] > place[target])
    ahead = [
        (target, source) if place[source] > place[target] else (source, target) for source, target in arcs
    ]
    column = _column_of(boxes, ahead, place)
    routes: list[tuple[int, ...]] = []
    columns: list[list[int]] = [[] for _ in range(max(column, default=-1) + 1)]
    for box in sorted(range(boxes), key=place.__getitem__):
        columns[column[box]].append(box)
    lanes = boxes
    for source, target in ahead:
        passed = range(column[source] + 1, column[target])
        routes.append((source, *range(lanes, lanes + len(passed)), target) if source != target else ())
        for lane, at in enumerate(passed, lanes):
            columns[at].append(lane)
        lanes += len(passed)
    return Layered(_Order(columns, routes, lanes).best(), tuple(routes), turned)


def _places(boxes: int, arcs: Sequence[Arc], fresh: Collection[int]) -> list[int]:
    """The place of each box in a line in which few arcs point back."""
    new = {arcs[index] for index in fresh}
    adjacency = _adjacency(boxes, arcs)
    cut: set[Arc] = set()
    for component in looped(adjacency):
        cut |= set(feedback_edges(adjacency, component, lambda arc: int(arc not in new)))
    order, _ = topological(_adjacency(boxes, [arc for arc in arcs if arc not in cut]))
    places = [0] * boxes
    for place, box in enumerate(order):
        places[box] = place
    return places


def _adjacency(boxes: int, arcs: Sequence[Arc]) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(boxes)]
    for source, target in dict.fromkeys(arcs):
        if source != target:
            found[source].append(target)
    return found


def _column_of(boxes: int, ahead: Sequence[Arc], place: Sequence[int]) -> list[int]:
    """The column of each box: behind all that leads to it, and a source right before what it leads to."""
    adjacency = _adjacency(boxes, ahead)
    column = [0] * boxes
    fed = [False] * boxes
    for box in sorted(range(boxes), key=place.__getitem__):
        for target in adjacency[box]:
            column[target] = max(column[target], column[box] + 1)
            fed[target] = True
    for box, targets in enumerate(adjacency):
        if targets and not fed[box]:
            column[box] = min(column[target] for target in targets) - 1
    return column


class _Order:
    """The order of items in their columns while it is looked for; ``sides`` are the neighbors of each item in
    the column to its left and to its right."""

    def __init__(self, columns: list[list[int]], routes: Sequence[Sequence[int]], items: int) -> None:
        self.columns = columns
        self.sides: tuple[list[list[int]], list[list[int]]] = (
            [[] for _ in range(items)],
            [[] for _ in range(items)],
        )
        for route in routes:
            for before, after in itertools.pairwise(route):
                self.sides[0][after].append(before)
                self.sides[1][before].append(after)
        self.at = [0] * items
        for column in columns:
            self._settle(column)

    def best(self) -> tuple[tuple[int, ...], ...]:
        """The order with the fewest crossings of all that were seen."""
        best, fewest = self._columns(), self.crossings()
        for sweep in range(SWEEPS):
            if fewest == 0:
                break
            self._sweep(side=sweep % 2, sign=-1 if sweep % 4 > 1 else 1)
            self._swap()
            if (now := self.crossings()) < fewest:
                best, fewest = self._columns(), now
        return best

    def _columns(self) -> tuple[tuple[int, ...], ...]:
        return tuple(map(tuple, self.columns))

    def _settle(self, column: list[int]) -> None:
        for place, item in enumerate(column):
            self.at[item] = place

    def crossings(self) -> int:
        """How many pairs of lines between neighboring columns cross."""
        return sum(map(self._crossings_behind, self.columns))

    def _crossings_behind(self, column: Sequence[int]) -> int:
        found = 0
        seen: list[int] = []
        for item in column:
            ends = sorted(self.at[end] for end in self.sides[1][item])
            for end in ends:
                found += len(seen) - bisect_left(seen, end + 1)
            for end in ends:
                insort(seen, end)
        return found

    def _sweep(self, side: int, sign: int) -> None:
        """Sort each column by where its neighbors on one side stand on average; what stands alike keeps its
        order or, with a ``sign`` of −1, turns it."""
        columns = self.columns if side == 0 else self.columns[::-1]
        for column in columns[1:]:
            column.sort(key=lambda item: (self._mean(item, side), sign * self.at[item]))
            self._settle(column)

    def _mean(self, item: int, side: int) -> float:
        ends = self.sides[side][item]
        return sum(self.at[end] for end in ends) / len(ends) if ends else float(self.at[item])

    def _swap(self) -> None:
        """Swap neighbors in a column as long as fewer lines cross."""
        for column in self.columns:
            for _ in range(MOST_SWAPS):
                if not sum(self._swapped(column, place) for place in range(len(column) - 1)):
                    break

    def _swapped(self, column: list[int], place: int) -> bool:
        upper, lower = column[place], column[place + 1]
        as_is, other = (
            sum(self._crossed(side, *pair) for side in (0, 1)) for pair in ((upper, lower), (lower, upper))
        )
        if other >= as_is:
            return False
        column[place : place + 2] = [lower, upper]
        self.at[upper], self.at[lower] = self.at[lower], self.at[upper]
        return True

    def _crossed(self, side: int, upper: int, lower: int) -> int:
        """How many lines to one side cross where one item stands right above the other."""
        below = sorted(self.at[end] for end in self.sides[side][lower])
        return sum(bisect_left(below, self.at[end]) for end in self.sides[side][upper])
