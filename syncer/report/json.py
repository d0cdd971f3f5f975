"""Reports as JSON, ``syncer.output/v1``: one object for every command, on errors too."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from syncer.applying.apply import Result
from syncer.doctor import State
from syncer.model.change import Action
from syncer.model.finding import Severity
from syncer.model.json_values import readable_pieces
from syncer.model.plan import Outcome
from syncer.model.settings import Environment
from syncer.model.window import overwritten_document
from syncer.planning.causes import hand_edits
from syncer.planning.document import change_digest
from syncer.report import sights_json
from syncer.report.binder.json import report_document
from syncer.report.drift_json import drift_document, unmanaged_document
from syncer.report.lookups import (
    AuditFigures,
    AuditShown,
    AuditVerified,
    Examined,
    ExceptionsShown,
    Explained,
    Exported,
    WrittenFile,
)
from syncer.report.narrow import shown_document, shown_entries, shown_outcomes
from syncer.report.remarks import verdict_of
from syncer.report.stopped import exceptions_document, held_document, stopped_document
from syncer.report.views import Applied, Drifted, Environments, Planned, Report, Stopped, Validated
from syncer.report.watched import watched_document

FORMAT = "syncer.output/v1"


def render(report: Report, *, color: bool) -> str:
    """The report as one JSON object; ``color`` means nothing here."""
    return "".join(pieces(report, color=color))


def pieces(report: Report, *, color: bool) -> Iterator[str]:
    """The same, bit by bit."""
    del color
    document = {
        "format": FORMAT,
        "command": report.command,
        "exit_code": report.exit_code,
        "verdict": verdict_of(report) or None,
        "error": _error(report),
        "counts": {
            severity.value: sum(finding.severity is severity for finding in report.findings)
            for severity in Severity
        },
        "findings": (finding.as_json() for finding in report.findings),
        "warnings": list(report.warnings),
        **({"source": report.source.as_json()} if report.source else {}),
        "result": _result(report),
    }
    return readable_pieces(document)


def _error(report: Report) -> dict[str, str] | None:
    if report.error is None:
        return None
    return {
        "type": type(report.error).__name__,
        "message": report.error.message,
        "hint": report.error.hint,
    }


def _result(report: Report) -> dict[str, Any] | None:
    return _VIEWS[type(report.view)](report.view) if report.view else None


def _validated(view: Validated) -> dict[str, Any]:
    return {
        "files": view.files,
        "queues": view.queues,
        "rules": view.rules,
        "headroom": view.headroom.as_json(),
        "undescribed": list(view.undescribed),
        "environments": list(view.environments),
    }


def _planned(view: Planned) -> dict[str, Any]:
    return {
        "plan": shown_document(view),
        "saved_to": view.saved_to,
        **unmanaged_document(view.unmanaged),
        **_narrowed(view.only),
    }


def _narrowed(only: Sequence[str]) -> dict[str, Any]:
    return {"narrowed": list(only)} if only else {}


def _applied(view: Applied) -> dict[str, Any]:
    result = view.result
    recovered = [
        {
            "run": cut_off.run.id,
            "started_at": cut_off.run.started_at,
            "outcomes": _outcomes(cut_off.outcomes, view.only),
        }
        for cut_off in view.recovered
    ]
    edits = hand_edits(view.plan) if view.plan else view.hand_edits
    told = {
        "message": view.message,
        "recovered": recovered,
        **_counts(view),
        **_change_digest(view),
        **({"hand_edits": list(edits)} if edits else {}),
        **_narrowed(view.only),
        **held_document(view.exceptions),
    }
    if result is None:
        return {"status": "nothing to do", **told, "outcomes": []}
    undone = {"rollback": _run_result(view.undone, view.only)} if view.undone else {}
    watched = {"watched": watched_document(view.watched)} if view.watched else {}
    return {**_run_result(result, view.only), **told, **undone, **watched}


def _counts(view: Applied) -> dict[str, Any]:
    counts = view.counts
    if view.plan is not None:
        counts = {action.value: view.plan.count(action) for action in Action}
    return {} if counts is None else {"counts": dict(counts)}


def _change_digest(view: Applied) -> dict[str, str]:
    known = change_digest(view.plan.changes) if view.plan is not None else view.change_digest
    return {"change_digest": known} if known else {}


def _run_result(result: Result, only: Sequence[str]) -> dict[str, Any]:
    return {
        "status": result.status,
        "verb": result.run.verb,
        "run": result.run.id,
        "outcomes": _outcomes(result.outcomes, only),
        "calls": dict(result.calls),
        "duration_ms": round(result.duration_ms, 3),
        "audit_head": result.head,
        **overwritten_document(result.overwritten),
    }


def _outcomes(outcomes: Sequence[Outcome], only: Sequence[str]) -> list[dict[str, Any]]:
    return [_outcome(outcome) for outcome in shown_outcomes(outcomes, only)]


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "queue": {"id": outcome.change.queue, "name": outcome.change.name},
        "status": outcome.status.value,
        "detail": outcome.detail,
        "rules": outcome.rules,
        "attempts": outcome.attempts,
        "latency_ms": round(outcome.latency_ms, 3),
        "lock": outcome.lock,
        "window_ms": round(outcome.window_ms, 3) if outcome.window_ms else None,
        "etag_before": outcome.etag_before,
        "etag_after": outcome.etag_after,
        "correlation_id": outcome.correlation_id,
        "caused_by": outcome.caused_by,
    }


def _exported(view: Exported) -> dict[str, Any]:
    return {
        "files": [_written_file(file) for file in view.files],
        "skipped": [
            {"queue": {"id": each.id, "name": each.name}, "reason": each.reason} for each in view.skipped
        ],
    }


def _written_file(file: WrittenFile) -> dict[str, Any]:
    named = {"updated": list(file.updated), "added": list(file.added)}
    return {"path": file.path, "queues": file.queues, **{key: names for key, names in named.items() if names}}


def _environment(environment: Environment) -> dict[str, Any]:
    return {
        "name": environment.name,
        "region": environment.region,
        "api_url": environment.api_url,
        "organization": environment.organization,
        "variables": list(environment.variables.names),
        "overrides": len(environment.overrides),
        "production": environment.production,
    }


def _verified(view: AuditVerified) -> dict[str, Any]:
    verification = view.verification
    return {
        "whole": verification.whole,
        "entries": verification.entries,
        "head": verification.head,
        "kept_heads": list(view.kept_heads),
        "attested": verification.attested,
        "unattested": verification.unattested,
        "first": verification.first,
        "before": verification.before,
        "new_chains": [_new_chain(entry) for entry in verification.chains.begun],
        "recorded": view.recorded,
        "files": list(view.paths),
        "open_run": view.open_run,
        "receipts": [{**asdict(receipt), "path": str(receipt.path)} for receipt in view.receipts],
        "breaks": [{**asdict(found), "path": str(found.path)} for found in verification.breaks],
    }


def _new_chain(entry: Mapping[str, Any]) -> dict[str, Any]:
    follows = entry["follows"]
    return {
        "entry": entry["n"],
        "follows": {"entry": follows["entry"], "head": follows["head"]},
        "reason": str(entry.get("reason")),
        "detail": str(entry.get("detail")),
    }


def _examined(view: Examined) -> dict[str, Any]:
    return {
        "counts": {state.name.lower(): view.count(state) for state in State},
        "checks": [{**asdict(line), "state": line.state.name.lower()} for line in view.lines],
    }


def _explained(view: Explained) -> dict[str, Any]:
    return {
        "explanations": [
            {
                "id": each.id,
                "severity": each.severity.value,
                "severity_note": each.severity_note,
                "meaning": each.meaning,
                "remedy": each.remedy,
                "setting": each.setting,
                "example": each.example,
            }
            for each in view.explanations
        ]
    }


_VIEWS: Mapping[type, Callable[[Any], dict[str, Any]]] = {
    **sights_json.VIEWS,
    Validated: _validated,
    Planned: _planned,
    Applied: _applied,
    Drifted: drift_document,
    Exported: _exported,
    Environments: lambda view: {
        "environments": [_environment(each) for each in view.environments],
        **({} if view.summary is None else {"summary": [asdict(each) for each in view.summary]}),
    },
    AuditShown: lambda view: {
        "entries": map(dict, shown_entries(view)),
        **_narrowed(view.only),
        **({"sample": view.sample.as_json()} if view.sample else {}),
        **({"filtered": True} if view.filtered else {}),
    },
    AuditVerified: _verified,
    AuditFigures: report_document,
    Examined: _examined,
    Explained: _explained,
    Stopped: lambda view: _applied(Applied(None, view.result, view.recovered)) | stopped_document(view),
    ExceptionsShown: exceptions_document,
}
