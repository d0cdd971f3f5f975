"""Whether everything that syncer needs is available: one group of checks a file, one line a check."""

from dataclasses import dataclass
from enum import StrEnum

from syncer.errors import SyncerError

_UNKNOWN_REMEDY = "Try again in a minute; if it persists, ask whoever runs the API or the network in between."


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "not checked"


@dataclass(frozen=True, slots=True)
class Line:
    """What was looked at, how it is, what was found, and what to do (empty where nothing is to be done)."""

    name: str
    state: State
    found: str
    remedy: str = ""


def ok(name: str, found: str) -> Line:
    """All is well."""
    return Line(name, State.OK, found)


def warning(name: str, found: str, remedy: str) -> Line:
    """It works, and somebody should look at it."""
    return Line(name, State.WARNING, found, remedy)


def failed(name: str, found: str, remedy: str) -> Line:
    """It does not work."""
    return Line(name, State.FAILED, found, remedy)


def of_error(name: str, error: SyncerError) -> Line:
    """It does not work, for the reason that the error gives."""
    return Line(name, State.FAILED, error.message, error.hint or _UNKNOWN_REMEDY)


def skip(name: str, why: str) -> Line:
    """It can't be looked at."""
    return Line(name, State.SKIPPED, why)


def skipped(names: tuple[str, ...], why: str) -> tuple[Line, ...]:
    """None of these can be looked at."""
    return tuple(skip(name, why) for name in names)
