"""Backup queues: ``directRouting``. With direct routing, a queue without another backup queue is its own."""

from collections.abc import Callable, Mapping
from typing import Any

from syncer.emulator.documents import Document
from syncer.emulator.kinds.kind import (
    Check,
    IfThere,
    Kind,
    Known,
    Spot,
    Way,
    division_of,
    object_in,
    without_field,
)
from syncer.emulator.kinds.overflow import overflow_rules

FIELD = "directRouting"

AGENT_WAIT = (60, 864_000)
"""Seconds."""

OUTBOUND = IfThere({"useAgentAddressOutbound": False})

DEFAULT = IfThere(
    {
        "callMediaSettings": OUTBOUND,
        "emailMediaSettings": OUTBOUND,
        "messageMediaSettings": OUTBOUND,
        "waitForAgent": False,
        "agentWaitSeconds": 60,
    }
)


def completed(queue: Document) -> Document:
    """The queue itself fills the place of a backup queue that is left out."""
    direct = queue.get(FIELD)
    if not isinstance(direct, dict) or direct.get("backupQueueId") is not None:
        return queue
    return {**queue, FIELD: {**direct, "backupQueueId": queue["id"]}}


def copied(queue: Document) -> Document:
    """A queue that is its own backup is none of another."""
    direct = object_in(queue.get(FIELD))
    if direct.get("backupQueueId") != queue["id"]:
        return queue
    return {**queue, FIELD: {**direct, "backupQueueId": None}}


def in_place_of_overflow(queue: Document, division: Callable[[str], str]) -> Document:
    """A queue without direct routing is given it: its backup queue is the target of the enabled overflow rule
    with the largest share, of those into queues of its own ``division``."""
    own = division(queue["id"])
    enabled = [
        rule
        for rule in overflow_rules(queue)
        if rule.get("enabled") is True and division(str(rule.get("overflowTarget"))) == own
    ]
    if queue.get(FIELD) or not enabled:
        return queue
    most = max(enabled, key=lambda rule: _number(rule.get("threshold")))
    wait = max(AGENT_WAIT[0], int(_number(most.get("overflowDelay"))))
    direct = {
        "backupQueueId": most.get("overflowTarget"),
        "waitForAgent": True,
        "agentWaitSeconds": wait,
    }
    return {**queue, FIELD: direct}


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0.0


def faults(queue: Mapping[str, Any], known: Known) -> list[str]:
    """What is wrong with the backup queue, which has to be of the same division, and with the wait."""
    check = Check(queue, known)
    direct = object_in(queue.get(FIELD))
    backup, where = direct.get("backupQueueId"), f"{FIELD}.backupQueueId"
    check.queue(None if backup is None else {"id": backup}, where)
    if isinstance(backup, str) and backup != queue.get("id") and known.queue(backup):
        own, other = division_of(queue), known.division(backup)
        if own and other and own != other:
            check.faults.append(f"{where}: is a queue of another division")
    if direct:
        check.whole(direct.get("agentWaitSeconds"), f"{FIELD}.agentWaitSeconds", AGENT_WAIT)
    return check.faults


def example(spot: Spot) -> Document:
    """Every seventh queue has direct calls, with the next step of its team as the backup.

    The last step has none, which is itself.
    """
    if spot.place % 7:
        return {}
    backup = spot.ahead(1) or spot.id
    direct = {"backupQueueId": backup, "waitForAgent": spot.place % 2 == 0, "agentWaitSeconds": 120}
    return {FIELD: {"callMediaSettings": {"useAgentAddressOutbound": False}, **direct}}


def ways(queue: Mapping[str, Any]) -> list[Way]:
    """The backup queue; nothing says how much it gets."""
    target = object_in(queue.get(FIELD)).get("backupQueueId")
    return [(target, None)] if isinstance(target, str) else []


KIND = Kind(
    FIELD,
    faults,
    default=DEFAULT,
    completed=completed,
    ways=ways,
    copied=copied,
    example=example,
    dialect="genesys-cloud",
    without=without_field(FIELD),
)
