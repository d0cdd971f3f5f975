"""What a note on a merge request says: a plan, what became of it, or that there is none."""

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
    """Makes the text of a note out of the one that it replaces and of the merge request that it is on."""

    def __call__(self, previous: str, request: OnRequest) -> str: ...


@dataclass(frozen=True, slots=True)
class DraftNote:
    """A note: the line that it is found by, its text, and what a second one becomes.

    ``afterwards`` says that it is of an apply: then ``planned`` is the line that the note of the plan is
    found by, and ``reaches`` says that other merge requests went live with it. ``source`` is where the
    policies came from; ``commit`` is what the note is of, empty for an apply whose run says when it was, and
    ``commit_in`` finds that of another such note; ``problem`` is what the note reports, where that is an
    error; ``warnings`` are of what could not be read for it.
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
    """The note for a saved plan, or for the JSON report of an apply that kept the head of its audit.

    Where there is no file, whatever should have written it has failed: that is to be noted too. What the file
    says of its source counts, else what the options say.
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
    """The JSON report of the plan that failed; None where none can be read, with a warning."""
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
    """What names a file as the repository has it: a plan may have been made in a folder of it."""
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
    """The apply left no report: what is known of it stands in the record."""
    environment, policy_set = options.environment, options.policy_set
    known, warnings = last_known(options, environ)

    def write(previous: str, request: OnRequest) -> str:
        del request
        return unknown_text(environment, job, previous, known, policy_set=policy_set)

    note = _afterwards(environment, policy_set, write, job.commit)
    return replace(note, problem=_problem(file), warnings=warnings)


def _afterwards(environment: str, policy_set: str, write: Write, commit: str) -> DraftNote:
    """A note that tells what became of a merge request; ``commit`` orders one that has no run."""
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
    """The job that planned or applied, as far as it is known, else the one that the options say; with its
    ``page``, where that came along with what the job keeps."""
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
    """The head of the audit that an apply has kept; empty where it kept none."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def environment_of(said: str, planned: str) -> str:
    """The environment of a plan. Raises WrongUsage where another one was said."""
    if said and planned and said != planned:
        raise WrongUsage(
            f"the plan is for the environment {planned}, not {said}", hint="Leave out --env, or plan for it."
        )
    return said or planned
