"""Which of two states of a queue is the newer one, as far as the server says it."""

from collections.abc import Mapping
from typing import Any

from syncer.live.wire import state_digest
from syncer.model.queue import LiveQueue
from syncer.model.times import from_rfc3339


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
