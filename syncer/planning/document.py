"""A plan as JSON, ``syncer.plan/v1``: the same inputs give the same bytes but for ``created_at``."""

from collections.abc import Mapping
from typing import Any

from syncer import __version__
from syncer.kinds.registry import kind_named, rule_document, rules_of
from syncer.model.change import Action, FieldChange, QueueChange, Reason, RuleChange
from syncer.model.json_values import digest
from syncer.model.plan import LiveRules, Plan
from syncer.model.queue import Group

FORMAT = "syncer.plan/v1"
NOT_DIGESTED = frozenset({"created_at", "digest", "signature"})


def plan_document(plan: Plan) -> dict[str, Any]:
    """The whole plan as plain JSON, with its digest."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "created_at": plan.created_at,
        "generator": f"syncer {__version__}",
        "api": plan.api,
        "environment": plan.environment,
        "organization": {"id": plan.organization.id, "name": plan.organization.name},
        "dialect": plan.dialect,
        "lock": plan.lock,
        "summary": plan_summary(plan),
        "applicable": plan.applicable,
        "paths": list(plan.paths),
        "policies": [{"path": file.path, "sha256": file.sha256} for file in plan.files],
        "changes": [change_document(change) for change in plan.changes],
        "findings": [finding.as_json() for finding in plan.findings],
        "headroom": {"factor": plan.headroom.factor, "queue": plan.headroom.queue},
        "untouched": [
            {"queue": {"id": queue.queue, "name": queue.name}, "reason": queue.reason.value}
            for queue in plan.untouched
        ],
        "ignored": [
            {"queue": {"id": each.queue, "name": each.name}, "what": each.what, "reason": each.reason}
            for each in plan.ignored
        ],
        "live": [_live_document(queue) for queue in plan.live],
    }
    document["digest"] = plan_digest(document)
    return document


def plan_digest(document: dict[str, Any]) -> str:
    """The digest of everything in a plan but its time stamp, its digest and its signature."""
    return digest({key: value for key, value in document.items() if key not in NOT_DIGESTED})


def plan_summary(plan: Plan) -> dict[str, int]:
    """Counts: rules by what happens to them, and queues by whether they are touched."""
    return {
        "create": plan.count(Action.CREATE),
        "update": plan.count(Action.UPDATE),
        "delete": plan.count(Action.DELETE),
        "marks": plan.marks,
        "queues_changed": len(plan.changes),
        "queues_equal": plan.untouched_count(Reason.EQUAL) + plan.untouched_count(Reason.DISABLED),
        "queues_left_out": plan.untouched_count(Reason.LEFT_OUT),
        "queues_ignored": len({each.queue for each in plan.ignored}),
        "queues_unmanaged": plan.untouched_count(Reason.UNMANAGED) + plan.untouched_count(Reason.NOT_MANAGED),
    }


def change_document(change: QueueChange) -> dict[str, Any]:
    """One queue's change as plan, journal and output have it.

    What it waits for is not in it: every apply derives it anew from the rules, and as pairs of queues it may
    be the square of the changes (2,500 queues that wait for 2,500 others).
    """
    return {
        "queue": {"id": change.queue, "name": change.name},
        "step": change.step,
        "rules": [_rule_change_document(rule) for rule in change.rules],
        "kinds": list(change.kinds),
        "before": [rule_document(rule) for rule in change.before],
        "after": [rule_document(rule) for rule in change.after],
    }


def change_of(document: Mapping[str, Any]) -> QueueChange:
    """A queue's change read back from its document, with its step but without what it waits for."""
    return QueueChange(
        queue=document["queue"]["id"],
        name=document["queue"]["name"],
        rules=tuple(_rule_change_of(rule) for rule in document["rules"]),
        before=rules_of(document["before"]),
        after=rules_of(document["after"]),
        step=document["step"],
        kinds=tuple(kind_named(kind).name for kind in document["kinds"]),
    )


def _rule_change_of(document: Mapping[str, Any]) -> RuleChange:
    before, after = document["before"], document["after"]
    return RuleChange(
        action=Action(document["action"]),
        target=document["target"]["id"],
        target_name=document["target"]["name"],
        before=rules_of([before])[0] if before else None,
        after=rules_of([after])[0] if after else None,
        fields=tuple(FieldChange(**field) for field in document["fields"]),
        note=document["note"],
        groups=tuple(Group(**group) for group in document["groups"]),
    )


def _rule_change_document(change: RuleChange) -> dict[str, Any]:
    return {
        "action": change.action.value,
        "target": {"id": change.target, "name": change.target_name},
        "before": rule_document(change.before) if change.before else None,
        "after": rule_document(change.after) if change.after else None,
        "fields": [
            {"field": field.field, "before": field.before, "after": field.after} for field in change.fields
        ],
        "note": change.note,
        "groups": [group.as_json() for group in change.groups],
    }


def _live_document(queue: LiveRules) -> dict[str, Any]:
    return {
        "queue": {"id": queue.queue, "name": queue.name},
        "rules": [rule_document(rule) for rule in queue.rules],
    }
