"""A plan as JSON, ``syncer.plan/v1``: the same inputs give the same bytes but for ``created_at``, and for the
digest of the file that covers it."""

import hashlib
import hmac
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from syncer import __version__
from syncer.kinds.registry import kind_named, rule_document, rules_of
from syncer.model.change import Action, Contacts, FieldChange, Moved, QueueChange, Reason, RuleChange
from syncer.model.json_values import canonical, compact_pieces, digest
from syncer.model.plan import AffectedQueue, LiveRules, Plan
from syncer.model.queue import Group
from syncer.model.rule import Rules, of_kinds
from syncer.planning.read_finding import position_of
from syncer.planning.verdict import verdict

FORMAT = "syncer.plan/v1"
NOT_IN_FILE_DIGEST = frozenset({"file_digest", "signature"})
NOT_DIGESTED = NOT_IN_FILE_DIGEST | {"created_at", "digest"}
DIGESTED_OF_SOURCE = frozenset({"commit", "merge_request", "policy_set"})
"""The same plan of the same commit has the same digest, whichever job makes it, however its target moves."""


def plan_document(plan: Plan) -> dict[str, Any]:
    """The whole plan as plain JSON, with its digests."""
    kept = _kept_rules(plan)
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
        "selected": list(plan.selected),
        "policies": [{"path": file.path, "sha256": file.sha256} for file in plan.files],
        "verdict": verdict(plan),
        "source": plan.source.as_json(),
        "interval": plan.interval,
        "not_checked": list(plan.not_checked),
        "changes": [_planned_document(change, kept[change.queue]) for change in plan.changes],
        "change_digest": change_digest(plan.changes),
        "cost": {
            "calls": plan.cost.calls,
            "seconds": plan.cost.seconds,
            "per_second": plan.cost.per_second,
        },
        "findings": [finding.as_json() for finding in plan.findings],
        "solved": [finding.as_json() for finding in plan.solved],
        "headroom": {"before": plan.headroom_before.as_json(), "after": plan.headroom.as_json()},
        "queues": [_affected_document(queue) for queue in plan.queues],
        **({"transfers": [each.as_json() for each in plan.transfers]} if plan.transfers else {}),
        "facts_before": [
            {"id": key, "capacity": facts.capacity, "base_load": facts.base_load}
            for key, facts in sorted(plan.facts_before.items())
        ],
        "untouched": [
            {"queue": {"id": queue.queue, "name": queue.name}, "reason": queue.reason.value}
            for queue in plan.untouched
        ],
        "ignored": [
            {"queue": {"id": each.queue, "name": each.name}, "what": each.what, "reason": each.reason}
            for each in plan.ignored
        ],
        **({"held": [held.as_json() for held in plan.held]} if plan.held else {}),
        "live": [_live_document(queue) for queue in plan.live],
    }
    return sealed(document)


def sealed(document: Mapping[str, Any]) -> dict[str, Any]:
    """A plan with the digests of its content."""
    whole = {**document, "digest": plan_digest(document)}
    return {**whole, "file_digest": file_digest(whole)}


def file_digest(document: Mapping[str, Any]) -> str:
    """The digest of everything in a plan, when it was made included, but itself and the signature."""
    return digest({key: value for key, value in document.items() if key not in NOT_IN_FILE_DIGEST})


def plan_digest(document: Mapping[str, Any]) -> str:
    """The digest of everything in a plan but its time stamp, its digests and its signature, and the job that
    made it."""
    digested = {key: value for key, value in document.items() if key not in NOT_DIGESTED}
    source = digested.get("source")
    if isinstance(source, dict):
        digested["source"] = {key: source[key] for key in source if key in DIGESTED_OF_SOURCE}
    return digest(digested)


def plan_text(document: Mapping[str, Any], key: str = "") -> str:
    """A plan as a file has it; with ``key`` it is signed (HMAC-SHA-256 over digest and time stamp)."""
    return "".join(plan_pieces(document, key))


def plan_pieces(document: Mapping[str, Any], key: str = "") -> Iterator[str]:
    """The same, line by line."""
    return compact_pieces({**document, "signature": signature(document, key)} if key else document)


def signature(document: Mapping[str, Any], key: str) -> str:
    """What a plan is signed with: ``hmac-sha256:<hex>`` over its digest and its time stamp."""
    what = canonical([document.get("digest"), document.get("created_at")])
    return "hmac-sha256:" + hmac.new(os.fsencode(key), what, hashlib.sha256).hexdigest()


def plan_summary(plan: Plan) -> dict[str, int]:
    """Counts: rules by what happens to them, and queues by whether they are touched."""
    return {
        "create": plan.count(Action.CREATE),
        "update": plan.count(Action.UPDATE),
        "delete": plan.count(Action.DELETE),
        "marks": plan.marks,
        "queues_changed": len(plan.changes),
        "queues_equal": plan.equal,
        "queues_left_out": plan.untouched_count(Reason.LEFT_OUT),
        "queues_ignored": len({each.queue for each in plan.ignored}),
        "queues_not_selected": plan.untouched_count(Reason.NOT_SELECTED),
        "queues_unmanaged": plan.unmanaged,
    }


def change_digest(changes: Sequence[QueueChange]) -> str:
    """The digest of what rules become, by queue: equal where the effect is, whatever the files look like."""
    rules = [
        {
            "queue": change.queue,
            "kind": rule.kind,
            "before": rule_document(rule.before) if rule.before else None,
            "after": rule_document(rule.after) if rule.after else None,
        }
        for change in changes
        for rule in change.rules
    ]
    return digest(sorted(rules, key=canonical))


def _kept_rules(plan: Plan) -> dict[str, Rules]:
    """The rules of each changed queue that are of other kinds, and stay."""
    live = {queue.queue: queue.rules for queue in plan.live}
    return {
        change.queue: tuple(rule for rule in live.get(change.queue, ()) if rule.kind not in change.kinds)
        for change in plan.changes
    }


def _planned_document(change: QueueChange, kept: Rules) -> dict[str, Any]:
    """One queue's change with all of its rules before and after, those that are ``kept`` among them."""
    stay = [rule_document(rule) for rule in kept]
    document = change_document(change)
    rules = [
        {
            **of_rule,
            "position": rule.position.as_json() if rule.position else None,
            "contacts": rule.contacts.as_json() if rule.contacts else None,
            **({"moved": rule.moved.value} if rule.moved else {}),
        }
        for of_rule, rule in zip(document["rules"], change.rules, strict=True)
    ]
    sides = {side: [*document[side], *stay] for side in ("before", "after")}
    return {**document, "rules": rules, **sides}


def _affected_document(queue: AffectedQueue) -> dict[str, Any]:
    return {
        "queue": {"id": queue.queue, "name": queue.name},
        "managed": queue.managed,
        "position": queue.position.as_json() if queue.position else None,
        "before": queue.before.as_json(),
        "after": queue.after.as_json(),
    }


def change_document(change: QueueChange) -> dict[str, Any]:
    """One queue's change as plan, journal and output have it.

    What it waits for is not in it: every apply derives it again from the rules, and as pairs of queues it may
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


def planned_change_of(document: Mapping[str, Any]) -> QueueChange:
    """The same out of a plan, which lists the rules of all kinds: those of the managed kinds are its own."""
    change = change_of(document)
    before, after = of_kinds(change.before, change.kinds), of_kinds(change.after, change.kinds)
    return replace(change, before=before, after=after)


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
        position=position_of(document.get("position")),
        contacts=Contacts(**contacts) if (contacts := document.get("contacts")) else None,
        moved=Moved(document["moved"]) if "moved" in document else None,
        held=tuple(document.get("held", {}).items()),
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
        **({"held": dict(change.held)} if change.held else {}),
    }


def _live_document(queue: LiveRules) -> dict[str, Any]:
    return {
        "queue": {"id": queue.queue, "name": queue.name},
        "rules": [rule_document(rule) for rule in queue.rules],
    }
