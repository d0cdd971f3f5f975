"""One summary over the plans or applies of all environments, out of the reports that their jobs keep."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from syncer.app.child_pipeline import report_names
from syncer.model.change import Action
from syncer.report.views import Environments, ReportOf, Summed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def summary(folder: Path, reports: Path) -> ReportOf[Environments]:
    """What became of each environment that the settings in ``folder`` know, the worst first: an
    ``Environments`` with a ``summary``.

    It is read from the JSON reports in the folder ``reports``, of the apply where there is one, else of the
    plan. Where there is none, the job was cut off or never ran: that comes first. Raises ConfigError for a
    file that is no report.
    """
    from syncer.app.repository import environments
    from syncer.report.summed import worst_first

    report = environments(folder)
    if report.view is None:
        return report
    found = [_summed(each.name, reports) for each in report.view.environments]
    return replace(report, view=replace(report.view, summary=worst_first(found)))


def _summed(environment: str, reports: Path) -> Summed:
    from syncer.report.reread import reread

    file = next((reports / name for name in report_names(environment) if (reports / name).is_file()), None)
    return Summed(environment) if file is None else _of(environment, reread(file))


def _of(environment: str, document: Mapping[str, Any]) -> Summed:
    loud = [each for each in document["findings"] if each["since"] not in ("before", "solved")]
    result, error = document["result"] or {}, document["error"] or {}
    counts = result.get("counts") or _counted(result)
    return Summed(
        environment,
        document["command"],
        document["exit_code"],
        " ".join(error.get("message", "").split("\n")) or document["verdict"] or result.get("message") or "",
        counts.get(Action.CREATE.value, 0),
        counts.get(Action.UPDATE.value, 0),
        counts.get(Action.DELETE.value, 0),
        sum(each["severity"] == "error" for each in loud),
        sum(each["severity"] == "warning" for each in loud),
    )


def _counted(result: Mapping[str, Any]) -> Mapping[str, int]:
    """How many rules a plan changes, by what it does to them."""
    changes = result.get("plan", {}).get("changes", ())
    return Counter(rule["action"] for change in changes for rule in change["rules"])
