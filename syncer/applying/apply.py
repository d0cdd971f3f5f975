"""Apply a checked plan: journal, engine, audit, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from syncer.applying.engine import Stop, run_changes
from syncer.applying.journal import Journal
from syncer.applying.lookout import Listing, Lookout
from syncer.applying.write import QueueApi, Writer
from syncer.audit.chain import Chain
from syncer.audit.entries import Run, change_entries, run_entry
from syncer.live.timing import Timing, backoff
from syncer.model.outcome import SENT, Outcome, Status
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue
from syncer.model.settings import Settings
from syncer.model.times import rfc3339

INTERRUPTED = "interrupted"


class LiveApi(QueueApi, Listing, Protocol):
    """The API of queues, which also counts its calls."""

    def calls(self) -> Mapping[str, int]:
        """Requests so far, by method and path."""


@dataclass(frozen=True)
class Surroundings:
    """What a run works with. ``seen`` hears of each outcome when it stands in the audit."""

    api: LiveApi
    chain: Chain
    journals: Path
    settings: Settings
    now: Callable[[], datetime]
    timing: Timing
    stop: Stop
    parallel: int = 4
    seen: Callable[[Outcome], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run. ``status`` as in the audit's run entry; ``head`` is the audit's newest hash."""

    run: Run
    status: str
    outcomes: tuple[Outcome, ...]
    head: str
    calls: Mapping[str, int]
    duration_ms: float

    @property
    def exit_code(self) -> int:
        """The exit code of the command: 0, 1, 4, 5 or 130."""
        return {"done": 0, "failed": 1, "refused": 4, "in part": 5, INTERRUPTED: 130}[self.status]


def apply_plan(plan: Plan, live: Mapping[str, LiveQueue], run: Run, around: Surroundings) -> Result:
    """Write every change of ``plan``; ``live`` are the queues as they were just read.

    Each outcome stands in the audit before anything that waits for it is written. Raises AuditError when
    journal or audit can't be written; then nothing more is sent, and the journal stays for the next run.
    """
    started = around.now()
    journal = Journal(around.journals, run, plan.changes, lambda: rfc3339(around.now()))
    retries, timing = around.settings.retries, around.timing
    writer = Writer(
        around.api,
        retries,
        journal.sending,
        lambda attempt: timing.sleep(backoff(retries, attempt, timing.random)),
        timing,
    )

    lookout = Lookout(around.api, plan.changes, live)

    def report(outcome: Outcome) -> None:
        if outcome.done:
            lookout.done(outcome.change.queue)
        journal.settled(outcome)
        around.chain.append(change_entries(run, outcome, rfc3339(around.now())))
        around.seen(outcome)

    try:
        outcomes = run_changes(
            plan.changes,
            lambda change: writer.write(change, live[change.queue]),
            report,
            parallel=around.parallel,
            stop=around.stop,
            look=lookout.look,
        )
        result = _close(run, outcomes, around, (around.now() - started).total_seconds() * 1000)
    except BaseException:
        journal.close()
        raise
    journal.finish()
    return result


def _close(run: Run, outcomes: tuple[Outcome, ...], around: Surroundings, duration_ms: float) -> Result:
    status = run_status(outcomes, interrupted=around.stop.reason == INTERRUPTED)
    calls = around.api.calls()
    entry: dict[str, Any] = run_entry(
        run,
        rfc3339(around.now()),
        status=status,
        validation_pass=True,
        outcomes=outcomes,
        calls=calls,
        duration_ms=duration_ms,
    )
    return Result(run, status, outcomes, around.chain.append([entry]), calls, duration_ms)


def run_status(outcomes: tuple[Outcome, ...], *, interrupted: bool) -> str:
    """One word for a run: ``done``, ``interrupted``, ``in part``, ``failed``, ``refused`` (conflicts)."""
    statuses = {outcome.status for outcome in outcomes}
    if all(outcome.done for outcome in outcomes):
        return "done"
    if interrupted:
        return INTERRUPTED
    if statuses & SENT or Status.UNKNOWN in statuses:
        return "in part"
    if Status.CONFLICT in statuses and Status.FAILED not in statuses:
        return "refused"
    return "failed"
