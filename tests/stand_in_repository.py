"""The repository and the merge requests of the stand-in: branches, the commits API, merging."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Answer = tuple[int, Any]

PROJECT, FORK = 42, 43
US = 7
NOT_FOUND = (404, {"message": "404 Not Found"})


@dataclass
class Repository:
    """Commits as all their files, branches, and merge requests by their number; ``main`` is protected."""

    commits: dict[str, Json] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    requests: dict[int, Json] = field(default_factory=dict)
    approvals: dict[int, list[Json]] = field(default_factory=dict)
    versions: dict[int, list[Json]] = field(default_factory=dict)
    commits_of: dict[int, list[Json]] = field(default_factory=dict)
    diffs: dict[int, list[Json]] = field(default_factory=dict)
    serves_merge_base: bool = True

    def __post_init__(self) -> None:
        self.requests[5] = request(5, "topic", "A change of the policies")

    def begin(self, commit: str, files: dict[str, str], merged: int = 0, parent: str | None = None) -> None:
        """``main`` is a commit with these files; with ``merged`` that merge request brought it. It comes from
        ``parent`` (empty: from none), else from what ``main`` was."""
        if commit in self.commits:
            parent = self.commits[commit]["parent"]
        comes_from = self.branches.get("main", "") if parent is None else parent
        self.commits[commit] = {"files": files, "message": "begin", "parent": comes_from}
        self.branches["main"] = commit
        if merged:
            self.requests.setdefault(merged, request(merged, f"topic-{merged}", "A change"))
            self.requests[merged].update(state="merged", merge_commit_sha=commit)

    def files(self, branch: str) -> dict[str, str]:
        found: dict[str, str] = self.commits[self.branches[branch]]["files"]
        return found

    def merge(self, iid: int) -> dict[str, str]:
        """What GitLab does on a click; the answer are the files of ``main``."""
        found = self.requests[iid]
        assert "opened" == found["state"]
        self.branches["main"] = self.branches[found["source_branch"]]
        found.update(state="merged", merge_commit_sha=self.branches["main"])
        if found["force_remove_source_branch"]:
            del self.branches[found["source_branch"]]
        return self.files("main")

    def answer(self, method: str, path: list[str], query: dict[str, list[str]], body: Json) -> Answer:
        """What a Developer gets below the project."""
        match method, path:
            case "GET", ["repository", "branches", name] if name in self.branches:
                commit = self.branches[name]
                return 200, {
                    "name": name,
                    "commit": {"id": commit, "message": self.commits[commit]["message"]},
                }
            case "GET", ["repository", "merge_base"]:
                return self._merge_base(query.get("refs[]", []))
            case "GET", ["repository", "compare"]:
                return self._compare(query.get("from", [""])[0], query.get("to", [""])[0])
            case "POST", ["repository", "commits"]:
                return self._commit(body)
            case "GET", ["repository", "commits", commit, "merge_requests"] if commit in self.commits:
                brought = (found for found in self.requests.values() if found["merge_commit_sha"] == commit)
                return 200, list(brought)
            case "GET", ["merge_requests", iid, *what] if int(iid) in self.requests:
                return self._of_request(int(iid), "/".join(what))
            case "GET", ["merge_requests"]:
                return 200, self._listed({name: values[0] for name, values in query.items()})
            case "POST", ["merge_requests"]:
                return self._open(body)
            case "PUT", ["merge_requests", iid] if int(iid) in self.requests:
                found = self.requests[int(iid)]
                found.update({name: body[name] for name in ("title", "description") if name in body})
                found.update({"state": "closed"} if body.get("state_event") == "close" else {})
                return 200, found
        return NOT_FOUND

    def _merge_base(self, refs: list[str]) -> Answer:
        """The newest commit that all come from."""
        if not self.serves_merge_base:
            return NOT_FOUND
        if len(refs) < 2:
            return 400, {"message": "Provide at least 2 refs"}
        commits = [self.branches.get(ref, ref) for ref in refs]
        if unknown := [ref for ref, commit in zip(refs, commits, strict=True) if commit not in self.commits]:
            noun = "ref" if len(unknown) == 1 else "refs"
            return 400, {"message": f"Could not find {noun}: {', '.join(unknown)}"}
        first, *others = map(self._history, commits)
        common = [commit for commit in first if all(commit in other for other in others)]
        if not common:
            return 404, {"message": "404 Merge Base Not Found"}
        return 200, {"id": common[0], "short_id": common[0][:8], "parent_ids": self._history(common[0])[1:2]}

    def _compare(self, old: str, new: str) -> Answer:
        """What ``new`` has that ``old`` lacks."""
        if not (old and new):
            return 400, {"error": f"{'to' if old else 'from'} is missing"}
        before, after = self.branches.get(old, old), self.branches.get(new, new)
        if before not in self.commits or after not in self.commits:
            return 404, {"message": "404 Ref Not Found"}
        known = self._history(before)
        commits = [{"id": commit} for commit in self._history(after)[::-1] if commit not in known]
        return 200, {"commits": commits, "diffs": [], "compare_same_ref": before == after}

    def _history(self, commit: str) -> list[str]:
        """A commit and all that it comes from, the newest first."""
        found = []
        while commit:
            found.append(commit)
            commit = self.commits[commit].get("parent", "")
        return found

    def _of_request(self, iid: int, what: str) -> Answer:
        """What GitLab shows of one merge request; versions and commits are the newest first."""
        match what:
            case "":
                return 200, self.requests[iid]
            case "approvals":
                given = self.approvals.get(iid, [])
                about = {
                    name: self.requests[iid][name] for name in ("id", "iid", "project_id", "title", "state")
                }
                return 200, {**about, "approved": bool(given), "approved_by": given}
            case "diffs":
                return 200, self.diffs.get(iid, [])
            case "versions":
                return 200, self.versions.get(iid, [])
            case "commits":
                return 200, self.commits_of.get(iid, [])
        return NOT_FOUND

    def _commit(self, body: Json) -> Answer:
        branch, start = body["branch"], body.get("start_sha", "")
        if branch == "main":
            return 400, {"message": "You are not allowed to push into this branch"}
        if start not in self.commits:
            return 400, {"message": "Cannot find start_sha"}
        if branch in self.branches and not body.get("force"):
            return 400, {"message": f"A branch called '{branch}' already exists."}
        files = dict(self.commits[start]["files"])
        for action in body["actions"]:
            if action["action"] != "update" or action["file_path"] not in files:
                return 400, {"message": "A file with this name doesn't exist"}
            files[action["file_path"]] = action["content"]
        message = body["commit_message"]
        sha = hashlib.sha1(json.dumps([start, files, message]).encode()).hexdigest()
        self.commits[sha] = {"files": files, "message": message, "parent": start}
        self.branches[branch] = sha
        return 201, {"id": sha, "message": message}

    def _listed(self, query: Json) -> list[Json]:
        return [
            found
            for found in self.requests.values()
            if all(found[name] == query.get(name, found[name]) for name in ("source_branch", "target_branch"))
            and query.get("state", "all") in ("all", found["state"])
        ]

    def _open(self, body: Json) -> Answer:
        source, target = body["source_branch"], body["target_branch"]
        if self._listed({"source_branch": source, "target_branch": target, "state": "opened"}):
            return 409, {"message": ["Another open merge request already exists for this source branch"]}
        if source not in self.branches:
            return 400, {"message": {"source_branch": ["does not exist"]}}
        iid = max(self.requests) + 1
        self.requests[iid] = {
            **request(iid, source, body["title"], body.get("description", "")),
            "labels": body.get("labels", "").split(",") if body.get("labels") else [],
            "force_remove_source_branch": body.get("remove_source_branch", False),
        }
        return 201, self.requests[iid]


def request(iid: int, source: str, title: str, description: str = "", project: int = PROJECT) -> Json:
    """A merge request into ``main``, as GitLab shows it; ``project`` is where it comes from."""
    return {
        "id": 1000 + iid,
        "iid": iid,
        "project_id": PROJECT,
        "source_project_id": project,
        "target_project_id": PROJECT,
        "source_branch": source,
        "target_branch": "main",
        "state": "opened",
        "title": title,
        "description": description,
        "labels": [],
        "force_remove_source_branch": False,
        "merge_commit_sha": None,
        "squash_commit_sha": None,
        "sha": None,
        "author": user(US),
        "merged_by": None,
        "merge_user": None,
        "web_url": f"https://gitlab.example.com/team/queues/-/merge_requests/{iid}",
    }


def user(number: int, username: str = "", name: str = "") -> Json:
    """A user, as GitLab shows one beside what they did."""
    return {
        "id": number,
        "username": username or f"user-{number}",
        "name": name or f"User {number}",
        "state": "active",
        "web_url": f"https://gitlab.example.com/{username or f'user-{number}'}",
    }


def approval(by: Json, at: str | None) -> Json:
    """An approval; older GitLabs don't say when it was given."""
    return {"user": by} | ({} if at is None else {"approved_at": at})


def version(number: int, head: str, at: str) -> Json:
    """A version of the diff of a merge request: what one push made of it."""
    return {
        "id": number,
        "head_commit_sha": head,
        "base_commit_sha": "b" * 40,
        "start_commit_sha": "b" * 40,
        "created_at": at,
        "state": "collected",
    }


def pushed(sha: str, author: str, email: str, message: str = "A change\n") -> Json:
    """A commit of a merge request."""
    return {
        "id": sha,
        "short_id": sha[:8],
        "title": message.partition("\n")[0],
        "message": message,
        "author_name": author,
        "author_email": email,
        "committer_name": author,
        "committer_email": email,
    }


def diff(path: str, was: str = "") -> Json:
    """A file that a merge request changes, or moves from where it ``was``."""
    return {"old_path": was or path, "new_path": path, "diff": "@@ -1 +1 @@", "renamed_file": bool(was)}
