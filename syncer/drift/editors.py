"""Who changed what differs, as the organization's own audit has it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from syncer.drift.found import Drift
from syncer.live.audited_values import is_of_kinds
from syncer.model.audited import AuditedEdit

MOST: Final = 3
"""So many edits of a queue are named, the newest."""


def latest_edits(
    edits: Iterable[AuditedEdit], kinds: Mapping[str, Collection[str]]
) -> dict[str, tuple[AuditedEdit, ...]]:
    """The newest edits of fields that hold rules of these ``kinds``, by the ids of the queues; the newest
    first, each with those changes alone."""
    found: dict[str, list[AuditedEdit]] = {}
    for edit in sorted(edits, key=lambda edit: edit.at, reverse=True):
        changes = tuple(each for each in edit.changes if is_of_kinds(each, kinds.get(edit.queue, ())))
        of_queue = found.setdefault(edit.queue, [])
        if changes and len(of_queue) < MOST:
            of_queue.append(replace(edit, changes=changes))
    return {queue: tuple(each) for queue, each in found.items() if each}


def with_editors(drift: Drift, edits: Sequence[AuditedEdit]) -> Drift:
    """The drift with the edits of the fields that drifted."""
    kinds: dict[str, set[str]] = {}
    for rule in drift.rules:
        kinds.setdefault(rule.queue, set()).add(rule.side.kind)
    latest = latest_edits(edits, kinds)
    rules = tuple(replace(rule, edits=latest.get(rule.queue, ())) for rule in drift.rules)
    return replace(drift, rules=rules)
