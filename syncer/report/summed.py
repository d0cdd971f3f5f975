"""The results of all environments: which of them went wrong, the worst first."""

from collections.abc import Iterable
from typing import Final

from syncer.model.finding import Severity
from syncer.report.views import Summed

SIGNS: Final = {
    Severity.ERROR: ("✕", "red"),
    Severity.WARNING: ("!", "yellow"),
    Severity.INFO: ("✓", "green"),
}
NO_REPORT: Final = "its job left no report: it was cut off, or never ran"


def severity_of(summed: Summed) -> Severity:
    """Whether it went wrong, or something is to be known."""
    if not summed.command or summed.exit_code not in (0, 2) or summed.errors:
        return Severity.ERROR
    drifted = summed.command == "drift" and summed.exit_code == 2
    return Severity.WARNING if summed.warnings or drifted else Severity.INFO


def worst_first(summary: Iterable[Summed]) -> tuple[Summed, ...]:
    """What went wrong, above all without a report; then warnings; then who changes most."""
    return tuple(sorted(summary, key=_order))


def _order(summed: Summed) -> tuple[object, ...]:
    grade = list(Severity).index(severity_of(summed))
    changed = summed.create + summed.update + summed.delete
    return (grade, bool(summed.command), -summed.errors, -summed.warnings, -changed, summed.environment)


def verdict_of(summed: Summed) -> str:
    """Its verdict, or why there is none."""
    return summed.verdict or ("-" if summed.command else NO_REPORT)
