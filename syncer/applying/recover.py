"""Recover from a run that was cut off: ask live what became of each open change, and close its audit."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from syncer.applying.journal import CutOff, Trace, find_journals, read_journal
from syncer.applying.progress import QueueReader, Verdict, verdict_of
from syncer.audit.chain import Chain
from syncer.audit.entries import Run, change_entries, run_entry
from syncer.errors import AuditError, NotFound, Refused
from syncer.live.wire import read_queue
from syncer.model.change import QueueChange
from syncer.model.plan import Outcome, Status
from syncer.model.settings import ApiLocation
from syncer.net.timing import REAL_TIME, Timing, from_rfc3339

CUT_OFF = "the run was cut off"


def recover(
    folder: Path,
    chain: Chain,
    api: QueueReader,
    now: Callable[[], str],
    *,
    here: ApiLocation | None = None,
    settle: float = 0.0,
    timing: Timing = REAL_TIME,
) -> Iterator[tuple[Run, list[Outcome]]]:
    """Close every journal in ``folder``: yields each run that was cut off with what became of its changes.

    A change whose PUT may have been sent is read from live; nothing is sent. Each change and the run itself
    then stand in the audit exactly once. ``here`` is where ``api`` is. Where live has no etags, it is not
    asked before ``settle`` seconds are over since the last PUT: it could still show the old state.

    Raises Refused where the run was at another place, which alone can tell what became of it; LiveError where
    live can't be asked: the journal stays; AuditError where journal or audit can't be read, written or taken
    away.
    """
    for path in find_journals(folder):
        journal = read_journal(path)
        if journal is not None:
            _refuse_another(journal.run, here)
            timing.sleep(_unsettled(journal, settle, now()))
            outcomes = [_outcome(trace, api) for trace in journal.changes]
            backs = [_taken_back(trace, api) for trace in journal.backs]
            ended = {outcome.change.queue: outcome for outcome in (*outcomes, *backs)}
            _close_audit(journal, (*outcomes, *backs), tuple(ended.values()), chain, now())
            yield journal.run, list(ended.values())
        _take_away(path)


def _refuse_another(run: Run, here: ApiLocation | None) -> None:
    if here is not None and not run.place.is_as(here):
        raise Refused(
            f"run {run.id} was cut off at {run.place}, and this is {here}",
            hint=f"Apply to {run.place} first: only there can be asked what became of it.",
        )


def _unsettled(journal: CutOff, settle: float, now: str) -> float:
    """Seconds until what was sent last without an etag is as old as ``settle``; never more than that."""
    try:
        end = from_rfc3339(journal.unguarded_at) + timedelta(seconds=settle)
        return min(settle, max(0.0, (end - from_rfc3339(now)).total_seconds()))
    except ValueError:
        return 0.0


def _take_away(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise AuditError(
            f"the journal {path} can't be taken away: {error.strerror or error}",
            hint="Its audit is closed: mend the rights of the folder, or remove the file.",
        ) from error


def _outcome(trace: Trace, api: QueueReader) -> Outcome:
    if trace.outcome is not None:
        return trace.outcome
    if not trace.attempts:
        return Outcome(trace.change, Status.NOT_STARTED, CUT_OFF)
    outcome = _asked(trace.change, trace.attempts, api)
    return replace(outcome, written=trace.written if outcome.status is Status.APPLIED else None)


def _taken_back(trace: Trace, api: QueueReader) -> Outcome:
    """What became of a take-back: where it was not done, the loop that it was to break may still be there."""
    if trace.outcome is not None:
        return trace.outcome
    outcome = _outcome(trace, api)
    if outcome.done:
        return replace(outcome, status=Status.TAKEN_BACK)
    detail = f"THE LOOP MAY STILL BE THERE; {outcome.detail}: run syncer plan, which finds it"
    return replace(outcome, status=Status.NOT_TAKEN_BACK, detail=detail)


def _asked(change: QueueChange, attempts: int, api: QueueReader) -> Outcome:
    """What live says of a change whose PUT may or may not have arrived."""
    try:
        live = read_queue(api.get_queue(change.queue))
    except NotFound:
        return Outcome(change, Status.FAILED, f"{CUT_OFF}; the queue is gone from live", attempts)
    verdict = verdict_of(change, live)
    if verdict is Verdict.DONE and live.problems_of(change.kinds):
        verdict = Verdict.SEND
    status, words = {
        Verdict.DONE: (Status.APPLIED, "live shows that the change was done"),
        Verdict.SEND: (Status.FAILED, "live shows that the change was not done"),
        Verdict.CONFLICT: (Status.CONFLICT, "live shows neither the old rules nor the new ones"),
    }[verdict]
    lock = "etag" if live.etag else "compare"
    return Outcome(change, status, f"{CUT_OFF}; {words}", attempts, etag_after=live.etag, lock=lock)


def _close_audit(
    journal: CutOff,
    outcomes: Sequence[Outcome],
    ended: Sequence[Outcome],
    chain: Chain,
    timestamp: str,
) -> None:
    """Add what the audit does not say yet of all ``outcomes``; ``ended`` has the last of each queue."""
    run = journal.run
    written = [entry for entry in chain.entries() if entry.get("run") == run.id]
    known = Counter(_key(entry) for entry in written)
    missing = []
    for entry in (entry for outcome in outcomes for entry in change_entries(run, outcome, timestamp)):
        if known[_key(entry)]:
            known[_key(entry)] -= 1
        else:
            missing.append(entry)
    if not any(entry.get("kind") == "run" for entry in written):
        missing.append(
            run_entry(run, timestamp, status="cut off", validation_pass=True, outcomes=ended, detail=CUT_OFF)
        )
    if missing:
        chain.append(missing)


def _key(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells the entries of one run apart, but for several rules of one queue with one target."""
    return (entry.get("queueId"), entry.get("targetQueue"), entry.get("action"))
