"""Queues of live, found as policies name them: by id, or by name."""

from collections.abc import Sequence

from syncer.model.names import Nearest
from syncer.model.policy import QueueRef
from syncer.model.queue import LiveQueue


class Directory:
    """The queues that live has, by id and by name."""

    def __init__(self, queues: Sequence[LiveQueue]) -> None:
        self.by_id = {queue.id: queue for queue in queues}
        self._by_name: dict[str, list[LiveQueue]] = {}
        for queue in queues:
            self._by_name.setdefault(queue.name, []).append(queue)
        self._nearest = Nearest(self._by_name)

    def find(self, wanted: QueueRef) -> list[LiveQueue]:
        """All that ``wanted`` may mean."""
        if wanted.id:
            return [self.by_id[wanted.id]] if wanted.id in self.by_id else []
        return self._by_name.get(wanted.name, [])

    def nearest(self, wanted: QueueRef) -> str:
        """The name that is nearest to the wanted one, or empty."""
        return self._nearest.find(wanted.name) if wanted.name else ""
