"""Which of two commits is older, as far as the clone shows.

::

    ours ──▶ ○ ──▶ theirs      ours is OLDER
    theirs ──▶ ○ ──▶ ours      ours is NEWER
    ○ ──▶ ours
    └───▶ theirs               DIVERGED: neither leads to the other

A shallow clone lacks commits: a path that it shows exists, but a missing path proves nothing.
"""

import re
import subprocess
from enum import Enum
from pathlib import Path
from typing import Final

from syncer.policy.git import asked, run_git

COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""A whole commit id; nothing else is given to Git."""


class Ancestry(Enum):
    """How one commit relates to another."""

    SAME = "same"
    OLDER = "older"
    NEWER = "newer"
    DIVERGED = "diverged"


def ancestry(folder: Path, ours: str, theirs: str) -> Ancestry | None:
    """How ``ours`` relates to ``theirs`` in the clone that ``folder`` is in; None if it can't tell."""
    if ours == theirs:
        return Ancestry.SAME
    if not (COMMIT.fullmatch(ours) and COMMIT.fullmatch(theirs)):
        return None
    if _leads_to(folder, ours, theirs):
        return Ancestry.OLDER
    if _leads_to(folder, theirs, ours):
        return Ancestry.NEWER
    return Ancestry.DIVERGED if _is_whole(folder, ours, theirs) else None


def _leads_to(folder: Path, old: str, new: str) -> bool:
    """Whether the clone shows that ``old`` is an ancestor of ``new``."""
    try:
        return run_git(folder, "merge-base", "--is-ancestor", old, new).returncode == 0
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False


def _is_whole(folder: Path, *commits: str) -> bool:
    """Whether the clone has these commits, and all that came before them."""
    return asked(folder, "rev-parse", "--is-shallow-repository") == b"false\n" and all(
        asked(folder, "cat-file", "-e", f"{commit}^{{commit}}") is not None for commit in commits
    )
