"""Three sides in place of two: live, the policies, and what live was when both last agreed.

::

    live    policies   since they agreed
    moved   same       drift
    same    moved      pending: merged, and not applied yet
    moved   moved      drift, of which the policies know another value too

Fields that the settings ignore move nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.drift.found import COMPARED, Drift, Drifting
from syncer.kinds.registry import kind_named
from syncer.model.change import Moved
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule, Rules
from syncer.model.settings import ApiLocation, Ignore
from syncer.planning.agreed import NOT_KNOWN, Agreed, Agreement, RuleSlot, at_spot, spot_of
from syncer.planning.third_side import NO_SOURCES, Sources, unreadable, who_moved


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides, and what there is to tell the third from.

    ``drift`` is of two sides; ``live`` are the queues by their ids, read after ``begun`` (RFC 3339);
    ``sources`` know the third side, but for what drift remembers.
    """

    drift: Drift
    live: Mapping[str, LiveQueue]
    begun: str
    sources: Sources = NO_SOURCES
    ignores: Sequence[Ignore] = ()

    def third(self, remembered: Sequence[Agreement]) -> Agreement:
        """What live was when it last agreed: as remembered, what runs did since, and the record where it is
        newer."""
        return replace(self.sources, remembered=remembered).third(self.drift.plan)

    def told_apart(self, third: Agreement) -> Drift:
        """The drift with who moved what; rules that wait to be applied are none."""
        policies = {change.queue: change.after for change in self.drift.plan.changes}
        unsettled = self._unsettled()
        moved = [
            self._moved(
                rule,
                policies[rule.queue],
                third.queues.get(rule.queue, NOT_KNOWN),
                settled=rule.queue not in unsettled,
            )
            for rule in self.drift.rules
        ]
        return replace(
            self.drift,
            rules=tuple(rule for rule in moved if rule.moved is not Moved.POLICIES),
            pending=tuple(rule for rule in moved if rule.moved is Moved.POLICIES),
        )

    def agreement(self, third: Agreement) -> Agreement:
        """What is known from this run on: what agrees now, and of the rest what was known before. Where a run
        of ours may have moved live, that is nothing any more.

        A queue that wasn't compared keeps what is known of it, as long as live has it.
        """
        plan = self.drift.plan
        queues = {id_: agreed for id_, agreed in third.queues.items() if id_ in self.live}
        differing = {
            change.queue: {spot_of(rule) for each in change.rules for rule in _sides(each.before, each.after)}
            for change in plan.changes
        }
        equal = {queue.queue: set[RuleSlot]() for queue in plan.untouched if queue.reason in COMPARED}
        unsettled = self._unsettled()
        for id_, spots in {**equal, **differing}.items():
            before = queues.get(id_, NOT_KNOWN)
            if id_ in unsettled:
                before = before.without({spot for spot in spots if self._has_moved(id_, spot, before)})
            queues[id_] = _agreed_now(self.live[id_], spots, before)
        return Agreement(plan.api, plan.environment, plan.organization.id, self.begun, queues)

    def _unsettled(self) -> frozenset[str]:
        plan = self.drift.plan
        return self.sources.unsettled(ApiLocation(plan.api, plan.organization))

    def _has_moved(self, queue: str, spot: RuleSlot, before: Agreed) -> bool:
        """Whether live is another than before, whoever moved it."""
        moved = who_moved(self.live[queue], spot, (), before, self.ignores, settled=False)
        return moved is not Moved.POLICIES

    def _moved(self, rule: Drifting, policy: Rules, agreed: Agreed, *, settled: bool) -> Drifting:
        queue, spot = self.live[rule.queue], spot_of(rule.side)
        moved = who_moved(queue, spot, policy, agreed, self.ignores, settled=settled)
        both = moved is Moved.BOTH and spot not in unreadable(queue)
        return replace(rule, moved=moved, agreed=_one(queue, spot, policy, agreed) if both else None)


def _one(queue: LiveQueue, spot: RuleSlot, policy: Rules, agreed: Agreed) -> Rule | None:
    """The rule when both last agreed, where each side has just this one at the spot.

    Not of a numbered kind: its fields are one condition, and which rule is which is not sure.
    """
    if kind_named(spot[0]).numbered:
        return None
    then = agreed.at(spot) or ()
    sides = (then, at_spot(queue.rules, spot), at_spot(policy, spot))
    alone = all(len(rules) == 1 for rules in sides) and len({rules[0].key for rules in sides}) == 1
    return then[0] if alone else None


def _agreed_now(queue: LiveQueue, differing: set[RuleSlot], before: Agreed) -> Agreed:
    left = differing | unreadable(queue)
    kept = [rule for spot in sorted(left) for rule in before.at(spot) or ()]
    now = [rule for rule in queue.rules if spot_of(rule) not in left]
    return Agreed((*now, *kept), frozenset(spot for spot in left if before.at(spot) is None))


def _sides(*rules: Rule | None) -> Iterable[Rule]:
    return (rule for rule in rules if rule is not None)
