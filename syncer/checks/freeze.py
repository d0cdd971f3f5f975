"""A freeze that a variable declares: nobody has to merge anything before it holds.

``SYNCER_FREEZE`` is a text for people, with an optional ``until TIME`` at its end; GitLab sets
``CI_DEPLOY_FREEZE`` while one of its freeze periods lasts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from syncer.model.settings import Safety
from syncer.net.timing import rfc3339

FREEZE = "SYNCER_FREEZE"
GITLAB = "CI_DEPLOY_FREEZE"

EXEMPT = "exempt:frozen"
"""What the audit records among the overrides of a run that a freeze did not hold because of its kind."""

_UNTIL = re.compile(r"(?:^|(?<=\s))until\s+(.+)$", re.IGNORECASE | re.DOTALL)
_TIME = re.compile(r"(\d{1,2}):(\d{2})\s*(.*)")
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class DeclaredFreeze:
    """A freeze that ``variable`` declares, and why. ``until`` is None where it has no end.

    ``daily``: its end was given as a time of day, which comes round every day.
    """

    variable: str
    reason: str = ""
    until: datetime | None = None
    daily: bool = False

    @property
    def message(self) -> str:
        """What it says, in one sentence."""
        why = f": {self.reason}" if self.reason else ""
        if self.until is None:
            return f"changes are frozen as long as {self.variable} is set{why}"
        again = f"; a time of day recurs every day, so unset {self.variable} then" if self.daily else ""
        return f"changes are frozen by {self.variable} until {rfc3339(self.until)}{why}{again}"


def declared_freezes(environ: Mapping[str, str], now: datetime) -> tuple[DeclaredFreeze, ...]:
    """The freezes that variables declare and that are in force ``now``.

    A time of day is the next one, in UTC where no zone is named. What can't be read as a time is no end: it
    is frozen until the variable is unset.
    """
    found = []
    if text := environ.get(FREEZE, "").strip():
        found.append(_declared(text, now))
    if environ.get(GITLAB, "").strip():
        found.append(DeclaredFreeze(GITLAB, "a freeze period of the project in GitLab"))
    return tuple(freeze for freeze in found if freeze.until is None or now < freeze.until)


def over(environ: Mapping[str, str], now: datetime) -> str:
    """That a freeze is declared whose time is over; nothing where none is."""
    text = environ.get(FREEZE, "").strip()
    declared = _declared(text, now) if text else None
    if declared is None or declared.until is None or now < declared.until:
        return ""
    return f"{FREEZE} is set but expired at {rfc3339(declared.until)}: it freezes nothing"


def is_frozen(safety: Safety, environ: Mapping[str, str], now: datetime) -> bool:
    """Whether a freeze is in force, of the settings or of a variable."""
    return any(freeze.start <= now < freeze.end for freeze in safety.freeze) or bool(
        declared_freezes(environ, now)
    )


def _declared(text: str, now: datetime) -> DeclaredFreeze:
    found = _UNTIL.search(text)
    if found is None:
        return DeclaredFreeze(FREEZE, text)
    reason, when = text[: found.start()].strip(" \t\r\n,;:"), found[1].strip()
    try:
        return DeclaredFreeze(FREEZE, reason, _moment(when))
    except ValueError:
        pass
    try:
        return DeclaredFreeze(FREEZE, reason, _next(when, now), daily=True)
    except (ValueError, OverflowError):
        return DeclaredFreeze(FREEZE, text)


def _moment(text: str) -> datetime:
    """A date with a time. Raises ValueError for anything else."""
    if ":" not in text:
        raise ValueError(f"{text} has no time")
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _next(text: str, now: datetime) -> datetime:
    """The next moment at which it is this time of day. Raises ValueError for what is none."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is no time of day")
    here = now.astimezone(_zone(found[3]))
    moment = here.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    return moment if now < moment else moment + timedelta(days=1)


def _zone(text: str) -> tzinfo:
    """The zone that is named: nothing, ``Z``, ``UTC``, ``+02:00`` or ``Europe/Berlin``."""
    if text.upper() in ("", "Z", "UTC"):
        return UTC
    if offset := _OFFSET.fullmatch(text):
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        return ZoneInfo(text)
    except (OSError, KeyError) as error:
        raise ValueError(f"{text} is no zone that is known here") from error
