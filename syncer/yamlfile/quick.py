"""The data of a valid file, and where its values begin: several times as fast as ``compose``.

If the result is None, ``compose`` reads the file: it handles all of YAML and reports errors. This reader
handles only ordinary files: no anchors, aliases, tags or merges, no duplicate keys, nothing that parsers read
differently.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import yaml
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from syncer.yamlfile.nodes import CHARACTERS_A_NODE, MOST_DEPTH, MOST_NODES, Mark, mark_of
from syncer.yamlfile.outline import NO_MAPPING, Outline, Shape
from syncer.yamlfile.scalars import NumberError, resolve
from syncer.yamlfile.strict import scalar_faults

_DOUBTFUL: Final = re.compile("\t|[\"'}\\]]#")
"""A tab, which may be in the indentation, and a comment right after a value."""

_NAME: Final = re.compile(r"(?!(?:true|false|null)\Z)[a-z_]", re.IGNORECASE)
"""A plain key that every parser reads as a string."""

_MERGE: Final = "<<"
_BLOCK: Final = ("|", ">")


class _UnusualError(Exception):
    """``compose`` has to read the file, or to report its errors."""


def quick_data(text: str, lines: Sequence[str]) -> tuple[dict[str, Any], Outline] | None:
    """The data of a file and the places of its values, if ``compose`` would certainly find no error in it;
    else None. ``lines`` are those of ``text``."""
    if _DOUBTFUL.search(text):
        return None
    reader = _Reader(text, lines)
    try:
        return reader.read(), reader.outline()
    except (_UnusualError, NumberError, yaml.YAMLError):
        return None
    finally:
        reader.close()


class _Reader:
    """Handles the events of the parser one by one."""

    def __init__(self, text: str, lines: Sequence[str]) -> None:
        self._lines = lines
        self._nodes = len(text) // CHARACTERS_A_NODE
        """An upper bound: long texts count as more than one."""
        self._parser = CParser(text)
        self._next: Callable[[], Any] = self._parser.get_event
        self._plain: dict[str, Any] = {}
        """The values of plain scalars that were seen already."""
        self._starts: list[Any] = []
        self._ends: list[int] = []
        self._shape_of: list[int] = []
        self._shapes: dict[Shape | None, int] = {None: NO_MAPPING}
        """The keys of mappings, by number: entries of a list mostly have the same."""

    def outline(self) -> Outline:
        """The places of what was read."""
        return Outline(self._starts, self._ends, self._shape_of, [shape or () for shape in self._shapes])

    def close(self) -> None:
        self._parser.dispose()

    def read(self) -> dict[str, Any]:
        self._next()  # the stream begins
        if type(self._next()) is not DocumentStartEvent:
            raise _UnusualError
        top = self._next()
        if type(top) is not MappingStartEvent:
            raise _UnusualError
        data = self._mapping(top, 1)
        if type(self._next()) is not DocumentEndEvent or type(self._next()) is DocumentStartEvent:
            raise _UnusualError
        return data

    def _mapping(self, begin: MappingStartEvent, depth: int) -> dict[str, Any]:
        at = self._enter(begin, depth)
        step, scalar = self._next, self._scalar
        data: dict[str, Any] = {}
        while type(event := step()) is ScalarEvent:
            key = scalar(event, begin)
            if type(key) is not str or key in data or (key == _MERGE and not event.style):
                raise _UnusualError
            event = step()
            kind = type(event)
            if kind is ScalarEvent:
                data[key] = self._placed(event, begin)
            elif kind is MappingStartEvent:
                data[key] = self._mapping(event, depth + 1)
            elif kind is SequenceStartEvent:
                data[key] = self._sequence(event, depth + 1)
            else:
                raise _UnusualError
        if type(event) is not MappingEndEvent:
            raise _UnusualError
        self._count(2 * len(data))
        shape = tuple(data)
        self._leave(at, self._shapes.setdefault(shape, len(self._shapes)))
        return data

    def _sequence(self, begin: SequenceStartEvent, depth: int) -> list[Any]:
        at = self._enter(begin, depth)
        step = self._next
        items: list[Any] = []
        while (kind := type(event := step())) is not SequenceEndEvent:
            if kind is MappingStartEvent:
                items.append(self._mapping(event, depth + 1))
            elif kind is ScalarEvent:
                items.append(self._placed(event, begin))
            elif kind is SequenceStartEvent:
                items.append(self._sequence(event, depth + 1))
            else:
                raise _UnusualError
        self._count(len(items))
        self._leave(at, NO_MAPPING)
        return items

    def _enter(self, begin: MappingStartEvent | SequenceStartEvent, depth: int) -> int:
        """The number of a list or mapping that begins."""
        if begin.anchor is not None or begin.tag is not None or depth > MOST_DEPTH:
            raise _UnusualError
        at = len(self._starts)
        self._starts.append(begin.start_mark)
        self._ends.append(0)
        self._shape_of.append(NO_MAPPING)
        return at

    def _leave(self, at: int, shape: int) -> None:
        self._ends[at] = len(self._starts)
        self._shape_of[at] = shape

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes >= MOST_NODES:
            raise _UnusualError

    def _placed(self, event: ScalarEvent, around: MappingStartEvent | SequenceStartEvent) -> Any:
        """The value of a scalar that is no key."""
        self._starts.append(event.start_mark)
        self._ends.append(len(self._starts))
        self._shape_of.append(NO_MAPPING)
        return self._scalar(event, around)

    def _scalar(self, event: ScalarEvent, around: MappingStartEvent | SequenceStartEvent) -> Any:
        """The value of a scalar; ``around`` gives its indentation, and whether it is in brackets."""
        text: str = event.value
        if event.anchor is not None or event.tag is not None:
            raise _UnusualError
        style = event.style
        if not style:
            if around.flow_style and text.startswith("-"):
                self._refuse_faulty(event, around)
            if text in self._plain:
                return self._plain[text]
            value = self._plain[text] = resolve(text)
            return value
        if style in _BLOCK:
            self._refuse_faulty(event, around)
        return text

    def _refuse_faulty(self, event: ScalarEvent, around: MappingStartEvent | SequenceStartEvent) -> None:
        indent = mark_of(around).column - 1
        if any(scalar_faults(event, self._lines, indent, in_flow=bool(around.flow_style))):
            raise _UnusualError


def quick_mark(text: str) -> Mark | None:
    """All places in a text, those of keys too, the same as from ``compose`` but several times as fast; None
    if aliases may be used, or if the text isn't an ordinary mapping."""
    parser = CParser(text)
    try:
        step: Callable[[], Any] = parser.get_event
        step(), step()  # the stream and the document begin
        top = step()
        return _mapping_mark(top, step) if type(top) is MappingStartEvent else None
    except (_UnusualError, yaml.YAMLError, RecursionError):
        return None
    finally:
        parser.dispose()


def _mark(event: Any, step: Callable[[], Any]) -> Mark:
    kind = type(event)
    if kind is MappingStartEvent:
        return _mapping_mark(event, step)
    if kind is AliasEvent or event.anchor is not None:
        raise _UnusualError
    if kind is ScalarEvent:
        return mark_of(event)
    items = []
    while type(each := step()) is not SequenceEndEvent:
        items.append(_mark(each, step))
    at = event.start_mark
    return Mark(at.line + 1, at.column + 1, items)


def _mapping_mark(event: Any, step: Callable[[], Any]) -> Mark:
    entries: dict[str, Mark] = {}
    keys: dict[str, Mark] = {}
    while type(key := step()) is not MappingEndEvent:
        if type(key) is not ScalarEvent or key.anchor is not None or key.value in entries:
            raise _UnusualError
        if not (key.style or _NAME.match(key.value)):
            raise _UnusualError
        keys[key.value] = mark_of(key)
        entries[key.value] = _mark(step(), step)
    if event.anchor is not None:
        raise _UnusualError
    at = event.start_mark
    return Mark(at.line + 1, at.column + 1, (), entries, keys)
