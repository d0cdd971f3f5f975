"""The types of what an audit entry holds: whoever wrote into a trail may have put anything there."""

from collections.abc import Mapping
from typing import Any, Final

from syncer.model.well_typed import well_typed

_OF_BOTH: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("timestamp", "action", "ruleType", "format", "kind", "run", "status", "detail"), str),
    **dict.fromkeys(("planDigest", "planCreatedAt", "api", "environment", "undoes"), str),
    **dict.fromkeys(("organization", "origin"), Mapping[str, Any]),
    **dict.fromkeys(("previous", "hash"), str),
    **dict.fromkeys(("validationPass", "success"), bool),
    "latencyMs": float,
    "n": int,
}
_OF_A_CHANGE: Final[Mapping[str, Any]] = {
    **_OF_BOTH,
    **dict.fromkeys(("queueId", "targetQueue", "queueName", "targetName", "note"), str),
    **dict.fromkeys(("etagBefore", "etagAfter", "lock", "correlationId", "causedBy"), str),
    **dict.fromkeys(("before", "after", "written"), Mapping[str, Any] | None),
    "threshold": int | None,
    "held": Mapping[str, Any],
    "groups": tuple[Any, ...],
    "windowMs": float | None,
    "attempts": int,
}
_OF_A_RUN: Final[Mapping[str, Any]] = {
    **_OF_BOTH,
    **dict.fromkeys(("queueId", "targetQueue", "threshold"), type(None)),
    **dict.fromkeys(("queues", "calls"), Mapping[str, Any]),
    "startedAt": str,
    "overrides": tuple[str, ...],
}


def mistyped(entry: Mapping[str, Any]) -> str:
    """The first field of ``entry`` whose value has a type that no run writes there; empty where none has.

    What is not there is no matter: older versions wrote less.
    """
    types = _OF_A_RUN if entry.get("kind") == "run" else _OF_A_CHANGE
    return next((name for name in types if name in entry and not well_typed(entry[name], types[name])), "")
