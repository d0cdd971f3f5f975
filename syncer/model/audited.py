"""What the organization's own audit says of a queue: who edited it, from where, and what moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from syncer.model.json_values import clean

_LONGEST_VALUE: Final = 80
_MOST_CHANGES: Final = 4


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One property of a queue that moved, such as ``directRouting.backupQueueId``.

    ``old`` and ``new`` are its values as the audit has them: texts, and JSON as text where it is no text.
    """

    property: str
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The change as output, trail and state files have it."""
        return {"property": self.property, "old": list(self.old), "new": list(self.new)}

    def in_words(self, names: Mapping[str, str]) -> str:
        """``description from "a" to "b"``; ids that ``names`` knows are said by name."""
        old, new = _values(self.old, names), _values(self.new, names)
        return f"{clean(self.property, longest=_LONGEST_VALUE)} from {old} to {new}"


MovedWords = Callable[[PropertyChange, Mapping[str, str]], str]
"""What a change of a property moved, in words; ids that the mapping has are said by name."""


@dataclass(frozen=True, slots=True)
class AuditedEdit:
    """One event of the audit that is about a queue.

    ``queue`` is its id, ``at`` the moment in RFC 3339, ``action`` the audit's word (``Update``). ``user``,
    ``user_name`` and ``client`` (an id) say who it was and through what, ``addresses`` from where. What the
    audit doesn't say is empty. ``id`` tells the event from every other.
    """

    queue: str
    at: str
    action: str = ""
    user: str = ""
    user_name: str = ""
    client: str = ""
    addresses: tuple[str, ...] = ()
    changes: tuple[PropertyChange, ...] = ()
    id: str = field(default="", compare=False)

    @property
    def by(self) -> str:
        """Who it was, by name where that is known; a client without a person counts as one."""
        return self.user_name or self.user or (f"client {self.client}" if self.client else "nobody named")

    def as_json(self) -> dict[str, Any]:
        """The edit as output, trail and state files have it."""
        return {
            "queue": self.queue,
            "at": self.at,
            "action": self.action,
            "user": {"id": self.user, "name": self.user_name},
            "client": self.client,
            "addresses": list(self.addresses),
            "changes": [change.as_json() for change in self.changes],
        }

    def in_words(self, names: Mapping[str, str], moved: MovedWords = PropertyChange.in_words) -> str:
        """``Ada at 2026-03-01T08:30:00.000Z (client c, address 10.0.0.7): description from "a" to "b"``.

        ``names`` gives the names of queues and groups by their ids. The texts come from the organization:
        code that shows them escapes them.
        """
        through = [f"client {self.client}"] if self.client and self.by != f"client {self.client}" else []
        through += [f"address {', '.join(self.addresses)}"] if self.addresses else []
        where = f" ({', '.join(through)})" if through else ""
        told = [moved(change, names) for change in self.changes[:_MOST_CHANGES]]
        more = len(self.changes) - len(told)
        told += [f"and {more} more"] if more else []
        return f"{self.by} at {self.at}{where}: {'; '.join(told) or self.action or 'no property named'}"


def edit_of(document: Mapping[str, Any]) -> AuditedEdit:
    """An edit out of its JSON. Raises KeyError, TypeError or ValueError where it is none."""
    user = document["user"]
    changes = tuple(
        PropertyChange(each["property"], tuple(each["old"]), tuple(each["new"]))
        for each in document["changes"]
    )
    return AuditedEdit(
        queue=document["queue"],
        at=document["at"],
        action=document["action"],
        user=user["id"],
        user_name=user["name"],
        client=document["client"],
        addresses=tuple(document["addresses"]),
        changes=changes,
    )


def _values(values: tuple[str, ...], names: Mapping[str, str]) -> str:
    if not values:
        return "nothing"
    return ", ".join(f'"{clean(names.get(value, value), longest=_LONGEST_VALUE)}"' for value in values)
