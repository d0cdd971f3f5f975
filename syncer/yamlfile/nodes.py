"""What a YAML document is built of on the way: values that are finished, and those still open."""

from dataclasses import dataclass, field
from typing import Any

from yaml.events import Event, MappingStartEvent, SequenceStartEvent

from syncer.yamlfile.marks import Mark


@dataclass(frozen=True, slots=True)
class Node:
    """A finished value; ``size`` counts its nodes with aliases expanded, ``height`` its levels."""

    value: Any
    mark: Mark
    size: int = 1
    height: int = 0
    is_merge: bool = False


@dataclass(slots=True)
class Open:
    """A list or mapping whose end was not seen yet."""

    event: MappingStartEvent | SequenceStartEvent
    mark: Mark
    broken: bool
    size: int = 1
    height: int = 0
    values: list[Any] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)
    children: dict[str, Mark] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)
    merged: list[Node] = field(default_factory=list)
    key: Node | None = None

    @property
    def is_mapping(self) -> bool:
        """Whether it is no list."""
        return isinstance(self.event, MappingStartEvent)

    def merge(self) -> None:
        """Add what ``<<`` brings; the mapping's own keys win, then what is named earlier."""
        for source in self.merged:
            for name, value in source.value.items():
                if name not in self.entries:
                    self.entries[name] = value
                    self.children[name] = source.mark.entries[name]
                    self.keys[name] = source.mark.keys.get(name, source.mark)


def mark_of(event: Event) -> Mark:
    """Where an event begins; line and column count from 1."""
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1) if start else Mark(1, 1)
