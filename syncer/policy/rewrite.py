"""Change rules within the text of a policy file: all other lines, comments and the order stay as they are.

Whoever rewrites reads the text once more and looks whether it says what it should.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from syncer.kinds.kind import Kind
from syncer.model.policy import PolicyQueue, PolicyRule, QueueRef
from syncer.policy.emit import Remarked, kind_lines, queue_text, rule_lines, written
from syncer.yamlfile.document import Document
from syncer.yamlfile.editor import Editor, Path

QUEUES: Final = "queues"

Key = Callable[[QueueRef], str]
"""The id of the queue that a reference means."""


class Rewriting:
    """The changes of one file. Queues are meant by their place in it; ``names`` are by id."""

    def __init__(self, document: Document, names: Mapping[str, str], key: Key) -> None:
        self._editor = Editor(document)
        self._names = names
        self._key = key

    def text(self) -> str:
        """The file with all changes; those at one line in the order in which they were asked for."""
        return self._editor.text()

    def remark(self, place: int, remark: str) -> None:
        """Put a comment above a queue, unless it stands there already."""
        self._editor.remark((QUEUES, place), remark)

    def append(self, queue: Remarked) -> None:
        """Put a queue behind the last one."""
        lines = [line[2:] for line in queue_text(queue, self._names).splitlines()]
        self._editor.append((QUEUES,), lines)

    def change(self, place: int, kind: Kind[Any], before: PolicyQueue, after: PolicyQueue) -> None:
        """Write the rules of one kind of a queue that says something about it already."""
        path = (QUEUES, place, kind.name)
        said, wanted = before.stated[kind.name], after.stated.get(kind.name, ())
        if kind.by_target and said and wanted:
            self._change_rules(path, kind, said, wanted)
        else:
            self._editor.replace(path, kind_lines(after, kind, self._names))

    def _change_rules(
        self, path: Path, kind: Kind[Any], before: Sequence[PolicyRule], after: Sequence[PolicyRule]
    ) -> None:
        wanted = {self._id(rule): rule for rule in after}
        for number, rule in enumerate(before):
            new = wanted.pop(self._id(rule), None)
            if new is None:
                self._editor.remove((*path, number))
            else:
                self._change_rule((*path, number), kind, rule, new)
        for rule in wanted.values():
            self._editor.append(path, rule_lines(rule, kind, self._names))

    def _change_rule(self, path: Path, kind: Kind[Any], before: PolicyRule, after: PolicyRule) -> None:
        old, new = before.rule.values(), after.rule.values()
        for name in (field.name for field in kind.scalars):
            if old[name] == new[name]:
                continue
            value = written(new[name], self._names)
            if self._editor.holds((*path, name)):
                self._editor.set((*path, name), value)
            else:
                self._editor.add(path, [f"{name}: {value}"])

    def _id(self, rule: PolicyRule) -> str:
        return self._key(rule.target) if rule.target else ""
