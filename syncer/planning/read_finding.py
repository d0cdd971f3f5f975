"""Findings and headroom, read back from the JSON of a plan or a report."""

from collections.abc import Mapping
from typing import Any

from syncer.model.finding import (
    Figure,
    Finding,
    Limit,
    Loop,
    LoopFlow,
    LoopRule,
    Note,
    Position,
    Severity,
    Since,
)
from syncer.model.network import Headroom


def finding_of(document: Mapping[str, Any]) -> Finding:
    """A finding read back; the document is what its schema says."""
    severity = Severity(document["severity"])
    since, figure, loop = document["since"], document["figure"], document["loop"]
    return Finding(
        id=document["id"],
        severity=severity,
        message=document["message"],
        position=position_of(document["position"]),
        tip=document["tip"],
        notes=tuple(Note(note["message"], position_of(note["position"])) for note in document["notes"]),
        queue=document["queue"],
        queue_id=document["queue_id"],
        since=Since(since) if since else None,
        excused=severity is Severity.ERROR and not document["refuses"],
        figure=Figure(**{**figure, "limit": Limit(figure["limit"])}) if figure else None,
        loop=_loop_of(loop) if loop else None,
        scenario=document.get("scenario", ""),
    )


def _loop_of(document: Mapping[str, Any]) -> Loop:
    return Loop(
        queues=tuple((queue["id"], queue["name"]) for queue in document["queues"]),
        rules=tuple(
            LoopRule(**{**rule, "position": position_of(rule["position"])}) for rule in document["rules"]
        ),
        tied=tuple(document["tied"]),
        in_policies=document["in_policies"],
        flows=tuple(LoopFlow(**flow) for flow in document.get("flows", ())),
    )


def headroom_of(document: Mapping[str, Any]) -> Headroom:
    """The headroom read back."""
    limit = document["limit"]
    return Headroom(**{**document, "limit": Limit(limit) if limit else None})


def position_of(document: Mapping[str, Any] | None) -> Position | None:
    """A place read back."""
    return Position(**document) if document else None
