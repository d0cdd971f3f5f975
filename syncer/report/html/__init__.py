"""Reports as one HTML file for people: plan, apply, drift, simulation and validation have pages of their own;
other reports are text below their verdict.

The report on an audit trail has a form of its own, to be printed and signed (``report.binder.html``).
"""

from collections.abc import Iterator

from syncer.report.html.page import page
from syncer.report.lookups import AuditFigures
from syncer.report.sights import Simulated
from syncer.report.views import Applied, Drifted, Planned, Report, Validated

BINDER = "audit report"


def render(report: Report, *, color: bool) -> str:
    """The report as a page; ``color`` means nothing here."""
    return "".join(pieces(report, color=color))


def pieces(report: Report, *, color: bool) -> Iterator[str]:
    """The same, piece by piece."""
    if isinstance(report.view, AuditFigures) or report.command == BINDER:
        from syncer.report.binder.html import pieces as binder

        return binder(report, color=color)
    return _page(report)


def _page(report: Report) -> Iterator[str]:
    view = report.view
    if isinstance(view, Planned):
        from syncer.report.html.plan import PlanPage

        plan = PlanPage.of(view)
        return page(plan.title, plan.body(report), plan.data())
    if isinstance(view, Applied):
        from syncer.report.html.applied import body, drawing, title

        drawn = drawing(report, view)
        return page(title(report, view), body(report, view, drawn), drawn.data())
    if isinstance(view, Drifted):
        from syncer.report.html.drift import body as drift_body
        from syncer.report.html.drift import drawing as drift_drawing
        from syncer.report.html.drift import title as drift_title

        drawn = drift_drawing(view)
        return page(drift_title(view), drift_body(report, view, drawn), drawn.data())
    if isinstance(view, Simulated):
        from syncer.report.html.simulated import body as simulated_body
        from syncer.report.html.simulated import title as simulated_title

        return page(simulated_title(view), simulated_body(report, view))
    if isinstance(view, Validated):
        from syncer.report.html.validated import body as validated_body
        from syncer.report.html.validated import title as validated_title

        return page(validated_title(report), validated_body(report, view))
    from syncer.report.html.other import body as other_body
    from syncer.report.html.other import title as other_title

    return page(other_title(report), other_body(report))
