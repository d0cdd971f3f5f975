"""How a checkout relates to the target branch of a merge request, and the result of merging both.

::

    HEAD ──┬── o ── o          the checkout: what was pushed
           └── o ── o ── o     the target branch: 3 commits that the checkout doesn't have
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from syncer.policy.git import answered, asked

_BRANCH: Final = re.compile(r"[^\s:*?\[\\^~-][^\s:*?\[\\^~]*")
_DEEPER: Final = 200
_QUIETLY: Final = (
    *("-c", "user.name=syncer", "-c", "user.email=syncer@localhost"),
    *("-c", "commit.gpgSign=false", "-c", "core.hooksPath=/dev/null"),
)
"""A temporary merge: it isn't signed, and runs no hooks of the machine."""


@dataclass(frozen=True, slots=True)
class Target:
    """The target branch as it is now: its ``tip``, empty if Git doesn't know it, and how many commits the
    checkout is ``behind`` (None: not known)."""

    tip: str = ""
    behind: int | None = None


def target_of(folder: Path, branch: str) -> Target:
    """The target branch of the checkout that ``folder`` is in.

    It is fetched with the checkout's own remote; if that fails, the last known state counts. A shallow clone
    is deepened until both meet. The working tree stays as it is. Never raises.
    """
    if not _BRANCH.fullmatch(branch):
        return Target()
    tip = _tip(folder, branch)
    if not tip or not _meets(folder, branch, tip):
        return Target(tip)
    count = answered(folder, "rev-list", "--count", f"HEAD..{tip}")
    return Target(tip, int(count) if count and count.isdecimal() else None)


def _tip(folder: Path, branch: str) -> str:
    fetched = asked(folder, "fetch", "--quiet", "--no-tags", "origin", f"refs/heads/{branch}")
    name = f"refs/remotes/origin/{branch}" if fetched is None else "FETCH_HEAD"
    return answered(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") or ""


def _meets(folder: Path, branch: str, tip: str) -> bool:
    """Whether the local history goes back to where the branches parted."""
    for depth in ("", f"--deepen={_DEEPER}", "--unshallow"):
        if depth:
            if answered(folder, "rev-parse", "--is-shallow-repository") != "true":
                return False
            asked(folder, "fetch", "--quiet", "--no-tags", depth, "origin", f"refs/heads/{branch}")
        if answered(folder, "merge-base", "HEAD", tip):
            return True
    return False


@contextmanager
def merged_with(folder: Path, tip: str) -> Iterator[Path | None]:
    """A folder with ``HEAD`` and ``tip`` merged, in place of the top of the repository; None if they can't be
    merged. The checkout stays as it is, and so do all branches."""
    with TemporaryDirectory(prefix="syncer-") as temporary:
        there = Path(temporary).resolve() / "merged"
        made = asked(folder, *_QUIETLY, "worktree", "add", "--quiet", "--detach", str(there), "HEAD")
        try:
            done = (
                made is not None and asked(there, *_QUIETLY, "merge", "--quiet", "--no-edit", tip) is not None
            )
            yield there if done else None
        finally:
            asked(folder, "worktree", "remove", "--force", str(there))
            asked(folder, "worktree", "prune")
