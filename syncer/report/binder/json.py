"""The report as JSON: all that there is, for programs and for other forms of paper."""

from dataclasses import asdict
from typing import Any

from syncer.report.lookups import AuditFigures


def report_document(view: AuditFigures) -> dict[str, Any]:
    """The members of its result; without a first page only figures and changes."""
    found = {"figures": asdict(view.figures), "changes": map(dict, view.changes)}
    if view.cover is None:
        return found
    return {
        "cover": view.cover.as_json(),
        **found,
        "runs": map(dict, view.runs),
        "exceptions": map(asdict, view.exceptions),
    }
