"""Policies: what people write, after parsing and before names are resolved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from syncer.model.finding import Position
from syncer.model.group import GROUP, SKILL_GROUP, TEAM, Group
from syncer.model.rule import SHORTEST_WAIT, Kind


@dataclass(frozen=True, slots=True)
class QueueRef:
    """How a policy names a queue: by ``name`` or by ``id``; exactly one is not empty."""

    name: str = ""
    id: str = ""

    def __str__(self) -> str:
        return self.name or self.id


GROUP_KEYS: Final[Mapping[str, str]] = {TEAM: "team", SKILL_GROUP: "skill_group"}
"""The key that names a group of each type; an ordinary group has none."""


@dataclass(frozen=True, slots=True)
class GroupRef:
    """How a policy names a group of agents: by ``name`` and ``type``, or by ``id``, which needs no type."""

    name: str = ""
    id: str = ""
    type: str = GROUP

    @property
    def what(self) -> str:
        """What people call such a group: ``skill group``."""
        return Group(self.id, self.name, self.type).what

    def __str__(self) -> str:
        return Group(self.id, self.name, self.type).label


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One overflow rule: ``threshold`` percent of the load goes to ``target`` after ``delay`` seconds."""

    target: QueueRef
    threshold: int
    delay: int = 0
    enabled: bool = True
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class PolicyBackup:
    """Where a contact for one agent goes: after ``agent_wait`` seconds with ``wait_for_agent``, else at once.

    ``agent_wait`` is None where the policy does not say it.
    """

    target: QueueRef
    agent_wait: int | None = None
    wait_for_agent: bool = False
    position: Position | None = None

    @property
    def wait(self) -> int | None:
        """The seconds that a contact waits for its agent; None where it goes at once."""
        if not self.wait_for_agent:
            return None
        return SHORTEST_WAIT if self.agent_wait is None else self.agent_wait

    def wait_over(self, there: int | None) -> int:
        """The seconds to write where live holds ``there``, if anything: an unused number stays."""
        return next((wait for wait in (self.wait, there) if wait is not None), SHORTEST_WAIT)


@dataclass(frozen=True, slots=True)
class PolicyGroups:
    """Agents of ``groups`` join when a metric of ``target`` (None: of the queue itself) trips.

    ``wait`` is in seconds.
    """

    metric: str
    operator: str
    value: float
    wait: int
    groups: tuple[GroupRef, ...]
    target: QueueRef | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class PolicyQueue:
    """One queue of a policy file.

    ``capacity`` and ``base_load`` are contacts per interval. ``speaks_of`` are the kinds of rules that the
    policy says something about, be it that there are none. What a queue that is not managed says of rules is
    ignored.
    """

    queue: QueueRef
    managed: bool = True
    capacity: float | None = None
    base_load: float = 0.0
    rules: tuple[PolicyRule, ...] = ()
    speaks_of: frozenset[Kind] = frozenset({Kind.OVERFLOW})
    position: Position | None = None
    backup: PolicyBackup | None = None
    groups: tuple[PolicyGroups, ...] = ()

    @property
    def rule_count(self) -> int:
        """How many rules of all kinds it has."""
        return len(self.rules) + (self.backup is not None) + len(self.groups)


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A file that was read: its ``path`` as findings show it, and the SHA-256 of its bytes in hex."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PolicySet:
    """All queues of all policy files, in the order of the files."""

    queues: tuple[PolicyQueue, ...] = ()
    files: tuple[PolicyFile, ...] = ()
