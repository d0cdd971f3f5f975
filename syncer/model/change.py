"""Changes: what a plan would do to the overflow rules of each queue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from syncer.model.finding import Position
from syncer.model.queue import Group
from syncer.model.rule import Rule, Rules, Value


@dataclass(frozen=True, slots=True)
class Written:
    """What a PUT did to a queue, exactly: the fields of its JSON that hold rules, right before and after it.

    Rollback works with them. A field that was not there is not here either. They are never shown to people:
    what others wrote into them is not looked at.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Both sides as journal and audit have them."""
        return {"before": dict(self.before), "after": dict(self.after)}

    @classmethod
    def of(cls, document: Any) -> Self | None:
        """Both sides read back; None where there are none. Raises KeyError, TypeError or ValueError where
        they are something else."""
        if document is None:
            return None
        before, after = document["before"], document["after"]
        if not isinstance(before, Mapping) or not isinstance(after, Mapping):
            raise TypeError("what was written is not an object")
        return cls(before, after)


class Action(StrEnum):
    """What happens to one rule."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Moved(StrEnum):
    """Which side moved a rule since the live queues and the policies last agreed; ``unknown``: the live rule
    of that time is not known."""

    LIVE = "live"
    POLICIES = "policies"
    BOTH = "both"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a rule, such as ``threshold`` (percent) or ``delay`` (seconds)."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Contacts:
    """What a rule moves before and after a change, in contacts per interval; None where that is not known.

    ``up_to``: nobody knows how much it will be, this is the most.
    """

    before: float | None
    after: float | None
    up_to: bool = False

    def as_json(self) -> dict[str, Any]:
        """The figures as a plan has them."""
        return {"before": self.before, "after": self.after, "up_to": self.up_to}


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that is created, updated or deleted; ``target_name`` is empty where it has no target.

    ``groups`` are the groups of agents that it names. ``note`` says why, where the rules alone don't show
    it (a second rule with one target, a value on the wire that could not be read). ``position`` is where the
    policies state it, ``contacts`` is what it moves, and ``moved`` is whose doing it is (None: nobody asked);
    these stand in a plan alone. ``held`` has, by the name of the field, the live value where ``before`` has a
    value that had to be assumed.
    """

    action: Action
    target: str
    target_name: str
    before: Rule | None = None
    after: Rule | None = None
    fields: tuple[FieldChange, ...] = ()
    note: str = ""
    groups: tuple[Group, ...] = ()
    position: Position | None = None
    contacts: Contacts | None = None
    moved: Moved | None = None
    held: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """The names of the queues and groups that the rule names, by their ids."""
        return {self.target: self.target_name} | {group.id: group.label for group in self.groups}

    @property
    def rule(self) -> Rule:
        """The rule as it shall be, else as it was. Raises ValueError for a change of nothing."""
        rule = self.after or self.before
        if rule is None:
            raise ValueError("a change of a rule has at least one side")
        return rule

    @property
    def kind(self) -> str:
        """The kind of the rule."""
        return self.rule.kind

    @property
    def is_mark(self) -> bool:
        """Whether it changes no rule, but a mark of who manages the queue."""
        return self.rule.role is None


@dataclass(frozen=True, slots=True)
class QueueChange:
    """All rule changes of one queue: one PUT.

    ``before`` and ``after`` are all of its rules of the managed ``kinds``; ``step`` counts from 1: the queues
    of one step may be written at once; ``waits_for`` are the queue ids that must be done first; they stand in
    no file. ``back`` is the PUT that it takes back, where it belongs to a rollback.
    """

    queue: str
    name: str
    rules: tuple[RuleChange, ...]
    before: Rules
    after: Rules
    step: int = 1
    waits_for: tuple[str, ...] = ()
    kinds: tuple[str, ...] = field(kw_only=True)
    back: Written | None = field(default=None, repr=False, compare=False)


def names_in(change: QueueChange) -> dict[str, str]:
    """The names of the targets and groups that a change names, by their ids."""
    return {id_: name for rule in change.rules for id_, name in rule.names.items()}


class Reason(StrEnum):
    """Why a live queue stays as it is."""

    EQUAL = "equal"
    DISABLED = "disabled"
    LEFT_OUT = "left out"
    IGNORED = "ignored"
    HELD = "held"
    NOT_MANAGED = "not managed"
    NOT_SELECTED = "not selected"
    UNMANAGED = "unmanaged"


@dataclass(frozen=True, slots=True)
class Untouched:
    """A live queue that the plan leaves alone.

    ``equal``: the live queues match the policies; ``disabled``: equal, and every rule of it is switched off;
    ``left out``: managed, but not part of what is undone, or with a rule that can't be resolved;
    ``ignored``: the settings say so; ``held``: an exception keeps it as it is; ``not managed``: a policy says
    ``manage: false``; ``not selected``: a policy describes it, and the plan is about others; ``unmanaged``:
    no policy names it.
    """

    queue: str
    name: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Ignored:
    """What live keeps in one queue because the settings say so; ``what`` is in words, ``reason`` theirs."""

    queue: str
    name: str
    what: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """A queue that no policy describes: its rules in words, whose mark it bears, if any, and in words what
    routes contacts ``within`` it."""

    queue: str
    name: str
    rules: tuple[str, ...] = ()
    owner: str = ""
    within: tuple[str, ...] = ()
