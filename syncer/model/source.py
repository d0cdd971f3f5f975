"""Where policies come from: commit, merge request, job."""

from dataclasses import asdict
from typing import Any

from syncer.model.quick_dataclass import quick_dataclass


@quick_dataclass(frozen=True, slots=True)
class Source:
    """Where policies come from. What isn't known is empty, or None.

    ``commit`` is the author's, though what was planned may be a merge of it; ``merge_request`` its number in
    GitLab, ``target`` the branch that it goes to. ``policy_set`` is the name of the set, and ``folder`` where
    in the repository the command ran, which its paths are relative to. ``job`` and ``pipeline`` are URLs.
    ``merged`` says whether what was planned has all that ``target`` has, ``behind`` how many of its commits
    are missing. ``before`` is the commit that this set was last applied from as a whole.
    """

    commit: str = ""
    merge_request: str = ""
    policy_set: str = ""
    folder: str = ""
    job: str = ""
    pipeline: str = ""
    target: str = ""
    merged: bool | None = None
    behind: int | None = None
    before: str = ""

    def __bool__(self) -> bool:
        return self != NO_SOURCE

    def as_json(self) -> dict[str, Any]:
        """Commit and merge request, and what else is known."""
        known = {name: value for name, value in asdict(self).items() if value not in ("", None)}
        return {"commit": self.commit, "merge_request": self.merge_request, **known}


NO_SOURCE = Source()
