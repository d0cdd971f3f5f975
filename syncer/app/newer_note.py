"""Whether a note on a merge request is for a newer commit than the one that is to replace it.

A job that finishes late, or is retried, must not replace a current note with an older one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.errors import SyncerError

if TYPE_CHECKING:
    from syncer.app.draft_note import DraftNote
    from syncer.gitlab.place import MergeRequest


def is_of_newer(said: str, note: DraftNote, where: MergeRequest, token: str) -> bool:
    """Whether the note ``said`` is for a newer commit than ``note``: for a plan by the pushes to the merge
    request, for an apply by the history. False if neither note nor GitLab shows it."""
    noted = note.commit_in(said)
    if not (note.commit and noted) or noted == note.commit:
        return False
    try:
        return (_applied_later if note.afterwards else _pushed_later)(noted, note, where, token)
    except SyncerError:
        return False


def _pushed_later(noted: str, note: DraftNote, where: MergeRequest, token: str) -> bool:
    from syncer.gitlab.merge_requests import pushed_after

    return pushed_after(where, token, noted, note.commit)


def _applied_later(noted: str, note: DraftNote, where: MergeRequest, token: str) -> bool:
    from syncer.gitlab.ancestry import leads
    from syncer.gitlab.place import Project

    return leads(Project(where.url, where.project), token, note.commit, noted)[0]
