"""Comment: a plan, or the result of an apply, as a note on its merge request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from syncer.app.session import Session, begun
from syncer.errors import ConfigError, SyncerError, explained, is_interrupt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from syncer.app.draft_note import DraftNote
    from syncer.app.options import CommentOptions
    from syncer.gitlab.place import MergeRequest, Project
    from syncer.report.note.applied import OnRequest


@dataclass(frozen=True, slots=True)
class Commented:
    """The result for each note, one per line in ``text``; the note itself if it was only to be shown, or if
    GitLab didn't accept it.

    ``problem`` is the error that the note reports, if any. ``warnings`` name what GitLab didn't do and what
    could not be read.
    """

    text: str
    problem: SyncerError | None = None
    warnings: tuple[str, ...] = ()


def comment(file: Path, options: CommentOptions, *, session: Session | None = None) -> Commented:
    """Write a saved plan, or the JSON report of an apply, as a note on its merge request in GitLab.

    There is one note per environment and policy set, which is kept up to date; it is written with the token
    in the variable SYNCER_GITLAB_TOKEN. After an apply, each merge request that went live with it gets a
    note. If there is no ``file``, the note reports that as its problem. If GitLab doesn't accept a note, that
    is a warning, whatever the reason. Raises BadPlan, Refused, WrongUsage, and ConfigError if the merge
    request is not known or python-gitlab is missing.
    """
    from syncer.app.draft_note import note_of
    from syncer.report.note.applied import OnRequest

    environ = begun(session).environ
    note = note_of(file, options, environ)
    if options.dry_run:
        return Commented(note.write("", OnRequest()), note.problem, note.warnings)
    known = options.merge_request or (note.afterwards and options.commit and options.branch)
    if note.problem and not known:
        raise note.problem
    publishing = _Publishing(note, options, environ)
    publishing.refuse_unknown()
    return publishing.done()


class _Publishing:
    """One note for all the merge requests that it belongs to."""

    def __init__(self, note: DraftNote, options: CommentOptions, environ: Mapping[str, str]) -> None:
        self._note, self._options, self._environ = note, options, environ
        self._warnings = list(note.warnings)
        self._lines: list[str] = []

    def refuse_unknown(self) -> None:
        """Raise ConfigError if the merge request can't be known, without asking GitLab."""
        from syncer.gitlab.place import merge_request_of, needs_library, project_of

        options = self._options
        if options.merge_request or not self._note.afterwards:
            merge_request_of(options.api_url, options.project, options.merge_request)
        else:
            project_of(options.api_url, options.project)
            if not options.commit or not options.branch:
                raise ConfigError(
                    "the applied commit or its branch is not known",
                    hint="A pipeline sets CI_COMMIT_SHA and CI_COMMIT_BRANCH; elsewhere use --commit and "
                    "--branch.",
                )
        needs_library()

    def done(self) -> Commented:
        """Write the notes, and return the results. Whatever GitLab does is at most a warning."""
        from syncer.report.note.applied import OnRequest

        try:
            self._publish()
        except Exception as error:
            if is_interrupt(error):
                raise
            self._warn_of(error)
            if not self._lines:
                self._lines.append(self._note.write("", OnRequest()).rstrip("\n"))
        text = "".join(f"{line}\n" for line in self._lines)
        return Commented(text, self._note.problem, tuple(self._warnings))

    def _publish(self) -> None:
        """Write the note on each merge request, starting with the one that brought the commit."""
        from syncer.gitlab.place import merge_request_of, project_of, token_of
        from syncer.report.escape import plain
        from syncer.report.note.applied import OnRequest

        options, token = self._options, token_of(self._environ)
        project = project_of(options.api_url, options.project)
        others: list[MergeRequest] = []
        if options.merge_request:
            own = [merge_request_of(options.api_url, options.project, options.merge_request)]
        else:
            own = self._brought(project, token)
            others = self._others(project, token, own)
        if not own and not others:
            what = f"no merge request brought {options.commit} to {plain(options.branch)}"
            self._lines.append(f"{what}: no note was written")
        together = len(own) + len(others) - 1
        for request in (*own, *others):
            if not options.merge_request and self._is_of_others(request, token):
                what = f"merge request {request.iid} changed nothing in {plain(options.folder)}"
                self._lines.append(f"{what}: no note was written")
                continue
            self._write(request, token, OnRequest(own=request in own, others=together))

    def _is_of_others(self, request: MergeRequest, token: str) -> bool:
        """Whether a merge request changed nothing in these policies; False if GitLab doesn't show it."""
        from syncer.gitlab.merge_requests import changed_files

        folder = PurePosixPath(self._options.folder)
        if folder.is_absolute() or folder.parts[:1] in ((), ("..",)):
            return False
        try:
            files = changed_files(request, token)
        except SyncerError:
            return False
        return bool(files) and not any(PurePosixPath(file).is_relative_to(folder) for file in files)

    def _brought(self, project: Project, token: str) -> list[MergeRequest]:
        """Return the merge request that brought the commit, if there is one."""
        from syncer.gitlab.merge_requests import brought

        found = brought(project, token, self._commit, self._options.branch)
        return [found] if found else []

    def _others(self, project: Project, token: str, own: Sequence[MergeRequest]) -> list[MergeRequest]:
        """Return the merge requests that were merged since the last apply, and went live with this one."""
        from syncer.gitlab.merge_requests import brought_between

        before = self._note.source.before
        if not (self._note.reaches and before) or before == self._commit:
            return []
        try:
            along = brought_between(project, token, before, self._commit, self._options.branch)
        except SyncerError as error:
            self._warnings.append(f"which other merge requests went live is not known: {error.message}")
            return []
        if along.unasked:
            commits = f"{along.unasked:,} more commits went live"
            self._warnings.append(f"{commits}: the merge requests that brought them got no note")
        return [request for request in along.requests if request not in own]

    @property
    def _commit(self) -> str:
        return self._options.commit.strip().lower()

    def _write(self, where: MergeRequest, token: str, request: OnRequest) -> None:
        from syncer.app.newer_note import is_of_newer
        from syncer.gitlab.notes import Notes, own_part, publish
        from syncer.report.escape import plain

        note, done = self._note, "left unchanged: it is for a newer commit"
        with Notes(where, token) as notes:
            mine = notes.mine()
            if note.planned:
                parts = (own_part(each.body, note.planned) for each in reversed(mine))
                request = replace(request, planned=next(filter(None, parts), ""))
            written = partial(note.write, request=request)
            ours = (own_part(each.body, note.marker) for each in reversed(mine))
            if not is_of_newer(next(filter(None, ours), ""), note, where, token):
                done = publish(notes, note.marker, written, note.stub, mine)
        what = plain(note.environment) or "the default environment"
        policies = f", policies {plain(note.policy_set)}" if note.policy_set else ""
        self._lines.append(f"note of {what}{policies} on merge request {where.iid}: {done}")

    def _warn_of(self, error: Exception) -> None:
        """Add one sentence with the reason why there is no note, and what to do."""
        from syncer.gitlab.place import missing_variables

        known = error if isinstance(error, SyncerError) else explained(error)
        has_token = self._environ.get("SYNCER_GITLAB_TOKEN", "").strip()
        what = "not all notes were written" if self._lines else "the note was not written"
        why = "" if has_token else missing_variables(self._environ)
        parts = (f"{what}: {known.message}", why, known.hint.rstrip("."))
        self._warnings.append("; ".join(filter(None, parts)))
