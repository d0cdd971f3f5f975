"""Exceptions from the policies: what plan, apply and drift hold while they last.

A *stop* says that nothing overflows into a queue. A *rollback* holds the queues that it has undone. The trail
has each in the entry of the run that made it (``exception``), and in that of the run that lifted it
(``lifts``); the record has those that are in force, each with the rules that it is about, for a run that has
the record without the trail.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from syncer.kinds.registry import rule_document, rules_of
from syncer.model.rule import Rule
from syncer.model.settings import ApiLocation, Organization
from syncer.model.well_typed import well_typed

STOP: Final = "stop"
ROLLBACK: Final = "rollback"

_NOT_BEGUN: Final = frozenset({"refused", "failed"})
"""How a run ended that made no exception: it changed nothing."""


@dataclass(frozen=True, slots=True)
class RuleImage:
    """A rule of a queue before and after a run; None where there was none."""

    queue: str
    queue_name: str
    before: Rule | None
    after: Rule | None


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exception that the run ``id`` made, at one organization.

    ``kind`` is ``stop`` or ``rollback``. A stop has a ``target`` and its ``sources``, both ids of queues; no
    sources are all queues. One of loops has ``edges`` in place of them: pairs of source and target. A
    rollback holds ``queues`` (ids) and ``undoes`` a run. ``until`` is RFC 3339, empty: until it is lifted.
    ``at`` is when it was made.

    ``images`` are rules as a run made them: the stop itself, or the run that a rollback undid, whose
    ``commit`` is known then. They are empty where the trail of that run was never seen.
    """

    kind: str
    id: str
    location: ApiLocation
    environment: str = ""
    target: str = ""
    target_name: str = ""
    sources: tuple[str, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    queues: tuple[str, ...] = ()
    until: str = ""
    reason: str = ""
    ticket: str = ""
    user: str = ""
    at: str = ""
    undoes: str = ""
    commit: str = ""
    images: tuple[RuleImage, ...] = ()

    def stops(self, source: str, target: str) -> bool:
        """Whether it is a stop, and contacts must not move from one queue to the other while it lasts."""
        if self.kind != STOP or self.edges:
            return (source, target) in self.edges
        return target == self.target and (not self.sources or source in self.sources)

    def holds(self, queue: str) -> bool:
        """Whether it is a rollback that keeps this queue as it is."""
        return self.kind == ROLLBACK and queue in self.queues

    def is_expired(self, now: datetime) -> bool:
        """Whether its time is over. It is in force until it is lifted all the same."""
        return bool(self.until) and datetime.fromisoformat(self.until) <= now


def exceptions_at(found: Iterable[Exemption], location: ApiLocation) -> tuple[Exemption, ...]:
    """Those of one organization, whatever the environment was called where they were made."""
    return tuple(each for each in found if each.location.is_as(location))


def exceptions_after(known: Sequence[Exemption], entry: Mapping[str, Any]) -> tuple[Exemption, ...]:
    """Those in force after the run that ``entry`` closes. The same id again replaces the exception; one whose
    run changed nothing after all is none.

    Raises ValueError where the entry holds an exception that no run writes.
    """
    found = tuple(known)
    if isinstance(document := entry.get("exception"), Mapping):
        organization = entry.get("organization")
        made = exemption_of({**document, "api": entry.get("api"), "organization": organization})
        if changed_nothing(entry):
            return tuple(each for each in found if each.id != entry.get("run"))
        earlier = next((each for each in found if each.id == made.id), None)
        if earlier and made.id == entry.get("run"):  # it was extended before its own run was closed
            made = earlier
        elif earlier:
            made = replace(made, commit=earlier.commit, images=earlier.images)
        found = (*(each for each in found if each.id != made.id), made)
    lifts = entry.get("lifts")
    if entry.get("status") == "done" and isinstance(lifts, list):
        found = tuple(each for each in found if each.id not in lifts)
    return found


def changed_nothing(entry: Mapping[str, Any]) -> bool:
    """Whether a run was refused, failed, or interrupted before it reached any queue."""
    status = entry.get("status")
    return status in _NOT_BEGUN or (status == "interrupted" and not entry.get("queues"))


def exception_document(exemption: Exemption) -> dict[str, Any]:
    """An exception as the entry of a run has it; where it applies stands beside it there."""
    return {
        "kind": exemption.kind,
        "id": exemption.id,
        "environment": exemption.environment,
        "target": exemption.target,
        "targetName": exemption.target_name,
        "sources": list(exemption.sources),
        "edges": [list(edge) for edge in exemption.edges],
        "queues": list(exemption.queues),
        "until": exemption.until,
        "reason": exemption.reason,
        "ticket": exemption.ticket,
        "user": exemption.user,
        "at": exemption.at,
        "undoes": exemption.undoes,
    }


def placed_document(exemption: Exemption) -> dict[str, Any]:
    """An exception with where it applies."""
    where, organization = exemption.location, exemption.location.organization
    known = {"api": where.api, "organization": {"id": organization.id, "name": organization.name}}
    return known | exception_document(exemption)


def kept_document(exemption: Exemption) -> dict[str, Any]:
    """An exception with where it applies and the rules that it is about, as the record has it."""
    return {
        **placed_document(exemption),
        "commit": exemption.commit,
        "images": [
            {
                "queue": each.queue,
                "queueName": each.queue_name,
                "before": rule_document(each.before) if each.before else None,
                "after": rule_document(each.after) if each.after else None,
            }
            for each in exemption.images
        ],
    }


def exemption_of(document: Mapping[str, Any]) -> Exemption:
    """The exception that a document with its place holds. Raises ValueError where it holds none."""
    try:
        organization = document["organization"]
        found = Exemption(
            kind=document["kind"],
            id=document["id"],
            location=ApiLocation(
                document["api"], Organization(organization.get("id", ""), organization.get("name", ""))
            ),
            environment=document["environment"],
            target=document["target"],
            target_name=document["targetName"],
            sources=tuple(document["sources"]),
            edges=tuple((source, target) for source, target in document["edges"]),
            queues=tuple(document["queues"]),
            until=document["until"],
            reason=document["reason"],
            ticket=document["ticket"],
            user=document["user"],
            at=document["at"],
            undoes=document["undoes"],
            commit=document.get("commit", ""),
            images=tuple(map(_image_of, document.get("images", ()))),
        )
        for moment in filter(None, (found.until, found.at)):
            datetime.fromisoformat(moment)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("it holds no exception") from error
    if found.kind not in (STOP, ROLLBACK) or not well_typed(found):
        raise ValueError("it holds no exception")
    return found


def _image_of(document: Mapping[str, Any]) -> RuleImage:
    before, after = (
        rules_of([document[side]])[0] if document[side] else None for side in ("before", "after")
    )
    if before is None and after is None:
        raise ValueError("it holds no image of a rule")
    return RuleImage(document["queue"], document["queueName"], before, after)
