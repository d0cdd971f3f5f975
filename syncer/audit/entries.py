"""Audit entries: one for each changed rule, one for each run.

The first nine fields of a change keep the names and the order that monitoring systems already read:
``timestamp``, ``action``, ``queueId``, ``ruleType``, ``threshold``, ``targetQueue``, ``latencyMs``,
``validationPass``, ``success``. What follows is what an auditor needs beside them.
"""

import getpass
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from syncer.audit.chain import FORMAT
from syncer.kinds.registry import RULE_TYPE_OF_RUNS, kind_of, rule_document
from syncer.model.change import RuleChange
from syncer.model.plan import Outcome
from syncer.model.settings import UNKNOWN, ApiLocation, Organization


@dataclass(frozen=True, slots=True)
class Origin:
    """Who runs this and from what: user, host, and where CI says so commit, pipeline and job.

    What is not known is empty.
    """

    user: str = ""
    host: str = ""
    commit: str = ""
    pipeline: str = ""
    job: str = ""

    @property
    def link(self) -> str:
        """The URL of the job, else of the pipeline; empty where only their numbers are known."""
        urls = (each for each in (self.job, self.pipeline) if each.startswith(("https://", "http://")))
        return next(urls, "")

    def as_json(self) -> dict[str, str]:
        """The origin as audit and output have it."""
        return {
            "user": self.user,
            "host": self.host,
            "commit": self.commit,
            "pipeline": self.pipeline,
            "job": self.job,
        }


def origin(env: Mapping[str, str]) -> Origin:
    """Read the origin out of the environment: GitLab's and GitHub's variables, else the local user."""
    return Origin(
        user=env.get("GITLAB_USER_LOGIN") or env.get("GITHUB_ACTOR") or _local_user(),
        host=platform.node(),
        commit=env.get("CI_COMMIT_SHA") or env.get("GITHUB_SHA") or "",
        pipeline=env.get("CI_PIPELINE_URL") or env.get("CI_PIPELINE_ID") or env.get("GITHUB_RUN_ID") or "",
        job=env.get("CI_JOB_URL") or env.get("CI_JOB_ID") or env.get("GITHUB_JOB") or "",
    )


def _local_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


@dataclass(frozen=True, slots=True)
class Run:
    """What all entries of one run share.

    ``verb`` is ``apply`` or ``rollback``; ``started_at`` is RFC 3339; ``plan_created_at`` is empty where no
    saved plan was applied; ``undoes`` is the id of the run that a rollback undoes.
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

    @property
    def place(self) -> ApiLocation:
        """Where it wrote."""
        return ApiLocation(self.api, self.organization)


def place_of(entry: Mapping[str, Any]) -> ApiLocation:
    """Where the run of an entry wrote; older entries don't know their organisation."""
    known = entry.get("organization")
    organization = known if isinstance(known, Mapping) else {}
    return ApiLocation(
        str(entry.get("api", "")),
        Organization(str(organization.get("id", "")), str(organization.get("name", ""))),
    )


def change_entries(run: Run, outcome: Outcome, timestamp: str) -> list[dict[str, Any]]:
    """One entry for each rule of a queue's change: they share one PUT and its outcome.

    What the PUT did to the queue's JSON is the same for all, and stands in the first.
    """
    written = outcome.written.as_json() if outcome.written else None
    return [
        _change_entry(run, outcome, rule, timestamp) | {"written": None if place else written}
        for place, rule in enumerate(outcome.change.rules)
    ]


def _change_entry(run: Run, outcome: Outcome, rule: RuleChange, timestamp: str) -> dict[str, Any]:
    return {
        "timestamp": timestamp,
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
        **_shared(run),
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
) -> dict[str, Any]:
    """The entry that closes a run. ``status`` is ``done``, ``in part``, ``failed``, ``refused``,
    ``interrupted`` or ``cut off``; ``calls`` counts requests by method and path."""
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
        "status": status,
        "detail": detail,
        "startedAt": run.started_at,
        "queues": counts,
        "calls": dict(calls or {}),
        "overrides": list(run.overrides),
        **_shared(run),
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
