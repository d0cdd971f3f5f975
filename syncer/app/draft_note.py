"""The text of a note on a merge request: a plan, the result of an apply, or that there is none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from syncer.app.last_known import last_known
from syncer.app.options import CommentOptions
from syncer.errors import BadPlan, SyncerError, WrongUsage
from syncer.gitlab.place import Job, job_of
from syncer.model.source import NO_SOURCE, Source
from syncer.planning.read_finding import finding_of
from syncer.planning.saved_plan import load_plan
from syncer.policy.repository import place_in, top_of
from syncer.report.note import applied, marker, missing_text, note_text, stub
from syncer.report.note.applied import OnRequest
from syncer.report.note.note import commit_in
from syncer.report.note.unknown import unknown_text
from syncer.report.remarks import artifacts_of
from syncer.report.reread import APPLIED, is_report, reread, source_in


class Write(Protocol):
    """Makes the text of a note from the text that it replaces and the merge request that it is on."""

    def __call__(self, previous: str, request: OnRequest) -> str: ...


@dataclass(frozen=True, slots=True)
class DraftNote:
    """A note: the line that identifies it, its text, and how it is updated.

    ``afterwards``: it is the note of an apply; then ``planned`` is the line that identifies the note of the
    plan, and ``reaches`` means that other merge requests went live with it. ``source`` is where the policies
    came from; ``commit`` is the commit of the note, empty for an apply whose run has a time, and
    ``commit_in`` finds that of another such note; ``problem`` is the error that the note reports, if any;
    ``warnings`` name what could not be read for it.
    """

    environment: str
    policy_set: str
    marker: str
    write: Write
    stub: str
    source: Source = NO_SOURCE
    commit: str = ""
    commit_in: Callable[[str], str] = commit_in
    afterwards: bool = False
    planned: str = ""
    reaches: bool = False
    problem: SyncerError | None = None
    warnings: tuple[str, ...] = ()


def note_of(file: Path, options: CommentOptions, environ: Mapping[str, str]) -> DraftNote:
    """Return the note for a saved plan, or for the JSON report of an apply that kept the head of its audit.

    If there is no file, the job that should have written it failed, and the note reports that. The source in
    the file comes first, then that in the options.
    """
    job = job_of(options.commit, options.job_url, options.pipeline_url)
    if not file.exists():
        afterwards = options.audit_head is not None or (options.branch and not options.merge_request)
        missing = _of_lost_apply if afterwards else _of_no_plan
        return missing(file, options, job, environ)
    if is_report(file):
        return _of_report(file, options, job)
    return _of_plan(file, options, job, environ)


def _problem(file: Path) -> BadPlan:
    return BadPlan(
        f"there is no {file}, so there is nothing to report",
        hint="The job that should have written it failed: its log shows why.",
    )


def _of_no_plan(file: Path, options: CommentOptions, job: Job, environ: Mapping[str, str]) -> DraftNote:
    report, warnings = _report_of_plan(options.report, environ)
    source = source_in(report) if report else NO_SOURCE
    policy_set, job = source.policy_set or options.policy_set, _job_of(source, job, options.page)

    def write(previous: str, request: OnRequest) -> str:
        del request
        return missing_text(options.environment, job, previous, policy_set, report)

    return DraftNote(
        options.environment,
        policy_set,
        marker(options.environment, policy_set),
        write,
        stub(options.environment, policy_set),
        source,
        job.commit,
        problem=_problem(file),
        warnings=warnings,
    )


def _report_of_plan(
    file: Path | None, environ: Mapping[str, str]
) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Return the JSON report of the plan that failed; None and a warning if it can't be read."""
    if file is None:
        return None, ()
    try:
        report = reread(file)
    except SyncerError as error:
        return None, (f"the note doesn't give the reason why there is no plan: {error.message}",)
    where = _in_repository(source_in(report), environ)
    findings = [finding_of(each).placed(where).as_json() for each in report["findings"]]
    return {**report, "findings": findings}, ()


def _of_plan(file: Path, options: CommentOptions, job: Job, environ: Mapping[str, str]) -> DraftNote:
    plan = load_plan(file, environ.get("SYNCER_PLAN_KEY", ""))
    environment = environment_of(options.environment, plan.environment)
    policy_set, job = plan.source.policy_set or options.policy_set, _job_of(plan.source, job, options.page)
    where = _in_repository(plan.source, environ)
    findings, solved = (tuple(each.placed(where) for each in found) for found in (plan.findings, plan.solved))
    shown = replace(plan, findings=findings, solved=solved)

    def write(previous: str, request: OnRequest) -> str:
        del request
        return note_text(shown, environment, job, previous, policy_set)

    return DraftNote(
        environment,
        policy_set,
        marker(environment, policy_set),
        write,
        stub(environment, policy_set),
        plan.source,
        job.commit,
    )


def _in_repository(source: Source, environ: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that names a file as in the repository: a plan may be made in a subfolder."""
    top = top_of(Path.cwd(), environ.get("CI_PROJECT_DIR", ""))
    return lambda file: place_in(file, source.folder, top)


def _of_report(file: Path, options: CommentOptions, job: Job) -> DraftNote:
    document = reread(file)
    if document["command"] not in APPLIED:
        raise WrongUsage(
            f"{file} is the report of {document['command']}",
            hint="Name a plan, or the JSON report of syncer apply.",
        )
    source, environment = source_in(document), options.environment
    policy_set, job = source.policy_set or options.policy_set, _job_of(source, job, options.page)
    head = _head_in(options.audit_head) if options.audit_head else ""

    def write(previous: str, request: OnRequest) -> str:
        return applied.applied_text(
            document, environment, job, previous, head, policy_set=policy_set, request=request
        )

    commit = job.commit if document["error"] and not document["result"] else ""
    return replace(
        _afterwards(environment, policy_set, write, commit),
        source=source,
        planned=marker(environment, policy_set),
        reaches=applied.reaches_others(document),
    )


def _of_lost_apply(file: Path, options: CommentOptions, job: Job, environ: Mapping[str, str]) -> DraftNote:
    """The note of an apply without a report: what is known of it is in the record."""
    environment, policy_set = options.environment, options.policy_set
    known, warnings = last_known(options, environ)

    def write(previous: str, request: OnRequest) -> str:
        del request
        return unknown_text(environment, job, previous, known, policy_set=policy_set)

    note = _afterwards(environment, policy_set, write, job.commit)
    return replace(note, problem=_problem(file), warnings=warnings)


def _afterwards(environment: str, policy_set: str, write: Write, commit: str) -> DraftNote:
    """A note with the result for a merge request; ``commit`` orders a note without a run."""
    return DraftNote(
        environment,
        policy_set,
        applied.applied_marker(environment, policy_set),
        write,
        applied.applied_stub(environment, policy_set),
        commit=commit,
        commit_in=applied.applied_commit_in,
        afterwards=True,
    )


def _job_of(source: Source, said: Job, page: Path | None) -> Job:
    """The job that planned or applied, if it is known, else the one in the options; with its ``page`` if that
    is among the files that the job keeps."""
    known = {"commit": source.commit, "url": source.job, "pipeline_url": source.pipeline}
    for name, value in known.items():
        try:
            made = job_of(*(value if each == name else "" for each in known))
        except SyncerError:
            continue
        if value:
            said = replace(said, **{name: getattr(made, name)})
    if page is None or not said.url or not page.is_file():
        return said
    return replace(said, page=next(iter(artifacts_of(said.url, [str(page)]).values()), ""))


def _head_in(file: Path) -> str:
    """The audit head that an apply kept; empty if it kept none."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def environment_of(said: str, planned: str) -> str:
    """Return the environment of a plan. Raises WrongUsage if another one was given."""
    if said and planned and said != planned:
        raise WrongUsage(
            f"the plan is for the environment {planned}, not {said}", hint="Leave out --env, or plan for it."
        )
    return said or planned
