"""Queues or groups of live, found as policies name them: by id, or by name."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from syncer.model.group import Group
from syncer.model.policy import QueueRef
from syncer.model.queue import LiveQueue
from syncer.policy.nearest import Nearest

Named = TypeVar("Named", LiveQueue, Group)


class Directory(Generic[Named]):
    """What live has, by id and by name."""

    def __init__(self, everything: Sequence[Named]) -> None:
        self.by_id: dict[str, Named] = {each.id: each for each in everything}
        self._by_name: dict[str, list[Named]] = {}
        for each in everything:
            self._by_name.setdefault(each.name, []).append(each)
        self._nearest = Nearest(self._by_name)

    def find(self, wanted: QueueRef) -> list[Named]:
        """All that ``wanted`` may mean."""
        if wanted.id:
            return [self.by_id[wanted.id]] if wanted.id in self.by_id else []
        return self._by_name.get(wanted.name, [])

    def nearest(self, wanted: QueueRef) -> str:
        """The name that is nearest to the wanted one, or empty."""
        return self._nearest.find(wanted.name) if wanted.name else ""
