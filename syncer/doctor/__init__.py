"""Checks that everything syncer needs is available: one group of checks per file, one line per check."""

from dataclasses import dataclass
from enum import StrEnum

from syncer.errors import SyncerError

_UNKNOWN_REMEDY = (
    "Try again in a minute; if it persists, ask the people who run the API or the network in between."
)


class State(StrEnum):
    """The result of a check."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "not checked"


@dataclass(frozen=True, slots=True)
class Line:
    """What was checked, its state, what was found, and what to do (empty if nothing)."""

    name: str
    state: State
    found: str
    remedy: str = ""


def ok(name: str, found: str) -> Line:
    """The check passed."""
    return Line(name, State.OK, found)


def warning(name: str, found: str, remedy: str) -> Line:
    """It works, but somebody should look at it."""
    return Line(name, State.WARNING, found, remedy)


def failed(name: str, found: str, remedy: str) -> Line:
    """It doesn't work."""
    return Line(name, State.FAILED, found, remedy)


def of_error(name: str, error: SyncerError) -> Line:
    """It doesn't work, for the reason in the error."""
    return Line(name, State.FAILED, error.message, error.hint or _UNKNOWN_REMEDY)


def skip(name: str, why: str) -> Line:
    """It can't be checked."""
    return Line(name, State.SKIPPED, why)


def skipped(names: tuple[str, ...], why: str) -> tuple[Line, ...]:
    """None of these can be checked."""
    return tuple(skip(name, why) for name in names)
