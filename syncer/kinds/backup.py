"""How a queue's JSON says a backup queue: ``directRouting.backupQueueId``.

A queue with direct routing always has one: where it has no other, the Genesys Cloud Platform API fills in
the queue itself. So its own id means none. What else ``directRouting`` holds, such as settings of media,
belongs to somebody else and stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from syncer.model.json_numbers import whole
from syncer.model.json_shapes import Reading, mapping
from syncer.model.rule import SHORTEST_WAIT, BackupRule
from syncer.model.sanitize import shown

_LONGEST = 864000
_OURS = ("backupQueueId", "agentWaitSeconds", "waitForAgent")


def read_backup(raw: Mapping[str, Any]) -> list[Reading]:
    """The backup queue of ``raw``, if it has another queue as one.

    A wait that is left out is 60 seconds, and so is one that is no whole number. A target that can't be
    understood reads as "".
    """
    direct = mapping(raw.get("directRouting"))
    target = direct.get("backupQueueId")
    if not names_backup(raw) or target == raw.get("id"):
        return []
    wait, waits_on = direct.get("agentWaitSeconds"), direct.get("waitForAgent")
    seconds = SHORTEST_WAIT if wait is None else whole(wait)
    problems = []
    if not isinstance(target, str):
        problems.append(f"backupQueueId is {shown(target)}, not the id of a queue")
    if seconds is None or not SHORTEST_WAIT <= seconds <= _LONGEST:
        problems.append(
            f"agentWaitSeconds is {shown(wait)}, not a whole number from {SHORTEST_WAIT} to {_LONGEST}"
        )
    if waits_on is not None and not isinstance(waits_on, bool):
        problems.append(f"waitForAgent is {shown(waits_on)}, neither true nor false")
    assumed = not isinstance(target, str) or seconds is None or not isinstance(waits_on, bool | None)
    rule = BackupRule(
        target if isinstance(target, str) else "",
        SHORTEST_WAIT if seconds is None else seconds,
        waits_on is True,
    )
    return [Reading(rule, "; ".join(problems), assumed)]


def names_backup(raw: Mapping[str, Any]) -> bool:
    """Whether ``raw`` says anything about a backup queue, be it that it is the queue itself."""
    return mapping(raw.get("directRouting")).get("backupQueueId") not in (None, "")


def read_wait(raw: Mapping[str, Any]) -> int | None:
    """The seconds that direct routing waits for an agent, as far as ``raw`` tells a number within bounds."""
    seconds = whole(mapping(raw.get("directRouting")).get("agentWaitSeconds"))
    return seconds if seconds is not None and SHORTEST_WAIT <= seconds <= _LONGEST else None


def write_backup(written: dict[str, Any], rules: Sequence[BackupRule]) -> None:
    """Replace the backup queue in ``written`` by the first of ``rules``, or take it away.

    The waits are those of direct routing: they stay where the backup queue goes. It is left out rather than
    replaced by the queue itself, which the server fills in.
    """
    if not rules and not read_backup(written):
        return
    found = mapping(written.get("directRouting"))
    if rules:
        ours = (rules[0].target, rules[0].agent_wait, rules[0].wait_for_agent)
        written["directRouting"] = {**found, **dict(zip(_OURS, ours, strict=True))}
    else:
        written["directRouting"] = {key: value for key, value in found.items() if key != "backupQueueId"}
