"""Comment: a plan, or what became of it, as a note on its merge request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.app.session import Session, begun
from syncer.errors import ConfigError, SyncerError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from syncer.app.draft_note import DraftNote
    from syncer.app.options import CommentOptions
    from syncer.gitlab.place import MergeRequest


@dataclass(frozen=True, slots=True)
class Commented:
    """What became of a note in ``text``, or the note itself where it was only to be shown.

    ``problem`` is what the note reports, where that is an error.
    """

    text: str
    problem: SyncerError | None = None


def comment(file: Path, options: CommentOptions, *, session: Session | None = None) -> Commented:
    """Write a saved plan, or the JSON report of an apply, as a note on its merge request in GitLab.

    There is one note an environment, which is kept up to date; it is written with the token in the variable
    SYNCER_GITLAB_TOKEN. Where there is no ``file``, the note says so, and that is its problem. Raises
    BadPlan, WrongUsage, ConfigError, and SyncerError where GitLab doesn't take the note.
    """
    from syncer.app.draft_note import note_of
    from syncer.gitlab.place import job_of

    environ = begun(session).environ
    job = job_of(options.commit, options.job_url, options.pipeline_url)
    note = note_of(file, options, job, environ)
    return Commented(note.write("") if options.dry_run else _noted(note, options, environ), note.problem)


def _noted(note: DraftNote, options: CommentOptions, environ: Mapping[str, str]) -> str:
    """Bring the note up to date in GitLab; the answer says what became of it.

    A note of a problem is written where a merge request is named, and the problem is raised in any case.
    """
    from syncer.gitlab.place import merge_request_of, needs_library, token_of

    if note.problem and not options.merge_request:
        raise note.problem
    if note.afterwards and not options.merge_request:
        return _noted_afterwards(note, options, environ)
    found = merge_request_of(options.api_url, options.project, options.merge_request)
    token = token_of(environ)
    needs_library()
    return _published(note, found, token)


def _noted_afterwards(note: DraftNote, options: CommentOptions, environ: Mapping[str, str]) -> str:
    """The merge request is the one that brought the commit."""
    from syncer.gitlab.place import needs_library, project_of, token_of
    from syncer.report.escape import plain

    project = project_of(options.api_url, options.project)
    if not options.commit or not options.branch:
        raise ConfigError(
            "the commit that was applied is not known, or its branch",
            hint="A pipeline sets CI_COMMIT_SHA and CI_COMMIT_BRANCH; elsewhere use --commit and --branch.",
        )
    token = token_of(environ)
    needs_library()
    from syncer.gitlab.merge_requests import brought

    found = brought(project, token, options.commit.strip().lower(), options.branch)
    if found is None:
        return f"no merge request brought {options.commit} to {plain(options.branch)}: no note was written"
    return _published(note, found, token)


def _published(note: DraftNote, where: MergeRequest, token: str) -> str:
    from syncer.gitlab.notes import Notes, publish
    from syncer.report.escape import plain

    with Notes(where, token) as notes:
        done = publish(notes, note.marker, note.write, note.stub)
    return (
        f"note of {plain(note.environment) or 'the default environment'} on merge request {where.iid}: {done}"
    )
