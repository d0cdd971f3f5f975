"""Times as text: RFC 3339 in UTC, with milliseconds."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The time now, in UTC; what a test replaces by a clock of its own."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """``2026-03-01T08:30:00.000Z``. ``moment`` knows its time zone."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_rfc3339(text: str) -> datetime:
    """The moment that ``text`` names. Raises ValueError where it is no RFC 3339 time with a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment
