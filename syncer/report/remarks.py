"""What a report points at, for the formats of CI: one finding an entry, wherever it comes from."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from syncer.checks.since import CAPACITY
from syncer.doctor import Line, State
from syncer.drift.found import Drifting
from syncer.errors import SyncerError
from syncer.model.change import Moved
from syncer.model.finding import Finding, Position, Severity
from syncer.model.json_values import digest
from syncer.model.plan import Outcome
from syncer.planning.live_loops import LiveLoop
from syncer.planning.verdict import verdict
from syncer.policy.repository import folder_in, place_in, top_of
from syncer.report.escape import plain
from syncer.report.lookups import AuditVerified, Examined
from syncer.report.narrow import shown_outcomes
from syncer.report.sights import Situation
from syncer.report.text.drift import BOTH, drift_in_words, history_in_words, how_in_words
from syncer.report.views import Applied, Drifted, Planned, Report

NOWHERE = "policies"
"""What an entry that belongs to no file is shown at: these formats want a path."""

SIDES = {Moved.BOTH: BOTH, Moved.UNKNOWN: "only the live queues and the policies were compared"}
"""What is to be known of who moved a rule that drifted."""

_PLACES = re.compile(r"(?<=\S)(:[0-9]+){1,2}\b|\b(line|column)s? [0-9]+")
_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def remarks(report: Report) -> tuple[Finding, ...]:
    """The findings, then each rule that differs, break of the audit, queue not done or check failed.

    Their files are named as the repository has them: that is how GitLab and GitHub find them.
    """
    where = in_repository()
    return tuple(finding.placed(where) for finding in (*report.findings, *_of_view(report)))


def in_repository() -> Callable[[str], str]:
    """What names a file as the repository has it that the current folder is in; one outside of it keeps its
    name."""
    here = Path.cwd()
    top = top_of(here, os.environ.get("CI_PROJECT_DIR", ""))
    folder = folder_in(here, top)
    return lambda file: place_in(file, folder, top)


def artifacts_of(job: str, files: Iterable[str]) -> dict[str, str]:
    """The URLs at which GitLab shows files that a job keeps, by their paths. Files outside of its repository
    are left out: they can't be artifacts. ``job`` is the job's URL."""
    paths = [PurePosixPath(file) for file in map(in_repository(), files)]
    inside = [str(path) for path in paths if not path.is_absolute() and ".." not in path.parts]
    return {path: f"{job}/artifacts/file/{quote(encodable(path))}" for path in inside}


def _of_view(report: Report) -> Iterator[Finding]:
    match report.view:
        case Situation() as view:
            yield from (_of_loop(loop) for loop in view.loops or ())
        case Drifted() as view:
            yield from (_of_loop(loop) for loop in view.loops)
            yield from (_drifted(rule, view) for rule in (*view.drift.rules, *view.drift.pending))
        case Applied() as view:
            for result in filter(None, (view.result, view.undone)):
                left = (each for each in shown_outcomes(result.outcomes, view.only) if not each.done)
                yield from (_not_done(result.run.verb, each) for each in left)
        case AuditVerified() as view:
            for found in view.verification.breaks:
                at = Position(str(found.path), found.line, 1)
                yield Finding(f"audit.{found.kind}", Severity.ERROR, found.message, at)
        case Examined() as view:
            grades = {State.FAILED: Severity.ERROR, State.WARNING: Severity.WARNING}
            for line in view.lines:
                if line.state in grades:
                    yield _of_line(line, grades[line.state])


def _of_loop(loop: LiveLoop) -> Finding:
    said = f"live loop: {loop.in_words()}"
    return Finding("drift.loop", Severity.WARNING, said, queue=loop.loop.queues[0][1], loop=loop.loop)


def _drifted(rule: Drifting, view: Drifted) -> Finding:
    position = view.places.get(rule.queue) or view.places.get(rule.queue_name)
    which = rule.side.label(rule.target_name)
    message = f"{rule.queue_name} {which}: {how_in_words(rule)}: {drift_in_words(rule)}"
    edit = rule.edit.in_words()
    changed = f"the queue was last changed {edit}" if edit else ""
    waits, moved = rule.moved is Moved.POLICIES, SIDES.get(rule.moved, "")
    return Finding(
        _id("pending" if waits else "drift", rule.direction.value),
        Severity.INFO if waits else Severity.WARNING,
        message,
        position,
        "; ".join(part for part in (rule.note, moved, history_in_words(rule), changed) if part),
        (),
        rule.queue_name,
    )


def _not_done(verb: str, outcome: Outcome) -> Finding:
    message = f"{outcome.change.name}: {outcome.status.value}" + (
        f": {outcome.detail}" if outcome.detail else ""
    )
    return Finding(_id(verb, outcome.status.value), Severity.ERROR, message, queue=outcome.change.name)


def _of_line(line: Line, severity: Severity) -> Finding:
    return Finding(_id("doctor", line.name.lower()), severity, f"{line.name}: {line.found}", tip=line.remedy)


def _id(family: str, kind: str) -> str:
    return f"{family}.{kind.replace(' ', '-')}"


def fatal(report: Report) -> Finding | None:
    """The error that ended the command, such as ``error.auth-error``."""
    if report.error is None:
        return None
    return Finding(_error_id(report.error), Severity.ERROR, report.error.message, tip=report.error.hint)


def _error_id(error: SyncerError) -> str:
    return f"error.{_CAPITALS.sub('-', type(error).__name__).lower()}"


def family(finding: Finding) -> str:
    """The first word of the id: the kind of check."""
    return finding.id.partition(".")[0]


def place_of(finding: Finding, report: Report) -> Position:
    """Where to show a remark; one without a place is shown at the head of the first file."""
    if finding.position:
        return finding.position
    return Position(in_repository()(min(report.sources, default=NOWHERE)), 1, 1)


def encodable(file: str) -> str:
    """A path as it is, but for halves of characters, which no encoding has."""
    return file.encode(errors="replace").decode()


def in_full(finding: Finding) -> str:
    """The message and what to do, harmless; lines of the text stay lines."""
    return "\n".join(
        plain(line) for text in (finding.message, finding.tip) if text for line in text.split("\n")
    )


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """For each finding a hash that stays when lines move; equal ones differ by a count."""
    seen: Counter[str] = Counter()
    return [_counted(_lasting(finding), seen) for finding in findings]


def _lasting(finding: Finding) -> Sequence[str]:
    """What a finding is known by. A message with figures, or with other queues, moves with their rules."""
    file = finding.position.file if finding.position else ""
    if finding.loop:
        return (finding.id, *sorted({name for _, name in finding.loop.queues}))
    message = "" if finding.id.startswith(CAPACITY) else _PLACES.sub("", finding.message)
    return (finding.id, file, finding.queue, message)


def grade(finding: Finding) -> Severity:
    """How loud a finding is where a reader can't see why it doesn't refuse: as a warning then."""
    excused = finding.severity is Severity.ERROR and not finding.refuses
    return Severity.WARNING if excused else finding.severity


def verdict_of(report: Report) -> str:
    """The verdict on the plan, or the simulation, that a report is about; empty where it is about none."""
    if report.command == "simulate":
        from syncer.report.sights import Simulated
        from syncer.report.simulated_words import verdict_in_words

        return verdict_in_words(report.view) if isinstance(report.view, Simulated) else ""
    return verdict(report.view.plan) if isinstance(report.view, Planned) else ""


def _counted(lasting: Sequence[str], seen: Counter[str]) -> str:
    first = digest(lasting)
    number = seen[first]
    seen[first] += 1
    return (digest([*lasting, number]) if number else first).removeprefix("sha256:")
