"""Whether a commit may be applied after the one that was last applied: an older one never undoes a newer one.

::

    nothing known of either    nothing is checked
    the same, or newer         the run continues
    older                      there is nothing left to do for it
    diverged, or not known     refused, unless --allow-older shows that it is intended

The clone is asked first, then GitLab. If a store has the record and can't be read, a newer commit may have
been applied than the state folder knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.errors import Refused, SyncerError
from syncer.model.json_values import clean
from syncer.policy.ancestry import COMMIT, Ancestry, ancestry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.app.run import LockedRun
    from syncer.audit.applied_set import AppliedSet

OLDER = "older-commit"
_LONGEST = 64
_TO_KNOW = (
    "Fetch the whole history (in GitLab: GIT_DEPTH: 0), or set SYNCER_GITLAB_TOKEN to a token with the scope "
    "read_api and the role Reporter or above."
)
_TO_READ = "Apply again once the store can be read; move away what isn't a record there."
_MEANT = "If this is intended, use --allow-older; the audit records it."


@dataclass(frozen=True, slots=True)
class CommitOrder:
    """The order of the commit ``ours`` and the one that was ``last`` applied, both as text; ``how`` is None
    if it is not known, and ``why`` gives the reason. Without ``last``, the last commit could not be read."""

    how: Ancestry | None = Ancestry.SAME
    ours: str = ""
    last: str = ""
    why: str = ""

    @property
    def is_older(self) -> bool:
        """Whether what was last applied contains this commit already."""
        return self.how is Ancestry.OLDER

    @property
    def goes_on(self) -> bool:
        """Whether it is known to undo nothing."""
        return self.how in (Ancestry.SAME, Ancestry.NEWER)

    @property
    def words(self) -> str:
        """A message that it is older."""
        return f"commit {self.ours} is older than {self.last}: nothing was sent"

    def refuse_unknown(self) -> None:
        """Raise Refused if it may undo something newer."""
        if self.how is Ancestry.DIVERGED:
            raise Refused(
                f"commit {self.ours} doesn't come from {self.last}, and isn't older either: the history has"
                " diverged, nothing was applied",
                hint=f"Merge what was applied, and apply that. {_MEANT}",
                reason="diverged-commit",
            )
        if self.how is None:
            last = self.last or "the one that was applied last"
            unseen = "the clone doesn't show it, and " if self.last else ""
            raise Refused(
                f"whether commit {self.ours} is older than {last} is not known, nothing was applied:"
                f" {unseen}{self.why}",
                hint=f"{_TO_KNOW if self.last else _TO_READ} {_MEANT}",
                reason="unknown-commit",
            )


def commit_order(locked: LockedRun) -> CommitOrder:
    """Compare the commit of a run with the one that its policy set was last applied from, at its place.

    If one of the two isn't known, as on a developer's machine, the run continues; but not if the store with
    the record could not be read, and the state folder has no commit that is as new. Raises AuditError.
    """
    locked.kept.fold()
    known, ours = locked.kept.last_applied(locked.run), locked.run.origin.commit
    if not ours or locked.options.allow_older:
        return CommitOrder()
    order = _held_against(locked, known, ours) if known.commit else CommitOrder(Ancestry.NEWER)
    if order.how is not Ancestry.NEWER or not (unread := _unread(locked)):
        return order
    return CommitOrder(None, _short(ours), why=unread)


def _unread(locked: LockedRun) -> str:
    """A message that the store can't be read; empty if it was read, or there is none."""
    store = locked.kept.store
    if not locked.options.record or (store is not None and store.stored is not None):
        return ""
    return f"the record in {store.store.name if store else 'its store'} could not be read"


def _held_against(locked: LockedRun, known: AppliedSet, ours: str) -> CommitOrder:
    """Compare a commit with the one that was last applied."""
    last = _in_words(known)
    how = ancestry(locked.attempt.source.folder, ours, known.commit)
    if how is not None:
        return CommitOrder(how, _short(ours), last)
    try:
        how = _asked_of_gitlab(ours, known.commit, locked.session.environ)
    except SyncerError as error:
        return CommitOrder(None, _short(ours), last, error.message)
    return CommitOrder(how, _short(ours), last)


def _in_words(known: AppliedSet) -> str:
    run, at = (clean(each, longest=_LONGEST) for each in (known.run, known.at))
    return f"{_short(known.commit)}, which run {run} applied at {at}"


def _short(commit: str) -> str:
    return clean(commit, longest=_LONGEST)[:12]


def _asked_of_gitlab(ours: str, theirs: str, environ: Mapping[str, str]) -> Ancestry:
    """Ask GitLab how two commits are related. Raises SyncerError with the reason if it can't tell."""
    from syncer.gitlab.place import needs_library, project_of, token_of

    if not (COMMIT.fullmatch(ours) and COMMIT.fullmatch(theirs)):
        raise SyncerError("one of them isn't a full commit id")
    needs_library()
    project = project_of(environ.get("CI_API_V4_URL", ""), environ.get("CI_PROJECT_ID", ""))
    job = not environ.get("SYNCER_GITLAB_TOKEN", "").strip() and environ.get("CI_JOB_TOKEN", "").strip()
    from syncer.gitlab.ancestry import leads

    older, newer = leads(project, job or token_of(environ), ours, theirs, job=bool(job))
    if older:
        return Ancestry.OLDER
    return Ancestry.NEWER if newer else Ancestry.DIVERGED
