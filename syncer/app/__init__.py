"""The use cases as functions: from frozen values to a result. The command line calls them, and so may Python.

::

    from syncer.app import LiveTarget, PolicySource, plan

    report = plan(PolicySource(Path("policies")), LiveTarget(region="eu-central-1"))
    print(report.exit_code, report.view.plan.changes)

Each returns a :class:`Report`, whose ``view`` says what was found or done, or raises a
:class:`~syncer.errors.SyncerError` with ``message``, ``hint`` and ``exit_code``. None of them prints, asks or
reads a terminal: a :class:`Session` has the variables, the clock and the functions that are called meanwhile.
``docs/python.md`` shows them at work.

Importing this loads nothing that only the work needs (YAML, HTTP): each function loads it when it is called.
"""

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
    LiveTarget,
    MeasureOptions,
    MetricsOptions,
    PlanOptions,
    PolicySource,
    ReconcileOptions,
    RollbackOptions,
    RunOptions,
    ShowOptions,
    SimulateOptions,
    StopOptions,
)
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
