"""What a note on a merge request says: a plan, what became of it, or that there is none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from syncer.app.options import CommentOptions
from syncer.errors import BadPlan, SyncerError, WrongUsage
from syncer.gitlab.place import Job
from syncer.planning.saved_plan import load_plan
from syncer.report.note import applied, marker, missing_text, note_text, stub
from syncer.report.reread import APPLIED, is_report, reread


@dataclass(frozen=True, slots=True)
class DraftNote:
    """A note: the line that it is found by, its text out of what it replaces, and what a second one becomes.

    ``afterwards`` says that it tells what became of a merge request that was merged; ``problem`` is what it
    reports, where that is an error.
    """

    environment: str
    marker: str
    write: Callable[[str], str]
    stub: str
    afterwards: bool = False
    problem: SyncerError | None = None


def note_of(file: Path, options: CommentOptions, job: Job, environ: Mapping[str, str]) -> DraftNote:
    """The note for a saved plan, or for the JSON report of an apply that kept the head of its audit.

    Where there is no file, whatever should have written it has failed: of a plan that is to be noted too.
    """
    if not file.exists():
        return _of_nothing(file, options.environment, job, afterwards=options.audit_head is not None)
    if is_report(file):
        return _of_report(file, options.environment, job, options.audit_head)
    return _of_plan(file, options.environment, job, environ.get("SYNCER_PLAN_KEY", ""))


def _of_nothing(file: Path, environment: str, job: Job, *, afterwards: bool) -> DraftNote:
    problem = BadPlan(
        f"there is no {file}, so there is nothing to tell",
        hint="The job that should have written it failed: its log says why.",
    )
    if afterwards:
        raise problem

    def write(previous: str) -> str:
        return missing_text(environment, job, previous)

    return DraftNote(environment, marker(environment), write, stub(environment), problem=problem)


def _of_plan(file: Path, said: str, job: Job, key: str) -> DraftNote:
    plan = load_plan(file, key)
    environment = environment_of(said, plan.environment)

    def write(previous: str) -> str:
        return note_text(plan, environment, job, previous)

    return DraftNote(environment, marker(environment), write, stub(environment))


def _of_report(file: Path, environment: str, job: Job, audit_head: Path | None) -> DraftNote:
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
    return DraftNote(environment, where, write, applied.applied_stub(environment), afterwards=True)


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
