"""Text of a view as a terminal shows it."""

from typing import Any

from syncer.model.finding import Finding
from syncer.report import render
from syncer.report.views import Report


def text(view: Any, *findings: Finding, verbose: bool = False) -> list[str]:
    """The lines of a report on ``view``."""
    return render("text", Report("x", 0, view, findings, verbose=verbose)).splitlines()
