"""Whom and what queues refer to: divisions, groups of all types, users, flows, wrap-up codes; the same every
time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from syncer.emulator.documents import HOME, Document, made_up_id
from syncer.emulator.kinds.registry import groups_of

DIVISIONS = "/api/v2/authorization/divisions"
GROUPS = "/api/v2/groups"
USERS = "/api/v2/users"
WRAPUP_CODES = "/api/v2/routing/wrapupcodes"
TEAMS = "/api/v2/teams"
SKILL_GROUPS = "/api/v2/routing/skillgroups"
FLOWS = "/api/v2/flows"

IN_QUEUE_FLOWS: Final = MappingProxyType(
    {
        "queueFlow": "INQUEUECALL",
        "emailInQueueFlow": "INQUEUEEMAIL",
        "messageInQueueFlow": "INQUEUESHORTMESSAGE",
    }
)
"""The fields of a queue that name a flow, and the type that such a flow has."""

FEWEST_USERS = 25
MOST_USERS = 1000

RESULTS = ("Resolved", "Follow-up", "Escalated", "Call Back Agreed", "Complaint", "Wrong Number", "No Answer")
"""The names of the wrap-up codes."""

NAME = "Emulated Organization"
"""What an organization is called where nobody says otherwise."""

MADE = "2024-03-04T08:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Directory:
    """What an organization has beside its queues, as the API shows it; ``home`` is one of the divisions.

    ``name`` is that of the organization.
    """

    name: str
    home: Document
    divisions: tuple[Document, ...]
    groups: tuple[Document, ...]
    users: tuple[Document, ...]
    wrapup_codes: tuple[Document, ...]
    teams: tuple[Document, ...] = ()
    skill_groups: tuple[Document, ...] = ()
    flows: tuple[Document, ...] = ()

    @property
    def member_groups(self) -> tuple[Document, ...]:
        """All that can be a member of a queue and is no user."""
        return (*self.groups, *self.teams, *self.skill_groups)


def find(documents: Iterable[Document], wanted: Any) -> Document | None:
    """The document with an id."""
    return next((document for document in documents if document["id"] == wanted), None)


def reference(document: Mapping[str, Any]) -> Document:
    """How other documents refer to one: by its id, name and address."""
    return {name: document[name] for name in ("id", "name", "selfUri")}


def directory(
    queues: Sequence[Mapping[str, Any]],
    known: Mapping[str, Sequence[Mapping[str, Any]]],
    name: str = NAME,
) -> Directory:
    """The directory of an organization: what is ``known``, and what its queues refer to.

    ``known`` may have ``divisions``, ``groups``, ``teams``, ``skillgroups``, ``flows`` and ``users``: lists
    of objects with ``id`` and ``name``. There are as many users as the largest queue has
    members, within bounds.
    """
    divisions = _named((*known.get("divisions", ()), *_divisions_of(queues)))
    home = next((entry for entry in divisions.values() if entry["name"] == HOME["name"]), HOME)
    told = [group for queue in queues for group in groups_of(queue)]
    groups, teams, skill_groups = (
        _named((*known.get(name, ()), *(_untyped(group) for group in told if group["type"] == type_)))
        for name, type_ in (("groups", "GROUP"), ("teams", "TEAM"), ("skillgroups", "SKILLGROUP"))
    )
    flows = _named((*known.get("flows", ()), *_flows_of(queues)))
    users = _named((*known.get("users", ()), *_agents(queues)))
    whole = {home["id"]: home, **divisions}
    return Directory(
        name=name,
        home=_division(home, home),
        divisions=tuple(_division(entry, home) for entry in whole.values()),
        groups=tuple(map(_group, groups.values())),
        users=tuple(_user(entry, home) for entry in users.values()),
        wrapup_codes=tuple(_wrapup_code(name, home) for name in RESULTS),
        teams=tuple(_collective(TEAMS, entry, home) for entry in teams.values()),
        skill_groups=tuple(_collective(SKILL_GROUPS, entry, home) for entry in skill_groups.values()),
        flows=tuple(_flow(entry, home) for entry in flows.values()),
    )


def first_members(users: Sequence[Document], queue: Mapping[str, Any]) -> list[Document]:
    """The members of a queue that nobody changed yet: as many as it says, if there are so many, of whom as
    many have joined as it says."""
    joined = queue.get("joinedMemberCount")
    size = min(_size(queue), len(users))
    start = int(sha256(queue["id"].encode()).hexdigest()[:8], 16)
    chosen = (users[(start + place) % len(users)] for place in range(size))
    return [
        {"id": user["id"], "ringNumber": 1, "joined": not isinstance(joined, int) or place < joined}
        for place, user in enumerate(chosen)
    ]


def _named(entries: Iterable[Mapping[str, Any]]) -> dict[str, Document]:
    """The entries by id, the first of each; a reference without a name is given one."""
    found: dict[str, Document] = {}
    for entry in entries:
        if isinstance(entry.get("id"), str):
            found.setdefault(
                entry["id"], {**entry, "name": entry.get("name") or f"Unnamed {entry['id'][:8]}"}
            )
    return found


def _divisions_of(queues: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (queue["division"] for queue in queues if isinstance(queue.get("division"), dict))


def _flows_of(queues: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for queue in queues:
        for field, type_ in IN_QUEUE_FLOWS.items():
            if isinstance(flow := queue.get(field), dict):
                yield {**flow, "type": type_}


def _untyped(group: Mapping[str, Any]) -> Document:
    return {name: value for name, value in group.items() if name != "type"}


def _agents(queues: Sequence[Mapping[str, Any]]) -> Iterator[Document]:
    size = max(FEWEST_USERS, min(MOST_USERS, max(map(_size, queues), default=0)))
    for number in range(1, size + 1):
        name = f"Agent {number:03}"
        yield {"id": made_up_id(f"users/{name}"), "name": name}


def _size(queue: Mapping[str, Any]) -> int:
    size = queue.get("memberCount")
    return size if isinstance(size, int) and size > 0 else 0


def _division(entry: Mapping[str, Any], home: Mapping[str, Any]) -> Document:
    return {
        "id": entry["id"],
        "name": entry["name"],
        "description": entry.get("description", ""),
        "homeDivision": entry["id"] == home["id"],
        "selfUri": _uri(DIVISIONS, entry["id"]),
    }


def _group(entry: Mapping[str, Any]) -> Document:
    return {
        "description": "",
        "dateModified": MADE,
        "memberCount": 0,
        "state": "active",
        "version": 1,
        "type": "official",
        "rulesVisible": True,
        "visibility": "public",
        "rolesEnabled": True,
        **entry,
        "selfUri": _uri(GROUPS, entry["id"]),
    }


def _collective(path: str, entry: Mapping[str, Any], home: Mapping[str, Any]) -> Document:
    """A team, or a group of all users with some skills."""
    return {
        "division": _short(home),
        "description": "",
        "dateCreated": MADE,
        "dateModified": MADE,
        "memberCount": 0,
        **entry,
        "selfUri": _uri(path, entry["id"]),
    }


def _flow(entry: Mapping[str, Any], home: Mapping[str, Any]) -> Document:
    version = {"id": "1.0", "commitVersion": "1.0", "configurationVersion": "1.0", "type": "PUBLISH"}
    return {
        "division": _short(home),
        "type": "INQUEUECALL",
        "active": True,
        "system": False,
        "deleted": False,
        "publishedVersion": version,
        **entry,
        "selfUri": _uri(FLOWS, entry["id"]),
    }


def _user(entry: Mapping[str, Any], home: Mapping[str, Any]) -> Document:
    address = f"{entry['name'].lower().replace(' ', '.')}@example.org"
    return {
        "division": _short(home),
        "email": address,
        "username": address,
        "state": "active",
        "version": 1,
        "acdAutoAnswer": False,
        **entry,
        "selfUri": _uri(USERS, entry["id"]),
    }


def _wrapup_code(name: str, home: Mapping[str, Any]) -> Document:
    found = made_up_id(f"wrapupcodes/{name}")
    return {
        "id": found,
        "name": name,
        "division": _short(home),
        "dateCreated": MADE,
        "createdBy": made_up_id("users/administrator"),
        "selfUri": _uri(WRAPUP_CODES, found),
    }


def _short(home: Mapping[str, Any]) -> Document:
    """A division, as what is in it shows it."""
    return {name: home[name] for name in ("id", "name")}


def _uri(path: str, entry_id: str) -> str:
    return f"{path}/{quote(entry_id, safe='')}"
