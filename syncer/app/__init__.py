"""The use cases as functions: from frozen values to a result. The command line calls them, and so may Python.

::

    from syncer.app import LiveTarget, PolicySource, plan

    report = plan(PolicySource(Path("policies")), LiveTarget(region="eu-central-1"))
    print(report.exit_code, report.view.plan.changes)

Each returns a :class:`Report`, whose ``view`` says what was found or done, or raises a
:class:`~syncer.errors.SyncerError` with ``message``, ``hint`` and ``exit_code``. None of them prints, asks or
reads a terminal: a :class:`Session` has the variables, the clock and the functions that are called meanwhile.
``docs/python.md`` shows them at work.

Importing this loads nothing: each name is imported when it is first asked for, and what only the work needs
(YAML, HTTP) when a function is called.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syncer.app.anchor import Anchored, audit_anchor
    from syncer.app.apply import apply
    from syncer.app.audit import audit_show
    from syncer.app.audit_export import audit_export
    from syncer.app.audit_reconcile import audit_reconcile
    from syncer.app.audit_report import audit_report
    from syncer.app.audit_upstream import audit_upstream
    from syncer.app.audit_verify import audit_verify
    from syncer.app.comment import Commented, comment
    from syncer.app.doctor import doctor
    from syncer.app.drift import drift
    from syncer.app.explain import explain
    from syncer.app.export import export
    from syncer.app.graph import graph
    from syncer.app.into import into
    from syncer.app.measure import measure
    from syncer.app.options import (
        AuditOptions,
        CommentOptions,
        DriftOptions,
        ExportOptions,
        GraphOptions,
        MeasureOptions,
        PlanOptions,
        ReconcileOptions,
        RollbackOptions,
        RunOptions,
        ShowOptions,
        SimulateOptions,
        StopOptions,
    )
    from syncer.app.places import LiveTarget, MetricsOptions, PolicySource
    from syncer.app.plan import plan
    from syncer.app.repository import environments, init, schema, schemas, validate
    from syncer.app.rollback import rollback
    from syncer.app.session import Session
    from syncer.app.show import show
    from syncer.app.simulate import simulate
    from syncer.app.status import status
    from syncer.app.stop import stop, stop_loops
    from syncer.app.stop_lift import expire, lift
    from syncer.app.stop_list import extend, join, stops
    from syncer.report import render
    from syncer.report.views import Report, ReportOf

__all__ = [
    "Anchored",
    "AuditOptions",
    "CommentOptions",
    "Commented",
    "DriftOptions",
    "ExportOptions",
    "GraphOptions",
    "LiveTarget",
    "MeasureOptions",
    "MetricsOptions",
    "PlanOptions",
    "PolicySource",
    "ReconcileOptions",
    "Report",
    "ReportOf",
    "RollbackOptions",
    "RunOptions",
    "Session",
    "ShowOptions",
    "SimulateOptions",
    "StopOptions",
    "apply",
    "audit_anchor",
    "audit_export",
    "audit_reconcile",
    "audit_report",
    "audit_show",
    "audit_upstream",
    "audit_verify",
    "comment",
    "doctor",
    "drift",
    "environments",
    "expire",
    "explain",
    "export",
    "extend",
    "graph",
    "init",
    "into",
    "join",
    "lift",
    "measure",
    "plan",
    "render",
    "rollback",
    "schema",
    "schemas",
    "show",
    "simulate",
    "status",
    "stop",
    "stop_loops",
    "stops",
    "validate",
]

_HOMES = {
    name: home
    for home, names in {
        ".anchor": "Anchored audit_anchor",
        ".apply": "apply",
        ".audit": "audit_show",
        ".audit_export": "audit_export",
        ".audit_reconcile": "audit_reconcile",
        ".audit_report": "audit_report",
        ".audit_upstream": "audit_upstream",
        ".audit_verify": "audit_verify",
        ".comment": "Commented comment",
        ".doctor": "doctor",
        ".drift": "drift",
        ".explain": "explain",
        ".export": "export",
        ".graph": "graph",
        ".into": "into",
        ".measure": "measure",
        ".options": (
            "AuditOptions CommentOptions DriftOptions ExportOptions GraphOptions "
            "MeasureOptions PlanOptions ReconcileOptions RollbackOptions "
            "RunOptions ShowOptions SimulateOptions StopOptions"
        ),
        ".places": "LiveTarget MetricsOptions PolicySource",
        ".plan": "plan",
        ".repository": "environments init schema schemas validate",
        ".rollback": "rollback",
        ".session": "Session",
        ".show": "show",
        ".simulate": "simulate",
        ".status": "status",
        ".stop": "stop stop_loops",
        ".stop_lift": "expire lift",
        ".stop_list": "extend join stops",
        "..report": "render",
        "..report.views": "Report ReportOf",
    }.items()
    for name in names.split()
}
"""The module of each name, from here."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


class _UseCases(ModuleType):
    """This package: a use case has the name of its module, which an import of that would put in its place."""

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and _HOMES.get(name) == value.__name__.removeprefix(__name__):
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _UseCases
