"""Reports as text for a terminal or a job log."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module

from syncer.report.text.findings import by_danger, error_lines, finding_lines, moved_name_lines
from syncer.report.text.paint import Paint
from syncer.report.views import Applied, Drifted, Planned, Report, Stopped, Validated


def render(report: Report, *, color: bool) -> str:
    """The verdict on a plan, the findings, the result with the verdict again, and the error that ended it."""
    return "".join(pieces(report, color=color))


def pieces(report: Report, *, color: bool) -> Iterator[str]:
    """The same, line by line."""
    paint = Paint(color, report.program)
    quiet = report.quiet or (isinstance(report.view, Applied | Drifted | Stopped) and not report.verbose)
    ranked = report.view is None or isinstance(report.view, Planned | Validated)
    findings = by_danger(report.findings) if ranked else report.findings
    parts = (
        moved_name_lines(report.findings, paint),
        _before(report, paint),
        finding_lines(findings, report.sources, paint, quiet=quiet, verbose=report.verbose),
        _view_lines(report, paint),
        error_lines(report.error, paint),
    )
    return (f"{line}\n" for part in parts for line in part)


def _before(report: Report, paint: Paint) -> list[str]:
    """What stands above the findings: the verdict on a plan or on policies, the live loops."""
    if isinstance(report.view, Drifted):
        from syncer.report.text.drift import loop_lines

        return loop_lines(report.view.loops, paint)
    if isinstance(report.view, Planned):
        from syncer.report.text.plan import narrowed_lines, verdict_lines

        return [*verdict_lines(report.view.plan, paint), *narrowed_lines(report.view, paint), ""]
    if isinstance(report.view, Validated) and report.findings:
        from syncer.report.text.validated import judgment_line

        return [judgment_line(report.view, paint, report.findings), ""]
    return []


def _view_lines(report: Report, paint: Paint) -> Iterable[str]:
    if not report.view:
        return []
    module, function, options = _VIEWS[type(report.view).__name__]
    lines: Callable[..., Iterable[str]] = getattr(import_module(f"{__name__}.{module}"), function)
    return lines(report.view, paint, **{name: getattr(report, name) for name in options})


_VIEWS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "Situation": ("situation", "situation_lines", ()),
    "Upstream": ("upstream", "upstream_lines", ("verbose",)),
    "Flowing": ("flowing", "flowing_lines", ("verbose",)),
    "Measured": ("measured", "measured_lines", ("verbose",)),
    "Simulated": ("simulated", "simulated_lines", ("verbose",)),
    "Validated": ("validated", "validated_lines", ("findings",)),
    "Planned": ("plan", "plan_lines", ("verbose",)),
    "Applied": ("runs", "applied_lines", ("verbose",)),
    "Drifted": ("drift", "drift_lines", ("verbose",)),
    "Exported": ("short", "exported_lines", ()),
    "Environments": ("short", "environment_lines", ()),
    "AuditShown": ("runs", "entry_lines", ()),
    "AuditVerified": ("runs", "verification_lines", ()),
    "AuditFigures": ("runs", "figure_lines", ()),
    "Reconciled": ("reconciled", "reconciled_lines", ("verbose",)),
    "Examined": ("short", "examined_lines", ("quiet",)),
    "Explained": ("explained", "explained_lines", ()),
    "Stopped": ("stopped", "stopped_lines", ()),
    "ExceptionsShown": ("stopped", "exception_lines", ()),
}
"""By the class of a view: the module here that is imported for it, its function, and what of the report that
takes beside view and paint."""
