"""Reports as JSON, ``syncer.output/v1``: one object for every command, on errors too."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from syncer.applying.apply import Result
from syncer.doctor import State
from syncer.drift.episodes import Gone
from syncer.drift.found import Direction, Drifting
from syncer.errors import ConfigError
from syncer.kinds.registry import rule_document
from syncer.model.change import Unmanaged
from syncer.model.finding import Severity
from syncer.model.json_values import parsed, readable
from syncer.model.plan import Outcome
from syncer.model.settings import Environment
from syncer.report.views import (
    Applied,
    AuditFigures,
    AuditShown,
    AuditVerified,
    Drifted,
    Environments,
    Examined,
    Exported,
    Planned,
    Report,
    Validated,
)

FORMAT = "syncer.output/v1"


def render(report: Report, *, color: bool) -> str:
    """The report as one JSON object; ``color`` means nothing here."""
    del color
    document = {
        "format": FORMAT,
        "command": report.command,
        "exit_code": report.exit_code,
        "error": _error(report),
        "counts": {
            severity.value: sum(finding.severity is severity for finding in report.findings)
            for severity in Severity
        },
        "findings": [finding.as_json() for finding in report.findings],
        "warnings": list(report.warnings),
        "result": _result(report),
    }
    return readable(document)


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
    headroom = {"factor": view.headroom.factor, "queue": view.headroom.queue}
    return {"files": view.files, "queues": view.queues, "rules": view.rules, "headroom": headroom}


def _applied(view: Applied) -> dict[str, Any]:
    result = view.result
    recovered = [
        {"run": cut_off.run.id, "outcomes": [_outcome(outcome) for outcome in cut_off.outcomes]}
        for cut_off in view.recovered
    ]
    if result is None:
        return {"status": "nothing to do", "message": view.message, "recovered": recovered, "outcomes": []}
    undone = {"rollback": _run_result(view.undone)} if view.undone else {}
    return {**_run_result(result), "message": view.message, "recovered": recovered, **undone}


def _run_result(result: Result) -> dict[str, Any]:
    return {
        "status": result.status,
        "run": result.run.id,
        "outcomes": [_outcome(outcome) for outcome in result.outcomes],
        "calls": dict(result.calls),
        "duration_ms": round(result.duration_ms, 3),
        "audit_head": result.head,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "queue": {"id": outcome.change.queue, "name": outcome.change.name},
        "status": outcome.status.value,
        "detail": outcome.detail,
        "rules": len(outcome.change.rules),
        "attempts": outcome.attempts,
        "latency_ms": round(outcome.latency_ms, 3),
        "lock": outcome.lock,
        "window_ms": round(outcome.window_ms, 3) if outcome.window_ms else None,
        "etag_before": outcome.etag_before,
        "etag_after": outcome.etag_after,
        "correlation_id": outcome.correlation_id,
        "caused_by": outcome.caused_by,
    }


def _drift(view: Drifted) -> dict[str, Any]:
    drift = view.drift
    return {
        "counts": {direction.value.replace(" ", "_"): drift.count(direction) for direction in Direction},
        "compared": drift.compared,
        "rules": [_drifting(rule) for rule in drift.rules],
        "pending": [_pending(rule) for rule in drift.pending],
        "resolved": [_gone(gone) for gone in view.resolved],
        **_unmanaged(view.unmanaged),
    }


def _drifting(rule: Drifting) -> dict[str, Any]:
    episode = rule.episode
    return {
        **_pending(rule),
        "moved": rule.moved.value,
        "standing": episode.standing.value if episode else None,
        "first_seen": episode.first_seen if episode else None,
        "detections": episode.detections if episode else None,
    }


def _pending(rule: Drifting) -> dict[str, Any]:
    return {
        "direction": rule.direction.value.replace(" ", "_"),
        "queue": {"id": rule.queue, "name": rule.queue_name},
        "target": {"id": rule.target, "name": rule.target_name},
        "policy": rule_document(rule.policy) if rule.policy else None,
        "live": rule_document(rule.live) if rule.live else None,
        "note": rule.note,
        "changed": rule.edit.as_json(),
    }


def _gone(gone: Gone) -> dict[str, Any]:
    key, facts, episode = gone.episode.key, gone.episode.facts, gone.episode
    return {
        "direction": facts.direction.replace(" ", "_"),
        "queue": {"id": key.queue, "name": facts.queue_name},
        "target": {"id": facts.target, "name": facts.target_name},
        "kind": key.kind,
        "policy": facts.policy,
        "live": facts.live,
        "first_seen": episode.first_seen,
        "last_seen": episode.last_seen,
        "detections": episode.detections,
        "superseded": gone.superseded,
        "pending": gone.pending,
    }


def _unmanaged(queues: Sequence[Unmanaged] | None) -> dict[str, Any]:
    if queues is None:
        return {}
    return {
        "unmanaged": [
            {
                "queue": {"id": each.queue, "name": each.name},
                "rules": list(each.rules),
                "owner": each.owner,
            }
            for each in queues
        ]
    }


def _exported(view: Exported) -> dict[str, Any]:
    return {
        "files": [asdict(file) for file in view.files],
        "skipped": [
            {"queue": {"id": each.id, "name": each.name}, "reason": each.reason} for each in view.skipped
        ],
    }


def _environments(view: Environments) -> dict[str, Any]:
    return {"environments": [_environment(each) for each in view.environments]}


def _environment(environment: Environment) -> dict[str, Any]:
    return {
        "name": environment.name,
        "region": environment.region,
        "api_url": environment.api_url,
        "organization": environment.organization,
        "variables": list(environment.variables.names),
        "overrides": len(environment.overrides),
    }


def _verified(view: AuditVerified) -> dict[str, Any]:
    verification = view.verification
    return {
        "whole": verification.whole,
        "entries": verification.entries,
        "head": verification.head,
        "kept_head": view.kept_head,
        "breaks": [asdict(found) for found in verification.breaks],
    }


def _figures(view: AuditFigures) -> dict[str, Any]:
    return {"figures": asdict(view.figures), "changes": [dict(entry) for entry in view.changes]}


def _examined(view: Examined) -> dict[str, Any]:
    return {
        "counts": {state.name.lower(): view.count(state) for state in State},
        "checks": [{**asdict(line), "state": line.state.name.lower()} for line in view.lines],
    }


_VIEWS: Mapping[type, Callable[[Any], dict[str, Any]]] = {
    Validated: _validated,
    Planned: lambda view: {
        "plan": dict(view.document),
        "saved_to": view.saved_to,
        **_unmanaged(view.unmanaged),
    },
    Applied: _applied,
    Drifted: _drift,
    Exported: _exported,
    Environments: _environments,
    AuditShown: lambda view: {"entries": [dict(entry) for entry in view.entries]},
    AuditVerified: _verified,
    AuditFigures: _figures,
    Examined: _examined,
}


_HEAD = re.compile(rb"\s*\{\s*\"format\":\s*\"" + re.escape(FORMAT.encode()) + rb"\"")
_LONGEST_HEAD = 1024


def is_report(path: Path) -> bool:
    """Whether a file begins as a JSON report does; no for what is not there."""
    try:
        with path.open("rb") as file:
            return _HEAD.match(file.read(_LONGEST_HEAD)) is not None
    except OSError:
        return False


def reread(path: Path) -> dict[str, Any]:
    """What a JSON report (``syncer.output/v1``) holds. Raises ConfigError where it is none."""
    from jsonschema import Draft202012Validator

    from syncer.policy.schema import schema_text

    hint = "Write one with: --report json=FILE"
    try:
        document = parsed(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path} can't be read as a report", hint=hint) from error
    schema = json.loads(schema_text("output.v1.schema.json"))
    if not isinstance(document, dict) or not Draft202012Validator(schema).is_valid(document):
        raise ConfigError(f"{path} is not what the schema of a report says", hint=hint)
    return document
