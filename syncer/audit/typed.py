"""The types of the values in an audit entry: anyone who wrote into a trail may have put anything there."""

from collections.abc import Mapping
from typing import Any, Final

Types = frozenset[type]

_TEXT: Final[Types] = frozenset({str})
_OBJECT: Final[Types] = frozenset({dict})
_NULL: Final[Types] = frozenset({type(None)})
_WHOLE: Final[Types] = frozenset({int})
_LIST: Final[Types] = frozenset({list})
_NUMBER: Final[Types] = frozenset({int, float})

_OF_BOTH: Final[Mapping[str, Types]] = {
    **dict.fromkeys(("timestamp", "action", "ruleType", "format", "kind", "run", "status", "detail"), _TEXT),
    **dict.fromkeys(("planDigest", "planCreatedAt", "api", "environment", "undoes"), _TEXT),
    **dict.fromkeys(("occurredAt", "recordedAt"), _TEXT),
    "recoveredBy": _OBJECT,
    **dict.fromkeys(("previous", "hash"), _TEXT),
    **dict.fromkeys(("organization", "origin"), _OBJECT),
    **dict.fromkeys(("validationPass", "success"), frozenset({bool})),
    "latencyMs": _NUMBER,
    "n": _WHOLE,
}
_OF_A_CHANGE: Final[Mapping[str, Types]] = {
    **_OF_BOTH,
    **dict.fromkeys(("queueId", "targetQueue", "queueName", "targetName", "note"), _TEXT),
    **dict.fromkeys(("etagBefore", "etagAfter", "lock", "correlationId", "causedBy"), _TEXT),
    **dict.fromkeys(("before", "after", "written"), _OBJECT | _NULL),
    "threshold": _WHOLE | _NULL,
    "held": _OBJECT,
    "groups": _LIST,
    "windowMs": _NUMBER | _NULL,
    "attempts": _WHOLE,
}
_OF_A_RUN: Final[Mapping[str, Types]] = {
    **_OF_BOTH,
    **dict.fromkeys(("queueId", "targetQueue", "threshold"), _NULL),
    **dict.fromkeys(("queues", "calls"), _OBJECT),
    "startedAt": _TEXT,
    "overrides": _LIST,
    **dict.fromkeys(("reason", "planPresented", "client", "requester", "approvedSha", "executor"), _TEXT),
    **dict.fromkeys(("segregation", "mergeRequest", "ticket", "justification", "tool"), _TEXT),
    **dict.fromkeys(("approval", "planSignature"), _TEXT),
    **dict.fromkeys(("intended", "policies"), _OBJECT | _NULL),
    **dict.fromkeys(("facts", "scope", "counts", "exception", "follows"), _OBJECT),
    **dict.fromkeys(("approvers", "lifts", "undoesQueues"), _LIST),
    "clockOffsetMs": _NUMBER | _NULL,
}


def mistyped(entry: Mapping[str, Any]) -> str:
    """The first field of ``entry`` whose value has a type that no run writes there; empty where none has.

    What is not there is no matter: older versions wrote less.
    """
    types = _OF_A_RUN if entry.get("kind") in ("run", "check", "chain") else _OF_A_CHANGE
    wrong = (name for name, value in entry.items() if name in types and type(value) not in types[name])
    return next(wrong, "")
