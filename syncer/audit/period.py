"""Periods of an audit trail: half-open, so that months next to each other share no entry and lose none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from syncer.errors import WrongUsage
from syncer.net.timing import from_rfc3339, rfc3339

_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)  # RFC 3339, section 5.6
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_BACK: Final = re.compile(r"(\d{1,6})([wdhm])", re.ASCII)
_UNITS: Final = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True, slots=True)
class Period:
    """From ``since`` up to, and without, ``until``; a side that is None is open. Both know their zone.

    Raises WrongUsage where no moment lies between them.
    """

    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since >= self.until:
            raise WrongUsage(
                f"the period from {rfc3339(self.since)} to {rfc3339(self.until)} is empty",
                hint="It begins with --since and ends right before --until.",
            )

    def holds(self, moment: datetime | None) -> bool:
        """Whether ``moment`` is in it. One that isn't known is in every period: a gap would be worse."""
        if moment is None:
            return True
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None


def moment_from(text: str, now: datetime) -> datetime:
    """The moment that an option names: RFC 3339, a date (midnight UTC), or ``7d``, ``24h`` back from ``now``.

    Raises WrongUsage for anything else.
    """
    try:
        if back := _BACK.fullmatch(text):
            return now - timedelta(**{_UNITS[back[2]]: int(back[1])})
        if _DATE.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
        if _TIME.fullmatch(text):
            return from_rfc3339(text.upper())
    except (ValueError, OverflowError):
        pass  # the form is right, but there is no such day or hour
    raise WrongUsage(
        f"{text!r} is not a point in time",
        hint="Write 2026-11-01T00:00:00Z, 2026-11-01 for midnight UTC, or 7d or 24h for back from now.",
    )


def moment_of(entry: Mapping[str, Any]) -> datetime | None:
    """When what an entry tells of happened; None where it holds no time that can be read."""
    for key in ("occurredAt", "timestamp"):
        try:
            return from_rfc3339(str(entry.get(key)))
        except (ValueError, OverflowError):
            continue
    return None
