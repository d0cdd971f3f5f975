"""The hand edits that a run overwrote, in words."""

from collections.abc import Mapping
from typing import Any, Final

from syncer.audit.exceptions import changed_nothing
from syncer.model.json_values import items, mapping

_MOST: Final = 20


def hand_edits_in_words(entry: Mapping[str, Any]) -> str:
    """``; overwrote a hand edit: Front → Back``; nothing where an entry has none. Not escaped."""
    found = [mapping(each) for each in items(entry.get("handEdits"))] if entry.get("kind") == "run" else []
    if not found:
        return ""
    unsure = "would have overwritten" if changed_nothing(entry) else "was to overwrite"
    verb = "overwrote" if entry.get("status") == "done" else unsure
    what = "a hand edit" if len(found) == 1 else f"{len(found):,} hand edits"
    more = f" and {len(found) - _MOST:,} more" if len(found) > _MOST else ""
    return f"; {verb} {what}: {', '.join(map(_rule, found[:_MOST]))}{more}"


def _rule(edit: Mapping[str, Any]) -> str:
    queue, target = (_name(edit.get(side)) for side in ("queue", "target"))
    return f"{queue} → {target}" if target else queue


def _name(side: Any) -> str:
    return str(mapping(side).get("name") or mapping(side).get("id") or "")
