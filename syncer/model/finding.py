"""Findings: what a check has to say, as data; the output decides how it looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding matters: an error forbids applying, a warning asks for a look, info informs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; ``line`` and ``column`` count from 1, the column in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def as_json(self) -> dict[str, Any]:
        """The place as JSON output has it."""
        return {"file": self.file, "line": self.line, "column": self.column}


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that belongs to a finding, such as a rule of a loop."""

    message: str
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    ``id`` is stable and dotted (``loops.cycle``); ``message`` is one line; ``position`` is None for a
    finding that no line of the policies causes; ``queue`` is the name of the queue it is about.
    """

    id: str
    severity: Severity
    message: str
    position: Position | None = None
    tip: str = ""
    notes: tuple[Note, ...] = ()
    queue: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as plan and JSON output have it."""
        return {
            "id": self.id,
            "severity": self.severity.value,
            "message": self.message,
            "position": self.position.as_json() if self.position else None,
            "tip": self.tip,
            "notes": [
                {"message": note.message, "position": note.position.as_json() if note.position else None}
                for note in self.notes
            ],
            "queue": self.queue,
        }


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by place, then id and message; what has no place comes last."""

    def key(finding: Finding) -> tuple[bool, str, int, int, str, str]:
        at = finding.position or Position("", 0, 0)
        return (finding.position is None, at.file, at.line, at.column, finding.id, finding.message)

    return tuple(sorted(findings, key=key))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)
