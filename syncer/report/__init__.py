"""The formats of reports: each a module with ``render(report, color) -> str``, imported when it is needed.

A format whose text may be long has ``pieces(report, color)`` too, which makes the same text bit by bit.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from syncer.errors import WrongUsage

if TYPE_CHECKING:
    # Anyone who has a report has loaded what it contains.
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from syncer.report.views import Report, View

FORMATS = {
    "text": "syncer.report.text",
    "json": "syncer.report.json",
    "markdown": "syncer.report.markdown",
    "gitlab-codequality": "syncer.report.codequality",
    "junit": "syncer.report.junit",
    "sarif": "syncer.report.sarif",
    "github": "syncer.report.github",
    "html": "syncer.report.html",
}

REPORTS = {
    **FORMATS,
    "codequality": "syncer.report.codequality",
    "terraform": "syncer.report.terraform",
    "annotations": "syncer.report.annotations",
}
"""The formats of additional reports: short names too, and formats that only a pipeline reads."""

EXPORTS = {
    "csv": "syncer.report.csv",
    "jsonl": "syncer.report.jsonl",
    "ocsf": "syncer.report.ocsf",
}
"""What rows can be, and nothing else: there is no room for errors in them."""

DRAWINGS = {
    "svg": "syncer.report.svg",
    "png": "syncer.report.png",
    "mermaid": "syncer.report.mermaid",
    "dot": "syncer.report.dot",
    "json": FORMATS["json"],
}
"""What a network can be, and nothing else: there is no room for errors in a picture."""

BINARY = frozenset({"png"})
"""The binary formats: their module has ``data(report)``."""

SUFFIXES: Mapping[str, str] = {
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".md": "markdown",
    ".sarif": "sarif",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".svg": "svg",
    ".png": "png",
    ".mmd": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
}
"""The format for each file name extension."""

WITHOUT_ERRORS = EXPORTS.keys() | (DRAWINGS.keys() - FORMATS.keys())
"""The formats that can't show an error that ended a command."""

ROWS = {"csv": EXPORTS["csv"]}
"""The further formats of a reconciled trail and of a simulation."""

FOR_PEOPLE = frozenset({"text", "markdown", "html"})
"""The formats that a pipeline may link to."""


class Format(Protocol):
    """The interface of a format."""

    def render(self, report: Report, *, color: bool) -> str:
        """The report as text that ends in a line end, or empty."""


class StreamedFormat(Format, Protocol):
    """The interface of a format that makes its text bit by bit."""

    def pieces(self, report: Report, *, color: bool) -> Iterator[str]:
        """The same text as ``render`` gives, in pieces."""


class BinaryFormat(Protocol):
    """The interface of a binary format."""

    def data(self, report: Report) -> bytes:
        """The report as bytes."""


def render(name: str, report: Report, *, color: bool = False) -> str:
    """Turn ``report`` into the format ``name``, one of REPORTS, EXPORTS and DRAWINGS.

    Raises WrongUsage for another name, and where the format can't show this kind of report.
    """
    return cast("Format", _module(name, report)).render(report, color=color)


def data(name: str, report: Report) -> bytes:
    """The same of a format that is no text, one of BINARY; empty where there is no picture.

    Raises what ``render`` raises, and ConfigError where a library is missing.
    """
    return cast("BinaryFormat", _module(name, report)).data(report)


def pieces(name: str, report: Report, *, color: bool = False) -> Iterator[str]:
    """The same in pieces, so that what is written out needn't be in memory."""
    module = _module(name, report)
    if hasattr(module, "pieces"):
        return cast("StreamedFormat", module).pieces(report, color=color)
    return iter((cast("Format", module).render(report, color=color),))


def _module(name: str, report: Report) -> ModuleType:
    formats = {**REPORTS, **EXPORTS, **DRAWINGS}
    if name not in formats:
        raise WrongUsage(f"unknown format {name!r}", hint=f"The formats are {', '.join(REPORTS)}.")
    known = _known(report.view)
    if report.view is not None and name not in known:
        raise WrongUsage(
            f"{name} can't show a report of {report.command}", hint=f"Its formats are {', '.join(known)}."
        )
    return import_module(formats[name])


def _known(view: View | None) -> Mapping[str, str]:
    """The formats that can show a view."""
    match type(view).__name__:
        case "AuditExported":
            return EXPORTS
        case "Graphed":
            return DRAWINGS
        case "Reconciled" | "Simulated":
            return {**REPORTS, **ROWS}
    return REPORTS
