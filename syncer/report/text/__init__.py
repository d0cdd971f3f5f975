"""Reports as text for a terminal or a job log."""

from syncer.report.text.applied import applied_lines
from syncer.report.text.audit import entry_lines, figure_lines, verification_lines
from syncer.report.text.drift import drift_lines
from syncer.report.text.exported import exported_lines
from syncer.report.text.findings import error_lines, finding_lines
from syncer.report.text.paint import Paint
from syncer.report.text.plan import plan_lines
from syncer.report.text.validated import validated_lines
from syncer.report.views import (
    Applied,
    AuditFigures,
    AuditShown,
    AuditVerified,
    Drifted,
    Exported,
    Planned,
    Report,
    Validated,
)


def render(report: Report, *, color: bool) -> str:
    """The findings, then the result, then the error that ended it."""
    paint = Paint(color)
    quiet = report.quiet or (isinstance(report.view, Applied | Drifted) and not report.verbose)
    lines = [
        *finding_lines(report.findings, report.sources, paint, quiet=quiet),
        *_view_lines(report, paint),
        *error_lines(report.error, paint),
    ]
    return "".join(f"{line}\n" for line in lines)


def _view_lines(report: Report, paint: Paint) -> list[str]:
    match report.view:
        case Validated():
            return validated_lines(report.view, report.findings, paint)
        case Planned():
            return plan_lines(report.view, paint, verbose=report.verbose)
        case Applied():
            return applied_lines(report.view, paint)
        case Drifted():
            return drift_lines(report.view, paint)
        case Exported():
            return exported_lines(report.view, paint)
        case AuditShown():
            return entry_lines(report.view, paint)
        case AuditVerified():
            return verification_lines(report.view, paint)
        case AuditFigures():
            return figure_lines(report.view, paint)
        case None:
            return []
