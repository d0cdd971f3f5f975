"""Reports as GitHub's workflow commands: each becomes an annotation at its line."""

from syncer.model.finding import Finding, Severity
from syncer.report.escape import plain
from syncer.report.remarks import encodable, fatal, grade, in_full, remarks, verdict_of
from syncer.report.views import Report

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(report: Report, *, color: bool) -> str:
    """One line an entry, the verdict on a plan first; an error that ended the command comes last.

    GitHub shows ten annotations of a level at most: what was there before a change stands behind the rest.
    """
    del color
    said = plain(verdict_of(report))
    refused = any(finding.refuses for finding in report.findings)
    first = [Finding("syncer.verdict", Severity.ERROR if refused else Severity.INFO, said)] if said else []
    ended = fatal(report)
    found = sorted(remarks(report), key=lambda each: not (each.caused or each.refuses))
    listed = [*first, *found, *([ended] if ended else [])]
    return "".join(f"{_command(finding)}\n" for finding in listed)


def _command(finding: Finding) -> str:
    place = finding.position
    at = {"file": encodable(place.file), "line": str(place.line), "col": str(place.column)} if place else {}
    properties = ",".join(
        f"{name}={value.translate(_PROPERTY)}" for name, value in {**at, "title": finding.id}.items()
    )
    return f"::{COMMANDS[grade(finding)]} {properties}::{in_full(finding).translate(_MESSAGE)}"
