"""Live queues and groups, and how their names are matched."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any, Final

from syncer.model.characters import skeleton
from syncer.model.quick_dataclass import quick_dataclass
from syncer.model.rule import Rules

GROUP: Final = "GROUP"
TEAM: Final = "TEAM"
SKILL_GROUP: Final = "SKILLGROUP"

WORDS: Final[Mapping[str, str]] = {GROUP: "group", TEAM: "team", SKILL_GROUP: "skill group"}
"""What people call the types of groups that policies can name."""


@quick_dataclass(frozen=True, slots=True)
class Group:
    """A live group; ``name`` is empty where the API doesn't give it, ``type`` is as in the API."""

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


_MOST_CANDIDATES: Final = 20
_MOST_LOOKED_AT: Final = 2_000
_MOST_CHARACTERS: Final = 256
_ALIKE: Final = 0.6


def fits(name: str, globs: Iterable[str]) -> bool:
    """Whether ``name`` fits one of the globs."""
    return any(name == glob or fnmatchcase(name, glob) for glob in globs)


class Nearest:
    """Finds near names by the groups of three letters they share, the rarest first."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(dict.fromkeys(names))
        self._by_group: dict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(self._names):
            for group in _groups(name):
                self._by_group[group].append(place)

    def find(self, name: str) -> str:
        """The known name nearest to ``name``, another than itself; empty when none is near."""
        from difflib import SequenceMatcher

        wanted = _plain(name)
        best, best_ratio = "", _ALIKE
        matcher = SequenceMatcher(b=wanted, autojunk=False)
        for candidate in self._candidates(name):
            matcher.set_seq1(_plain(candidate))
            if candidate == name or matcher.quick_ratio() <= best_ratio:
                continue
            ratio = matcher.ratio()
            if ratio > best_ratio:
                best, best_ratio = candidate, ratio
        return best

    def _candidates(self, name: str) -> list[str]:
        lists = (self._by_group[group] for group in _groups(name) if group in self._by_group)
        rarest_first = sorted(lists, key=len)
        places = (place for places in rarest_first for place in places)
        shared = Counter(islice(places, _MOST_LOOKED_AT))
        return [self._names[place] for place, _ in shared.most_common(_MOST_CANDIDATES)]


def _plain(name: str) -> str:
    """What two spellings of one name have in common."""
    return " ".join(skeleton(name).replace("_", " ").replace("-", " ").split())[:_MOST_CHARACTERS]


def _groups(name: str) -> list[str]:
    padded = f"  {_plain(name)} "
    return list(dict.fromkeys(padded[place : place + 3] for place in range(len(padded) - 2)))


@quick_dataclass(frozen=True, slots=True)
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


@quick_dataclass(frozen=True, slots=True)
class LiveQueue:
    """A queue as it was read.

    ``rules`` are its rules of every kind, each kind in the order of the wire; ``problems`` names, per index
    of ``rules``, what of the wire could not be understood, and ``assumed`` are the indices of those that hold
    a value in place of it, ``held`` the live values there, by the name of the field; ``raw`` is the JSON as
    it came, which a change is written into; ``etag`` is empty where the server has none; ``groups`` are the
    groups of agents that it tells of, and ``members`` the ids of those that are its members.
    """

    id: str
    name: str
    etag: str = ""
    rules: Rules = ()
    problems: Mapping[int, str] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    members: frozenset[str] = frozenset()
    assumed: frozenset[int] = frozenset()
    held: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def words_of(self, kinds: Collection[str], names: Mapping[str, str]) -> tuple[str, ...]:
        """Each live rule of these kinds; ``names`` gives the name of a queue or group by its id.

        A rule with a value that had to be assumed is given by what is wrong with it.
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
