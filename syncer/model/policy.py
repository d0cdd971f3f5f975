"""Policies: what people write, after parsing and before names are resolved."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from syncer.model.finding import Position
from syncer.model.queue import GROUP, SKILL_GROUP, TEAM, Group
from syncer.model.quick_dataclass import quick_dataclass
from syncer.model.rule import Rule


@quick_dataclass(frozen=True, slots=True)
class QueueRef:
    """How a policy names a queue: by ``name`` or by ``id``; exactly one is not empty."""

    name: str = ""
    id: str = ""

    @classmethod
    def said(cls, value: Any) -> "QueueRef":
        """The reference that a policy writes: a name, or a mapping with an id."""
        return _named(value) if isinstance(value, str) else cls(id=value["id"])

    def may_be(self, other: "QueueRef", names: Mapping[str, str]) -> bool:
        """Whether both mean one queue, or nobody can tell; ``names`` are the known ones by id."""
        if bool(self.name) == bool(other.name):
            return self == other
        by_id = self if self.id else other
        return by_id.id not in names or names[by_id.id] == (self.name or other.name)

    def __str__(self) -> str:
        return self.name or self.id


@lru_cache(maxsize=1 << 17)
def _named(name: str) -> QueueRef:
    """The reference to a queue by its name. Most queues are named in several places, which share it."""
    return QueueRef(name)


GROUP_KEYS: Final[Mapping[str, str]] = {TEAM: "team", SKILL_GROUP: "skill_group"}
"""The key that names a group of each type; an ordinary group has none."""


@quick_dataclass(frozen=True, slots=True)
class GroupRef:
    """How a policy names a group of agents: by ``name`` and ``type``, or by ``id``, which needs no type."""

    name: str = ""
    id: str = ""
    type: str = GROUP

    @classmethod
    def said(cls, value: Any) -> "GroupRef":
        """The reference that a policy writes: a name, or a mapping with the key of its type or an id."""
        if isinstance(value, str):
            return cls(name=value)
        named = [cls(name=value[key], type=type_) for type_, key in GROUP_KEYS.items() if key in value]
        return named[0] if named else cls(id=value["id"])

    @property
    def what(self) -> str:
        """What people call such a group: ``skill group``."""
        return Group(self.id, self.name, self.type).what

    def __str__(self) -> str:
        return Group(self.id, self.name, self.type).label


@quick_dataclass(frozen=True, slots=True)
class PolicyRule:
    """A rule as a policy states it.

    In ``rule`` names stand in place of ids; ``target`` and ``groups`` say how they are to be found. No
    ``target``: the rule names no other queue. ``said`` are the fields that the policy writes, as far as
    they are known, and ``group_positions`` where each group stands.
    """

    rule: Rule
    target: QueueRef | None = None
    groups: tuple[GroupRef, ...] = ()
    position: Position | None = None
    said: frozenset[str] = field(default=frozenset(), compare=False)
    group_positions: tuple[Position, ...] = field(default=(), compare=False)

    @property
    def placed_groups(self) -> Iterator[tuple[GroupRef, Position | None]]:
        """Each group and where it stands: where that isn't known, with the rule."""
        for number, group in enumerate(self.groups):
            known = number < len(self.group_positions)
            yield group, self.group_positions[number] if known else self.position

    @classmethod
    def of(
        cls,
        rule: Rule,
        target: QueueRef | None = None,
        groups: tuple[GroupRef, ...] = (),
        position: Position | None = None,
        said: Iterable[str] = (),
    ) -> "PolicyRule":
        """The same rule about what the references name."""
        named = rule.with_ids(str(target or ""), tuple(map(str, groups)))
        return cls(named, target, groups, position, frozenset(said))


@quick_dataclass(frozen=True, slots=True)
class StatedTransfer:
    """What the in-queue flows of a queue were measured to transfer to ``target``: ``share`` percent of what
    the queue is offered."""

    target: QueueRef
    share: float
    position: Position | None = field(default=None, compare=False)


@quick_dataclass(frozen=True, slots=True)
class OnlyIn:
    """An environment of the settings, by its name, that an entry of a policy is for."""

    name: str
    position: Position | None = field(default=None, compare=False)


@quick_dataclass(frozen=True, slots=True)
class PolicyQueue:
    """One queue of a policy file.

    ``capacity`` and ``base_load`` are contacts per interval; ``agents`` answer them, and each takes ``aht``
    seconds on average. ``stated`` holds the rules of each kind that the policy says something about, be it
    that there are none, by the name of the kind. ``switched`` are the
    kinds whose rules follow from these. What a queue that is not managed says of rules is ignored.
    ``transfers`` are what its in-queue flows were measured to do; no rule of a policy changes it. The entry
    counts in the environments of ``only``, or in all.
    """

    queue: QueueRef
    managed: bool = True
    capacity: float | None = None
    base_load: float = 0.0
    stated: Mapping[str, tuple[PolicyRule, ...]] = field(default_factory=dict)
    position: Position | None = None
    switched: frozenset[str] = frozenset()
    transfers: tuple[StatedTransfer, ...] = ()
    only: tuple[OnlyIn, ...] = ()
    agents: int | None = None
    aht: float | None = None

    def counts_in(self, environment: str) -> bool:
        """Whether the entry counts in an environment; where none was chosen (empty), every entry does."""
        return not (environment and self.only) or environment in (each.name for each in self.only)

    @property
    def stated_kinds(self) -> frozenset[str]:
        """The names of the kinds that it says something about."""
        return frozenset(self.stated)

    @property
    def rules(self) -> tuple[PolicyRule, ...]:
        """Its rules of all kinds."""
        if len(self.stated) == 1:
            return next(iter(self.stated.values()))
        return tuple(chain.from_iterable(self.stated.values()))


@quick_dataclass(frozen=True, slots=True)
class PolicyFile:
    """A file that was read: its ``path`` as findings show it, and the SHA-256 of its bytes in hex."""

    path: str
    sha256: str


@quick_dataclass(frozen=True, slots=True)
class PolicyState:
    """What policy files held, and whether a commit has the same.

    ``digest`` is of all paths and bytes; ``blobs`` are paths with the ids of their blobs in Git, empty where
    a file is no longer what was read. ``dirty``: the commit has them otherwise; None where nobody can say.
    """

    digest: str = ""
    dirty: bool | None = None
    blobs: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, object]:
        """The state as the audit has it."""
        return {"digest": self.digest, "dirty": self.dirty, "blobs": dict(self.blobs)}


@quick_dataclass(frozen=True, slots=True)
class PolicySet:
    """All queues of all policy files, in the order of the files."""

    queues: tuple[PolicyQueue, ...] = ()
    files: tuple[PolicyFile, ...] = ()
