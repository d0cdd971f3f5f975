"""The formats of reports: each a module with ``render(report, color) -> str``, imported when it is needed.

One that may have very much to say has ``pieces(report, color)`` too, which makes the same text bit by bit.
"""

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Protocol, cast

from syncer.errors import WrongUsage
from syncer.report.reconciled import Reconciled
from syncer.report.sights import Simulated
from syncer.report.views import AuditExported, Report

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

BINDER = {"html": "syncer.report.binder.html"}
"""What the report on an audit trail can be besides."""

EXPORTS = {
    "csv": "syncer.report.csv",
    "jsonl": "syncer.report.jsonl",
    "ocsf": "syncer.report.ocsf",
}
"""What rows can be, and nothing else: there is no room for errors in them."""

ROWS = {"csv": EXPORTS["csv"]}
"""What a trail that was held against the organization's audit, and a simulation, can be besides."""

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


def render(name: str, report: Report, *, color: bool = False) -> str:
    """Turn ``report`` into the format ``name``, one of REPORTS, BINDER and EXPORTS.

    Raises WrongUsage for another name, and where the format can't show this kind of report.
    """
    return cast("Format", _module(name, report)).render(report, color=color)


def pieces(name: str, report: Report, *, color: bool = False) -> Iterator[str]:
    """The same in pieces, so that what is written out needn't be in memory."""
    module = _module(name, report)
    if hasattr(module, "pieces"):
        return cast("StreamedFormat", module).pieces(report, color=color)
    return iter((cast("Format", module).render(report, color=color),))


def _module(name: str, report: Report) -> ModuleType:
    formats = {**REPORTS, **BINDER, **EXPORTS}
    if name not in formats:
        raise WrongUsage(f"there is no format {name!r}", hint=f"The formats are {', '.join(REPORTS)}.")
    exported = isinstance(report.view, AuditExported)
    as_rows = exported or (isinstance(report.view, Reconciled | Simulated) and name in ROWS)
    if report.view is not None and as_rows != (name in EXPORTS):
        known = EXPORTS if exported else FORMATS
        raise WrongUsage(
            f"{name} can't show a report of {report.command}", hint=f"Its formats are {', '.join(known)}."
        )
    return import_module(formats[name])
