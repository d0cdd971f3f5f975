"""Time and chance as parameters, times as text, and how long to wait before a request is sent again."""

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from syncer.model.quick_dataclass import quick_dataclass
from syncer.net.counting import Counting, uncounted

if TYPE_CHECKING:
    from syncer.model.settings import Retries


TRYING_AGAIN = "trying again in"
SETTLING = "until reads have settled: waiting"
LAST_CHECK = "everything is written; before the last check for loops, reads have to settle: waiting"

LONGEST_WAIT = 300.0
"""Seconds; if a server asks for more, the run doesn't wait."""

_MOST_DOUBLINGS = 60


def _nobody(_seconds: float, _why: str) -> None:
    """Waits aren't announced."""


def uncut(_is_cut: bool) -> None:
    """No wait is cut short."""


@quick_dataclass(frozen=True, slots=True)
class Timing:
    """``clock`` never goes back, ``wall`` is seconds since 1970, ``random`` gives 0 up to 1.

    ``announce`` is notified of a wait before it starts: its seconds, and its reason in words that precede
    them; ``counting`` of the progress of long work. ``cut`` tells whether noticeable waits should end at
    once, in all threads.
    """

    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
    announce: Callable[[float, str], None] = _nobody
    counting: Counting = uncounted
    cut: Callable[[bool], None] = uncut

    def wait(self, seconds: float, why: str) -> None:
        """Announce a wait, and let it pass."""
        self.announce(seconds, why)
        self.sleep(seconds)


@quick_dataclass(frozen=True, slots=True)
class ListingTime:
    """When a listing of the live queues ended, on the clock of ``Timing``, and how long it took. Seconds."""

    ended: float
    took: float = 0.0


REAL_TIME = Timing()
"""The clock and the dice of this machine."""


def backoff(retries: "Retries", attempt: int, chance: Callable[[], float]) -> float:
    """Seconds to wait after ``attempt`` (from 1) failed: exponential with full jitter.

    Full jitter (a random share of the whole wait) keeps workers that failed together from coming back
    together.
    """
    doublings = min(attempt - 1, _MOST_DOUBLINGS)
    return min(retries.backoff_max, retries.backoff * 2.0**doublings) * chance()


def retry_after(headers: Mapping[str, str], wall: Callable[[], float]) -> float | None:
    """Seconds that ``Retry-After`` asks for (a number or an HTTP date), or None without a usable one.

    A date is measured against the answer's own ``Date``, so that a clock that is off doesn't matter.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    until = moment(text)
    if until is None:
        return None
    now = moment(headers.get("Date", ""))
    return max(0.0, until - (wall() if now is None else now))


def moment(text: str) -> float | None:
    """An HTTP date in seconds since 1970; None if it isn't one."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def utc_now() -> datetime:
    """The current time in UTC; tests replace it by another clock."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """``2026-03-01T08:30:00.000Z``. ``moment`` knows its time zone."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_rfc3339(text: str) -> datetime:
    """The time in ``text``. Raises ValueError if it isn't an RFC 3339 time with a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment
