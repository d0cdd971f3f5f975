"""From policies to the text of a policy file, for people to go on with: the way back of ``parse``."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from syncer.kinds.field import Said
from syncer.kinds.kind import Kind
from syncer.kinds.registry import KINDS
from syncer.model.policy import GROUP_KEYS, GroupRef, PolicyQueue, PolicyRule, QueueRef
from syncer.yamlfile.scalars import comment, quoted, scalar

HEAD = "# yaml-language-server: $schema=../schemas/policy.v1.schema.json\nversion: 1\nqueues:\n"
"""What every file begins with."""


@dataclass(frozen=True, slots=True)
class Remarked:
    """A queue of a policy, and the ``remarks`` that stand above it."""

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
    yield "  # capacity:    # contacts per interval that it can take"
    yield "  # base_load:   # contacts per interval that are offered to it directly"
    if not policy.managed:
        yield "  manage: false"
        return
    for kind in KINDS:
        if kind.name in policy.stated:
            yield from (f"  {line}" for line in kind_lines(policy, kind, names))


def kind_lines(policy: PolicyQueue, kind: Kind[Any], names: Mapping[str, str]) -> list[str]:
    """The key of one kind of rules with all that is below it, from the first column on."""
    stated = policy.stated.get(kind.name, ())
    if not stated:
        return [kind.none]
    if kind.listed:
        below = [line for rule in stated for line in rule_lines(rule, kind, names)]
    else:
        below = list(_fields(stated[0], kind, names))
    return [f"{kind.name}:", *(f"  {line}" for line in below)]


def rule_lines(rule: PolicyRule, kind: Kind[Any], names: Mapping[str, str]) -> list[str]:
    """One entry of a list of rules, from the first column on."""
    first, *others = _fields(rule, kind, names)
    return [f"- {first}", *(f"  {line}" for line in others)]


def _fields(rule: PolicyRule, kind: Kind[Any], names: Mapping[str, str]) -> Iterator[str]:
    for key, value in kind.entry(rule):
        if isinstance(value, tuple):
            yield f"{key}:" if value else f"{key}: []"
            yield from (f"  - {_group(group, names)}" for group in value if isinstance(group, GroupRef))
        else:
            yield f"{key}: {written(value, names)}"


def written(value: Said, names: Mapping[str, str]) -> str:
    """A value of a field as YAML has it."""
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
