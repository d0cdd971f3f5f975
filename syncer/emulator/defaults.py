"""What the API puts into a queue where a body leaves it out.

Clients rely on it: where a setting's parent is there, the fields of the setting are there too.
"""

from dataclasses import dataclass
from typing import Any

from syncer.emulator.documents import Document


@dataclass(frozen=True, slots=True)
class IfThere:
    """A field that nothing is put in the place of: only what it holds is completed."""

    fields: Any


def _media(alerting: int, answered_within: int) -> IfThere:
    """The settings of a medium: seconds of alerting, and milliseconds to answer 80 percent in."""
    return IfThere(
        {
            "enableAutoAnswer": False,
            "alertingTimeoutSeconds": alerting,
            "serviceLevel": {"percentage": 0.8, "durationMs": answered_within},
        }
    )


GROUPS = [{"type": "GROUP"}]
CONDITIONS = [{"simpleMetric": {"metric": "EstimatedWaitTime"}}]
OUTBOUND = IfThere({"useAgentAddressOutbound": False})

QUEUE = {
    "memberCount": 0,
    "mediaSettings": IfThere(
        {
            "call": _media(8, 20_000),
            "callback": _media(30, 20_000),
            "chat": _media(30, 20_000),
            "email": _media(300, 86_400_000),
            "message": _media(30, 20_000),
        }
    ),
    "acwSettings": IfThere({"wrapupPrompt": "OPTIONAL"}),
    "agentOwnedRouting": IfThere(
        {"enableAgentOwnedCallbacks": False, "maxOwnedCallbackHours": 1, "maxOwnedCallbackDelayHours": 1}
    ),
    "directRouting": IfThere(
        {
            "callMediaSettings": OUTBOUND,
            "emailMediaSettings": OUTBOUND,
            "messageMediaSettings": OUTBOUND,
            "waitForAgent": False,
            "agentWaitSeconds": 60,
        }
    ),
    "bullseye": IfThere(
        {
            "rings": [
                {
                    "expansionCriteria": IfThere([{"type": "TIMEOUT_SECONDS", "threshold": 0}]),
                    "memberGroups": IfThere(GROUPS),
                }
            ]
        }
    ),
    "memberGroups": IfThere(GROUPS),
    "conditionalGroupRouting": IfThere(
        {"rules": [{"metric": "EstimatedWaitTime", "waitSeconds": 2, "groups": GROUPS}]}
    ),
    "conditionalGroupActivation": IfThere(
        {
            "pilotRule": IfThere({"conditions": CONDITIONS}),
            "rules": [{"conditions": CONDITIONS, "groups": GROUPS}],
        }
    ),
}
"""Objects stand for the fields of an object, a list of one for each entry of a list, all else for a value."""


def completed(queue: Document) -> Document:
    """A queue with what it leaves out; what is there stays, wrong or right."""
    return _with_own_backup(_with_own_queue(_fill(QUEUE, queue)))


def _with_own_backup(queue: Document) -> Document:
    """A queue with direct routing and without a backup queue is its own."""
    direct = queue.get("directRouting")
    if not isinstance(direct, dict) or direct.get("backupQueueId") is not None:
        return queue
    return {**queue, "directRouting": {**direct, "backupQueueId": queue["id"]}}


def _with_own_queue(queue: Document) -> Document:
    """The first rule of conditional group routing is about the queue itself, and says so."""
    match queue.get("conditionalGroupRouting"):
        case {"rules": [dict(first), *others], **more} if _is_own(queue, first.get("queue")):
            own = {name: queue[name] for name in ("id", "name", "selfUri") if name in queue}
            return {
                **queue,
                "conditionalGroupRouting": {**more, "rules": [{**first, "queue": own}, *others]},
            }
    return queue


def _is_own(queue: Document, named: Any) -> bool:
    return named is None or (isinstance(named, dict) and named.get("id") == queue["id"])


def _fill(default: Any, value: Any) -> Any:
    if isinstance(default, IfThere):
        return None if value is None else _fill(default.fields, value)
    if isinstance(default, dict):
        return _fill_object(default, {} if value is None else value)
    if isinstance(default, list):
        entries = [] if value is None else value
        return [_fill(default[0], entry) for entry in entries] if isinstance(entries, list) else entries
    return default if value is None else value


def _fill_object(default: dict[str, Any], value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    filled = {name: _fill(fields, value.get(name)) for name, fields in default.items()}
    return {**value, **{name: field for name, field in filled.items() if field is not None}}
