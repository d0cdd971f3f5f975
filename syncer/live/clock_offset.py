"""The offset of this machine's clock from the server's, from the ``Date`` of ordinary answers.

A ``Date`` has whole seconds: it was written at a moment of the server from ``theirs`` up to a second later,
and at a moment of ours between the request and the end of its answer. So our clock minus theirs lies
between ``sent - theirs - 1`` and ``ended - theirs``. The offset must be in the range of every answer, so the
common range shrinks, mostly below a second; its middle is the offset. If two answers contradict each other, a
clock was set meanwhile, or another server answered: the later answer counts.
"""

import threading
from collections.abc import Mapping

from syncer.net.timing import moment

MOST_OFFSET = 5_000.0
"""Milliseconds; a run warns of a larger offset."""

_RESOLUTION = 1.0
"""Seconds that a ``Date`` leaves open."""


class ClockOffset:
    """The offset so far; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._range: tuple[float, float] | None = None

    def note(self, headers: Mapping[str, str], sent: float, ended: float) -> None:
        """Note an answer: ``sent`` and ``ended`` are seconds since 1970 on our clock.

        An answer without a ``Date``, one from a cache (``Age``) and one during which our clock was set back
        are ignored.
        """
        theirs = moment(headers.get("Date", ""))
        if theirs is None or ended < sent or headers.get("Age", "0").strip() != "0":
            return
        low, high = sent - theirs - _RESOLUTION, ended - theirs
        with self._lock:
            if self._range is not None:
                both = max(low, self._range[0]), min(high, self._range[1])
                low, high = both if both[0] <= both[1] else (low, high)
            self._range = low, high

    def milliseconds(self) -> int | None:
        """Our clock minus the server's, in milliseconds; None if no answer had a time."""
        with self._lock:
            return None if self._range is None else round(sum(self._range) / 2 * 1000)


def clock_warning(offset: float | None) -> str:
    """A warning if the clocks are more than 5 s apart, with what to do; else empty."""
    if offset is None or abs(offset) <= MOST_OFFSET:
        return ""
    way = "ahead of" if offset > 0 else "behind"
    return (
        f"the clock of this machine is {abs(offset) / 1000:,.0f} s {way} the server's, and the times in the "
        "audit come from this machine: set it by NTP (timedatectl set-ntp true), "
        "or ask the operator of the runner"
    )
