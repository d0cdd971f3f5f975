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
        "syncer.app.anchor": "Anchored audit_anchor",
        "syncer.app.apply": "apply",
        "syncer.app.audit": "audit_show",
        "syncer.app.audit_export": "audit_export",
        "syncer.app.audit_reconcile": "audit_reconcile",
        "syncer.app.audit_report": "audit_report",
        "syncer.app.audit_upstream": "audit_upstream",
        "syncer.app.audit_verify": "audit_verify",
        "syncer.app.comment": "Commented comment",
        "syncer.app.doctor": "doctor",
        "syncer.app.drift": "drift",
        "syncer.app.explain": "explain",
        "syncer.app.export": "export",
        "syncer.app.graph": "graph",
        "syncer.app.into": "into",
        "syncer.app.measure": "measure",
        "syncer.app.options": (
            "AuditOptions CommentOptions DriftOptions ExportOptions GraphOptions "
            "MeasureOptions PlanOptions ReconcileOptions RollbackOptions "
            "RunOptions ShowOptions SimulateOptions StopOptions"
        ),
        "syncer.app.places": "LiveTarget MetricsOptions PolicySource",
        "syncer.app.plan": "plan",
        "syncer.app.repository": "environments init schema schemas validate",
        "syncer.app.rollback": "rollback",
        "syncer.app.session": "Session",
        "syncer.app.show": "show",
        "syncer.app.simulate": "simulate",
        "syncer.app.status": "status",
        "syncer.app.stop": "stop stop_loops",
        "syncer.app.stop_lift": "expire lift",
        "syncer.app.stop_list": "extend join stops",
        "syncer.report": "render",
        "syncer.report.views": "Report ReportOf",
    }.items()
    for name in names.split()
}
"""The module of each name."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


class _UseCases(ModuleType):
    """This package: a use case has the name of its module, which an import of that would put in its place."""

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and _HOMES.get(name) == value.__name__:
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _UseCases
