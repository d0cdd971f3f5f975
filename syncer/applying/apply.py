"""Apply a checked plan: journal, engine, audit and result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from syncer.applying.cut_short import cut_short
from syncer.applying.denials import Denials
from syncer.applying.engine import INTERRUPTED, Stop, run_changes
from syncer.applying.journal import Journal
from syncer.applying.live_watch import LiveWatch, QueueLister
from syncer.applying.looks import Looks, first_look
from syncer.applying.recover import is_settled
from syncer.applying.witness import Lost, RunWitness
from syncer.applying.write import QueueApi, Writer
from syncer.audit.chain import Chain
from syncer.audit.entries import Run, change_entries, run_entry
from syncer.errors import AuditError
from syncer.model.change import QueueChange
from syncer.model.finding import Finding, Severity
from syncer.model.plan import LOOPED, SENT, Outcome, Plan, Status
from syncer.model.queue import LiveQueue
from syncer.model.settings import Settings
from syncer.model.window import Overwritten, Window
from syncer.net.timing import TRYING_AGAIN, ListingTime, Timing, backoff, rfc3339

_REASONS = {
    "done": "",
    "failed": "failed",
    "refused": "conflict",
    "in part": "in-part",
    INTERRUPTED: "interrupted",
}
"""The code of a run's result, by its status."""

OVERWRITTEN = "overwritten"
"""The code if an edit may be overwritten."""


class LiveApi(QueueApi, QueueLister, Protocol):
    """The API of queues, which also counts its calls."""

    def calls(self) -> Mapping[str, int]:
        """Requests so far, by method and path."""


@dataclass(frozen=True)
class ApplyContext:
    """What a run works with. ``seen`` hears of each outcome when it stands in the audit.

    ``listed`` is the listing that the plan was made from, None where somebody was waited for since.
    ``clock_offset`` is our clock minus the server's, in milliseconds. ``counted`` are the calls that an
    earlier run counted as its own. ``witness`` says what the run may have overwritten.
    """

    api: LiveApi
    chain: Chain
    journals: Path
    settings: Settings
    now: Callable[[], datetime]
    timing: Timing
    stop: Stop
    parallel: int = 4
    seen: Callable[[Outcome], None] = lambda _: None
    listed: ListingTime | None = None
    clock_offset: Callable[[], float | None] = lambda: None
    counted: Mapping[str, int] = field(default_factory=dict)
    witness: RunWitness | None = None

    def server_now(self) -> datetime:
        """The time on the server's clock, as far as it is known."""
        return self.now() - timedelta(milliseconds=self.clock_offset() or 0.0)


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a run. ``status`` as in the audit's run entry; ``head`` is the audit's newest hash;
    ``findings`` are the loops that its looks at live found, and the edits that may be ``overwritten``.
    ``late``: its deadline left something. ``reason`` is the code of how it ended, as in that entry."""

    run: Run
    status: str
    outcomes: tuple[Outcome, ...]
    head: str
    calls: Mapping[str, int]
    duration_ms: float
    findings: tuple[Finding, ...] = ()
    late: bool = False
    overwritten: tuple[Overwritten, ...] = ()
    reason: str = ""

    @property
    def changed_nothing(self) -> bool:
        """Whether it was refused or failed at each of its queues."""
        return self.status in ("refused", "failed")

    @property
    def only_overwritten(self) -> bool:
        """Whether all was done, but an edit by somebody else may be overwritten."""
        errors = sum(finding.severity is Severity.ERROR for finding in self.findings)
        done = all(outcome.done for outcome in self.outcomes)
        return bool(self.overwritten) and done and errors <= len(self.overwritten)

    @property
    def exit_code(self) -> int:
        """The exit code of the command: 0, 1, 4, 5 or 130."""
        return {"done": 0, "failed": 1, "refused": 4, "in part": 5, INTERRUPTED: 130}[self.status]


def apply_plan(plan: Plan, live: Mapping[str, LiveQueue], run: Run, context: ApplyContext) -> Result:
    """Write every change of ``plan``; ``live`` are the queues as they were read for it.

    Each outcome stands in the audit before anything that waits for it is written. Raises Refused if
    somebody's rule could close a loop with the plan, and LiveError if the queues can't be read before the
    first PUT: then nothing is sent. Raises AuditError when journal or audit can't be written; then nothing
    more is sent, the error says what was, and the journal stays for the next run. It also stays if the
    result for a queue is not known, so that the next run reads it.
    """
    started = context.now()
    clock, max_age = context.timing.clock, context.settings.looks.max_age
    watch = LiveWatch(context.api, plan.changes, live, clock, max_age)
    if plan.changes:
        first_look(watch, context.listed)
    journal = Journal(context.journals, run, plan.changes, lambda: rfc3339(context.now()))
    known = list[Outcome]()
    try:
        windows = list[Window]()
        looks = _looks(watch, journal, run, context, windows)
        outcomes = _written(plan.changes, live, looks, context, known)
        lost = context.witness.ask(windows) if context.witness else Lost()
        result = _close(run, outcomes, looks.findings, lost, context, started)
        if context.witness:
            context.witness.keep()
    except BaseException as error:
        journal.close()
        if isinstance(error, AuditError):
            raise cut_short(error, known, len(plan.changes)) from error
        raise
    if all(map(is_settled, result.outcomes)):
        journal.finish()
    else:
        journal.close()
    return result


def _looks(
    watch: LiveWatch, journal: Journal, run: Run, context: ApplyContext, windows: list[Window]
) -> Looks:
    """What looks at live, and writes; what it reports stands in journal and audit, and ``windows`` take those
    of its PUTs."""
    retries, timing = context.settings.retries, context.timing
    writer = Writer(
        context.api,
        retries,
        journal.sending,
        lambda attempt: timing.wait(backoff(retries, attempt, timing.random), TRYING_AGAIN),
        timing,
        watch.names,
        run.id,
        context.server_now,
    )

    def report(outcome: Outcome) -> None:
        windows.extend(outcome.windows)
        journal.settled(outcome)
        context.chain.append(change_entries(run, outcome, rfc3339(context.now())))
        context.seen(outcome)

    looks = Looks(watch, writer, journal.taking_back, report, context.settings, timing, context.stop)
    looks.note_others()
    return looks


def _written(
    changes: Sequence[QueueChange],
    live: Mapping[str, LiveQueue],
    looks: Looks,
    context: ApplyContext,
    known: list[Outcome],
) -> tuple[Outcome, ...]:
    """Write the changes, then read the live queues again. Returns the last outcome of each, in their order.

    ``known`` takes each outcome before journal and audit do, which may fail.
    """

    def write(change: QueueChange) -> Outcome:
        newest = looks.watch.queues.get(change.queue, live[change.queue])
        return looks.writer.write(change, newest)

    def report(outcome: Outcome) -> None:
        known.append(outcome)
        looks.settled(outcome)
        looks.report(outcome)

    outcomes = run_changes(
        changes,
        write,
        report,
        parallel=context.parallel,
        stop=context.stop,
        looks=looks,
        give_up=Denials(changes, live).settled,
    )
    if not any(outcome.attempts for outcome in outcomes):
        return outcomes
    taken_back = {outcome.change.queue: outcome for outcome in looks.last().taken_back}
    return tuple(taken_back.get(outcome.change.queue, outcome) for outcome in outcomes)


def _close(
    run: Run,
    outcomes: tuple[Outcome, ...],
    looped: tuple[Finding, ...],
    lost: Lost,
    context: ApplyContext,
    started: datetime,
) -> Result:
    findings = (*looped, *lost.findings)
    errors = [finding.message for finding in findings if finding.severity is Severity.ERROR]
    loops = any(finding.severity is Severity.ERROR for finding in looped)
    stop = context.stop
    late = stop.late and any(outcome.status is Status.NOT_STARTED for outcome in outcomes)
    interrupted = stop.reason == INTERRUPTED
    status = run_status(outcomes, interrupted=interrupted, errors=bool(errors), late=late)
    reason = "loop" if loops else OVERWRITTEN if errors else "deadline" if late else _REASONS[status]
    calls = beyond(context.counted, context.api.calls())
    duration_ms = (context.now() - started).total_seconds() * 1000
    entry: dict[str, Any] = run_entry(
        run,
        rfc3339(context.now()),
        status=status,
        validation_pass=True,
        outcomes=outcomes,
        calls=calls,
        duration_ms=duration_ms,
        detail="; ".join(errors),
        reason=reason,
        clock_offset_ms=context.clock_offset(),
        overwritten=lost.overwritten,
    )
    head = context.chain.append([entry])
    return Result(run, status, outcomes, head, calls, duration_ms, findings, late, lost.overwritten, reason)


def beyond(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """The calls since then."""
    return {name: more for name, number in now.items() if (more := number - before.get(name, 0))}


def run_status(
    outcomes: tuple[Outcome, ...], *, interrupted: bool, errors: bool = False, late: bool = False
) -> str:
    """One word for a run: ``done``, ``interrupted``, ``in part``, ``failed``, ``refused`` (conflicts).

    ``errors``: a rule of the run lay in a loop after it was written, or nobody knows whether one does; or an
    edit may be overwritten.
    ``late``: its deadline left queues not started.
    """
    statuses = {outcome.status for outcome in outcomes}
    if errors or late or statuses & LOOPED:
        return "in part"
    if all(outcome.done for outcome in outcomes):
        return "done"
    if interrupted:
        return INTERRUPTED
    if statuses & SENT or Status.UNKNOWN in statuses or any(outcome.written for outcome in outcomes):
        return "in part"
    if Status.CONFLICT in statuses and Status.FAILED not in statuses:
        return "refused"
    return "failed"
