"""Keep one merge request for what should be merged: open it, bring it up to date, or withdraw it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from syncer.gitlab.api import Api, Purpose
from syncer.gitlab.branch import Branch
from syncer.gitlab.change import ChangedFile, Texts, digest_of
from syncer.gitlab.merge_requests import Request, Requests
from syncer.gitlab.place import Checkout
from syncer.gitlab.publish import same_lines

OPENING = Purpose("write a branch and open a merge request", "Developer", "project")
_DRAFT = re.compile(r"(?:draft: ?|\[draft\] ?|\(draft\) ?)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What became of a merge request; ``url`` is empty where there is none."""

    what: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Proposals:
    """Merge requests from the branch ``source`` into the default branch, of which one is open at most."""

    api: Api
    checkout: Checkout
    source: str

    def propose(self, files: Sequence[ChangedFile], texts: Texts, labels: str = "") -> Proposed:
        """Show ``files`` for review, as changes of the commit that is checked out.

        The branch is made anew only where it doesn't hold the same already. What people closed is not opened
        again for the same change. A text that somebody else wrote is left alone.
        """
        found = self._requests.between(self.source, self.checkout.branch)
        current = _open(found)
        if current is None and _turned_down(found, texts):
            return Proposed(f"not opened: people closed !{found[0].iid} with the same change", found[0].url)
        if current is not None and current.state == "locked":
            return Proposed(f"!{current.iid} left alone: it is being merged", current.url)
        trailer = f"Syncer-Change: {digest_of(files)}"
        branch = Branch(self.api, self.checkout.project, self.source)
        fresh = not branch.holds(trailer)
        if fresh:
            branch.make(self.checkout.commit, files, f"{texts.title}\n\n{trailer}\n")
        if current is None:
            made = self._requests.create(self._content(texts, labels))
            return Proposed(f"!{made.iid} opened", made.url)
        said = self._say(current, texts)
        how = "brought up to date" if fresh or said else "left alone: it says the same already"
        return Proposed(f"!{current.iid} {how}", current.url)

    def withdraw(self, texts: Texts) -> Request | None:
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

    def _say(self, current: Request, texts: Texts) -> bool:
        """Bring title and description up to date, where they differ; a draft stays one."""
        if not current.description.startswith(texts.marker):
            return False
        draft = _DRAFT.match(current.title)
        title = (draft[0] if draft else "") + texts.title
        if current.title == title and same_lines(current.description, texts.description):
            return False
        self._requests.change(current, {"title": title, "description": texts.description})
        return True


def _open(found: Sequence[Request]) -> Request | None:
    return next((request for request in found if request.state in ("opened", "locked")), None)


def _turned_down(found: Sequence[Request], texts: Texts) -> bool:
    """Whether the last one was closed by people, and its hidden line says that it held the same change."""
    hidden = texts.description.partition("\n")[0]
    return bool(found) and found[0].state == "closed" and found[0].description.startswith(hidden)
