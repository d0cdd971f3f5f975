"""Drift: the difference between live and the policies, seen from live.

A plan says what would be done; drift says what is: the same comparison read the other way round.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from syncer.drift.episodes import Episode
from syncer.model.change import Action, FieldChange, Reason
from syncer.model.plan import Plan
from syncer.model.queue import Edit
from syncer.model.rule import Rule


class Direction(StrEnum):
    """Which side has what the other has not."""

    LIVE_HAS_MORE = "live has more"
    LIVE_HAS_LESS = "live has less"
    LIVE_DIFFERS = "live differs"


class Moved(StrEnum):
    """Which side moved since both last agreed; ``unknown``: nobody knows what live was then."""

    LIVE = "live"
    POLICIES = "policies"
    BOTH = "both"
    UNKNOWN = "unknown"


COMPARED = (Reason.EQUAL, Reason.DISABLED)
"""Why a queue stays untouched that was held against its policy."""

DIRECTIONS = {
    Action.DELETE: Direction.LIVE_HAS_MORE,
    Action.CREATE: Direction.LIVE_HAS_LESS,
    Action.UPDATE: Direction.LIVE_DIFFERS,
}


@dataclass(frozen=True, slots=True)
class Drifting:
    """One rule that live and the policies don't agree on. ``fields`` go from the policy to live.

    ``names`` are the names of queues and groups by their ids; ``edit`` is the last change of the queue;
    ``episode`` says since when it drifts, where that was remembered; ``moved`` which side it comes from.
    """

    direction: Direction
    queue: str
    queue_name: str
    target: str
    target_name: str
    policy: Rule | None
    live: Rule | None
    fields: tuple[FieldChange, ...] = ()
    note: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    edit: Edit = field(default_factory=Edit)
    episode: Episode | None = None
    moved: Moved = Moved.UNKNOWN

    @property
    def side(self) -> Rule:
        """The rule as live has it, else as the policy has it. Raises ValueError where neither has it."""
        rule = self.live or self.policy
        if rule is None:
            raise ValueError("a rule that drifts has at least one side")
        return rule


@dataclass(frozen=True, slots=True)
class Drift:
    """All that drifted, and the plan that it was read from.

    ``pending`` are rules that the policies changed and live didn't: they wait to be applied, and are no
    drift.
    """

    plan: Plan
    rules: tuple[Drifting, ...]
    pending: tuple[Drifting, ...] = ()

    @property
    def compared(self) -> int:
        """How many live queues were held against a policy: of none, there is nothing to say."""
        same = sum(queue.reason in COMPARED for queue in self.plan.untouched)
        return len(self.plan.changes) + same

    @property
    def marks(self) -> int:
        """How many of the rules are marks of the owner."""
        return sum(rule.side.role is None for rule in self.rules)

    def moved(self, moved: Moved) -> tuple[Drifting, ...]:
        """The rules that drifted in this way."""
        return tuple(rule for rule in self.rules if rule.moved is moved)

    def count(self, direction: Direction) -> int:
        """How many rules drifted in this direction."""
        return sum(rule.direction is direction for rule in self.rules)


def drift_of(plan: Plan, edits: Mapping[str, Edit] | None = None) -> Drift:
    """Read a plan as drift, ordered by the names of queue and target.

    ``edits`` are the last changes of the live queues by their ids.
    """
    last = edits or {}
    rules = [
        Drifting(
            direction=DIRECTIONS[rule.action],
            queue=change.queue,
            queue_name=change.name,
            target=rule.target,
            target_name=rule.target_name,
            policy=rule.after,
            live=rule.before,
            fields=tuple(FieldChange(each.field, each.after, each.before) for each in rule.fields),
            note=rule.note,
            names=rule.names,
            edit=last.get(change.queue, Edit()),
        )
        for change in plan.changes
        for rule in change.rules
    ]
    rules.sort(key=lambda rule: (rule.queue_name, rule.queue, rule.target_name, rule.target, rule.direction))
    return Drift(plan, tuple(rules))
