"""Reports as SARIF 2.1.0, the OASIS interchange format of static analysis."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from syncer import __version__
from syncer.model.finding import Finding, Note, Position, Severity, Since
from syncer.model.json_values import readable_pieces
from syncer.report.escape import plain
from syncer.report.remarks import (
    encodable,
    fatal,
    fingerprints,
    grade,
    in_full,
    place_of,
    remarks,
    verdict_of,
)
from syncer.report.views import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
BASELINES = {Since.NEW: "new", Since.WORSE: "updated", Since.BEFORE: "unchanged"}
"""How a result stands to the state before, in the words of SARIF."""

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, *, color: bool) -> str:
    """One run with one result an entry, in the order of the report.

    An error that ended the command is no result: it is a notification of an invocation that failed.
    """
    return "".join(pieces(report, color=color))


def pieces(report: Report, *, color: bool) -> Iterator[str]:
    """The same, bit by bit."""
    del color
    found = remarks(report)
    rules = sorted({finding.id for finding in found})
    run = {
        "tool": {
            "driver": {"name": "syncer", "version": __version__, "rules": [_rule(id_) for id_ in rules]}
        },
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        **({"properties": {"verdict": said}} if (said := plain(verdict_of(report))) else {}),
        "results": (
            _result(finding, rules.index(finding.id), fingerprint, report)
            for finding, fingerprint in zip(found, fingerprints(found), strict=True)
        ),
    }
    return readable_pieces({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(id_: str) -> dict[str, Any]:
    return {"id": id_, "shortDescription": {"text": id_.replace(".", ": ").replace("-", " ")}}


def _invocation(report: Report) -> dict[str, Any]:
    ended = fatal(report)
    notifications = [
        {"descriptor": {"id": ended.id}, "level": "error", "message": _message(in_full(ended))}
        for ended in [ended]
        if ended
    ]
    return {
        "executionSuccessful": ended is None,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": notifications,
    }


def _result(finding: Finding, rule: int, fingerprint: str, report: Report) -> dict[str, Any]:
    physical = _physical(finding.position) if finding.position else _file(place_of(finding, report))
    queue = {"logicalLocations": [{"name": plain(finding.queue)}]} if finding.queue else {}
    related = {"relatedLocations": list(_related(finding.notes))} if finding.notes else {}
    return {
        "ruleId": finding.id,
        "ruleIndex": rule,
        "level": LEVELS[grade(finding)],
        "message": _message(in_full(finding)),
        "locations": [{"physicalLocation": physical, **queue}],
        **related,
        "partialFingerprints": {"finding/v1": fingerprint},
        **({"baselineState": BASELINES[finding.since]} if finding.since in BASELINES else {}),
    }


def _related(notes: Sequence[Note]) -> Iterator[dict[str, Any]]:
    for number, note in enumerate(notes, 1):
        physical = {"physicalLocation": _physical(note.position)} if note.position else {}
        yield {"id": number, "message": _message(plain(note.message)), **physical}


def _physical(position: Position) -> dict[str, Any]:
    return {**_file(position), "region": {"startLine": position.line, "startColumn": position.column}}


def _file(position: Position) -> dict[str, Any]:
    return {"artifactLocation": {"uri": quote(encodable(position.file))}}


def _message(text: str) -> dict[str, str]:
    """Text in which nothing is a placeholder (braces are doubled) or a link (its brackets are parted)."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}
