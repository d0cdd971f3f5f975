"""Keep one merge request for a change: its branch, its texts, and whether it is still needed."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from syncer.gitlab.api import Api, Purpose
from syncer.gitlab.merge_requests import MergeRequestState, Requests
from syncer.gitlab.notes import same_lines
from syncer.gitlab.place import Checkout, Project


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that changes: its ``path`` in the repository, and its complete text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a merge request; the first line of ``description`` is hidden, and starts with
    ``marker``."""

    marker: str
    title: str
    description: str


def digest_of(files: Sequence[ChangedFile]) -> str:
    """A digest that distinguishes changes: of the paths and the texts of the files."""
    content = json.dumps([[file.path, file.text] for file in files])
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that only syncer writes to: its commits are discarded when it is created again."""

    api: Api
    project: Project
    name: str

    def holds(self, trailer: str) -> bool:
        """Whether the last commit on it, if there is one, has the line ``trailer``."""
        found = self.api.found(f"{self.project.path}/repository/branches/{quote(self.name, safe='')}")
        if found is None:
            return False
        commit = found.get("commit") if isinstance(found, dict) else None
        if not isinstance(commit, dict):
            raise self.api.senseless()
        return trailer in str(commit.get("message", "")).splitlines()

    def make(self, start: str, files: Sequence[ChangedFile], message: str) -> None:
        """Create it from the commit ``start`` and one more, which updates ``files``."""
        self.api.send(
            "post",
            f"{self.project.path}/repository/commits",
            {
                "branch": self.name,
                "start_sha": start,
                "force": True,
                "commit_message": message,
                "actions": [
                    {"action": "update", "file_path": file.path, "content": file.text} for file in files
                ],
            },
        )


OPENING = Purpose("write a branch and open a merge request", "Developer", "project")
_DRAFT = re.compile(r"(?:draft: ?|\[draft\] ?|\(draft\) ?)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposed:
    """The result for a merge request; ``url`` is empty if there is none."""

    what: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Proposals:
    """Merge requests from the branch ``source`` into the default branch, of which at most one is open."""

    api: Api
    checkout: Checkout
    source: str

    def propose(self, files: Sequence[ChangedFile], texts: Texts, labels: str = "") -> Proposed:
        """Show ``files`` for review, as changes to the commit that is checked out.

        The branch is only created again if it doesn't already contain the same. A merge request that people
        closed is not opened again for the same change. A text that somebody else wrote is left unchanged.
        """
        found = self._requests.between(self.source, self.checkout.branch)
        current = _open(found)
        if current is None and _turned_down(found, texts):
            return Proposed(f"not opened: !{found[0].iid} with the same change was closed", found[0].url)
        if current is not None and current.state == "locked":
            return Proposed(f"!{current.iid} left unchanged: it is being merged", current.url)
        trailer = f"Syncer-Change: {digest_of(files)}"
        branch = Branch(self.api, self.checkout.project, self.source)
        fresh = not branch.holds(trailer)
        if fresh:
            branch.make(self.checkout.commit, files, f"{texts.title}\n\n{trailer}\n")
        if current is None:
            made = self._requests.create(self._content(texts, labels))
            return Proposed(f"!{made.iid} opened", made.url)
        said = self._say(current, texts)
        how = "updated" if fresh or said else "left unchanged: its text is already the same"
        return Proposed(f"!{current.iid} {how}", current.url)

    def withdraw(self, texts: Texts) -> MergeRequestState | None:
        """Close the one that is open, if it is ours, and return it."""
        current = _open(self._requests.between(self.source, self.checkout.branch))
        if current is None or current.state == "locked" or not current.description.startswith(texts.marker):
            return None
        self._requests.change(current, {"description": texts.description, "state_event": "close"})
        return current

    @property
    def _requests(self) -> Requests:
        return Requests(self.api, self.checkout.project)

    def _content(self, texts: Texts, labels: str) -> dict[str, object]:
        return {
            "source_branch": self.source,
            "target_branch": self.checkout.branch,
            "title": texts.title,
            "description": texts.description,
            "remove_source_branch": True,
            **({"labels": labels} if labels else {}),
        }

    def _say(self, current: MergeRequestState, texts: Texts) -> bool:
        """Update title and description if they differ; a draft stays one."""
        if not current.description.startswith(texts.marker):
            return False
        draft = _DRAFT.match(current.title)
        title = (draft[0] if draft else "") + texts.title
        if current.title == title and same_lines(current.description, texts.description):
            return False
        self._requests.change(current, {"title": title, "description": texts.description})
        return True


def _open(found: Sequence[MergeRequestState]) -> MergeRequestState | None:
    return next((request for request in found if request.state in ("opened", "locked")), None)


def _turned_down(found: Sequence[MergeRequestState], texts: Texts) -> bool:
    """Whether the last one was closed by people, and its hidden line shows the same change."""
    hidden = texts.description.partition("\n")[0]
    return bool(found) and found[0].state == "closed" and found[0].description.startswith(hidden)
