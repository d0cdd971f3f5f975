"""Queues as live has them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from syncer.model.group import Group
from syncer.model.rule import Rules


@dataclass(frozen=True, slots=True)
class Edit:
    """Last change of a queue: ``id`` and ``name`` of who made it, and when. What is not known is empty."""

    id: str = ""
    name: str = ""
    at: str = ""

    @property
    def by(self) -> str:
        """Who it was, by name where that is known."""
        return self.name or self.id

    def in_words(self) -> str:
        """``by Ada at 2026-03-01T08:30:00.000Z``, or what of it is known."""
        parts = (f"by {self.by}" if self.by else "", f"at {self.at}" if self.at else "")
        return " ".join(part for part in parts if part)

    def as_json(self) -> dict[str, str]:
        """The edit as output and alerts have it."""
        return {"id": self.id, "name": self.name, "at": self.at}


@dataclass(frozen=True, slots=True)
class LiveQueue:
    """A queue as it was read.

    ``rules`` are its rules of every kind, each kind in the order of the wire; ``problems`` names, per index
    of ``rules``, what of the wire could not be understood, and ``assumed`` are the indices of those that hold
    a value in place of it; ``raw`` is the JSON as it came, which a change is
    written into; ``etag`` is empty where the server has none; ``watches`` are the ids of the queues that
    it looks at without a rule that is managed; ``groups`` are the groups of agents that it tells of, and
    ``members`` the ids of those that are its members.
    """

    id: str
    name: str
    etag: str = ""
    rules: Rules = ()
    problems: Mapping[int, str] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)
    watches: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    members: frozenset[str] = frozenset()
    assumed: frozenset[int] = frozenset()

    def words_of(self, kinds: Collection[str], names: Mapping[str, str]) -> tuple[str, ...]:
        """Each rule of these kinds as live has it; ``names`` gives the name of a queue or group by its id.

        A rule with a value that had to be assumed is told by what is wrong with it.
        """
        return tuple(
            f"{rule.subject(names)}: {self.problems[place]}"
            if place in self.assumed
            else rule.in_words(names)
            for place, rule in enumerate(self.rules)
            if rule.kind in kinds
        )

    def problems_of(self, kinds: Collection[str]) -> tuple[str, ...]:
        """What of the rules of these kinds could not be understood."""
        return tuple(problem for place, problem in self.problems.items() if self.rules[place].kind in kinds)
