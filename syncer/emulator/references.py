"""References in a queue: whatever a client sends of one, the server fills in the rest from its id."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from syncer.emulator.directory import IN_QUEUE_FLOWS, Directory
from syncer.emulator.documents import Document, self_uri

Find = Callable[[str], Document | None]
"""What is known of a thing with an id, as a reference shows it; None where there is none."""

GROUPS: Final = frozenset({"memberGroups", "groups"})


class References:
    """Fills references in, from the directory and from the names of queues (None: no such queue)."""

    def __init__(self, directory: Directory, name_of: Callable[[str], str | None]) -> None:
        self._flows = {flow["id"]: flow for flow in directory.flows}
        self._groups = {group["id"]: group for group in directory.member_groups}
        self._name_of = name_of

    def filled(self, queue: Document) -> Document:
        """The queue with all that its references leave out; those to nothing that is known stay as sent."""
        return {name: self._value(name, value) for name, value in queue.items()}

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(name, entry) for entry in value]
        if not isinstance(value, dict):
            return value
        whole = {key: self._value(key, entry) for key, entry in value.items()}
        find = self._finds(name)
        known = find(value["id"]) if find and isinstance(value.get("id"), str) else None
        return {**whole, **known} if known else whole

    def _finds(self, name: str) -> Find | None:
        if name == "queue":
            return self._queue
        if name in IN_QUEUE_FLOWS:
            return lambda id_: _some(self._flows.get(id_), "id", "name", "selfUri")
        if name in GROUPS:
            return lambda id_: _some(self._groups.get(id_), "id", "name", "memberCount", "selfUri")
        return None

    def _queue(self, id_: str) -> Document | None:
        name = self._name_of(id_)
        return None if name is None else {"id": id_, "name": name, "selfUri": self_uri(id_)}


def _some(document: Mapping[str, Any] | None, *names: str) -> Document | None:
    return None if document is None else {name: document[name] for name in names if name in document}
