"""Drift as JSON output has it: what drifted, what is pending and since when, and what is resolved."""

from collections.abc import Sequence
from typing import Any

from syncer.audit.applied_set import AppliedSet, RefusedRun
from syncer.drift.episodes import Gone
from syncer.drift.found import Direction, Drifting
from syncer.kinds.registry import rule_document
from syncer.model.change import Unmanaged
from syncer.report.stopped import held_document
from syncer.report.views import Drifted


def drift_document(view: Drifted) -> dict[str, Any]:
    """What drift found."""
    drift = view.drift
    return {
        "counts": {direction.value.replace(" ", "_"): drift.count(direction) for direction in Direction},
        "compared": drift.compared,
        "selected": list(drift.plan.selected),
        "rules": [_drifting(rule) for rule in drift.rules],
        "pending": [_pending(rule) for rule in drift.pending],
        **({"pending_since": _since(view)} if drift.pending else {}),
        "resolved": [_gone(gone) for gone in view.resolved],
        "loops": [loop.as_json() for loop in view.loops],
        **held_document(drift.plan.held),
        **unmanaged_document(view.unmanaged),
    }


def _drifting(rule: Drifting) -> dict[str, Any]:
    episode = rule.episode
    return {
        **_pending(rule),
        "moved": rule.moved.value,
        "standing": episode.standing.value if episode else None,
        "first_seen": episode.first_seen if episode else None,
        "detections": episode.detections if episode else None,
        **({"edits": [edit.as_json() for edit in rule.edits]} if rule.edits else {}),
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


def _since(view: Drifted) -> dict[str, Any]:
    """Where what is pending comes from, as far as that is known."""
    applied = view.applied
    return {
        "commit": view.drift.plan.source.commit,
        "applied": _run(applied) if applied and applied.run else None,
        "refused": [{**_run(each), "reason": each.reason} for each in applied.refused] if applied else [],
    }


def _run(run: AppliedSet | RefusedRun) -> dict[str, str]:
    return {"run": run.run, "at": run.at, "commit": run.commit}


def unmanaged_document(queues: Sequence[Unmanaged] | None) -> dict[str, Any]:
    """The member that lists the queues that no policy describes; nothing where they weren't asked for."""
    if queues is None:
        return {}
    return {
        "unmanaged": [
            {
                "queue": {"id": each.queue, "name": each.name},
                "rules": list(each.rules),
                "owner": each.owner,
                "within": list(each.within),
            }
            for each in queues
        ]
    }
