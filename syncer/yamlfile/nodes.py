"""The parts of a YAML document: places, finished values, and those that are still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from yaml.events import Event, MappingStartEvent, SequenceStartEvent

MOST_NODES: Final = 500_000
MOST_DEPTH: Final = 100
CHARACTERS_A_NODE: Final = 256
"""A long text counts as more than one node, so that aliases can't multiply it either."""


class Broken:
    """The class of ``BROKEN``, the value of what could not be read and has its own finding already."""

    def __repr__(self) -> str:
        return "BROKEN"


BROKEN: Final = Broken()

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class Mark(NamedTuple):
    """The start of a value, counted from 1, with the marks of its content and of its keys."""

    line: int
    column: int
    items: Sequence["Mark"] = ()
    entries: Mapping[str, "Mark"] = _NONE
    keys: Mapping[str, "Mark"] = _NONE

    def below(self, step: str | int) -> "Mark | None":
        """The mark of an entry by its key, or of an item by its index; None if there is none."""
        if isinstance(step, str):
            return self.entries.get(step)
        return self.items[step] if step < len(self.items) else None

    def find(self, path: Sequence[str | int], *, key: bool = False) -> tuple[int, int]:
        """The line and column of the value at ``path``, or with ``key`` of its key; of the nearest one above
        it that exists."""
        mark = self
        for place, step in enumerate(path):
            if key and place == len(path) - 1 and isinstance(step, str) and step in mark.keys:
                mark = mark.keys[step]
                break
            below = mark.below(step)
            if below is None:
                break
            mark = below
        return mark.line, mark.column


TOP: Final = Mark(1, 1)
"""The start of a file: the place of everything that could not be read."""


@dataclass(frozen=True, slots=True)
class ValueNode:
    """A finished value; ``size`` counts its nodes with aliases expanded, ``height`` its levels."""

    value: Any
    mark: Mark
    size: int = 1
    height: int = 0
    is_merge: bool = False


@dataclass(slots=True)
class Open:
    """A list or mapping whose end has not been read yet."""

    event: "MappingStartEvent | SequenceStartEvent"
    mark: Mark
    is_mapping: bool
    broken: bool
    size: int = 1
    height: int = 0
    values: list[Any] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)
    children: dict[str, Mark] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)
    merged: list[ValueNode] = field(default_factory=list)
    key: ValueNode | None = None

    def merge(self) -> None:
        """Add the keys from ``<<``; the mapping's own keys win, then earlier ones."""
        for source in self.merged:
            for name, value in source.value.items():
                if name not in self.entries:
                    self.entries[name] = value
                    self.children[name] = source.mark.entries[name]
                    self.keys[name] = source.mark.keys.get(name, source.mark)


def mark_of(event: "Event") -> Mark:
    """The start of an event; line and column count from 1."""
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1) if start else TOP


def end_of(event: "Event") -> Mark:
    """The end of an event: after its last character."""
    mark = event.end_mark
    return TOP if mark is None else Mark(mark.line + 1, mark.column + 1)
