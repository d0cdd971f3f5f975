"""How a queue's JSON says a backup queue: ``directRouting.backupQueueId``.

What else ``directRouting`` holds, such as settings of media, belongs to somebody else and stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from syncer.live.numbers import whole
from syncer.live.words import shown
from syncer.model.rule import BackupRule

_SHORTEST, _LONGEST = 60, 864000
_OURS = ("backupQueueId", "agentWaitSeconds", "waitForAgent")


def read_backup(raw: Mapping[str, Any]) -> list[tuple[BackupRule, str]]:
    """The backup queue of ``raw``, if it has one, with what of it could not be understood."""
    direct = raw.get("directRouting")
    target = direct.get("backupQueueId") if isinstance(direct, dict) else None
    if target is None or not isinstance(direct, dict):
        return []
    if not isinstance(target, str) or not target:
        return [(BackupRule(""), f"backupQueueId is {shown(target)}, not the id of a queue")]
    wait, waits_on = direct.get("agentWaitSeconds", _SHORTEST), direct.get("waitForAgent", False)
    seconds = whole(wait)
    if seconds is None or not _SHORTEST <= seconds <= _LONGEST:
        problem = f"agentWaitSeconds is {shown(wait)}, not a whole number from {_SHORTEST} to {_LONGEST}"
        return [(BackupRule(target, _SHORTEST, waits_on is True), problem)]
    return [(BackupRule(target, seconds, waits_on is True), "")]


def write_backup(written: dict[str, Any], rules: Sequence[BackupRule]) -> None:
    """Replace the backup queue in ``written`` by the first of ``rules``, or take it away."""
    found = written.get("directRouting")
    direct: dict[str, Any] = {
        key: value for key, value in (found if isinstance(found, dict) else {}).items() if key not in _OURS
    }
    if rules:
        ours = (rules[0].target, rules[0].agent_wait, rules[0].wait_for_agent)
        direct |= dict(zip(_OURS, ours, strict=True))
    if direct or isinstance(found, dict):
        written["directRouting"] = direct
