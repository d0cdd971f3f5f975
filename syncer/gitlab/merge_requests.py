"""Merge requests of a project: those from a branch, those that brought a commit, and a new one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from syncer.errors import SyncerError
from syncer.gitlab.api import Api, Patience, Purpose
from syncer.gitlab.place import MergeRequest, Project
from syncer.model.json_values import items, mapping

MOST_REQUESTS = 50
MOST_COMMITS = 100
"""At most this many commits are looked up for one apply: one call per commit."""
MOST_FILES = 500
"""At most this many files are read of one merge request: 5 calls."""

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

READING = Purpose("read merge requests", "Reporter", "project or commit")
_IN_PASSING = Patience(10.0, retries=1)
"""For details that a note can do without."""


def brought(project: Project, token: str, commit: str, branch: str) -> MergeRequest | None:
    """Return the merge request that was merged into ``branch`` as ``commit``, else the last that brought it,
    if any.

    Raises what ``Api`` does.
    """
    with Api(project.url, token, READING) as api:
        found = Requests(api, project).merged(commit, branch)
    exact = [request for request in found if commit in request.commits]
    for request in (*exact, *found):
        return MergeRequest(project.url, project.id, str(request.iid))
    return None


@dataclass(frozen=True, slots=True)
class BroughtAlong:
    """The merge requests that were merged between two commits, the newest first; ``unasked`` is the number of
    further commits that others might have brought."""

    requests: tuple[MergeRequest, ...] = ()
    unasked: int = 0


def brought_between(project: Project, token: str, before: str, commit: str, branch: str) -> BroughtAlong:
    """Return the merge requests whose commits ``branch`` got after ``before``, up to ``commit``.

    Raises what ``Api`` does, and SyncerError if GitLab doesn't know both commits.
    """
    with Api(project.url, token, READING) as api:
        found = api.found(f"{project.path}/repository/compare", {"from": before, "to": commit})
        if found is None:
            raise SyncerError(f"GitLab can't compare {before} with {commit}")
        shown = map(mapping, items(mapping(found).get("commits")))
        commits = [each for each in shown if _SHA.fullmatch(text(each.get("id")))]
        asked, requests = Requests(api, project), dict[int, MergeRequestState]()
        # A merge commit names its request at once; most of the others came with one.
        waiting = [each["id"] for each in sorted(commits, key=_is_no_merge)]
        for number, sha in enumerate(waiting):
            if number == MOST_COMMITS or len(requests) >= MOST_REQUESTS:
                break
            if not any(sha in each.commits for each in requests.values()):
                requests |= {each.iid: each for each in asked.merged(sha, branch)}
        else:
            number = len(waiting)
    newest = sorted(requests, reverse=True)[:MOST_REQUESTS]
    along = tuple(MergeRequest(project.url, project.id, str(iid)) for iid in newest)
    return BroughtAlong(along, len(waiting) - number)


def pushed_after(request: MergeRequest, token: str, commit: str, other: str) -> bool:
    """Whether ``commit`` was pushed to a merge request after ``other``; False if GitLab doesn't show it.

    Raises what ``Api`` does.
    """
    with Api(request.url, token, READING, patience=_IN_PASSING) as api:
        head = mapping(api.get(request.path)).get("sha")
        if not head or head in (commit, other):
            return head == commit
        versions = map(mapping, items(api.get(f"{request.path}/versions", {"per_page": 100})))
        newest_first = [each.get("head_commit_sha") for each in versions]
    both = commit in newest_first and other in newest_first
    return both and newest_first.index(commit) < newest_first.index(other)


def changed_files(request: MergeRequest, token: str) -> frozenset[str]:
    """Return the files that a merge request changed, relative to the root of the repository; for a moved
    file, both paths. Empty if GitLab shows none, or more than ``MOST_FILES``.

    Raises what ``Api`` does.
    """
    with Api(request.url, token, READING, patience=_IN_PASSING) as api:
        shown = api.all(f"{request.path}/diffs", _is_diff, "new_path")
        found = list(islice(shown, MOST_FILES + 1))
    if len(found) > MOST_FILES:
        return frozenset()
    return frozenset(each[name] for each in found for name in ("old_path", "new_path"))


def _is_diff(item: Any) -> bool:
    return isinstance(item, dict) and all(
        isinstance(item.get(name), str) for name in ("old_path", "new_path")
    )


def _is_no_merge(commit: Mapping[str, Any]) -> bool:
    parents = commit.get("parent_ids")
    return not isinstance(parents, list) or len(parents) < 2


@dataclass(frozen=True, slots=True)
class Person:
    """A user of GitLab by ``username``; ``email`` is empty unless it is public."""

    id: int = 0
    username: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class MergeRequestState:
    """A merge request; ``state`` is ``opened``, ``closed``, ``locked`` or ``merged``.

    ``commits`` are those that the target branch may have from it, ``head`` is the last of its source branch.
    """

    iid: int
    state: str
    title: str
    description: str
    url: str
    commits: frozenset[str] = frozenset()
    head: str = ""
    author: Person = Person()
    merged_by: Person = Person()


@dataclass(frozen=True, slots=True)
class Requests:
    """The merge requests within a project: those from forks are never ours."""

    api: Api
    project: Project

    def between(self, source: str, target: str) -> list[MergeRequestState]:
        """All from the branch ``source`` into ``target``, in any state, the newest first."""
        query = {"source_branch": source, "target_branch": target, "state": "all"}
        found = self.api.all(f"{self.project.path}/merge_requests", _is_request, "iid", **query)
        return _newest_first(_request(each) for each in found if _from_branches(each, source, target))

    def merged(self, commit: str, target: str) -> list[MergeRequestState]:
        """Those that were merged into ``target`` and brought ``commit``, the newest first."""
        path = f"{self.project.path}/repository/commits/{commit}/merge_requests"
        found = self.api.all(path, _is_request, "iid")
        here = [each for each in found if each["state"] == "merged" and each.get("target_branch") == target]
        return _newest_first(map(_request, here))

    def create(self, content: dict[str, Any]) -> MergeRequestState:
        """Open a merge request."""
        made = self.api.send("post", f"{self.project.path}/merge_requests", content)
        if not _is_request(made):
            raise self.api.senseless()
        return _request(made)

    def change(self, request: MergeRequestState, content: dict[str, Any]) -> None:
        """Change title, description or state."""
        self.api.send("put", f"{self.project.path}/merge_requests/{request.iid}", content)


def _newest_first(found: Iterator[MergeRequestState]) -> list[MergeRequestState]:
    return sorted(found, key=lambda request: -request.iid)


def _is_request(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("iid"), int) and isinstance(item.get("state"), str)


def _from_branches(item: dict[str, Any], source: str, target: str) -> bool:
    """Whether it goes from one branch to the other, both in this project."""
    return ((item.get("source_branch"), item.get("target_branch")) == (source, target)) and item.get(
        "source_project_id"
    ) == item.get("target_project_id")


def _request(item: dict[str, Any]) -> MergeRequestState:
    commits = (item.get(name) for name in ("merge_commit_sha", "squash_commit_sha", "sha"))
    return MergeRequestState(
        iid=item["iid"],
        state=item["state"],
        title=str(item.get("title") or ""),
        description=str(item.get("description") or ""),
        url=str(item.get("web_url") or ""),
        commits=frozenset(commit for commit in commits if isinstance(commit, str)),
        head=text(item.get("sha")),
        author=person(item.get("author")),
        merged_by=person(item.get("merge_user") or item.get("merged_by")),
    )


def person(value: Any) -> Person:
    """A user as GitLab shows one; an empty one if it shows none."""
    said = value if isinstance(value, dict) else {}
    number = said.get("id")
    return Person(
        number if isinstance(number, int) else 0,
        text(said.get("username")),
        text(said.get("name")),
        text(said.get("public_email")),
    )


def text(value: Any) -> str:
    """Return ``value`` if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""
