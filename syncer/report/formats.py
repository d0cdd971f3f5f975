"""The formats of reports: each a module with ``render(report, color) -> str``, imported when asked for."""

from importlib import import_module
from typing import Protocol, cast

from syncer.report.views import Report

FORMATS = {
    "text": "syncer.report.text",
    "json": "syncer.report.json",
    "markdown": "syncer.report.markdown",
}


class Format(Protocol):
    """The interface of a format."""

    def render(self, report: Report, *, color: bool) -> str:
        """The report as text that ends in a line end, or empty."""


def render(name: str, report: Report, *, color: bool = False) -> str:
    """Turn ``report`` into the format ``name``, one of FORMATS."""
    return cast("Format", import_module(FORMATS[name])).render(report, color=color)
