"""Reports as GitLab's Terraform report: the counts that the merge request shows in one row."""

from collections.abc import Mapping
from typing import Any

from syncer.model.change import Action
from syncer.model.json_values import readable
from syncer.model.plan import Plan
from syncer.report.remarks import fatal, in_full
from syncer.report.text.drift import NOT_COMPARED
from syncer.report.views import Applied, Drifted, Planned, Report

MOST = 999_999
"""The largest number that GitLab takes."""


def render(report: Report, *, color: bool) -> str:
    """How many rules are to be created, updated and deleted.

    Where a command ended without a result nothing is counted: zeros would read as "no changes". GitLab then
    says that the report could not be made, and links to the job.
    """
    del color
    return readable(_counts(report))


def _counts(report: Report) -> dict[str, Any]:
    if report.view is None:
        ended = fatal(report)
        return {"error": in_full(ended) if ended else "the policies are invalid, so there is no plan"}
    if isinstance(report.view, Drifted) and not report.view.drift.compared:
        return {"error": NOT_COMPARED}
    view = report.view
    if isinstance(view, Applied) and view.plan is None and (view.counts or view.result):
        return _read_counts(view.counts)
    plan = _plan(report)
    return {action.value: min(plan.count(action), MOST) if plan else 0 for action in Action}


def _read_counts(counts: Mapping[str, int] | None) -> dict[str, Any]:
    """Those that a report had of its plan."""
    if counts is None:
        return {"error": "the report that is shown doesn't say how much its plan was"}
    return {action.value: min(counts[action.value], MOST) for action in Action}


def _plan(report: Report) -> Plan | None:
    match report.view:
        case Planned() | Applied() as view:
            return view.plan
        case Drifted() as view:
            return view.drift.plan
        case _:
            return None
