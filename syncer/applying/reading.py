"""Reads that decide the result of a write: an invalid answer is read again, and never trusted."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from syncer.errors import BadAnswer
from syncer.live.wire import is_whole, read_queue, shows_less
from syncer.model.queue import LiveQueue
from syncer.net.timing import SETTLING, Timing

FIRST_PAUSE = 0.25
"""Seconds before a read is repeated; each further pause is twice as long."""


def read_settled(
    read: Callable[[], LiveQueue],
    settle: float,
    timing: Timing,
    is_past: Callable[[LiveQueue], bool] = lambda _: False,
) -> tuple[LiveQueue, float]:
    """Read live; again and again, over pauses of ``settle`` seconds in all, while it makes no sense or shows
    what may be past.

    Returns the last reading, which may still be past, and how many seconds were waited for it. Raises
    BadAnswer where it still makes no sense, and every other LiveError at once.
    """
    waited, pause = 0.0, FIRST_PAUSE
    while True:
        try:
            fresh = read()
        except BadAnswer:
            if waited >= settle:
                raise
        else:
            if waited >= settle or not is_past(fresh):
                return fresh, waited
        pause = min(pause, settle - waited)
        timing.wait(pause, SETTLING)
        waited, pause = waited + pause, pause * 2


def queue_in(raw: Mapping[str, Any], queue: str, shown: Collection[str]) -> LiveQueue:
    """The queue in an answer about the queue with that id; it showed the fields ``shown`` before.

    Raises BadAnswer for another queue, for what is no queue, and for what has no rules any more where nothing
    else tells of a state of the queue either.
    """
    if raw.get("id") != queue:
        raise BadAnswer(f"the API returned another queue than {queue}")
    found = read_queue(raw)
    if not (found.etag or "dateModified" in raw or is_whole(raw)) and shows_less(raw, shown):
        raise BadAnswer(f"the API returned the queue {queue} without its rules")
    return found
