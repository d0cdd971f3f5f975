"""Reports as GitLab's code quality report: what the merge request shows beside the lines of its diff."""

from collections.abc import Iterator
from typing import Any

from syncer.model.finding import Finding, Severity
from syncer.model.json_values import readable_pieces
from syncer.report.remarks import encodable, fatal, fingerprints, grade, in_full, place_of, remarks
from syncer.report.views import Report

SEVERITIES = {Severity.INFO: "info", Severity.WARNING: "minor", Severity.ERROR: "critical"}


def render(report: Report, *, color: bool) -> str:
    """A JSON array with one object an entry; an error that ended the command is a blocker.

    GitLab stops reading at the first entry that is not valid, and merges those of one fingerprint.
    """
    return "".join(pieces(report, color=color))


def pieces(report: Report, *, color: bool) -> Iterator[str]:
    """The same, bit by bit."""
    del color
    ended = fatal(report)
    listed = [(finding, SEVERITIES[grade(finding)]) for finding in remarks(report)]
    if ended is not None:
        listed.append((ended, "blocker"))
    prints = fingerprints(finding for finding, _ in listed)
    return readable_pieces(
        _entry(finding, severity, fingerprint, report)
        for (finding, severity), fingerprint in zip(listed, prints, strict=True)
    )


def _entry(finding: Finding, severity: str, fingerprint: str, report: Report) -> dict[str, Any]:
    place = place_of(finding, report)
    return {
        "description": in_full(finding),
        "check_name": finding.id,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": encodable(place.file), "lines": {"begin": place.line}},
    }
