"""Groups of agents: ordinary ones, work teams, and skill groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

GROUP: Final = "GROUP"
TEAM: Final = "TEAM"
SKILL_GROUP: Final = "SKILLGROUP"

WORDS: Final[Mapping[str, str]] = {GROUP: "group", TEAM: "team", SKILL_GROUP: "skill group"}
"""What people call the types of groups that policies can name."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group as live has it; ``name`` is empty where live does not tell it, ``type`` is that of live."""

    id: str
    name: str
    type: str = GROUP

    @property
    def what(self) -> str:
        """What people call such a group: ``skill group``."""
        return WORDS.get(self.type, f"{self.type} group")

    @property
    def label(self) -> str:
        """``Night`` for an ordinary group, else ``team Night``; the id where there is no name."""
        named = self.name or self.id
        return named if self.type == GROUP else f"{self.what} {named}"

    def as_json(self) -> dict[str, str]:
        """The group as plan, journal and audit have it."""
        return {"id": self.id, "name": self.name, "type": self.type}


def known_groups(listed: tuple[Group, ...], told: tuple[Group, ...]) -> tuple[Group, ...]:
    """Each group once, by name and id: as it was ``listed``, else as queues have ``told`` of it.

    A name that only one of several queues tells counts.
    """
    known: dict[str, Group] = {}
    for group in (*listed, *told):
        if not known.get(group.id, group).name or group.id not in known:
            known[group.id] = group
    return tuple(sorted(known.values(), key=lambda group: (group.name, group.id)))
