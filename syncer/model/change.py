"""Changes: what a plan would do to the overflow rules of each queue."""

from dataclasses import dataclass
from enum import StrEnum

from syncer.model.queue import OverflowRule


class Action(StrEnum):
    """What happens to one rule."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a rule: ``threshold`` (percent), ``delay`` (seconds) or ``enabled``."""

    field: str
    before: int | bool
    after: int | bool


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that is created, updated or deleted; a rule's key within its queue is its target.

    ``note`` says why, where the rules alone don't show it (a second rule with one target, a value
    on the wire that could not be read).
    """

    action: Action
    target: str
    target_name: str
    before: OverflowRule | None = None
    after: OverflowRule | None = None
    fields: tuple[FieldChange, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class QueueChange:
    """All rule changes of one queue: one PUT.

    ``before`` and ``after`` are the whole list of its overflow rules; ``step`` counts from 1 and is
    the round in which it may be written; ``waits_for`` are the queue ids that must be done first.
    """

    queue: str
    name: str
    rules: tuple[RuleChange, ...]
    before: tuple[OverflowRule, ...]
    after: tuple[OverflowRule, ...]
    step: int = 1
    waits_for: tuple[str, ...] = ()


def names_in(change: QueueChange) -> dict[str, str]:
    """The names of the targets that a change speaks of, by their ids."""
    return {rule.target: rule.target_name for rule in change.rules}


class Reason(StrEnum):
    """Why a live queue stays as it is."""

    EQUAL = "equal"
    DISABLED = "disabled"
    LEFT_OUT = "left out"
    NOT_MANAGED = "not managed"
    UNMANAGED = "unmanaged"


@dataclass(frozen=True, slots=True)
class Untouched:
    """A live queue that the plan leaves alone.

    ``equal``: live is what the policies say; ``disabled``: equal, and every rule of it is switched off;
    ``left out``: managed, but not part of what is undone, or with a rule that can't be resolved;
    ``not managed``: a policy says ``manage: false``; ``unmanaged``: no policy names it.
    """

    queue: str
    name: str
    reason: Reason


def mean_the_same(left: tuple[OverflowRule, ...], right: tuple[OverflowRule, ...]) -> bool:
    """Whether two lists of rules differ in nothing but their order."""
    return left == right or sorted(left, key=_key) == sorted(right, key=_key)


def _key(rule: OverflowRule) -> tuple[str, int, int, bool]:
    return (rule.target, rule.threshold, rule.delay, rule.enabled)
