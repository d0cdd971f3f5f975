"""The steps of a comment: what it says, which merge request it belongs to, and writing it there."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from syncer.errors import BadPlan, ConfigError, SyncerError, WrongUsage
from syncer.gitlab.place import Job, MergeRequest, merge_request_of, project_of, token_of
from syncer.planning.planfile import load_plan
from syncer.report.escape import plain
from syncer.report.note import applied, marker, missing_text, note_text, stub
from syncer.report.reread import is_report, reread

APPLIED = ("apply", "rollback")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a note goes, as options and variables say it."""

    api_url: str = ""
    project: str = ""
    merge_request: str = ""
    commit: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note: the line that it is found by, its text out of what it replaces, and what a second one becomes.

    ``afterwards`` says that it tells what became of a merge request that was merged; ``problem`` is what it
    tells of, where that is an error.
    """

    environment: str
    marker: str
    write: Callable[[str], str]
    stub: str
    afterwards: bool = False
    problem: SyncerError | None = None


def note_of(file: Path, said: str, job: Job, audit_head: Path | None = None) -> Note:
    """The note for a saved plan, or for the JSON report of an apply that kept the head of its audit.

    Where there is no file, whatever should have written it has failed: of a plan that is to be told too.
    """
    if not file.exists():
        return _of_nothing(file, said, job, afterwards=audit_head is not None)
    return _of_report(file, said, job, audit_head) if is_report(file) else _of_plan(file, said, job)


def _of_nothing(file: Path, environment: str, job: Job, *, afterwards: bool) -> Note:
    problem = BadPlan(
        f"there is no {file}, so there is nothing to tell",
        hint="The job that should have written it failed: its log says why.",
    )
    if afterwards:
        raise problem

    def write(previous: str) -> str:
        return missing_text(environment, job, previous)

    return Note(environment, marker(environment), write, stub(environment), problem=problem)


def _of_plan(file: Path, said: str, job: Job) -> Note:
    document = load_plan(file, os.environ.get("SYNCER_PLAN_KEY", ""))
    environment = environment_of(said, document["environment"])

    def write(previous: str) -> str:
        return note_text(document, environment, job, previous)

    return Note(environment, marker(environment), write, stub(environment))


def _of_report(file: Path, environment: str, job: Job, audit_head: Path | None) -> Note:
    document = reread(file)
    if document["command"] not in APPLIED:
        raise WrongUsage(
            f"{file} is the report of {document['command']}",
            hint="Name a plan, or the JSON report of syncer apply.",
        )

    head = _head_in(audit_head) if audit_head else ""

    def write(previous: str) -> str:
        return applied.applied_text(document, environment, job, previous, head)

    where = applied.applied_marker(environment)
    return Note(environment, where, write, applied.applied_stub(environment), afterwards=True)


def _head_in(file: Path) -> str:
    """The head of the audit that an apply has kept; empty where it kept none."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def environment_of(said: str, planned: str) -> str:
    """The environment of a plan. Raises WrongUsage where another one was said."""
    if said and planned and said != planned:
        raise WrongUsage(
            f"the plan is for the environment {planned}, not {said}", hint="Leave --env out, or plan for it."
        )
    return said or planned


def noted(note: Note, place: Place) -> str:
    """Bring the note up to date in GitLab; the answer says what became of it.

    A note of a problem is written where a merge request is named, and the problem is raised in any case.
    """
    if note.problem and not place.merge_request:
        raise note.problem
    if note.afterwards and not place.merge_request:
        return _noted_afterwards(note, place)
    found = merge_request_of(place.api_url, place.project, place.merge_request)
    token = token_of(os.environ)
    needs_library()
    return _published(note, found, token)


def _noted_afterwards(note: Note, place: Place) -> str:
    """The merge request is the one that brought the commit."""
    project = project_of(place.api_url, place.project)
    if not place.commit or not place.branch:
        raise ConfigError(
            "the commit that was applied is not known, or its branch",
            hint="A pipeline sets CI_COMMIT_SHA and CI_COMMIT_BRANCH; elsewhere use --commit and --branch.",
        )
    token = token_of(os.environ)
    needs_library()
    from syncer.gitlab.merged_request import brought

    found = brought(project, token, place.commit.strip().lower(), place.branch)
    if found is None:
        return f"no merge request brought {place.commit} to {plain(place.branch)}: no note was written"
    return _published(note, found, token)


def _published(note: Note, where: MergeRequest, token: str) -> str:
    from syncer.gitlab.notes import Notes
    from syncer.gitlab.publish import publish

    with Notes(where, token) as notes:
        done = publish(notes, note.marker, note.write, note.stub)
    return (
        f"note of {plain(note.environment) or 'the default environment'} on merge request {where.iid}: {done}"
    )


def needs_library() -> None:
    """Raises ConfigError where python-gitlab is not installed."""
    from importlib.util import find_spec

    if find_spec("gitlab") is None:
        raise ConfigError("python-gitlab is not installed", hint="Install it with: pip install python-gitlab")
