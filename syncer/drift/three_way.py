"""Three sides in place of two: live, the policies, and what live was when both last agreed.

::

    live    policies   since they agreed
    moved   same       drift
    same    moved      pending: merged, and not applied yet
    moved   moved      drift, of which the policies know another value too

Fields that the settings ignore move nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from syncer.audit.record import AppliedQueue
from syncer.drift.agreed import (
    NOT_KNOWN,
    Agreed,
    Agreement,
    RuleSlot,
    agreement_of,
    at_spot,
    brought_up_to_date,
    spot_of,
)
from syncer.drift.applied import newer_in_record
from syncer.drift.found import COMPARED, Drift, Drifting, Moved
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule, Rules
from syncer.model.settings import ApiLocation, Ignore
from syncer.resolving.ignore import ignored_fields


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides, and what there is to tell the third from.

    ``drift`` is of two sides; ``live`` are the queues by their ids, read after ``begun`` (RFC 3339);
    ``trail`` are the entries of the audit, ``applied`` the queues as the record knows them.
    """

    drift: Drift
    live: Mapping[str, LiveQueue]
    begun: str
    trail: Sequence[Mapping[str, Any]] = ()
    ignores: Sequence[Ignore] = ()
    applied: Mapping[str, AppliedQueue] = field(default_factory=dict)

    def third(self, remembered: Sequence[Agreement]) -> Agreement:
        """What live was when it last agreed: as remembered, what runs did since, and the record where it is
        newer."""
        plan = self.drift.plan
        known = agreement_of(plan, remembered)
        here = ApiLocation(plan.api, plan.organization)
        queues = brought_up_to_date(known.queues, known.at, self.trail, here)
        for id_, agreed in newer_in_record(self.applied, known, self.trail, here).items():
            queues[id_] = agreed
        return replace(known, queues=queues)

    def told_apart(self, third: Agreement) -> Drift:
        """The drift with who moved what; rules that wait to be applied are none."""
        policies = {change.queue: change.after for change in self.drift.plan.changes}
        moved = [
            (rule, self._moved(rule, policies[rule.queue], third.queues.get(rule.queue, NOT_KNOWN)))
            for rule in self.drift.rules
        ]
        return replace(
            self.drift,
            rules=tuple(replace(rule, moved=who) for rule, who in moved if who is not Moved.POLICIES),
            pending=tuple(replace(rule, moved=who) for rule, who in moved if who is Moved.POLICIES),
        )

    def agreement(self, third: Agreement) -> Agreement:
        """What is known from this run on: what agrees now, and of the rest what was known before.

        A queue that wasn't compared keeps what is known of it, as long as live has it.
        """
        plan = self.drift.plan
        queues = {id_: agreed for id_, agreed in third.queues.items() if id_ in self.live}
        differing = {
            change.queue: {spot_of(rule) for each in change.rules for rule in _sides(each.before, each.after)}
            for change in plan.changes
        }
        equal = {queue.queue: set[RuleSlot]() for queue in plan.untouched if queue.reason in COMPARED}
        for id_, spots in {**equal, **differing}.items():
            queues[id_] = _agreed_now(self.live[id_], spots, queues.get(id_, NOT_KNOWN))
        return Agreement(plan.api, plan.environment, plan.organization.id, self.begun, queues)

    def _moved(self, rule: Drifting, policy: Rules, agreed: Agreed) -> Moved:
        queue, spot = self.live[rule.queue], spot_of(rule.side)
        before = agreed.at(spot)
        if before is None:
            return Moved.UNKNOWN
        ignored = ignored_fields(queue.name, self.ignores)
        then, now, wanted = (
            _without(rules, ignored) for rules in (before, at_spot(queue.rules, spot), at_spot(policy, spot))
        )
        if then == now and spot not in _unreadable(queue):
            return Moved.POLICIES
        return Moved.LIVE if then == wanted else Moved.BOTH


def _agreed_now(queue: LiveQueue, differing: set[RuleSlot], before: Agreed) -> Agreed:
    left = differing | _unreadable(queue)
    kept = [rule for spot in sorted(left) for rule in before.at(spot) or ()]
    now = [rule for rule in queue.rules if spot_of(rule) not in left]
    return Agreed((*now, *kept), frozenset(spot for spot in left if before.at(spot) is None))


def _unreadable(queue: LiveQueue) -> set[RuleSlot]:
    """Where live has something that no rule can be: what was read of it is not what it is."""
    return {spot_of(queue.rules[place]) for place in queue.problems}


def _sides(*rules: Rule | None) -> Iterable[Rule]:
    return (rule for rule in rules if rule is not None)


def _without(rules: Rules, ignored: frozenset[str]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (rule.key, {name: value for name, value in rule.values().items() if name not in ignored})
        for rule in rules
    ]
