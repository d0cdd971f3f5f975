"""One summary of the plans or applies of all environments, from the reports that their jobs keep."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from syncer.app.child_pipeline import report_names
from syncer.errors import ConfigError
from syncer.model.change import Action
from syncer.report.views import Environments, ReportOf, Summed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


OF: Final = ({"apply", "rollback"}, {"plan"}, {"drift"})
"""The commands that may have written each of the reports that jobs keep."""


def summary(folder: Path, reports: Path) -> ReportOf[Environments]:
    """Return the result for each environment in the settings in ``folder``, the worst first: an
    ``Environments`` with a ``summary``.

    It is read from the JSON reports in the folder ``reports``: of the apply if there is one, else of the
    plan, else of the drift. An environment without one, or whose report can't be read, comes first: its job
    was cut off or never ran.
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

    for name, commands in zip(report_names(environment), OF, strict=True):
        if not os.path.lexists(reports / name):  # false, too, for a name that is too long
            continue
        try:
            document = reread(reports / name)
        except ConfigError as error:
            return Summed(environment, verdict=str(error))
        if document["command"] not in commands:
            return Summed(environment, verdict=f"{name} is a report of {document['command']}")
        try:
            return _of(environment, document)
        except (KeyError, TypeError, AttributeError):
            return Summed(environment, verdict=f"{name} has the result of another command")
    return Summed(environment)


def _of(environment: str, document: Mapping[str, Any]) -> Summed:
    loud = [each for each in document["findings"] if each["since"] not in ("before", "solved")]
    result = document["result"] or {}
    is_drift = document["command"] == "drift"
    counts = {} if is_drift else result.get("counts") or _counted(result)
    return Summed(
        environment,
        document["command"],
        document["exit_code"],
        _why(document, loud) or (_drifted(result) if is_drift else ""),
        counts.get(Action.CREATE.value, 0),
        counts.get(Action.UPDATE.value, 0),
        counts.get(Action.DELETE.value, 0),
        sum(each["severity"] == "error" for each in loud),
        sum(each["severity"] == "warning" for each in loud),
    )


def _why(document: Mapping[str, Any], loud: Sequence[Mapping[str, Any]]) -> str:
    """The error that stopped the command, else its verdict, else the first error that it found; on one
    line."""
    said = ((document["error"] or {}).get("message"), document["verdict"])
    result = (document["result"] or {}).get("message")
    errors = (each["message"] for each in loud if each["severity"] == "error")
    return " ".join(next((each for each in (*said, result, *errors) if each), "").split())


def _drifted(result: Mapping[str, Any]) -> str:
    """The number of rules that differ, in a drift report."""
    if not result:
        return ""
    number = sum(result["counts"].values())
    pending = len(result["pending"])
    words = f"{number} rule{'s drift' if number != 1 else ' drifts'}" if number else "no drift"
    return f"{words}; {pending} wait to be applied" if pending else words


def _counted(result: Mapping[str, Any]) -> Mapping[str, int]:
    """The number of rules that a plan changes, by action."""
    changes = result.get("plan", {}).get("changes", ())
    return Counter(rule["action"] for change in changes for rule in change["rules"])
