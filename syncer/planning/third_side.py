"""What the live queues were when they last agreed with the policies, out of all that knows it, and who
moved since.

::

    what drift remembers ──┐
    the audit trail        ├── queue by queue the newest ──▶ Agreement
    the record             ┘

    live    policies   since they agreed
    moved   same       live
    same    moved      policies
    moved   moved      both

A rule that all three have is reported field by field: what the organization moved and the policies have too,
as they do after the merge request of a drift, is no move any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from syncer.audit.entries import place_of
from syncer.audit.record import AppliedQueue
from syncer.kinds.registry import kind_named
from syncer.model.change import Moved
from syncer.model.json_values import items, mapping
from syncer.model.plan import Plan, Status
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule, Rules
from syncer.model.settings import ApiLocation, Ignore
from syncer.planning.agreed import (
    DONE,
    NOT_KNOWN,
    Agreed,
    Agreement,
    RuleSlot,
    agreement_of,
    at_spot,
    brought_up_to_date,
    spot_of,
)
from syncer.resolving.ignore import ignored_fields


@dataclass(frozen=True, slots=True)
class Sources:
    """What knows the third side: the ``remembered`` agreements of drift, the entries of the ``trail``, and
    the queues of the record as they were ``applied``.

    ``intended`` are the queues that runs meant to write of which nobody knows how they ended.
    """

    remembered: Sequence[Agreement] = ()
    trail: Sequence[Mapping[str, Any]] = ()
    applied: Mapping[str, AppliedQueue] = field(default_factory=dict)
    intended: frozenset[str] = frozenset()

    def third(self, plan: Plan) -> Agreement:
        """What the live queues were when they last agreed with the policies, at the place of ``plan``."""
        known = agreement_of(plan, self.remembered)
        here = ApiLocation(plan.api, plan.organization)
        queues = brought_up_to_date(known.queues, known.at, self.trail, here)
        queues.update(newer_in_record(self.applied, known, self.trail, here))
        return replace(known, queues=queues)

    def unsettled(self, here: ApiLocation) -> frozenset[str]:
        """The queues that a run may have changed last without anybody knowing what it made of them: where
        the organization moved there, that may have been us."""
        found = set(self.intended)
        for entry in self.trail:
            if not place_of(entry).is_as(here):
                continue
            if entry.get("kind") == "change":
                queue, status = str(entry.get("queueId")), entry.get("status")
                if status in DONE:
                    found.discard(queue)
                elif status in _UNSETTLED:
                    found.add(queue)
            elif entry.get("status") == "lost":
                found.update(map(str, items(mapping(entry.get("intended")).get("queues"))))
        return frozenset(found)

    def conflicts(self, here: ApiLocation) -> dict[str, str]:
        """What the last run found that somebody had edited, by the id of the queue that it left alone."""
        found: dict[str, str] = {}
        for entry in self.trail:
            if entry.get("kind") == "change" and place_of(entry).is_as(here):
                queue = str(entry.get("queueId"))
                if entry.get("status") == Status.CONFLICT:
                    found[queue] = str(entry.get("detail") or "")
                else:
                    found.pop(queue, None)
        return found

    def written(self, here: ApiLocation) -> dict[str, str]:
        """When each queue was last written by a run of ours (RFC 3339), by its id."""
        found = {id_: queue.at for id_, queue in self.applied.items()}
        for entry in self.trail:
            if entry.get("kind") == "change" and entry.get("status") in DONE and place_of(entry).is_as(here):
                queue = str(entry.get("queueId"))
                found[queue] = max(found.get(queue, ""), str(entry.get("timestamp")))
        return found


NO_SOURCES: Final = Sources()
"""Nothing is known of what the organization was."""

_UNSETTLED: Final = frozenset(
    status.value for status in (Status.UNKNOWN, Status.TAKEN_BACK, Status.NOT_TAKEN_BACK)
)


def newer_in_record(
    applied: Mapping[str, AppliedQueue],
    known: Agreement,
    trail: Iterable[Mapping[str, Any]],
    here: ApiLocation,
) -> dict[str, Agreed]:
    """The ``applied`` queues that were applied after all that is ``known`` of them and after each change of
    theirs in the ``trail``.

    Where the record has their rules, all of these agreed then; else what is known of them is too old. Where
    nobody knows what a run made of one, the record has its rules before, for where nothing else is known.
    """
    seen = dict.fromkeys(known.queues, known.at)
    for entry in trail:
        if entry.get("kind") == "change" and entry.get("status") in DONE and place_of(entry).is_as(here):
            queue = str(entry.get("queueId"))
            seen[queue] = max(seen.get(queue, ""), str(entry.get("timestamp")))
    return {
        id_: NOT_KNOWN if queue.rules is None else Agreed(queue.rules)
        for id_, queue in applied.items()
        if queue.at > seen.get(id_, "") and (queue.settled or id_ not in seen)
    }


def who_moved(
    queue: LiveQueue,
    spot: RuleSlot,
    policy: Rules,
    agreed: Agreed,
    ignores: Sequence[Ignore] = (),
    *,
    settled: bool = True,
) -> Moved:
    """Which side moved what stands at a spot of a live queue; ``policy`` are the rules that it is to have.

    Fields that the settings ignore move nothing. Where the queue isn't ``settled`` nobody knows whether
    people moved it, or a run of ours.
    """
    before = agreed.at(spot)
    if before is None:
        return Moved.UNKNOWN
    ignored = ignored_fields(queue.name, ignores)
    if sides := one_rule(queue, spot, policy, agreed):
        before = (as_agreed(*sides),)
    then, now, wanted = (
        _without(rules, ignored) for rules in (before, at_spot(queue.rules, spot), at_spot(policy, spot))
    )
    if then == now and spot not in unreadable(queue):
        return Moved.POLICIES
    if not settled:
        return Moved.UNKNOWN
    return Moved.LIVE if then == wanted else Moved.BOTH


def one_rule(
    queue: LiveQueue, spot: RuleSlot, policy: Rules, agreed: Agreed
) -> tuple[Rule, Rule, Rule] | None:
    """The rule when both last agreed, as the organization has it, and as the policy has it; None where one of
    them has none or several at the spot, or what the organization has can't be read.

    Not of a numbered kind: its fields are one condition, and which rule is which is not sure.
    """
    if kind_named(spot[0]).numbered or spot in unreadable(queue):
        return None
    sides = (agreed.at(spot) or (), at_spot(queue.rules, spot), at_spot(policy, spot))
    if any(len(rules) != 1 for rules in sides) or len({rules[0].key for rules in sides}) != 1:
        return None
    then, now, wanted = (rules[0] for rules in sides)
    return then, now, wanted


def as_agreed(then: Rule, now: Rule, wanted: Rule) -> Rule:
    """``then``, when both last agreed, with the fields in which they agree now."""
    said = wanted.values()
    return then.with_values(**{name: value for name, value in now.values().items() if value == said[name]})


def unreadable(queue: LiveQueue) -> set[RuleSlot]:
    """Where the organization has something that no rule can be: what was read of it is not what it is."""
    return {spot_of(queue.rules[place]) for place in queue.problems}


def _without(rules: Rules, ignored: frozenset[str]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (rule.key, {name: value for name, value in rule.values().items() if name not in ignored})
        for rule in rules
    ]
