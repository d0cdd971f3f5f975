"""Gathers the evidence of a run: from the environment, the commit, the policies and GitLab."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from syncer import __version__
from syncer.audit.evidence import Evidence
from syncer.audit.origin import GITLAB, origin
from syncer.errors import SyncerError
from syncer.model.json_values import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncer.app.session import Session
    from syncer.audit.origin import Origin
    from syncer.gitlab.review import Review
    from syncer.model.settings import AuditSettings
    from syncer.planning.disk import OnDisk

TICKET, REASON = "Ticket", "Reason"
LONGEST_TICKET: Final = 200
LONGEST_REASON: Final = 1000

_LONGEST_NAME: Final = 255
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

_log = logging.getLogger(__name__)


def proved_origin(session: Session, settings: AuditSettings) -> Origin:
    """Return who runs this: proved by the ID token in ``SYNCER_ID_TOKEN``, else as the environment claims.

    A token counts if the issuer in the settings has signed it. If it doesn't count, that is never an error:
    the origin has the reason why it is only a claim.
    """
    claimed = origin(session.environ)
    if claimed.source != GITLAB:
        return claimed
    from syncer.gitlab.id_token import NotProvedError, Trust, proved

    trust = Trust(settings.issuer, settings.audience)
    try:
        found = proved(session.environ, trust, session.now().timestamp())
    except NotProvedError as error:
        return replace(claimed, unverified=str(error))
    return replace(
        claimed,
        user=found.user,
        commit=found.commit,
        pipeline=found.pipeline,
        job=found.job,
        verified=True,
        unverified="",
        ref=found.ref,
        ref_protected=found.ref_protected,
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What the caller knows of a run: the OAuth ``client``, and ``ticket`` and ``reason`` from the options;
    ``approval`` and ``plan_signature`` are as in Evidence."""

    client: str = ""
    ticket: str = ""
    reason: str = ""
    approval: str = ""
    plan_signature: str = ""


def gather_evidence(disk: OnDisk, folder: Path, who: Origin, session: Session, known: Known) -> Evidence:
    """Return the evidence of a run by ``who`` that applies what was read from ``disk``; ``folder`` has the
    policies.

    If GitLab can't be asked, or its response makes no sense, that is a warning of the session, and its part
    stays empty. Nothing is raised.
    """
    from syncer.policy.committed import policy_state
    from syncer.policy.trailers import last_message

    named = [Path(path) for path in disk.paths] or [folder]
    review = _review(who, session, disk.settings.audit)
    message = session.environ.get("CI_COMMIT_MESSAGE", "") or last_message(_folder_of(named[0]))
    messages = (message, *(review.messages if review else ()))
    evidence = Evidence(
        client=_line(known.client),
        executor=_line(who.user),
        ticket=_said(known.ticket, messages, TICKET, LONGEST_TICKET),
        justification=_said(known.reason, messages, REASON, LONGEST_REASON),
        policies=policy_state(disk.files, named, root=Path.cwd(), commit=who.commit),
        tool=__version__,
        approval=known.approval,
        plan_signature=known.plan_signature,
    )
    return _reviewed(evidence, review) if review else evidence


def _folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _reviewed(evidence: Evidence, review: Review) -> Evidence:
    return replace(
        evidence,
        requester=_line(review.requester),
        approvers=tuple(map(_line, review.approvers)),
        approved_sha=_line(review.approved_sha),
        segregation=review.segregation,
        merge_request=_line(review.url),
    )


def _said(option: str, messages: Sequence[str], key: str, longest: int) -> str:
    """The value of the option, else of the first message with such a trailer, as one clean line."""
    from syncer.policy.trailers import trailer

    values = (option, *(trailer(message, key) for message in messages))
    return next((said for value in values if (said := clean(value, longest=longest))), "")


def _review(who: Origin, session: Session, settings: AuditSettings) -> Review | None:
    """The review of the commit, if there is a GitLab with a token to ask; warns if that fails."""
    environ = session.environ
    if not all(environ.get(name, "").strip() for name in ("CI_API_V4_URL", "CI_PROJECT_ID")):
        return None
    if not environ.get("SYNCER_GITLAB_TOKEN", "").strip():
        _log.info("GitLab is not asked who approved this: SYNCER_GITLAB_TOKEN is not set")
        return None
    if not _COMMIT.fullmatch(who.commit) or not who.ref:
        return None
    try:
        return _asked(environ, who, settings)
    except SyncerError as error:
        session.warnings.append(f"GitLab was not asked who approved this: {error.message}")
        return None


def _asked(environ: Mapping[str, str], who: Origin, settings: AuditSettings) -> Review | None:
    """Raises SyncerError if there is no response, or another GitLab would give it."""
    from syncer.gitlab.place import needs_library, project_of, token_of

    needs_library()
    project = project_of(environ["CI_API_V4_URL"], environ["CI_PROJECT_ID"])
    if settings.issuer and project.url != settings.issuer.rstrip("/"):
        raise SyncerError("CI_API_V4_URL isn't that of the GitLab in audit.issuer")
    from syncer.gitlab.review import review_of

    return review_of(project, token_of(environ), who.commit, who.ref)


def _line(text: str) -> str:
    return clean(text, longest=_LONGEST_NAME)
