"""What the API puts into a queue where a body leaves it out.

Clients rely on it: where a setting's parent is there, the fields of the setting are there too.
"""

from collections.abc import Mapping
from typing import Any

from syncer.emulator.documents import Document
from syncer.emulator.kinds.kind import IfThere
from syncer.emulator.kinds.member_groups import GROUPS
from syncer.emulator.kinds.registry import KINDS


def _media(alerting: int, answered_within: int) -> IfThere:
    """The settings of a medium: seconds of alerting, and milliseconds to answer 80 percent in."""
    return IfThere(
        {
            "enableAutoAnswer": False,
            "alertingTimeoutSeconds": alerting,
            "serviceLevel": {"percentage": 0.8, "durationMs": answered_within},
        }
    )


QUEUE: Mapping[str, Any] = {
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
    **{kind.field: kind.default for kind in KINDS if kind.default},
}
"""Objects stand for the fields of an object, a list of one for each entry of a list, all else for a value."""


def completed(queue: Document) -> Document:
    """A queue with what it leaves out; what is there stays, wrong or right."""
    filled: Document = _fill(QUEUE, queue)
    for kind in KINDS:
        filled = kind.completed(filled)
    return filled


def _fill(default: Any, value: Any) -> Any:
    if isinstance(default, IfThere):
        return None if value is None else _fill(default.fields, value)
    if isinstance(default, Mapping):
        return _fill_object(default, {} if value is None else value)
    if isinstance(default, list):
        entries = [] if value is None else value
        return [_fill(default[0], entry) for entry in entries] if isinstance(entries, list) else entries
    return default if value is None else value


def _fill_object(default: Mapping[str, Any], value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    filled = {name: _fill(fields, value.get(name)) for name, fields in default.items()}
    return {**value, **{name: field for name, field in filled.items() if field is not None}}
