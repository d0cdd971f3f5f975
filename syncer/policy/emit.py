"""From policies to the text of a policy file that people can edit: the inverse of ``parse``."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from syncer.kinds.field import Said, Written
from syncer.kinds.kind import Kind
from syncer.kinds.registry import KINDS
from syncer.model.policy import GROUP_KEYS, GroupRef, PolicyQueue, PolicyRule, QueueRef
from syncer.yamlfile.document import Document
from syncer.yamlfile.editor import Editor, Path
from syncer.yamlfile.scalars import comment, quoted, scalar

HEAD = "# yaml-language-server: $schema=../schemas/policy.v1.schema.json\nversion: 1\nqueues:\n"
"""The first lines of every file."""


@dataclass(frozen=True, slots=True)
class Remarked:
    """A queue of a policy, and the ``remarks`` above it."""

    policy: PolicyQueue
    remarks: tuple[str, ...] = ()


def file_text(queues: Iterable[Remarked], names: Mapping[str, str]) -> str:
    """A whole policy file. ``names`` gives the name of a queue or group by its id."""
    return HEAD + "".join(queue_text(queue, names) for queue in queues)


def queue_text(queue: Remarked, names: Mapping[str, str]) -> str:
    """The entry of one queue, with capacity and base load to be filled in."""
    return "".join(f"  {line}\n" for line in _lines(queue, names))


def _lines(queue: Remarked, names: Mapping[str, str]) -> Iterator[str]:
    policy = queue.policy
    yield from (comment(remark) for remark in queue.remarks)
    yield f"- queue: {_reference(policy.queue, names)}"
    if policy.only:
        yield f"  only: [{', '.join(scalar(each.name) for each in policy.only)}]"
    yield "  # capacity:    # contacts per interval that it can take"
    yield "  # base_load:   # contacts per interval that are offered to it directly"
    if not policy.managed:
        yield "  manage: false"
        return
    for kind in KINDS:
        if kind.name in policy.stated:
            yield from (f"  {line}" for line in kind_lines(policy, kind, names))


def kind_lines(policy: PolicyQueue, kind: Kind[Any], names: Mapping[str, str]) -> list[str]:
    """The key of one kind of rules with everything below it, without indentation."""
    stated = policy.stated.get(kind.name, ())
    if not stated:
        return [kind.none]
    return [f"{kind.name}:", *(f"  {line}" for line in _below(kind.below(stated), names))]


def rule_lines(rule: PolicyRule, kind: Kind[Any], names: Mapping[str, str]) -> list[str]:
    """One entry of a list of rules, without indentation."""
    return list(_below([dict(kind.entry(rule))], names))


def _below(value: Written, names: Mapping[str, str]) -> Iterator[str]:
    """The lines below a key."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _pair(key, each, names)
    elif isinstance(value, list):
        for entry in value:
            first, *others = _below(entry, names)
            yield from (f"- {first}", *(f"  {line}" for line in others))
    elif isinstance(value, tuple):
        yield from (f"- {_group(group, names)}" for group in value if isinstance(group, GroupRef))


def _pair(key: str, value: Written, names: Mapping[str, str]) -> Iterator[str]:
    if isinstance(value, Mapping | list | tuple):
        yield f"{key}:" if value else f"{key}: []"
        yield from (f"  {line}" for line in _below(value, names))
    else:
        yield f"{key}: {written(value, names)}"


def written(value: Said, names: Mapping[str, str]) -> str:
    """A value of a field in YAML."""
    if isinstance(value, QueueRef | GroupRef):
        return _reference(value, names)
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _group(reference: GroupRef, names: Mapping[str, str]) -> str:
    key = GROUP_KEYS.get(reference.type) if reference.name else None
    return f"{key}: {scalar(reference.name)}" if key else _reference(reference, names)


def _reference(reference: QueueRef | GroupRef, names: Mapping[str, str]) -> str:
    if reference.name:
        return scalar(reference.name)
    named = f"  {comment(names[reference.id])}" if reference.id in names else ""
    return f"{{id: {quoted(reference.id)}}}{named}"


QUEUES: Final = "queues"

IdOf = Callable[[QueueRef], str]
"""The id of the queue that a reference means."""


class Rewriting:
    """The changes of one file. Queues are given by their index in it; ``names`` are by id."""

    def __init__(self, document: Document, names: Mapping[str, str], key: IdOf) -> None:
        self._editor = Editor(document)
        self._names = names
        self._key = key

    def text(self) -> str:
        """The file with all changes; those at one line in the order in which they were made."""
        return self._editor.text()

    def remark(self, place: int, remark: str) -> None:
        """Put a comment above a queue, unless it is there already."""
        self._editor.remark((QUEUES, place), remark)

    def append(self, queue: Remarked) -> None:
        """Add a queue after the last one."""
        lines = [line[2:] for line in queue_text(queue, self._names).splitlines()]
        self._editor.append((QUEUES,), lines)

    def in_brackets(self, place: int, policy: PolicyQueue) -> bool:
        """Whether a queue, its rules of a kind, or one of these rules is written in brackets."""
        queue = (QUEUES, place)
        kinds = [(*queue, kind) for kind in policy.stated if self._editor.holds((*queue, kind))]
        rules = [(*kind, number) for kind in kinds for number in range(len(policy.stated[str(kind[-1])]))]
        return any(self._editor.in_brackets(each) for each in (queue, *kinds, *rules))

    def change(self, place: int, kind: Kind[Any], before: PolicyQueue, after: PolicyQueue) -> None:
        """Write the rules of one kind into a queue that already states this kind."""
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
