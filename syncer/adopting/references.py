"""How policies name what live has: by name, or by id where a name is shared or can't be written."""

import re
from collections import Counter
from collections.abc import Sequence

from syncer.model.group import WORDS
from syncer.model.policy import GroupRef, QueueRef
from syncer.model.queue import LiveQueue
from syncer.resolving.groups import Groups

_LONGEST = 256
_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class QueueReferences:
    """References to queues."""

    def __init__(self, queues: Sequence[LiveQueue]) -> None:
        self._names = {queue.id: queue.name for queue in queues}
        self._shared = Counter(self._names.values())

    def to(self, id_: str) -> QueueRef | None:
        """The reference to the queue with this id; None where live has none, or nothing can name it."""
        name = self._names.get(id_)
        if name is None:
            return None
        if self._shared[name] == 1 and _speakable(name):
            return QueueRef(name=name)
        return QueueRef(id=id_) if _speakable(id_) else None


def group_reference(groups: Groups, id_: str, queue: LiveQueue) -> GroupRef | None:
    """How the policy of ``queue`` names one of its groups; None where nothing can name it."""
    group = groups.known(id_)
    by_name = GroupRef(name=group.name, type=group.type)
    has_name = bool(group.name) and _speakable(group.name) and group.type in WORDS
    if has_name and groups.find(by_name, queue) == [group]:
        return by_name
    return GroupRef(id=id_) if _speakable(id_) else None


def _speakable(text: str) -> bool:
    return len(text) <= _LONGEST and not _UNSPEAKABLE.search(text)
