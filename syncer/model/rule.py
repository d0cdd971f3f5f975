"""Rules: how a queue hands contacts on, or watches another queue. Targets are ids of queues."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

Value = int | float | bool | str | tuple[str, ...]


class Kind(StrEnum):
    """The kinds of rules.

    ``overflow``: a share of the load moves to another queue. ``backup``: a contact that waits for one agent
    moves to the backup queue. ``conditional_groups``: more agents are asked when a metric trips; no contact
    moves. ``owner``: no rule in the sense of the field, but the mark of whoever manages the queue.
    """

    OVERFLOW = "overflow"
    BACKUP = "backup"
    GROUPS = "conditional_groups"
    OWNER = "owner"


SPOKEN = (Kind.OVERFLOW, Kind.BACKUP, Kind.GROUPS)
"""Kinds that policies speak of."""

FLOWS = frozenset({Kind.OVERFLOW, Kind.BACKUP})
"""Kinds that move contacts from queue to queue."""

NO_RULES = "no rules"

SHORTEST_WAIT = 60
"""Seconds that direct routing waits for an agent where nobody says how long."""


@dataclass(frozen=True, slots=True)
class OverflowRule:
    """``threshold`` percent of the load goes to ``target`` after ``delay`` seconds."""

    kind: ClassVar[Kind] = Kind.OVERFLOW

    target: str
    threshold: int = 0
    delay: int = 0
    enabled: bool = False

    @property
    def key(self) -> str:
        """What tells it from the other rules of its kind in one queue."""
        return self.target

    def values(self) -> dict[str, Value]:
        """What may change without it being another rule."""
        return {"threshold": self.threshold, "delay": self.delay, "enabled": self.enabled}

    def subject(self, names: Mapping[str, str]) -> str:
        """``overflow to Tier 2``: which rule it is, without its values."""
        return f"overflow to {names.get(self.target, self.target)}" if self.target else "overflow"

    def in_words(self, names: Mapping[str, str]) -> str:
        """``25 % to Tier 2 after 120 s``."""
        text = f"{self.threshold} % to {names.get(self.target, self.target)} after {self.delay} s"
        return text if self.enabled else f"{text} (disabled)"


@dataclass(frozen=True, slots=True)
class BackupRule:
    """A contact for one agent moves to ``target``.

    With ``wait_for_agent`` it waits for its agent first, ``agent_wait`` seconds at most. Without, it moves at
    once and ``agent_wait`` counts for nothing.
    """

    kind: ClassVar[Kind] = Kind.BACKUP
    enabled: ClassVar[bool] = True

    target: str
    agent_wait: int = SHORTEST_WAIT
    wait_for_agent: bool = False

    @property
    def key(self) -> str:
        """What tells it from the other rules of its kind in one queue."""
        return self.target

    def values(self) -> dict[str, Value]:
        """What may change without it being another rule."""
        return {"agent_wait": self.agent_wait, "wait_for_agent": self.wait_for_agent}

    @property
    def delay(self) -> int:
        """Seconds before the contact moves."""
        return self.agent_wait if self.wait_for_agent else 0

    @property
    def when(self) -> str:
        """``after 90 s`` or ``at once``; a wait that somebody set and that counts for nothing is named."""
        if self.wait_for_agent:
            return f"after {self.agent_wait} s"
        unused = f" (agent_wait {self.agent_wait} s is unused)" if self.agent_wait != SHORTEST_WAIT else ""
        return f"at once{unused}"

    def subject(self, names: Mapping[str, str]) -> str:
        """``backup Tier 2``: which rule it is, without its values."""
        return f"backup {names.get(self.target, self.target)}" if self.target else "backup"

    def in_words(self, names: Mapping[str, str]) -> str:
        """``backup Tier 2 after 60 s``."""
        return f"{self.subject(names)} {self.when}"


@dataclass(frozen=True, slots=True)
class GroupRule:
    """The agents of ``groups`` (ids) join when a metric of ``target`` trips, after ``wait`` seconds.

    ``metric`` compares by ``operator`` with ``value``; ``place`` counts from 1; an empty ``target`` is the
    queue itself.
    """

    kind: ClassVar[Kind] = Kind.GROUPS
    enabled: ClassVar[bool] = True

    place: int
    target: str
    metric: str
    operator: str
    value: float
    wait: int
    groups: tuple[str, ...]

    @property
    def key(self) -> str:
        """What tells it from the other rules of its kind in one queue."""
        return str(self.place)

    def values(self) -> dict[str, Value]:
        """What may change without it being another rule."""
        return {
            "queue": self.target,
            "metric": self.metric,
            "operator": self.operator,
            "value": self.value,
            "wait": self.wait,
            "groups": self.groups,
        }

    def subject(self, _names: Mapping[str, str]) -> str:
        """``conditional groups``: which rule it is, without its values."""
        return "conditional groups"

    def in_words(self, names: Mapping[str, str]) -> str:
        """``groups Night when EstimatedWaitTime of Tier 2 GreaterThan 30, after 60 s``."""
        groups = ", ".join(names.get(group, group) for group in self.groups)
        of = f" of {names.get(self.target, self.target)}" if self.target else ""
        return f"groups {groups} when {self.metric}{of} {self.operator} {self.value:g}, after {self.wait} s"


@dataclass(frozen=True, slots=True)
class OwnerMark:
    """The repository ``owner`` manages the queue."""

    kind: ClassVar[Kind] = Kind.OWNER
    enabled: ClassVar[bool] = True
    target: ClassVar[str] = ""
    key: ClassVar[str] = ""

    owner: str

    def values(self) -> dict[str, Value]:
        """What may change without it being another rule."""
        return {"owner": self.owner}

    def subject(self, _names: Mapping[str, str]) -> str:
        """``mark``: which rule it is, without its values."""
        return "mark"

    def in_words(self, _names: Mapping[str, str]) -> str:
        """``managed by contact-center/routing``."""
        return f"managed by {self.owner}"


Rule = OverflowRule | BackupRule | GroupRule | OwnerMark
Rules = tuple[Rule, ...]


def of_kinds(rules: Sequence[Rule], kinds: Sequence[Kind]) -> Rules:
    """The rules of these kinds, in their order."""
    return tuple(rule for rule in rules if rule.kind in kinds)


def in_force(rules: Iterable[Rule]) -> frozenset[str]:
    """The targets to which rules move contacts."""
    return frozenset(rule.target for rule in rules if rule.enabled and rule.kind in FLOWS and rule.target)


def mean_the_same(left: Sequence[Rule], right: Sequence[Rule]) -> bool:
    """Whether two lists of rules differ in nothing but their order; numbered rules keep theirs."""
    return tuple(left) == tuple(right) or sorted(map(_image, left)) == sorted(map(_image, right))


def _image(rule: Rule) -> tuple[str, str, str]:
    return (rule.kind.value, rule.key, repr(rule))


def in_words(rules: Sequence[Rule], names: Mapping[str, str]) -> str:
    """Rules on one line, for people; ``names`` gives the name of a queue or group by its id."""
    return ", ".join(rule.in_words(names) for rule in rules) or NO_RULES
