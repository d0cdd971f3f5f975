"""How a queue's JSON says a backup queue: ``directRouting.backupQueueId``.

What else ``directRouting`` holds, such as settings of media, belongs to somebody else and stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from syncer.live.numbers import whole
from syncer.live.shapes import mapping
from syncer.live.words import shown
from syncer.model.rule import BackupRule

_SHORTEST, _LONGEST = 60, 864000
_OURS = ("backupQueueId", "agentWaitSeconds", "waitForAgent")


def read_backup(raw: Mapping[str, Any]) -> list[tuple[BackupRule, str]]:
    """The backup queue of ``raw``, if it has one, with what of it could not be understood.

    A wait that is left out is 60 seconds, and so is one that can't be understood. A target that can't be
    understood reads as "".
    """
    direct = mapping(raw.get("directRouting"))
    target = direct.get("backupQueueId")
    if target in (None, ""):
        return []
    wait, waits_on = direct.get("agentWaitSeconds"), direct.get("waitForAgent")
    seconds = _SHORTEST if wait is None else whole(wait)
    problems = []
    if not isinstance(target, str):
        problems.append(f"backupQueueId is {shown(target)}, not the id of a queue")
    if seconds is None or not _SHORTEST <= seconds <= _LONGEST:
        problems.append(
            f"agentWaitSeconds is {shown(wait)}, not a whole number from {_SHORTEST} to {_LONGEST}"
        )
        seconds = _SHORTEST
    if waits_on is not None and not isinstance(waits_on, bool):
        problems.append(f"waitForAgent is {shown(waits_on)}, neither true nor false")
    rule = BackupRule(target if isinstance(target, str) else "", seconds, waits_on is True)
    return [(rule, "; ".join(problems))]


def write_backup(written: dict[str, Any], rules: Sequence[BackupRule]) -> None:
    """Replace the backup queue in ``written`` by the first of ``rules``, or take it away.

    Where there is none and shall be none, the waits of direct routing are none of our business.
    """
    if not rules and not read_backup(written):
        return
    found = mapping(written.get("directRouting"))
    direct = {key: value for key, value in found.items() if key not in _OURS}
    if rules:
        ours = (rules[0].target, rules[0].agent_wait, rules[0].wait_for_agent)
        direct |= dict(zip(_OURS, ours, strict=True))
    if direct:
        written["directRouting"] = direct
    else:
        del written["directRouting"]
