"""The formats of reports: each a module with ``render(report, color) -> str``, imported when it is needed."""

from importlib import import_module
from typing import Protocol, cast

from syncer.errors import WrongUsage
from syncer.report.views import Report

FORMATS = {
    "text": "syncer.report.text",
    "json": "syncer.report.json",
    "markdown": "syncer.report.markdown",
    "gitlab-codequality": "syncer.report.codequality",
    "junit": "syncer.report.junit",
    "sarif": "syncer.report.sarif",
    "github": "syncer.report.github",
}

REPORTS = {
    **FORMATS,
    "codequality": "syncer.report.codequality",
    "terraform": "syncer.report.terraform",
    "annotations": "syncer.report.annotations",
}
"""What may be written beside the main report: short names too, and what only a pipeline reads."""

FOR_PEOPLE = frozenset({"text", "markdown"})
"""The formats that a pipeline may link to."""


class Format(Protocol):
    """The interface of a format."""

    def render(self, report: Report, *, color: bool) -> str:
        """The report as text that ends in a line end, or empty."""


def render(name: str, report: Report, *, color: bool = False) -> str:
    """Turn ``report`` into the format ``name``, one of REPORTS. Raises WrongUsage for another name."""
    if name not in REPORTS:
        raise WrongUsage(f"there is no format {name!r}", hint=f"The formats are {', '.join(REPORTS)}.")
    return cast("Format", import_module(REPORTS[name])).render(report, color=color)
