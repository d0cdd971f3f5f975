"""Where every value of a file begins, in a few bytes for each."""

from array import array
from collections.abc import Sequence
from typing import Any, Final

_LONG: Final = 8
"""The items of a longer list are looked up, not counted."""

Shape = tuple[str, ...]
"""The keys of a mapping, in their order."""

NO_MAPPING: Final = 0
"""The number of the shape of what is no mapping."""


class Outline:
    """The lines and columns of all values of a file, found by path without the data.

    Values are numbered in the order of the file; a list or mapping comes before its content, and its end is
    the number of the first value after its content.
    """

    __slots__ = ("_columns", "_ends", "_items", "_lines", "_shape_of", "_shapes")

    def __init__(
        self, starts: Sequence[Any], ends: Sequence[int], shape_of: Sequence[int], shapes: Sequence[Shape]
    ) -> None:
        """``starts`` are the parser's marks of the values, ``shape_of`` is the index of each one's shape."""
        self._lines = array("I", [mark.line for mark in starts])
        self._columns = array("I", [mark.column for mark in starts])
        self._ends = array("I", ends)
        self._shape_of = array("I", shape_of)
        self._shapes = tuple(shapes)
        self._items: dict[int, array[int]] = {}

    def find(self, path: Sequence[str | int]) -> tuple[int, int]:
        """The line and column, from 1, of the value at ``path``, or of the nearest one above it."""
        at = 0
        for step in path:
            below = self._entry(at, step) if isinstance(step, str) else self._item(at, step)
            if below is None:
                break
            at = below
        return self._lines[at] + 1, self._columns[at] + 1

    def _entry(self, at: int, key: str) -> int | None:
        """The value of a key of the mapping ``at``; None if it is none, or has no such key."""
        shape = self._shapes[self._shape_of[at]]
        return self._counted(at, shape.index(key)) if key in shape else None

    def _item(self, at: int, place: int) -> int | None:
        """An item of the list ``at``; None if it is none, or shorter."""
        if self._shape_of[at] != NO_MAPPING:
            return None
        if place < _LONG:
            return self._counted(at, place)
        items = self._items.get(at) or self._items.setdefault(at, self._all_items(at))
        return items[place] if place < len(items) else None

    def _counted(self, at: int, place: int) -> int | None:
        child, end = at + 1, self._ends[at]
        for _ in range(place):
            if child >= end:
                return None
            child = self._ends[child]
        return child if child < end else None

    def _all_items(self, at: int) -> "array[int]":
        found = array("I")
        child, end = at + 1, self._ends[at]
        while child < end:
            found.append(child)
            child = self._ends[child]
        return found
