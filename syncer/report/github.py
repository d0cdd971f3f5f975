"""Reports as GitHub's workflow commands: each becomes an annotation at its line."""

from syncer.model.finding import Finding, Severity
from syncer.report.remarks import encodable, fatal, in_full, remarks
from syncer.report.views import Report

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(report: Report, *, color: bool) -> str:
    """One line an entry; an error that ended the command comes last."""
    del color
    ended = fatal(report)
    listed = [*remarks(report), *([ended] if ended else [])]
    return "".join(f"{_command(finding)}\n" for finding in listed)


def _command(finding: Finding) -> str:
    place = finding.position
    at = {"file": encodable(place.file), "line": str(place.line), "col": str(place.column)} if place else {}
    properties = ",".join(
        f"{name}={value.translate(_PROPERTY)}" for name, value in {**at, "title": finding.id}.items()
    )
    return f"::{COMMANDS[finding.severity]} {properties}::{in_full(finding).translate(_MESSAGE)}"
