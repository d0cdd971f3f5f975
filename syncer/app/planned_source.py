"""Where the policies of a plan come from: commit, merge request, job, and how they relate to the target
branch."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from syncer.model.source import Source
from syncer.policy.repository import folder_in, top_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from syncer.app.places import PolicySource
    from syncer.app.session import Session

MERGES: Final = ("merged_result", "merge_train")
"""The pipelines that check out a merge (``CI_MERGE_REQUEST_EVENT_TYPE``)."""

CREDENTIALS: Final = ("GENESYSCLOUD_OAUTHCLIENT_ID", "GENESYS_CLIENT_ID", "GENESYSCLOUD_ACCESS_TOKEN")

_LINK: Final = re.compile(r"https?://[\w.~:/?#\[\]@!$&'*+,;=%-]{1,2000}", re.ASCII)


def source_of(environ: Mapping[str, str], policies: PolicySource | None = None) -> Source:
    """Return where the policies come from, according to the variables of a pipeline.

    In a pipeline for merged results, the commit is the one that its author pushed, not the temporary merge.
    """
    pushed = environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environ.get("CI_COMMIT_SHA")
    here = Path.cwd()
    links = (environ.get(name, "") for name in ("CI_JOB_URL", "CI_PIPELINE_URL"))
    job, pipeline = (link if _LINK.fullmatch(link) else "" for link in links)
    return Source(
        commit=pushed or environ.get("GITHUB_SHA") or "",
        merge_request=environ.get("CI_MERGE_REQUEST_IID", ""),
        policy_set=policies.policy_set if policies else "",
        folder=folder_in(here, top_of(here, environ.get("CI_PROJECT_DIR", ""))),
        job=job,
        pipeline=pipeline,
        target=environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""),
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """Where policies are read: in ``root`` instead of the current folder, None: there. ``base`` is the
    revision before the change; empty if only the default one is known."""

    root: Path | None = None
    base: str = ""


@contextmanager
def reading(policies: PolicySource, session: Session, *, merge: bool) -> Iterator[Reading]:
    """Find out how the source of the session relates to the target branch of its merge request, and provide
    where to read the policies: with ``merge``, in a merge of both if commits of the branch are missing.

    The session warns of what is missing or can't be merged; nothing is raised.
    """
    from syncer.gitlab.place import is_fork
    from syncer.policy.target_branch import Target, merged_with, target_of

    here, environ, source = Path.cwd(), session.environ, session.source
    if not (source.merge_request and source.target):
        yield Reading()
        return
    if environ.get("CI_MERGE_REQUEST_EVENT_TYPE", "") in MERGES:
        session.source = replace(source, merged=True)
        yield Reading(base=environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", ""))
        return
    # What a fork calls so may be another branch.
    found = Target() if is_fork(environ) else target_of(here, source.target)
    merged = None if found.behind is None else found.behind == 0
    session.source = replace(source, merged=merged, behind=found.behind)
    if not (merge and found.behind):
        _warn_unmerged(session)
        yield Reading(base=found.tip if merged else "")
        return
    top = top_of(here)
    with merged_with(top, found.tip) as there:
        problem = _problem(policies, here, there)
        if there is None or problem:
            session.warnings.append(f"{problem} {source.target}, so the plan covers the branch alone")
            _warn_unmerged(session)
            yield Reading()
        else:
            session.source = replace(session.source, merged=True)
            yield Reading(there / folder_in(here, top), found.tip)


def lacking(environ: Mapping[str, str]) -> str:
    """Why there are no credentials in a pipeline of a fork; empty if there are some, and elsewhere."""
    from syncer.gitlab.place import is_fork, missing_variables

    has_some = any(environ.get(name, "").strip() for name in CREDENTIALS)
    return missing_variables(environ) if is_fork(environ) and not has_some else ""


def _problem(policies: PolicySource, here: Path, there: Path | None) -> str:
    """Why the policies can't be read in a merge that was made ``there``; empty if they can."""
    if there is None:
        return "this branch can't be merged with"
    if all((here / each).resolve().is_relative_to(here) for each in (policies.folder, *policies.paths)):
        return ""
    return "policies outside of the current folder are not merged with"


def _warn_unmerged(session: Session) -> None:
    from syncer.report.text.source import standing_in_words

    if words := standing_in_words(session.source):
        session.warnings.append(words)
