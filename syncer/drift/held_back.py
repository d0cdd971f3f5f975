"""What exceptions hold back, rule by rule: where the organization is not what the policies say, because a
stop or a rollback keeps it so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.audit.exceptions import STOP, Exemption
from syncer.drift.found import Drift, Drifting, drift_of
from syncer.model.change import Moved
from syncer.model.plan import Plan
from syncer.planning.exceptions import forbids
from syncer.planning.held import Hold


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The ``drift`` of a plan that holds no exception: its rules are those that exceptions hold, and all else
    that differs is pending in it. ``by`` are the exceptions that hold each of its rules, in their order.
    """

    drift: Drift
    by: tuple[tuple[Exemption, ...], ...] = ()

    @property
    def exceptions(self) -> tuple[Exemption, ...]:
        """The exceptions that hold anything, each once."""
        found = {each.id: each for made in self.by for each in made}
        return tuple(found.values())

    @property
    def as_pending(self) -> Drift:
        """The same rules as others that a merge request on drift leaves to the policies."""
        rules = (replace(rule, moved=Moved.POLICIES) for rule in self.drift.rules)
        return replace(self.drift, rules=(), pending=tuple(rules))


def held_back(plan: Plan, exceptions: Sequence[Exemption], holds: Mapping[str, Hold]) -> HeldBack:
    """What is held of a ``plan`` that was made as if there were no ``exceptions``.

    These are the ones in force at its place; ``holds`` are the rollbacks that hold queues now, by the ids of
    the queues.
    """
    stops = [each for each in exceptions if each.kind == STOP]
    found = drift_of(plan)
    by = [_holding(rule, stops, holds) for rule in found.rules]
    pairs = list(zip(found.rules, by, strict=True))
    held = [replace(rule, moved=Moved.LIVE) for rule, made in pairs if made]
    others = [replace(rule, moved=Moved.POLICIES) for rule, made in pairs if not made]
    drift = replace(found, rules=tuple(held), pending=tuple(others))
    return HeldBack(drift, tuple(filter(None, by)))


def _holding(rule: Drifting, stops: Sequence[Exemption], holds: Mapping[str, Hold]) -> tuple[Exemption, ...]:
    """The exceptions that keep a rule as the organization has it."""
    wanted, hold = rule.policy, holds.get(rule.queue)
    off = rule.live is None or not rule.live.enabled
    found = [each for each in stops if wanted and off and forbids(each, rule.queue, wanted)]
    if hold is not None and _is_undone(rule, hold):
        found.append(hold.exemption)
    return tuple(found)


def _is_undone(rule: Drifting, hold: Hold) -> bool:
    """Whether the policies say of a rule what was undone; of a run that nobody knows, any rule counts."""
    images = hold.undone.get(rule.queue, ())
    return not images or any(each.is_of(rule.side) and each.after == rule.policy for each in images)
