"""Audit entries: one for each changed rule, one for each run.

The first nine fields of a change keep the names and the order that monitoring systems already read:
``timestamp``, ``action``, ``queueId``, ``ruleType``, ``threshold``, ``targetQueue``, ``latencyMs``,
``validationPass``, ``success``. What follows is what an auditor needs beside them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from syncer import __version__
from syncer.audit.line import FORMAT
from syncer.audit.origin import Origin as Origin
from syncer.audit.origin import origin as origin
from syncer.kinds.registry import RULE_TYPE_OF_RUNS, kind_of, rule_document
from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.plan import Outcome
from syncer.model.settings import UNKNOWN, ApiLocation, Organization
from syncer.model.window import Overwritten, overwritten_document

NO_EVIDENCE: Final[Mapping[str, Any]] = {
    "client": "",
    "requester": "",
    "approvers": [],
    "approvedSha": "",
    "executor": "",
    "segregation": "unknown",
    "mergeRequest": "",
    "ticket": "",
    "justification": "",
    "policies": None,
    "tool": __version__,
    "approval": "",
    "planSignature": "",
}
"""The members of the entry of a run that say who and why, where nothing is known."""


@dataclass(frozen=True, slots=True)
class Run:
    """What all entries of one run share.

    ``verb`` is ``apply``, ``rollback``, ``stop`` or ``lift``; ``started_at`` is RFC 3339; ``plan_created_at``
    is empty where no saved plan was applied; ``undoes`` is the id of the run that a rollback undoes, and
    ``undoes_queues`` are the ids of the queues that it is about, None: all that the run changed.
    ``plan_presented`` is the digest of the bytes of the plan. ``intended``, ``facts`` and ``evidence`` are
    members of the entry of the run, in its form: what was to be changed, the capacities and loads that are
    others than in the run before, and who and why. ``exception`` is the exception from the policies that the
    run makes, ``lifts`` are the ids of those that it lifts. ``hand_edits`` are those that its plan
    overwrites, in the form of the entry.
    """

    id: str
    started_at: str
    api: str
    environment: str = ""
    plan_digest: str = ""
    verb: str = "apply"
    overrides: tuple[str, ...] = ()
    origin: Origin = field(default_factory=Origin)
    plan_created_at: str = ""
    organization: Organization = UNKNOWN
    undoes: str = ""
    undoes_queues: tuple[str, ...] | None = None
    plan_presented: str = ""
    intended: Mapping[str, Any] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    exception: Mapping[str, Any] | None = None
    lifts: tuple[str, ...] = ()
    hand_edits: tuple[Mapping[str, Any], ...] = ()

    @property
    def place(self) -> ApiLocation:
        """Where it wrote."""
        return ApiLocation(self.api, self.organization)


def place_of(entry: Mapping[str, Any]) -> ApiLocation:
    """Where the run of an entry wrote; older entries don't know their organization."""
    known = entry.get("organization")
    organization = known if isinstance(known, Mapping) else {}
    return ApiLocation(
        str(entry.get("api", "")),
        Organization(str(organization.get("id", "")), str(organization.get("name", ""))),
    )


def intended(changes: Iterable[QueueChange]) -> dict[str, Any]:
    """What was to be changed: rules by what was to be done to them, and the ids of their queues."""
    queues = list(changes)
    actions = Counter(rule.action.value for change in queues for rule in change.rules)
    counts = {action.value: actions[action.value] for action in (Action.CREATE, Action.UPDATE, Action.DELETE)}
    return {**counts, "queues": [change.queue for change in queues]}


def change_entries(
    run: Run, outcome: Outcome, timestamp: str, *, occurred_at: str = "", recovered_by: Run | None = None
) -> list[dict[str, Any]]:
    """One entry for each rule of a queue's change: they share one PUT and its outcome.

    What the PUT did to the queue's JSON is the same for all, and stands in the first. ``timestamp`` is when
    the entry is made, and also when it happened unless ``occurred_at`` says so. ``recovered_by`` is the run
    that found out the result, if it isn't the run itself.
    """
    written = outcome.written.as_json() if outcome.written else None
    times = _times(timestamp, occurred_at)
    return [
        _change_entry(run, outcome, rule, times)
        | {"written": None if place else written, **_shared(run), **_recovered(recovered_by)}
        for place, rule in enumerate(outcome.change.rules)
    ]


def _times(timestamp: str, occurred_at: str) -> dict[str, str]:
    return {"occurredAt": occurred_at or timestamp, "recordedAt": timestamp}


def _recovered(by: Run | None) -> dict[str, Any]:
    return {"recoveredBy": {"run": by.id, "user": by.origin.user}} if by else {}


def _change_entry(run: Run, outcome: Outcome, rule: RuleChange, times: Mapping[str, str]) -> dict[str, Any]:
    return {
        "timestamp": times["recordedAt"],
        "action": f"{rule.action.value.upper()}_{kind_of(rule.rule).noun}",
        "queueId": outcome.change.queue,
        "ruleType": rule.kind,
        "threshold": rule.rule.percent,
        "targetQueue": rule.target,
        "latencyMs": round(outcome.latency_ms, 3),
        "validationPass": True,
        "success": outcome.done,
        "format": FORMAT,
        "kind": "change",
        "run": run.id,
        **times,
        "status": outcome.status.value,
        "detail": outcome.detail,
        "queueName": outcome.change.name,
        "targetName": rule.target_name,
        "note": rule.note,
        "groups": [group.as_json() for group in rule.groups],
        "before": rule_document(rule.before) if rule.before else None,
        "after": rule_document(rule.after) if rule.after else None,
        **({"held": dict(rule.held)} if rule.held else {}),
        "etagBefore": outcome.etag_before,
        "etagAfter": outcome.etag_after,
        "lock": outcome.lock,
        "windowMs": round(outcome.window_ms, 3) if outcome.window_ms else None,
        "attempts": outcome.attempts,
        "correlationId": outcome.correlation_id,
        "causedBy": outcome.caused_by,
    }


def run_entry(
    run: Run,
    timestamp: str,
    *,
    status: str,
    validation_pass: bool,
    outcomes: Sequence[Outcome] = (),
    calls: Mapping[str, int] | None = None,
    duration_ms: float = 0.0,
    detail: str = "",
    reason: str = "",
    clock_offset_ms: float | None = None,
    recovered_by: Run | None = None,
    overwritten: Sequence[Overwritten] = (),
) -> dict[str, Any]:
    """The entry that closes a run. ``status`` is ``done``, ``in part``, ``failed``, ``refused``,
    ``interrupted``, ``cut off`` or ``lost``; ``calls`` counts requests by method and path. ``reason`` is the
    code of what stood in the way, ``detail`` says it in words. ``recovered_by`` is the run that closes one
    that didn't close itself. ``overwritten`` are edits of others that this run, or one before, may have
    overwritten."""
    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[outcome.status.value] = counts.get(outcome.status.value, 0) + 1
    return {
        "timestamp": timestamp,
        "action": f"{run.verb.upper()}_RUN",
        "queueId": None,
        "ruleType": RULE_TYPE_OF_RUNS,
        "threshold": None,
        "targetQueue": None,
        "latencyMs": round(duration_ms, 3),
        "validationPass": validation_pass,
        "success": status == "done",
        "format": FORMAT,
        "kind": "run",
        "run": run.id,
        **_times(timestamp, ""),
        "status": status,
        "detail": detail,
        "startedAt": run.started_at,
        "queues": counts,
        "calls": dict(calls or {}),
        "overrides": list(run.overrides),
        "reason": reason,
        "planPresented": run.plan_presented,
        "intended": run.intended,
        **NO_EVIDENCE,
        **run.evidence,
        "clockOffsetMs": clock_offset_ms,
        "facts": run.facts,
        **({"exception": dict(run.exception)} if run.exception else {}),
        **({"lifts": list(run.lifts)} if run.lifts else {}),
        **({"handEdits": [dict(each) for each in run.hand_edits]} if run.hand_edits else {}),
        **_shared(run),
        **({} if run.undoes_queues is None else {"undoesQueues": list(run.undoes_queues)}),
        **overwritten_document(overwritten),
        **_recovered(recovered_by),
    }


def check_entry(
    run: Run,
    timestamp: str,
    *,
    status: str,
    validation_pass: bool,
    scope: Mapping[str, Any],
    counts: Mapping[str, int],
    calls: Mapping[str, int],
    duration_ms: float,
    detail: str = "",
    overwritten: Sequence[Overwritten] = (),
) -> dict[str, Any]:
    """The entry of a check that ran and sent nothing: ``clean``, ``drift`` or ``failed``.

    ``scope`` says how many ``queues`` and ``rules`` of the policies were looked at, and which were asked for
    (``only``); ``counts`` what was found; ``overwritten`` as in the entry of a run.
    """
    shared = _shared(run)
    return {
        "timestamp": timestamp,
        "action": "DRIFT_CHECK",
        "queueId": None,
        "ruleType": RULE_TYPE_OF_RUNS,
        "threshold": None,
        "targetQueue": None,
        "latencyMs": round(duration_ms, 3),
        "validationPass": validation_pass,
        "success": status == "clean",
        "format": FORMAT,
        "kind": "check",
        "run": run.id,
        **_times(timestamp, ""),
        "status": status,
        "detail": detail,
        "scope": dict(scope),
        "counts": dict(counts),
        "calls": dict(calls),
        "tool": __version__,
        "policies": run.evidence.get("policies"),
        **{name: shared[name] for name in ("api", "environment", "organization", "origin")},
        **overwritten_document(overwritten),
    }


def _shared(run: Run) -> dict[str, Any]:
    return {
        "planDigest": run.plan_digest,
        "planCreatedAt": run.plan_created_at,
        "api": run.api,
        "environment": run.environment,
        "organization": {"id": run.organization.id, "name": run.organization.name},
        "origin": run.origin.as_json(),
        **({"undoes": run.undoes} if run.undoes else {}),
    }
