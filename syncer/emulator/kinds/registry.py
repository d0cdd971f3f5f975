"""The kinds that the server knows, and the questions that are put to all of them."""

from collections.abc import Mapping
from typing import Any

from syncer.emulator.documents import Document
from syncer.emulator.kinds import activation, backup, conditional_groups, member_groups, overflow
from syncer.emulator.kinds.kind import Known, Spot, Way

KINDS = (overflow.KIND, member_groups.KIND, conditional_groups.KIND, activation.KIND, backup.KIND)
"""In the order in which faults are named, and in which a made-up queue has its fields."""


def faults_of(queue: Mapping[str, Any], known: Known) -> list[str]:
    """One text for each thing that is wrong, beginning with the path of the field."""
    return [fault for kind in KINDS for fault in kind.faults(queue, known)]


def with_ids(queue: Document) -> Document:
    """A queue whose entries all have the ids that they keep."""
    for kind in KINDS:
        queue = kind.with_ids(queue)
    return queue


def copied(queue: Document) -> Document:
    """What a new queue takes over from another."""
    for kind in KINDS:
        queue = kind.copied(queue)
    return queue


def targets_of(queue: Mapping[str, Any]) -> list[str]:
    """The ids of the queues that contacts move on to, each once."""
    return list(dict.fromkeys(target for kind in KINDS for target in kind.targets(queue)))


def ways_of(queue: Mapping[str, Any]) -> list[Way]:
    """How contacts move on from a queue, in their turn."""
    return [way for kind in KINDS for way in kind.ways(queue)]


def groups_of(queue: Mapping[str, Any]) -> list[Document]:
    """The groups that a queue refers to, with what it tells of them."""
    return [group for kind in KINDS for group in kind.groups(queue)]


def example_of(spot: Spot) -> Document:
    """The fields of a made-up queue, as far as they are a kind's."""
    return {name: value for kind in KINDS for name, value in kind.example(spot).items()}
