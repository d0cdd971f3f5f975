"""Alerts: what a webhook is notified of drift that stays, and of drift that is gone.

The first nine fields keep the names and the order that monitoring systems already read, as in the audit.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from syncer.audit.entries import Origin
from syncer.drift.episodes import Episode, Gone, Step
from syncer.drift.loops import LoopStep
from syncer.model.finding import Position
from syncer.model.queue import Edit

FORMAT = "syncer.alert/v1"
LOOP = "LOOP_DETECTED"
DETECTED = "DRIFT_DETECTED"
RESOLVED = "DRIFT_RESOLVED"

_DIRECTIONS = ("live has more", "live differs", "live has less")
"""The worst first: what the organization has more sends contacts that nobody planned."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the alerts of one run share.

    ``api`` and ``environment`` say where; ``places`` are the places of queues in the policies by name or id;
    ``edits`` the last change of each live queue by its id.
    """

    run: str
    origin: Origin = field(default_factory=Origin)
    places: Mapping[str, Position] = field(default_factory=dict)
    edits: Mapping[str, Edit] = field(default_factory=dict)
    api: str = ""
    environment: str = ""


def alerts_of(step: Step, now: str, around: Around) -> list[dict[str, Any]]:
    """One alert for each drift that was found often enough, then one for each that is gone."""
    return [
        {**alert, "n": number, **_shared(around)}
        for number, alert in enumerate(_alerts(step, now, around), 1)
    ]


def message_of(step: Step, loops: LoopStep, now: str, around: Around) -> dict[str, Any] | None:
    """The one message of a run; None where there is nothing that nobody was notified of yet."""
    alerts = alerts_of(step, now, around)
    return as_one(alerts, loops, now, around) if alerts or loops.is_news else None


def as_one(alerts: Sequence[Mapping[str, Any]], loops: LoopStep, now: str, around: Around) -> dict[str, Any]:
    """The alerts of one run as one: the loops that the organization has now, then drift, the worst first."""
    looped = {queue for loop in loops.now for queue in loop.key}
    first = alerts[0] if alerts else {"n": 1, **_shared(around)}
    detected = any(alert["action"] == DETECTED for alert in alerts)
    return {
        "timestamp": now,
        "action": LOOP if loops.now else DETECTED if detected else RESOLVED,
        "queueId": None,
        "ruleType": None,
        "threshold": None,
        "targetQueue": None,
        "latencyMs": 0.0,
        "validationPass": True,
        "success": not loops.now and all(alert["success"] for alert in alerts),
        "format": FORMAT,
        "kind": "drifts",
        "detail": f"{len(alerts)} rules",
        "loops": [loop.as_json() for loop in loops.now],
        "loopsGone": list(loops.gone),
        "drifts": sorted(map(dict, alerts), key=lambda alert: _badness(alert, looped)),
        "api": around.api,
        "environment": around.environment,
        **{key: first[key] for key in ("n", "run", "link", "origin")},
    }


def _badness(alert: Mapping[str, Any], looped: Container[str]) -> tuple[bool, bool, int, int]:
    """The worst comes first: drift before what is gone, what lies in a loop, what sends more."""
    between = alert["queueId"] in looped and alert["targetQueue"] in looped
    worse = [*_DIRECTIONS, alert["direction"]].index(alert["direction"])
    return (alert["action"] == RESOLVED, not between, worse, -(alert["threshold"] or 0))


def _alerts(step: Step, now: str, around: Around) -> Iterator[dict[str, Any]]:
    for episode in step.alerts:
        yield _alert(episode, now, around, action=DETECTED, success=False, detail="differs from the policies")
    for gone in step.resolved:
        success = not gone.superseded
        yield _alert(gone.episode, now, around, action=RESOLVED, success=success, detail=_why_gone(gone))


def _why_gone(gone: Gone) -> str:
    if gone.superseded:
        return "the live queue has another value now"
    if gone.pending:
        return "the live rule was put back; a change of the policies waits to be applied"
    return "no longer differs from the policies"


def _alert(
    episode: Episode, now: str, around: Around, *, action: str, success: bool, detail: str
) -> dict[str, Any]:
    key, facts = episode.key, episode.facts
    position = around.places.get(key.queue) or around.places.get(facts.queue_name)
    return {
        "timestamp": now,
        "action": action,
        "queueId": key.queue,
        "ruleType": key.kind,
        "threshold": facts.threshold,
        "targetQueue": facts.target,
        "latencyMs": 0.0,
        "validationPass": True,
        "success": success,
        "format": FORMAT,
        "kind": "drift",
        "detail": detail,
        "queueName": facts.queue_name,
        "targetName": facts.target_name,
        "direction": facts.direction,
        "policy": facts.policy,
        "live": facts.live,
        "firstSeen": episode.first_seen,
        "lastSeen": episode.last_seen,
        "detections": episode.detections,
        "changed": around.edits.get(key.queue, Edit()).as_json(),
        "position": position.as_json() if position else None,
        "api": key.api,
        "environment": key.environment,
    }


def _shared(around: Around) -> dict[str, Any]:
    return {"run": around.run, "link": around.origin.link, "origin": around.origin.claimed()}
