"""Where the boxes of a network stand, and how its arrows run: left to right, the same for the same network.

::

    components   laid out apart, then put on shelves
    columns      syncer.graph.layers says which box stands in which, and in which order
    heights      each item as near to what it is tied to as its neighbors in the column allow
    paths        S-curves between columns, and past a box in a lane of its own

So no box overlaps another, and no arrow runs through a box that it does not belong to.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from syncer.graph.layers import Layered, layered

Point = tuple[float, float]

ROUNDS: Final = 12
"""How often the heights of all columns are moved."""

WIDE: Final = 1.7
"""The width of the whole to its height."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow between two boxes, by their keys; ``key`` tells it from all others. One that is ``fresh`` is
    drawn backwards first where a loop has to be."""

    key: str
    source: str
    target: str
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Measures:
    """Sizes in pixels: a box, the gaps ``down`` and ``across``, the room of a ``lane``, how far ``ports`` are
    apart at most, and components."""

    width: float = 236
    height: float = 76
    down: float = 22
    across: float = 130
    lane: float = 10
    ports: float = 20
    apart: float = 56


@dataclass(frozen=True, slots=True)
class Area:
    """A component: its boxes, and the rectangle that it is drawn in."""

    keys: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The upper left corner of each box, and the path of each arrow from its source to its target, both by
    key. A path is a start and then three points for each cubic curve: two that steer it, and its end.

    ``backwards`` are the arrows that run from right to left.
    """

    boxes: Mapping[str, Point]
    paths: Mapping[str, tuple[Point, ...]]
    areas: tuple[Area, ...] = ()
    backwards: frozenset[str] = frozenset()
    width: float = 0
    height: float = 0


def laid_out(
    boxes: Iterable[str],
    arrows: Iterable[Arrow],
    rank: Mapping[str, int] | None = None,
    measures: Measures = Measures(),
) -> Layout:
    """Lay out a network. Components come by the smallest ``rank`` in them, then larger ones first.

    The order of ``boxes`` and ``arrows`` makes no difference. Raises KeyError for an arrow to no box.
    """
    ranks = rank or {}
    parts = [
        _Component(keys, own, measures)
        for keys, own in _components(sorted(set(boxes)), sorted(arrows, key=lambda arrow: arrow.key))
    ]
    parts.sort(
        key=lambda part: (min(ranks.get(key, 0) for key in part.keys), -len(part.keys), part.keys),
    )
    corners, width, height = _on_shelves([part.size for part in parts], measures.apart)
    found_boxes: dict[str, Point] = {}
    paths: dict[str, tuple[Point, ...]] = {}
    for part, (left, top) in zip(parts, corners, strict=True):
        found_boxes |= {key: (x + left, y + top) for key, (x, y) in part.boxes.items()}
        paths |= {key: tuple((x + left, y + top) for x, y in path) for key, path in part.paths.items()}
    areas = tuple(
        Area(tuple(part.keys), *corner, *part.size) for part, corner in zip(parts, corners, strict=True)
    )
    backwards = frozenset(key for part in parts for key in part.backwards)
    return Layout(found_boxes, paths, areas, backwards, width, height)


def _components(keys: Sequence[str], arrows: Sequence[Arrow]) -> list[tuple[list[str], list[Arrow]]]:
    """The boxes that arrows tie together, each with its arrows."""
    head = {key: key for key in keys}

    def found(key: str) -> str:
        while head[key] != key:
            head[key] = head[head[key]]
            key = head[key]
        return key

    for arrow in arrows:
        first, second = sorted((found(arrow.source), found(arrow.target)))
        head[second] = first
    together: dict[str, tuple[list[str], list[Arrow]]] = {}
    for key in keys:
        together.setdefault(found(key), ([], []))[0].append(key)
    for arrow in arrows:
        together[found(arrow.source)][1].append(arrow)
    return list(together.values())


def _on_shelves(sizes: Sequence[Point], apart: float) -> tuple[list[Point], float, float]:
    """The corner of each rectangle, shelf by shelf, and the width and height of the whole."""
    area = sum((width + apart) * (height + apart) for width, height in sizes)
    room = max([math.sqrt(area * WIDE), *(width for width, _ in sizes)])
    corners: list[Point] = []
    x = y = shelf = widest = 0.0
    for width, height in sizes:
        if x and x + width > room:
            x, y, shelf = 0.0, y + shelf + apart, 0.0
        corners.append((x, y))
        shelf = max(shelf, height)
        widest = max(widest, x + width)
        x += width + apart
    return corners, widest, y + shelf


class _Component:
    """One component: ``boxes`` and ``paths`` as in Layout, from its own corner on."""

    def __init__(self, keys: Sequence[str], arrows: Sequence[Arrow], measures: Measures) -> None:
        self.keys, self.arrows, self.measures = keys, arrows, measures
        index = {key: number for number, key in enumerate(keys)}
        arcs = [(index[arrow.source], index[arrow.target]) for arrow in arrows]
        fresh = [number for number, arrow in enumerate(arrows) if arrow.fresh]
        self.layers = layered(len(keys), arcs, fresh)
        self.backwards = [arrows[number].key for number in sorted(self.layers.turned)]
        self.column = {item: at for at, items in enumerate(self.layers.columns) for item in items}
        self.middle = _Heights(self.layers, len(keys), measures).found()
        self.boxes = {
            key: (self._left(number), self.middle[number] - measures.height / 2)
            for key, number in index.items()
        }
        self.paths = self._paths(arcs)

    @property
    def size(self) -> Point:
        """Width and height; a lane at the edge needs room too."""
        columns, loops = len(self.layers.columns), any(not route for route in self.layers.routes)
        beside = self.measures.across / 2 if loops else 0.0
        width = columns * self.measures.width + (columns - 1) * self.measures.across + beside
        lowest = max((middle + self._room(item) / 2 for item, middle in enumerate(self.middle)), default=0.0)
        return width, lowest

    def _room(self, item: int) -> float:
        return self.measures.height if item < len(self.keys) else self.measures.lane

    def _left(self, item: int) -> float:
        return self.column[item] * (self.measures.width + self.measures.across)

    def _paths(self, arcs: Sequence[tuple[int, int]]) -> dict[str, tuple[Point, ...]]:
        ports = self._ports(arcs)
        paths = {}
        for number, (arrow, route) in enumerate(zip(self.arrows, self.layers.routes, strict=True)):
            if not route:
                paths[arrow.key] = self._round(arcs[number][0], ports[number, 0], ports[number, 1])
                continue
            path = self._along(route, ports[number, 0], ports[number, 1])
            paths[arrow.key] = path[::-1] if number in self.layers.turned else path
        return paths

    def _along(self, route: Sequence[int], start: float, end: float) -> tuple[Point, ...]:
        """From the right side of the first item to the left side of the last."""
        width = self.measures.width
        points: list[Point] = [(self._left(route[0]) + width, start)]
        for item in route[1:]:
            x, y = points[-1]
            left, height = self._left(item), end if item == route[-1] else self.middle[item]
            half = (left - x) / 2
            points += [(x + half, y), (left - half, height), (left, height)]
            if item != route[-1]:
                points += [(left + width / 3, height), (left + width * 2 / 3, height), (left + width, height)]
        return tuple(points)

    def _round(self, box: int, start: float, end: float) -> tuple[Point, ...]:
        """From a box to itself, beside it."""
        side, far = self._left(box) + self.measures.width, self.measures.across / 2
        return ((side, start), (side + far, start), (side + far, end), (side, end))

    def _ports(self, arcs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], float]:
        """The height of both ends of each arc, 0 for its left and 1 for its right end: spread over the side
        of the box in the order of the other ends."""
        sides: dict[tuple[int, str], list[tuple[float, int, int]]] = defaultdict(list)
        for number, route in enumerate(self.layers.routes):
            if route:
                sides[route[0], "right"].append((self.middle[route[1]], number, 0))
                sides[route[-1], "left"].append((self.middle[route[-2]], number, 1))
            else:
                below = math.inf
                sides[arcs[number][0], "right"] += [(below, number, 0), (below, number, 1)]
        found = {}
        for (box, _), ends in sides.items():
            step = min(self.measures.ports, (self.measures.height - self.measures.lane) / len(ends))
            for place, (_, number, end) in enumerate(sorted(ends)):
                found[number, end] = self.middle[box] + (place - (len(ends) - 1) / 2) * step
        return found


class _Heights:
    """The heights of the middles of all items, while they are looked for."""

    def __init__(self, layers: Layered, boxes: int, measures: Measures) -> None:
        self.layers, self.boxes, self.measures = layers, boxes, measures
        items = sum(map(len, layers.columns))
        self.ties: list[list[int]] = [[] for _ in range(items)]
        for route in layers.routes:
            for before, after in itertools.pairwise(route):
                self.ties[before].append(after)
                self.ties[after].append(before)
        self.middle = [0.0] * items

    def found(self) -> list[float]:
        """The heights, the highest item at the top."""
        for column in self.layers.columns:
            self._move(column, [0.0] * len(column))
        for turn in range(ROUNDS):
            for column in self.layers.columns if turn % 2 else self.layers.columns[::-1]:
                self._move(column, [self._wanted(item) for item in column])
        top = min((middle - self._half(item) for item, middle in enumerate(self.middle)), default=0.0)
        return [round(middle - top, 1) for middle in self.middle]

    def _wanted(self, item: int) -> float:
        ties = self.ties[item]
        return sum(self.middle[tie] for tie in ties) / len(ties) if ties else self.middle[item]

    def _half(self, item: int) -> float:
        return (self.measures.height if item < self.boxes else self.measures.lane) / 2

    def _move(self, column: Sequence[int], wanted: Sequence[float]) -> None:
        """Put each item as near to where it is wanted as the order and the gaps allow: least squares, by
        pooling what violates them (Ayer et al., 1955)."""
        offsets = [0.0]
        for upper, lower in itertools.pairwise(column):
            both = upper < self.boxes and lower < self.boxes
            gap = self.measures.down if both else self.measures.down / 2
            offsets.append(offsets[-1] + self._half(upper) + gap + self._half(lower))
        pools: list[tuple[float, int]] = []
        for height, offset in zip(wanted, offsets, strict=True):
            total, size = height - offset, 1
            while pools and pools[-1][0] / pools[-1][1] > total / size:
                more, others = pools.pop()
                total, size = total + more, size + others
            pools.append((total, size))
        heights = (total / size for total, size in pools for _ in range(size))
        for item, offset, height in zip(column, offsets, heights, strict=True):
            self.middle[item] = height + offset
