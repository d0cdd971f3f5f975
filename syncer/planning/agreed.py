"""What the live queues were when they last agreed with the policies: the third side of a comparison.

It is known rule by rule: of a queue in which one rule differs, all the others agree.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Self

from syncer.audit.entries import place_of
from syncer.errors import SyncerError
from syncer.kinds.registry import KIND_NAMES, POLICY_KINDS, kind_named, kind_of, rule_document, rules_of
from syncer.live.wire import rules_in
from syncer.model.change import Written
from syncer.model.plan import Plan, Status
from syncer.model.rule import Rule, Rules
from syncer.model.settings import ApiLocation, Organization
from syncer.model.well_typed import well_typed

RuleSlot = tuple[str, str]
"""What moves as one in a queue: a rule that goes by its target, else all rules of a kind (with ``""``)."""


def spot_of(rule: Rule) -> RuleSlot:
    """Where there is one place, or where rules are numbered, none moves alone."""
    return (rule.kind, rule.key if kind_of(rule).by_target else "")


def at_spot(rules: Iterable[Rule], spot: RuleSlot) -> Rules:
    """The rules there, by their keys; of several with one key the first stays the first."""
    return tuple(sorted((rule for rule in rules if spot_of(rule) == spot), key=lambda rule: rule.key))


@dataclass(frozen=True, slots=True)
class Agreed:
    """The rules that one live queue had when each last agreed with the policies.

    ``open`` are the spots of which that is not known; one without a target stands for every
    target that no rule here has.
    """

    rules: Rules = ()
    open: frozenset[RuleSlot] = frozenset()

    def at(self, spot: RuleSlot) -> Rules | None:
        """The rules at a spot, empty where there was none, None where that is not known."""
        if found := at_spot(self.rules, spot):
            return found
        return None if self.open & {spot, (spot[0], "")} else ()

    def put(self, spot: RuleSlot, rules: Rules) -> Self:
        """The same with these rules at a spot."""
        others = tuple(rule for rule in self.rules if spot_of(rule) != spot)
        return type(self)((*others, *rules), self.open - {spot})

    def without(self, spots: Set[RuleSlot]) -> Self:
        """The same, where nothing is known of these spots."""
        others = tuple(rule for rule in self.rules if spot_of(rule) not in spots)
        return type(self)(others, self.open | spots)

    def as_json(self) -> dict[str, Any]:
        """The member of the file of drift; ``open`` is left out where all is known."""
        spots = [{"kind": kind, "rule": rule} for kind, rule in sorted(self.open)]
        return {"rules": [rule_document(rule) for rule in self.rules]} | ({"open": spots} if spots else {})

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read back. Raises KeyError, TypeError or ValueError."""
        spots = frozenset(
            (kind_named(spot["kind"]).name, str(spot["rule"])) for spot in document.get("open", ())
        )
        rules = rules_of(document["rules"])
        if not all(map(well_typed, rules)):
            raise TypeError("a rule with a value of the wrong type")
        return cls(rules, spots)


NOT_KNOWN = Agreed(open=frozenset((kind, "") for kind in KIND_NAMES))
"""A queue of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is known of the queues of one environment by their ids, as of ``at`` (RFC 3339)."""

    api: str
    environment: str
    organization: str = ""
    at: str = ""
    queues: Mapping[str, Agreed] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """There is one of each."""
        return (self.api, self.environment)

    def as_json(self) -> dict[str, Any]:
        """One entry under ``agreed`` of the file of drift."""
        return {
            "api": self.api,
            "environment": self.environment,
            "organization": self.organization,
            "at": self.at,
            "queues": [{"queue": id_, **agreed.as_json()} for id_, agreed in sorted(self.queues.items())],
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read back. Raises KeyError, TypeError or ValueError."""
        queues = {str(each["queue"]): Agreed.of(each) for each in document["queues"]}
        api, environment, organization, at = (
            str(document[name]) for name in ("api", "environment", "organization", "at")
        )
        return cls(api, environment, organization, at, queues)


def agreements_of(documents: Any) -> tuple[Agreement, ...]:
    """What the file of drift has under ``agreed``.

    Raises KeyError, TypeError or ValueError where it is anything that ``as_json`` would not write.
    """
    found = tuple(map(Agreement.of, documents))
    if [agreement.as_json() for agreement in found] != documents:
        raise ValueError("not as the schema requires")
    return found


def agreement_of(plan: Plan, agreements: Sequence[Agreement]) -> Agreement:
    """What is known of the place of a plan; nothing, where another organization answered there before."""
    here = ApiLocation(plan.api, plan.organization)
    for each in agreements:
        there = ApiLocation(each.api, Organization(each.organization))
        if each.key == (plan.api, plan.environment) and there.is_as(here):
            return each
    return Agreement(plan.api, plan.environment, plan.organization.id)


DONE = frozenset({Status.APPLIED.value, Status.MERGED.value, Status.ALREADY.value})
"""Of anything else live may be what it was before, and where it isn't, nobody here can say why."""

Entry = Mapping[str, Any]


def brought_up_to_date(
    known: Mapping[str, Agreed], at: str, entries: Iterable[Entry], here: ApiLocation
) -> dict[str, Agreed]:
    """``known``, as of ``at``, with what the runs at ``here`` made of the queues since.

    A run says nothing of queues that it didn't write. An apply leaves a queue as the policies say, so all of
    its rules agree; a rollback brings rules back, and says nothing of the others. An entry that can't be
    read counts for nothing.
    """
    ours = [entry for entry in entries if place_of(entry).is_as(here)]
    applies = {entry.get("run") for entry in ours if entry.get("action") == "APPLY_RUN"}
    queues = dict(known)
    done = [entry for entry in ours if entry.get("kind") == "change" and entry.get("status") in DONE]
    for (run, queue), group in groupby(done, lambda entry: (entry.get("run"), str(entry.get("queueId")))):
        changes = list(group)
        if queue in known and str(changes[0].get("timestamp")) <= at:
            continue
        try:
            queues[queue] = _after(queues.get(queue, NOT_KNOWN), queue, changes, whole=run in applies)
        except (KeyError, TypeError, ValueError, AttributeError, SyncerError):
            continue
    return queues


def _after(before: Agreed, queue: str, changes: Sequence[Entry], *, whole: bool) -> Agreed:
    """One queue behind one PUT."""
    written = next((found for entry in changes if (found := Written.of(entry.get("written")))), None)
    images = [rules_of([entry[side] for side in ("before", "after") if entry[side]]) for entry in changes]
    left = [rule for entry in changes if entry["after"] for rule in rules_of([entry["after"]])]
    agreed = before
    if written is not None:
        left = [*rules_in(written.after, queue), *(rule for rule in left if rule.kind not in POLICY_KINDS)]
    if written is not None and whole:
        marks = tuple(rule for rule in before.rules if rule.kind not in POLICY_KINDS)
        spoken = tuple(rule for rule in left if rule.kind in POLICY_KINDS)
        still_open = frozenset(spot for spot in before.open if spot[0] not in POLICY_KINDS)
        agreed = Agreed((*marks, *spoken), still_open)
    spots: dict[RuleSlot, None] = dict.fromkeys(spot_of(rule) for rules in images for rule in rules)
    for spot in spots:
        agreed = agreed.put(spot, at_spot(left, spot))
    return agreed
