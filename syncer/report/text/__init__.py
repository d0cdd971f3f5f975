"""Reports as text for a terminal or a job log."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from syncer.report.reconciled import Reconciled
from syncer.report.sights import Flowing, Measured, Simulated, Situation, Upstream
from syncer.report.text.drift import drift_lines, loop_lines
from syncer.report.text.explained import explained_lines
from syncer.report.text.findings import by_danger, error_lines, finding_lines, moved_name_lines
from syncer.report.text.flowing import flowing_lines
from syncer.report.text.measured import measured_lines
from syncer.report.text.paint import Paint
from syncer.report.text.plan import (
    held_lines,
    ignored_lines,
    narrowed_lines,
    plan_lines,
    unmanaged_lines,
    verdict_lines,
)
from syncer.report.text.reconciled import reconciled_lines
from syncer.report.text.runs import applied_lines, entry_lines, figure_lines, verification_lines
from syncer.report.text.short import environment_lines, examined_lines, exported_lines, validated_lines
from syncer.report.text.simulated import simulated_lines
from syncer.report.text.situation import situation_lines
from syncer.report.text.stopped import exception_lines, stopped_lines
from syncer.report.text.upstream import upstream_lines
from syncer.report.views import (
    Applied,
    AuditFigures,
    AuditShown,
    AuditVerified,
    Drifted,
    Environments,
    Examined,
    ExceptionsShown,
    Explained,
    Exported,
    Planned,
    Report,
    Stopped,
    Validated,
)


def render(report: Report, *, color: bool) -> str:
    """The verdict on a plan, the findings, the result with the verdict again, and the error that ended it."""
    return "".join(pieces(report, color=color))


def pieces(report: Report, *, color: bool) -> Iterator[str]:
    """The same, line by line."""
    paint = Paint(color, report.program)
    quiet = report.quiet or (isinstance(report.view, Applied | Drifted | Stopped) and not report.verbose)
    findings = by_danger(report.findings) if isinstance(report.view, Planned) else report.findings
    parts = (
        moved_name_lines(report.findings, paint),
        loop_lines(report.view.loops, paint) if isinstance(report.view, Drifted) else [],
        _verdict(report.view, paint) if isinstance(report.view, Planned) else [],
        finding_lines(findings, report.sources, paint, quiet=quiet, verbose=report.verbose),
        _view_lines(report, paint),
        error_lines(report.error, paint),
    )
    return (f"{line}\n" for part in parts for line in part)


def _verdict(view: Planned, paint: Paint) -> list[str]:
    return [*verdict_lines(view.plan, paint), *narrowed_lines(view, paint), ""]


def _view_lines(report: Report, paint: Paint) -> Iterable[str]:
    return _VIEWS[type(report.view)](report, paint) if report.view else []


_VIEWS: Mapping[type, Callable[[Any, Paint], Iterable[str]]] = {
    Situation: lambda report, paint: situation_lines(report.view, paint),
    Upstream: lambda report, paint: upstream_lines(report.view, paint, verbose=report.verbose),
    Flowing: lambda report, paint: flowing_lines(report.view, paint, verbose=report.verbose),
    Measured: lambda report, paint: measured_lines(report.view, paint, verbose=report.verbose),
    Simulated: lambda report, paint: simulated_lines(report.view, paint, verbose=report.verbose),
    Validated: lambda report, paint: validated_lines(report.view, report.findings, paint),
    Planned: lambda report, paint: plan_lines(report.view, paint, verbose=report.verbose),
    Applied: lambda report, paint: [
        *applied_lines(report.view, paint, verbose=report.verbose),
        *(held_lines(report.view.exceptions, paint)),
    ],
    Drifted: lambda report, paint: [
        *drift_lines(report.view, paint),
        *held_lines(report.view.drift.plan.held, paint),
        *ignored_lines(report.view.drift.plan.ignored, paint, verbose=report.verbose),
        *unmanaged_lines(report.view.unmanaged, paint),
    ],
    Exported: lambda report, paint: exported_lines(report.view, paint),
    Environments: lambda report, paint: environment_lines(report.view, paint),
    AuditShown: lambda report, paint: entry_lines(report.view, paint),
    AuditVerified: lambda report, paint: verification_lines(report.view, paint),
    AuditFigures: lambda report, paint: figure_lines(report.view, paint),
    Reconciled: lambda report, paint: reconciled_lines(report.view, paint, verbose=report.verbose),
    Examined: lambda report, paint: examined_lines(report.view, paint, quiet=report.quiet),
    Explained: lambda report, paint: explained_lines(report.view, paint),
    Stopped: lambda report, paint: stopped_lines(report.view, paint),
    ExceptionsShown: lambda report, paint: exception_lines(report.view, paint),
}
