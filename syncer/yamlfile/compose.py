"""From the events of the YAML parser to data with the place of every key and value.

The parser only splits the text into events; their meaning is decided here, so that only values that a policy
can have are built, and a small file can't expand to a large one: depth, nodes and aliases are limited.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from syncer.model.finding import Finding, Note, Position, error, kind, quoted, shortened, shown
from syncer.yamlfile.nodes import (
    BROKEN,
    CHARACTERS_A_NODE,
    MOST_DEPTH,
    MOST_NODES,
    TOP,
    Broken,
    Mark,
    Open,
    ValueNode,
    mark_of,
)
from syncer.yamlfile.scalars import STANDARD_TAGS, NumberError, resolve, resolve_tagged
from syncer.yamlfile.strict import Fault, flow_faults, scalar_faults
from syncer.yamlfile.yaml_errors import explain

MOST_FINDINGS: Final = 1_000

_STANDARD: Final = "tag:yaml.org,2002:"
_COLLECTION_TAGS: Final = {
    MappingStartEvent: (None, "!", f"{_STANDARD}map"),
    SequenceStartEvent: (None, "!", f"{_STANDARD}seq"),
}


@dataclass(frozen=True, slots=True)
class Composed:
    """The content of a file; if it can't be read to its end, ``data`` is ``BROKEN``, and ``mark`` its top."""

    data: Any
    mark: Mark
    findings: tuple[Finding, ...]


class _StopError(Exception):
    """Reading further is useless or too expensive."""


def compose(path: str, text: str, lines: Sequence[str]) -> Composed:
    """Read the one document of a file. ``lines`` are those of ``text``. Never raises."""
    composer = _Composer(path, lines)
    try:
        composer.read(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as problem:
        composer.findings.extend(explain(path, problem, lines, composer.bracket))
        return Composed(BROKEN, TOP, tuple(composer.findings))
    except _StopError:
        return Composed(BROKEN, TOP, tuple(composer.findings))
    return composer.composed()


class _Composer:
    """Builds one document; the lists and mappings that are open make a stack."""

    def __init__(self, path: str, lines: Sequence[str]) -> None:
        self.path = path
        self._lines = lines
        self.findings: list[Finding] = []
        self._open: list[Open] = []
        self._root: ValueNode | None = None
        self._anchors: dict[str, ValueNode | None] = {}
        self._documents = 0
        self._nodes = 0

    def read(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, ScalarEvent):
                self._refuse(scalar_faults(event, self._lines, self._indent, in_flow=self._in_flow))
                self._take(event, self._scalar(event))
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._begin(event)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                self._end(event)
            elif isinstance(event, AliasEvent):
                self._take(event, self._alias(event))
            elif isinstance(event, DocumentStartEvent):
                self._begin_document(event)

    def composed(self) -> Composed:
        root = self._root
        if root is None or root.value is None:
            self._report("yaml.empty", "the file has no content", TOP, "start it with 'version: 1'")
            return Composed(BROKEN, TOP, tuple(self.findings))
        if not isinstance(root.value, dict | Broken):
            message = f"the file has {kind(root.value)} at the top, but must have a mapping"
            tip = "start it with 'version: 1', and put the list of queues under 'queues:'"
            self._report("yaml.top-level", message, root.mark, tip)
            return Composed(BROKEN, TOP, tuple(self.findings))
        return Composed(root.value, root.mark, tuple(self.findings))

    @property
    def bracket(self) -> Position | None:
        """The place of the innermost ``[`` or ``{`` that is still open."""
        marks = [opened.mark for opened in self._open if opened.event.flow_style]
        return self._position(marks[-1]) if marks else None

    @property
    def _in_flow(self) -> bool:
        """Whether this is between brackets."""
        return bool(self._open and self._open[-1].event.flow_style)

    @property
    def _indent(self) -> int:
        """The column of the innermost list or mapping without brackets, from 0; -1 outside of any."""
        return next((each.mark.column for each in reversed(self._open) if not each.event.flow_style), 0) - 1

    def _refuse(self, faults: Iterable[Fault]) -> None:
        for name, message, tip, line, column in faults:
            self._report(name, message, Mark(line, column), tip)

    def _report(self, name: str, message: str, at: Mark, tip: str, notes: tuple[Note, ...] = ()) -> None:
        self.findings.append(error(name, message, self._position(at), tip, notes))
        if len(self.findings) >= MOST_FINDINGS:
            raise _StopError

    def _position(self, mark: Mark) -> Position:
        return Position(self.path, mark.line, mark.column)

    def _begin_document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            message = "a second document starts here, but a file may have only one"
            self._report("yaml.documents", message, mark_of(event), "move it into a file of its own")
            raise _StopError

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        mark = mark_of(event)
        self._count(1, mark, "yaml.too-large")
        self._check_depth(1, mark)
        if event.anchor:
            self._anchors[event.anchor] = None
        known = event.tag in _COLLECTION_TAGS[type(event)]
        if not known:
            self._unknown_tag(event.tag, mark)
        self._open.append(Open(event, mark, isinstance(event, MappingStartEvent), broken=not known))

    def _end(self, event: MappingEndEvent | SequenceEndEvent) -> None:
        done = self._open.pop()
        if done.event.flow_style:
            self._refuse(flow_faults(done.mark, event, self._lines, self._indent, in_flow=self._in_flow))
        value: Any = done.values
        mark = Mark(done.mark.line, done.mark.column, done.marks)
        if done.is_mapping:
            done.merge()
            value = done.entries
            mark = Mark(done.mark.line, done.mark.column, (), done.children, done.keys)
        value = BROKEN if done.broken else value
        self._take(done.event, ValueNode(value, mark, done.size, done.height + 1))

    def _take(self, event: NodeEvent, node: ValueNode) -> None:
        """Put a finished value where it belongs: under its anchor, and into what is open."""
        if event.anchor and not isinstance(event, AliasEvent):
            self._anchors[event.anchor] = node
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        parent.size += node.size
        parent.height = max(parent.height, node.height)
        if not parent.is_mapping:
            parent.values.append(node.value)
            parent.marks.append(node.mark)
        elif parent.key is None:
            parent.key = self._key(node, mark_of(event), getattr(event, "value", ""))
        else:
            self._entry(parent, parent.key, node)
            parent.key = None

    def _key(self, node: ValueNode, at: Mark, text: str) -> ValueNode:
        """The key as a node, with the value ``BROKEN`` if the entry must be left out; ``text`` is how the
        file writes it, if it is a word or a number."""
        if isinstance(node.value, str | Broken):
            return ValueNode(node.value, at, is_merge=node.is_merge)
        if isinstance(node.value, list | dict):
            message = f"a key is {kind(node.value)}, but must be a string"
            tip = "put text that starts with '[' or '{', such as a placeholder in braces, in quotes"
        elif node.value is None:
            message, tip = "a key is empty", "write the key before the colon"
        else:
            said, tip = shortened(text) or shown(node.value), "write it in quotes"
            message = f"the key {said} is {kind(node.value)}, but must be a string"
        self._report("yaml.key", message, at, tip)
        return ValueNode(BROKEN, at)

    def _entry(self, mapping: Open, key: ValueNode, node: ValueNode) -> None:
        name = key.value
        if name is BROKEN:
            return
        first = mapping.keys.get(name)
        if first is not None:
            self._report(
                "yaml.duplicate-key",
                f"{quoted(name)} appears twice in one mapping",
                key.mark,
                "keep one of the two",
                (Note("it appears here first", self._position(first)),),
            )
            return
        mapping.keys[name] = key.mark
        if key.is_merge:
            self._add_merged(mapping, key, node)
        else:
            mapping.entries[name] = node.value
            mapping.children[name] = node.mark

    def _add_merged(self, mapping: Open, key: ValueNode, node: ValueNode) -> None:
        sources = [node]
        if isinstance(node.value, list):
            pairs = zip(node.value, node.mark.items, strict=True)
            sources = [ValueNode(value, mark) for value, mark in pairs]
        if all(isinstance(source.value, dict | Broken) for source in sources):
            mapping.merged.extend(source for source in sources if source.value is not BROKEN)
            return
        message = "'<<' merges mappings, but this isn't one"
        self._report("yaml.merge", message, key.mark, "write '<<: *name', where '&name' marks a mapping")

    def _scalar(self, event: ScalarEvent) -> ValueNode:
        mark = mark_of(event)
        size = 1 + len(event.value) // CHARACTERS_A_NODE
        self._count(size, mark, "yaml.too-large")
        plain, tag = not event.style, event.tag
        is_merge = plain and tag is None and event.value == "<<"
        return ValueNode(self._scalar_value(event.value, tag, plain, mark), mark, size, is_merge=is_merge)

    def _scalar_value(self, text: str, tag: str | None, plain: bool, mark: Mark) -> Any:
        try:
            if tag is None and plain:
                return resolve(text)
            if tag in (None, "!"):
                return text
            if tag in STANDARD_TAGS:
                return resolve_tagged(text, tag)
            self._unknown_tag(tag, mark)
        except NumberError:
            message = f"{shortened(text)} is not a usable number"
            self._report("yaml.number", message, mark, "write an ordinary number, or put text in quotes")
        except ValueError:
            message = f"{quoted(text)} does not fit its tag {_short(tag)}"
            self._report("yaml.tag", message, mark, "remove the tag")
        return BROKEN

    def _unknown_tag(self, tag: str | None, mark: Mark) -> None:
        message = f"the tag {_short(tag)} is not allowed"
        tip = "remove it, the plain value is enough; put text that starts with '!' in quotes"
        self._report("yaml.tag", message, mark, tip)

    def _alias(self, event: AliasEvent) -> ValueNode:
        mark, anchor = mark_of(event), event.anchor or ""
        name = shortened(anchor)
        if anchor not in self._anchors:
            message = f"nothing above is marked with '&{shortened(name)}'"
            tip = f"mark a value with it, or put text that starts with '*' in quotes: \"*{shortened(name)}\""
            self._report("yaml.unknown-alias", message, mark, tip)
            return ValueNode(BROKEN, mark)
        node = self._anchors[anchor]
        if node is None:
            message = f"'*{name}' is inside what it repeats"
            self._report("yaml.aliases", message, mark, "write out what is meant")
            return ValueNode(BROKEN, mark)
        self._count(node.size, mark, "yaml.aliases")
        self._check_depth(node.height, mark)
        return ValueNode(node.value, node.mark, node.size, node.height)

    def _count(self, nodes: int, mark: Mark, name: str) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            what = "its aliases repeat" if name == "yaml.aliases" else "it has"
            message = f"the file is too large: {what} more than {MOST_NODES:,} values"
            self._report(name, message, mark, "split it into several files")
            raise _StopError

    def _check_depth(self, levels: int, mark: Mark) -> None:
        if len(self._open) + levels > MOST_DEPTH:
            message = f"lists and mappings are nested more than {MOST_DEPTH} deep"
            self._report("yaml.depth", message, mark, "a policy needs six levels: look for open brackets")
            raise _StopError


def _short(tag: str | None) -> str:
    return shortened((tag or "").replace(_STANDARD, "!!"))
