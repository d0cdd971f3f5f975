"""Three sides in place of two: live, the policies, and what the organization was when both last agreed.

::

    live    policies   since they agreed
    moved   same       drift
    same    moved      pending: merged, and not applied yet
    moved   moved      drift, of which the policies know another value too

A rule that all three have is reported field by field: what drifted of it are the fields that the organization
moved. Fields that the settings ignore move nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.drift.found import COMPARED, Drift, Drifting
from syncer.model.change import Moved
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule, Rules
from syncer.model.settings import ApiLocation, Ignore
from syncer.planning.agreed import NOT_KNOWN, Agreed, Agreement, RuleSlot, spot_of
from syncer.planning.field_merge import merge_fields
from syncer.planning.third_side import NO_SOURCES, Sources, as_agreed, one_rule, unreadable, who_moved


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
        """What the live queues were when they last agreed: as remembered, what runs did since, and the record
        where it is newer."""
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
        """What is known from this run on: what agrees now (of a rule that all three have, field by field),
        and of the rest what was known before. Where a run of ours may have moved live, that is nothing any
        more.

        A queue that wasn't compared keeps what is known of it, as long as the organization has it.
        """
        plan = self.drift.plan
        queues = {id_: agreed for id_, agreed in third.queues.items() if id_ in self.live}
        differing = {
            change.queue: {spot_of(rule) for each in change.rules for rule in _sides(each.before, each.after)}
            for change in plan.changes
        }
        policies = {change.queue: change.after for change in plan.changes}
        equal = {queue.queue: set[RuleSlot]() for queue in plan.untouched if queue.reason in COMPARED}
        unsettled = self._unsettled()
        for id_, spots in {**equal, **differing}.items():
            before = queues.get(id_, NOT_KNOWN)
            if id_ in unsettled:
                before = before.without({spot for spot in spots if self._has_moved(id_, spot, before)})
            queues[id_] = _agreed_now(self.live[id_], spots, before, policies.get(id_, ()))
        return Agreement(plan.api, plan.environment, plan.organization.id, self.begun, queues)

    def _unsettled(self) -> frozenset[str]:
        plan = self.drift.plan
        return self.sources.unsettled(ApiLocation(plan.api, plan.organization))

    def _has_moved(self, queue: str, spot: RuleSlot, before: Agreed) -> bool:
        """Whether live is another than before, no matter who moved it."""
        moved = who_moved(self.live[queue], spot, (), before, self.ignores, settled=False)
        return moved is not Moved.POLICIES

    def _moved(self, rule: Drifting, policy: Rules, agreed: Agreed, *, settled: bool) -> Drifting:
        queue, spot = self.live[rule.queue], spot_of(rule.side)
        moved = who_moved(queue, spot, policy, agreed, self.ignores, settled=settled)
        sides = one_rule(queue, spot, policy, agreed) if moved is Moved.BOTH else None
        if sides is None:
            return replace(rule, moved=moved)
        drifted = merge_fields(*sides).drifted
        fields = tuple(each for each in rule.fields if each.field in drifted)
        return replace(rule, moved=moved, agreed=sides[0], fields=fields)


def _agreed_now(queue: LiveQueue, differing: set[RuleSlot], before: Agreed, policy: Rules) -> Agreed:
    left = differing | unreadable(queue)
    kept = list[Rule]()
    for spot in sorted(left):
        sides = one_rule(queue, spot, policy, before)
        kept += (as_agreed(*sides),) if sides else before.at(spot) or ()
    now = [rule for rule in queue.rules if spot_of(rule) not in left]
    return Agreed((*now, *kept), frozenset(spot for spot in left if before.at(spot) is None))


def _sides(*rules: Rule | None) -> Iterable[Rule]:
    return (rule for rule in rules if rule is not None)
