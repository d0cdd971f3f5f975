"""Who asked for a change, who approved it, and whether these are different people."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from syncer.gitlab.api import Api, Item
from syncer.gitlab.merge_requests import READING, MergeRequestState, Person, Requests, person, text
from syncer.gitlab.place import MergeRequest, Project
from syncer.model.json_values import items, mapping

OK: Final = "ok"
SELF_APPROVED: Final = "self-approved"
UNKNOWN: Final = "unknown"

_BOT: Final = re.compile(r"(project|group)_[0-9]+_bot(_.*)?|service_account_.*")
_NOREPLY: Final = re.compile(r"([0-9]+)-[^@]+@users\.noreply\..+")
_AUTHORS: Final = (("author_name", "author_email"), ("committer_name", "committer_email"))


@dataclass(frozen=True, slots=True)
class Review:
    """The merge request that brought a commit; people by their usernames.

    ``approved_sha`` is the last commit of its source branch, if an approval is known not to be older than
    that; ``messages`` are those of its commits, the newest first. ``segregation``:

    - ``ok``: somebody approved who is neither the requester nor an author or committer of its commits, nor a
      bot, and the approval isn't known to be older than the last commit;
    - ``self-approved``: everybody who approved is one of these; or nobody approved, and an author merged it;
    - ``unknown``: nobody approved in this way, and somebody else merged it; or GitLab doesn't show who.
    """

    url: str
    requester: str
    approvers: tuple[str, ...]
    approved_sha: str
    segregation: str
    messages: tuple[str, ...] = ()


def review_of(project: Project, token: str, commit: str, branch: str) -> Review | None:
    """Return the review of the merge request that was merged into ``branch`` as ``commit``; None if there was
    none.

    One that ``commit`` merely follows doesn't count: the current state is not what was approved. Raises what
    ``Api`` does.
    """
    with Api(project.url, token, READING) as api:
        found = Requests(api, project).merged(commit, branch)
        request = next((each for each in found if commit in each.commits), None)
        return _reviewed(api, project, request) if request else None


def _reviewed(api: Api, project: Project, request: MergeRequestState) -> Review:
    path = MergeRequest(project.url, project.id, str(request.iid)).path
    answer = api.found(f"{path}/approvals")
    if not isinstance(answer, dict | None):
        raise api.senseless()
    approvals = [_Approval.of(each) for each in items(mapping(answer).get("approved_by"))]
    commits = list(api.all(f"{path}/commits", _is_commit))
    begun = _since(request.head, list(api.all(f"{path}/versions", _is_version)))
    return Review(
        url=request.url,
        requester=request.author.username,
        approvers=tuple(each.by.username for each in approvals if each.by.username),
        approved_sha=request.head if any(_is_current(each, begun) for each in approvals) else "",
        segregation=_segregation(request, approvals, commits, begun),
        messages=tuple(text(commit.get("message")) for commit in commits),
    )


@dataclass(frozen=True, slots=True)
class _Approval:
    """Who approved, and when; older GitLabs don't show the time."""

    by: Person
    at: datetime | None

    @classmethod
    def of(cls, item: Any) -> "_Approval":
        said = mapping(item)
        return cls(person(said.get("user")), _moment(said.get("approved_at")))


def _is_current(approval: _Approval, begun: datetime | None) -> bool:
    """Whether it is known to be for the last commit."""
    return approval.at is not None and begun is not None and approval.at >= begun


def _is_outdated(approval: _Approval, begun: datetime | None) -> bool:
    """Whether it is known to be older than the last commit."""
    return approval.at is not None and begun is not None and approval.at < begun


def _segregation(
    request: MergeRequestState,
    approvals: Sequence[_Approval],
    commits: Sequence[Item],
    begun: datetime | None,
) -> str:
    if not request.author.username:
        return UNKNOWN

    def wrote(who: Person) -> bool:
        return who.username == request.author.username or _is_among_authors(who, commits)

    counted = [each.by for each in approvals if not _is_outdated(each, begun) and _is_somebody(each.by)]
    if any(not wrote(who) for who in counted):
        return OK
    return SELF_APPROVED if counted or wrote(request.merged_by) else UNKNOWN


def _is_somebody(who: Person) -> bool:
    """Whether it is a named person: a token's bot approves for anyone who has the token."""
    return bool(who.username) and not _BOT.fullmatch(who.username)


def _is_among_authors(who: Person, commits: Iterable[Item]) -> bool:
    """Whether one of the commits has their name or an address that is known to be theirs.

    Anyone may write any name into a commit: a wrong one makes a review look less independent, never more.
    """
    for commit in commits:
        for name, email in _AUTHORS:
            address = text(commit.get(email)).lower()
            private = _NOREPLY.fullmatch(address)
            if private and int(private[1]) == who.id != 0:
                return True
            if who.email and who.email.lower() == address:
                return True
            if who.name and text(commit.get(name)).casefold() == who.name.casefold():
                return True
    return False


def _since(head: str, versions: Sequence[Item]) -> datetime | None:
    """Since when ``head`` has been the last commit, without interruption; None if GitLab doesn't show it."""
    begun = None
    for each in sorted(versions, key=lambda version: -version["id"]):
        if not head or each.get("head_commit_sha") != head:
            break
        begun = _moment(each.get("created_at"))
    return begun


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def _is_version(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), int)


def _is_commit(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), str)
