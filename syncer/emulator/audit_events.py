"""What the organization's audit says of a write: who, when, from where, and each property with both values.

The fields are those of the vendor's models. Seen in real organizations: an author's name is there only where
it is asked for, and an edit in the admin pages names no client; the service, its actions and the properties
of members. How a real audit writes the other properties of a queue isn't published: here a property is the
path of a field with dots, and a value that is no text is JSON.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from syncer.emulator.documents import OWNED, Document, made_up_id, self_uri
from syncer.emulator.faults import Dice
from syncer.emulator.rows import Author
from syncer.emulator.wire import Call, json_text
from syncer.net.timing import from_rfc3339

SERVICE = "ContactCenter"
QUEUE = "Queue"

CREATE, UPDATE, DELETE = "Create", "Update", "Delete"
MEMBER_ADD, MEMBER_UPDATE, MEMBER_REMOVE = "MemberAdd", "MemberUpdate", "MemberRemove"
WRAPUP_CODES = ("WrapupCodeAdd", "WrapupCodeRemove")

SERVICES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        SERVICE: {
            QUEUE: (CREATE, UPDATE, DELETE, MEMBER_ADD, MEMBER_UPDATE, MEMBER_REMOVE, *WRAPUP_CODES),
            "WrapupCode": (CREATE, UPDATE, DELETE),
        },
        "Directory": {"User": (CREATE, UPDATE, DELETE)},
        "Groups": {"DirectoryGroup": (CREATE, UPDATE, DELETE), "Team": (CREATE, UPDATE, DELETE)},
        "PeoplePermissions": {"OAuthClient": (CREATE, UPDATE, DELETE)},
        "Routing": {"SkillGroup": (CREATE, UPDATE, DELETE)},
    }
)
"""The services whose audit can be asked for, the types of their entities, and what can happen to these."""

ADMINISTRATOR: Final = Author(
    user=made_up_id("users/administrator"), name="Administrator", address="203.0.113.7"
)
"""A person who edits queues in the admin pages, where no other is named."""

CALLER = "198.51.100.10"
"""The address of every client of the API."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the audit: what was done to a queue, ``at`` (RFC 3339), and by whom.

    ``changes`` are as :func:`property_changes` gives them; ``number`` counts events from 1.
    """

    number: int
    at: str
    queue: str
    name: str
    action: str
    author: Author
    changes: tuple[Document, ...]

    @classmethod
    def of(cls, row: Sequence[Any]) -> "Event":
        """The event that a row of the table holds."""
        number, at, queue, name, action, *author, changes = row
        return cls(number, at, queue, name, action, Author(*author), tuple(json.loads(changes)))

    @property
    def row(self) -> tuple[str, ...]:
        """What the table holds of it, but for its number."""
        by = self.author
        about = (self.at, self.queue, self.name, self.action, by.user, by.name, by.client, by.address)
        return (*about, json_text(self.changes))

    @property
    def moment(self) -> datetime:
        """When it happened."""
        return from_rfc3339(self.at)

    def arrives(self, delay: float, seed: int) -> datetime:
        """When it can be found: after half of ``delay`` (seconds) to all of it, each event for itself.

        A later one may be there before an earlier one.
        """
        share = 0.5 + Dice(seed, self.number).roll("audit") / 2
        return self.moment + timedelta(seconds=delay * share)

    def has(self, name: str, value: str) -> bool:
        """Whether a filter of a query finds it. ``name`` is a property of :data:`PROPERTIES`."""
        return PROPERTIES[name](self).casefold() == value.casefold()

    def shown(self, organization: str, *, with_names: bool) -> Document:
        """The event as ``AuditLogMessage``; ``with_names``: the author has a name, not an id alone."""
        author = self.author
        user: Document = {}
        if author.user:
            user = {"id": author.user, "selfUri": f"/api/v2/users/{quote(author.user, safe='')}"}
        if user and with_names and author.name:
            user["name"] = author.name
        return {
            "id": made_up_id(f"audit/{self.number}/{self.queue}/{self.at}"),
            **({"userHomeOrgId": organization} if user else {}),
            "user": user,
            "client": {"id": author.client},
            "remoteIp": [author.address] if author.address else [],
            "serviceName": SERVICE,
            "level": "USER",
            "eventDate": self.at,
            "action": self.action,
            "entity": {"id": self.queue, "name": self.name, "selfUri": self_uri(self.queue)},
            "entityType": QUEUE,
            "status": "SUCCESS",
            "application": "",
            "initiatingAction": {},
            "transactionInitiator": False,
            "propertyChanges": list(self.changes),
            "context": {"entityId": self.queue, "auditType": "QUEUE"},
            "entityChanges": [],
        }


PROPERTIES: Final[Mapping[str, Callable[[Event], str]]] = MappingProxyType(
    {
        "userid": lambda event: event.author.user,
        "trusteeorganizationid": lambda _event: "",
        "clientid": lambda event: event.author.client,
        "action": lambda event: event.action,
        "entitytype": lambda _event: QUEUE,
        "entityid": lambda event: event.queue,
    }
)
"""What a filter may ask for, in lower case, and what an event has there."""


def caller(call: Call) -> Author:
    """Whom the audit names for a call of the API: the client whose token it carries, and no person."""
    return Author(client=call.client, address=CALLER)


def action_of(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What a write did to a queue; an empty one is none."""
    if not old:
        return CREATE
    return UPDATE if new else DELETE


def property_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Document, ...]:
    """Each field that moved, by its path, with old and new values; what the server owns is left out."""
    return tuple(
        {"property": path, "oldValues": before, "newValues": after}
        for path, before, after in _moved(_without_owned(old), _without_owned(new), "")
    )


def _without_owned(queue: Mapping[str, Any]) -> Document:
    return {name: value for name, value in queue.items() if name not in (*OWNED, "id")}


def _moved(old: Document, new: Document, path: str) -> Iterator[tuple[str, list[str], list[str]]]:
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if isinstance(before or after, dict) and isinstance(after or before, dict):
            yield from _moved(before or {}, after or {}, f"{path}{name}.")
        else:
            yield f"{path}{name}", _values(before), _values(after)


def _values(value: Any) -> list[str]:
    """A value as texts: nothing for null, one for each entry of a list."""
    if value is None:
        return []
    return [_text(entry) for entry in (value if isinstance(value, list) else [value])]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)


def member_events(
    queue_id: str, old: Sequence[Document], new: Sequence[Document]
) -> Iterator[tuple[str, Document]]:
    """The actions and property changes of members who came, went, or joined and left the work of a queue."""
    before, after = ({member["id"]: member for member in members} for members in (old, new))
    for user in dict.fromkeys((*before, *after)):
        where = f"QueueMember/{queue_id}:{user}"
        if user not in before:
            yield (
                MEMBER_ADD,
                {"property": where, "oldValues": [], "newValues": ["<queue member added>"]},
            )
        elif user not in after:
            yield (
                MEMBER_REMOVE,
                {"property": where, "oldValues": ["<queue member deleted>"], "newValues": []},
            )
        elif before[user]["joined"] != after[user]["joined"]:
            values = {
                side: [json.dumps(member[user]["joined"])]
                for side, member in (("oldValues", before), ("newValues", after))
            }
            yield MEMBER_UPDATE, {"property": f"{where}:joined", **values}
