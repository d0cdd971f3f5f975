"""Change rules within the text of a policy file: all other lines, comments and the order stay as they are.

Only the ordinary form is understood, a key a line. Whoever rewrites reads the text once more and looks
whether it says what it should.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from syncer.kinds.kind import Kind
from syncer.model.policy import PolicyQueue, PolicyRule, QueueRef
from syncer.policy.emit import Remarked, kind_lines, queue_text, rule_lines, written
from syncer.yamlfile.document import Document
from syncer.yamlfile.marks import Mark
from syncer.yamlfile.quoting import comment

_TOKEN: Final = re.compile(r"[^\s,}#]+")
_EMPTY: Final = re.compile(r"\s*(#.*)?")

Key = Callable[[QueueRef], str]
"""The id of the queue that a reference means."""


class Rewriting:
    """The changes of one file. Queues are meant by their place in it; ``names`` are by id."""

    def __init__(self, document: Document, names: Mapping[str, str], key: Key) -> None:
        self._document = document
        self._names = names
        self._key = key
        self._queues = document.mark.entries["queues"]
        self._edits: list[tuple[int, int, list[str]]] = []

    def text(self) -> str:
        """The file with all changes; those at one line in the order in which they were asked for."""
        lines = list(self._document.lines)
        downward = sorted(self._edits, key=lambda edit: edit[0])
        for first, behind, new in reversed(downward):
            lines[first - 1 : behind - 1] = new
        return "\n".join(lines)

    def remark(self, place: int, remark: str) -> None:
        """Put a comment above a queue, unless it stands there already."""
        line = self._queues.items[place].line
        wanted = _indented([comment(remark)], self._dash(line))
        if list(self._document.lines[line - 2 : line - 1]) != wanted:
            self._insert(line, wanted)

    def append(self, queue: Remarked) -> None:
        """Put a queue behind the last one."""
        dash = self._dash(self._queues.items[-1].line)
        lines = [line[2:] for line in queue_text(queue, self._names).splitlines()]
        self._insert(self._behind_queue(len(self._queues.items) - 1), _indented(lines, dash))

    def change(self, place: int, kind: Kind[Any], before: PolicyQueue, after: PolicyQueue) -> None:
        """Write the rules of one kind of a queue that says something about it already."""
        said, wanted = before.stated[kind.name], after.stated.get(kind.name, ())
        if kind.by_target and said and wanted:
            rules = self._queues.items[place].entries[kind.name].items
            self._change_rules(place, kind, list(zip(said, rules, strict=True)), wanted)
            return
        key = self._queues.items[place].keys[kind.name]
        lines = kind_lines(after, kind, self._names)
        self._replace(key.line, self._behind(place, key.line), _indented(lines, key.column - 1))

    def _change_rules(
        self,
        place: int,
        kind: Kind[Any],
        before: list[tuple[PolicyRule, Mark]],
        after: tuple[PolicyRule, ...],
    ) -> None:
        wanted = {self._id(rule): rule for rule in after}
        starts = [mark.line for _, mark in before]
        ends = [self._trimmed(start) for start in starts[1:]] + [self._behind(place, starts[-1])]
        for (rule, mark), behind in zip(before, ends, strict=True):
            new = wanted.pop(self._id(rule), None)
            if new is None:
                self._replace(mark.line, behind, [])
            else:
                self._change_rule(kind, (rule, new), mark, behind)
        dash = before[-1][1].column - 3
        for rule in wanted.values():
            self._insert(ends[-1], _indented(rule_lines(rule, kind, self._names), dash))

    def _change_rule(
        self, kind: Kind[Any], sides: tuple[PolicyRule, PolicyRule], mark: Mark, behind: int
    ) -> None:
        before, after = (side.rule.values() for side in sides)
        for name in (field.name for field in kind.scalars):
            if before[name] == after[name]:
                continue
            value = written(after[name], self._names)
            if name in mark.entries:
                self._set(mark.entries[name], value)
            else:
                self._insert(behind, _indented([f"{name}: {value}"], mark.column - 1))

    def _id(self, rule: PolicyRule) -> str:
        return self._key(rule.target) if rule.target else ""

    def _set(self, mark: Mark, value: str) -> None:
        """Put another value in place of one; two on one line would undo each other, and are refused."""
        line, start = self._document.lines[mark.line - 1], mark.column - 1
        self._replace(mark.line, mark.line + 1, [line[:start] + _TOKEN.sub(value, line[start:], count=1)])

    def _insert(self, line: int, new: list[str]) -> None:
        self._replace(line, line, new)

    def _replace(self, first: int, behind: int, new: list[str]) -> None:
        self._edits.append((first, behind, new))

    def _behind(self, place: int, line: int) -> int:
        """The line behind what begins at ``line``, below one key of a queue."""
        keys = [mark.line for mark in self._queues.items[place].keys.values() if mark.line > line]
        return self._trimmed(min(keys)) if keys else self._behind_queue(place)

    def _behind_queue(self, place: int) -> int:
        """The line behind the last one of a queue; comments and empty lines that follow are left out."""
        queues = self._queues.items
        if place + 1 < len(queues):
            return self._trimmed(queues[place + 1].line)
        start = queues[place].line
        keys = [mark.line for mark in self._document.mark.keys.values() if mark.line > start]
        return self._trimmed(min(keys, default=len(self._document.lines) + 1))

    def _trimmed(self, behind: int) -> int:
        while _EMPTY.fullmatch(self._document.lines[behind - 2]):
            behind -= 1
        return behind

    def _dash(self, line: int) -> int:
        """The indentation of a line."""
        text = self._document.lines[line - 1]
        return len(text) - len(text.lstrip())


def _indented(lines: list[str], indentation: int) -> list[str]:
    return [f"{' ' * indentation}{line}" for line in lines]
