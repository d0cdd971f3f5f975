"""Who asked for a run, who approved it and why, and which policies it applied."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from syncer.model.policy import PolicyState

MERGE_REQUEST: Final = "merge_request"
APPROVER: Final = "approver"
TICKET: Final = "ticket"
REASON: Final = "reason"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the entry of a run says of who and why; whatever is not known is empty.

    ``client`` is the id of the OAuth client. ``requester`` wrote the merge request (``merge_request`` is its
    URL), ``approvers`` approved it, ``approved_sha`` is the commit that they did, ``executor`` ran the job:
    people by their logins. ``segregation`` is ``ok``, ``self-approved`` or ``unknown``. ``justification`` is
    why, in words. ``tool`` is the version of the program. ``approval`` is how the plan was agreed to:
    ``prompt``, ``auto-approve``, ``saved plan`` or ``session``; ``plan_signature`` is ``checked``,
    ``unsigned`` or ``not checked``.
    """

    client: str = ""
    requester: str = ""
    approvers: tuple[str, ...] = ()
    approved_sha: str = ""
    executor: str = ""
    segregation: str = "unknown"
    merge_request: str = ""
    ticket: str = ""
    justification: str = ""
    policies: PolicyState = field(default_factory=PolicyState)
    tool: str = ""
    approval: str = ""
    plan_signature: str = ""

    def as_json(self) -> dict[str, Any]:
        """The members that the entry of a run has of it."""
        return {
            "client": self.client,
            "requester": self.requester,
            "approvers": list(self.approvers),
            "approvedSha": self.approved_sha,
            "executor": self.executor,
            "segregation": self.segregation,
            "mergeRequest": self.merge_request,
            "ticket": self.ticket,
            "justification": self.justification,
            "policies": self.policies.as_json(),
            "tool": self.tool,
            "approval": self.approval,
            "planSignature": self.plan_signature,
        }


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that ``audit.require`` demands and that a run doesn't have: ``what``, and what to do."""

    what: str
    message: str
    hint: str


def missing(
    evidence: Evidence, require: Collection[str], overrides: Collection[str] = ()
) -> tuple[Missing, ...]:
    """What the settings demand and the evidence doesn't have, in the order of the settings.

    Where anything is demanded, a run that lifts a limit (``overrides``) needs a reason too.
    """
    wanted = list(dict.fromkeys(require))
    found = [_DEMANDS[what](evidence) for what in wanted]
    if wanted and overrides and REASON not in wanted and not evidence.justification:
        lifted = ", ".join(overrides)
        found.append(Missing(REASON, f"{lifted} lifts a limit, and there is no reason for it", _HOW_REASON))
    return tuple(each for each in found if each is not None)


_HOW_REASON: Final = "Give one with --reason, or as a trailer 'Reason: …' of the commit."


def _merge_request(evidence: Evidence) -> Missing | None:
    if evidence.merge_request:
        return None
    return Missing(
        MERGE_REQUEST,
        "no merge request is known that brought this commit",
        "Apply what was merged, in the pipeline of the default branch; SYNCER_GITLAB_TOKEN must be set for "
        "GitLab to be asked.",
    )


def _approver(evidence: Evidence) -> Missing | None:
    match evidence.segregation:
        case "ok":
            return None
        case "self-approved":
            why = "nobody but its authors approved the change"
        case _ if evidence.approvers:
            why = "nobody but its authors is known to have approved the last commit of the change"
        case _:
            why = "nobody is known to have approved the change"
    return Missing(
        APPROVER,
        why,
        "Have somebody who wrote none of its commits approve the merge request, after the last push.",
    )


def _ticket(evidence: Evidence) -> Missing | None:
    how = "Name it with --ticket, or as a trailer 'Ticket: …' of the commit."
    return None if evidence.ticket else Missing(TICKET, "there is no ticket for this change", how)


def _reason(evidence: Evidence) -> Missing | None:
    if evidence.justification:
        return None
    return Missing(REASON, "there is no reason for this change", _HOW_REASON)


_DEMANDS: Final = {
    MERGE_REQUEST: _merge_request,
    APPROVER: _approver,
    TICKET: _ticket,
    REASON: _reason,
}
