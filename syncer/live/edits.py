"""Edits of a queue: who made the last one, and which of two states is the newer one, as far as live says."""

from collections.abc import Mapping
from typing import Any

from syncer.live.wire import state_digest
from syncer.model.json_values import clean
from syncer.model.queue import Edit, LiveQueue
from syncer.net.timing import from_rfc3339

_LONGEST = 120


def last_edit(raw: Mapping[str, Any]) -> Edit:
    """``modifiedBy`` and ``dateModified`` of a queue's JSON; what live doesn't say, or says oddly, is empty.

    Some answers name who it was by the id alone, others by an object with id and name.
    """
    who = raw.get("modifiedBy")
    by = who if isinstance(who, Mapping) else {"id": who}
    return Edit(id=_text(by.get("id")), name=_text(by.get("name")), at=_text(raw.get("dateModified")))


def _text(value: object) -> str:
    return clean(value, longest=_LONGEST) if isinstance(value, str) else ""


def is_older(raw: Mapping[str, Any], than: Mapping[str, Any]) -> bool:
    """Whether ``raw`` was modified before ``than``; where either does not say when, it is not known to be."""
    dates = [state.get("dateModified") for state in (raw, than)]
    try:
        one, other = (from_rfc3339(date) for date in dates if isinstance(date, str))
        return one < other
    except (ValueError, TypeError):
        return False


def is_other(stored: LiveQueue, before: LiveQueue) -> bool:
    """Whether the server itself says that ``stored`` is not the state ``before``: by another etag or date."""
    if before.etag:
        return stored.etag not in ("", before.etag)
    date = stored.raw.get("dateModified")
    return isinstance(date, str) and date != before.raw.get("dateModified")


def mark_of(queue: LiveQueue) -> str:
    """What tells this state of a queue from every other: its etag, else its JSON and when it was modified."""
    return queue.etag or f"{state_digest(queue.raw)} {queue.raw.get('dateModified')}"
