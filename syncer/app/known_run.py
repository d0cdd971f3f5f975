"""Who runs this, where and why: the entry of a run once settings and organization are known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.app.evidence import Known, gather_evidence, proved_origin
from syncer.audit.evidence import REASON, TICKET, missing
from syncer.audit.identity import Identity, identity
from syncer.errors import Refused

if TYPE_CHECKING:
    from syncer.app.attempt import Attempt
    from syncer.app.options import RunOptions
    from syncer.audit.entries import Run
    from syncer.audit.evidence import Evidence
    from syncer.audit.origin import Origin
    from syncer.live.client import Client
    from syncer.planning.disk import OnDisk
    from syncer.planning.saved_plan import SavedPlan


def known_run(
    attempt: Attempt, client: Client, disk: OnDisk, options: RunOptions, saved: SavedPlan | None = None
) -> Run:
    """Return a run that has started, with its place, who runs it and why; persons are named as in the
    settings.

    Raises ConfigError if pseudonyms are required and can't be made, AuthError and LiveError.
    """
    session, settings = attempt.session, disk.settings.audit
    names = identity(settings.identity, session.environ)
    who = proved_origin(session, settings)
    known = Known(
        client=client.client_id,
        ticket=options.ticket,
        reason=options.reason or str(attempt.run.evidence.get("justification", "")),
        approval="saved plan" if saved else "",
        plan_signature=_signature(attempt.content, session.environ.get("SYNCER_PLAN_KEY", "")),
    )
    attempt.evidence = gather_evidence(disk, attempt.source.folder, who, session, known)
    return replace(
        attempt.run,
        api=client.api,
        environment=disk.settings.environment.name,
        organization=client.organization(),
        plan_digest=saved.digest if saved else "",
        plan_created_at=saved.created_at if saved else "",
        origin=named(who, names),
        evidence=named_evidence(attempt.evidence, names).as_json(),
    )


def named(origin: Origin, names: Identity) -> Origin:
    """An origin with the person and the host as the audit names them."""
    return replace(origin, user=names(origin.user), host=names.host(origin.host))


def named_evidence(evidence: Evidence, names: Identity) -> Evidence:
    """Evidence with the persons as the audit names them."""
    return replace(
        evidence,
        requester=names(evidence.requester),
        approvers=tuple(map(names, evidence.approvers)),
        executor=names(evidence.executor),
    )


def refuse_unproved(attempt: Attempt, disk: OnDisk) -> None:
    """Raise Refused if the settings require evidence that a run doesn't have.

    A rollback is an emergency: it needs a ticket and a reason, but no merge request and no approver.
    """
    demanded = disk.settings.audit.require
    if attempt.run.verb != "apply":
        demanded = tuple(each for each in demanded if each in (TICKET, REASON))
    lacking = missing(
        attempt.evidence, demanded, attempt.run.overrides if disk.settings.audit.require else ()
    )
    if lacking:
        raise Refused(
            "the settings require evidence that this run doesn't have (audit.require): nothing was applied\n"
            + "\n".join(each.message for each in lacking),
            hint=" ".join(dict.fromkeys(each.hint for each in lacking)),
            reason="evidence-missing",
        )


def _signature(content: bytes, key: str) -> str:
    """The state of the signature of a plan file; an invalid one is refused earlier."""
    if not content:
        return ""
    if key:
        return "checked"
    return "not checked" if b'"signature": "hmac-sha256:' in content else "unsigned"
