"""Recover from a run that was cut off, or that finished without knowing the state of a queue.

The organization is asked what happened to each open change, and the audit of the run is closed, or says it
now.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from syncer.applying.journal import CutOff, Trace, find_journals, read_journal
from syncer.applying.progress import QueueReader, Verdict, verdict_of
from syncer.applying.reading import queue_in, read_settled
from syncer.audit.chain import Chain
from syncer.audit.entries import Run, change_entries, run_entry
from syncer.errors import AuditError, NotFound, Refused
from syncer.live.wire import rule_fields
from syncer.model.plan import Outcome, Status
from syncer.model.queue import LiveQueue
from syncer.model.settings import ApiLocation
from syncer.net.timing import REAL_TIME, SETTLING, Timing, from_rfc3339

CUT_OFF = "the run was cut off"
NOT_KNOWN = "the run ended without knowing it"


def is_settled(outcome: Outcome) -> bool:
    """Whether the result for a queue is known; if not, the journal stays and the next run reads the queue.

    A take-back that failed but may have been done is not known either.
    """
    if outcome.status is Status.NOT_TAKEN_BACK:
        return outcome.written is None
    return outcome.status is not Status.UNKNOWN


def has_ended(run: str, entries: Iterable[Mapping[str, Any]]) -> bool:
    """Whether ``entries`` of the audit show that the run with this id ended."""
    return any(entry.get("kind") == "run" and entry.get("run") == run for entry in entries)


def recover(
    folder: Path,
    chain: Chain,
    api: QueueReader,
    now: Callable[[], str],
    *,
    by: Run | None = None,
    settle: float = 0.0,
    timing: Timing = REAL_TIME,
) -> Iterator[tuple[Run, list[Outcome]]]:
    """Close every journal in ``folder``: yields each run that was cut off with what happened to its changes,
    and each that ended with what happened to those that it did not know.

    A change whose PUT may have been sent is read from the organization; nothing is sent. Each change and the
    run itself then stand in the audit exactly once; what was ``unknown`` there stands in it once more. ``by``
    is the run that asks; a run that ended at another place than it is left to that place. Where the
    organization has no etags, it is not asked before ``settle`` seconds are over since the last PUT: it could
    still show the old state. For as long, an answer that makes no sense is asked for again.

    Raises Refused where a run was cut off at another place, which alone can tell what happened to it;
    LiveError where the organization can't be asked: the journal stays; AuditError where journal or audit
    can't be read, written or taken away.
    """
    asking, here = _Asking(api, settle, timing), by.place if by else None
    for path in find_journals(folder):
        journal = read_journal(path)
        if journal is not None:
            written = [entry for entry in chain.strictly() if entry.get("run") == journal.run.id]
            ended = has_ended(journal.run.id, written)
            if ended and here is not None and not journal.run.place.is_as(here):
                continue
            _refuse_another(journal.run, here)
            closing = _Closing(journal, written, chain, now, by)
            yield journal.run, closing.closed(asking, ended=ended)
        _take_away(path)


def foreseen(
    folder: Path, trail: Sequence[Mapping[str, Any]], api: QueueReader, now: str, here: ApiLocation
) -> list[dict[str, Any]]:
    """The entries that the next run ``here`` will add to ``trail`` for what is open now, as ``api`` shows it.

    Nothing is written. Raises LiveError, and AuditError where a journal can't be read.
    """
    asking, found = _Asking(api, 0.0, REAL_TIME), list[dict[str, Any]]()
    for journal in filter(None, map(read_journal, find_journals(folder))):
        if journal.run.place.is_as(here):
            written = [entry for entry in trail if entry.get("run") == journal.run.id]
            outcomes, _ = _outcomes(journal, asking, now)
            found += _missing(journal, outcomes, written, now)
    return found


@dataclass(frozen=True)
class _Asking:
    """What the API is asked with."""

    api: QueueReader
    settle: float
    timing: Timing

    def queue(self, trace: Trace) -> LiveQueue:
        """The queue of a change, which showed the fields that were written. Raises LiveError."""
        queue, written = trace.change.queue, trace.written
        shown = {*written.before, *written.after} if written else ()

        def read() -> LiveQueue:
            return queue_in(self.api.get_queue(queue), queue, shown)

        return read_settled(read, self.settle, self.timing)[0]


@dataclass(frozen=True)
class _Closing:
    """The run of a ``journal``, whose entries that are ``written`` are to be completed ``by`` another run."""

    journal: CutOff
    written: Sequence[Mapping[str, Any]]
    chain: Chain
    now: Callable[[], str]
    by: Run | None

    def closed(self, asking: _Asking, *, ended: bool) -> list[Outcome]:
        """Ask, and add to the audit what it does not say yet.

        Returns the last outcome of each queue; of a run that ended, of those that were asked about.
        """
        outcomes, asked = _outcomes(self.journal, asking, self.now())
        last = {outcome.change.queue: outcome for outcome in outcomes}
        missing = list(_missing(self.journal, outcomes, self.written, self.now(), self.by))
        if not ended:
            entry = run_entry(
                *(self.journal.run, self.now()),
                status="cut off",
                reason="cut-off",
                validation_pass=True,
                outcomes=tuple(last.values()),
                detail=CUT_OFF,
                recovered_by=self.by,
            )
            missing.append(entry)
        if missing:
            self.chain.append(missing)
        return [last[queue] for queue in (asked if ended else last)]


def _outcomes(journal: CutOff, asking: _Asking, now: str) -> tuple[list[Outcome], list[str]]:
    """What happened to all changes of a run, and the queues that the organization was asked about for it.

    Of each queue only the newest is asked about: what was taken back later shows nothing of the change.
    """
    newest = {trace.change.queue: trace for trace in (*journal.changes, *journal.backs)}

    def known(trace: Trace) -> Outcome | None:
        superseded = newest[trace.change.queue] is not trace
        return trace.outcome if trace.outcome and (superseded or is_settled(trace.outcome)) else None

    asked = [trace for trace in newest.values() if known(trace) is None]
    asking.timing.wait(_unsettled(asked, asking.settle, now), SETTLING)
    outcomes = [known(trace) or _outcome(trace, asking) for trace in journal.changes]
    outcomes += [known(trace) or _taken_back(trace, asking) for trace in journal.backs]
    return outcomes, [trace.change.queue for trace in asked]


def _refuse_another(run: Run, here: ApiLocation | None) -> None:
    if here is not None and not run.place.is_as(here):
        raise Refused(
            f"run {run.id} was cut off at {run.place}, and this is {here}",
            hint=f"Apply to {run.place} first: only there can its result be read.",
        )


def _unsettled(asked: Iterable[Trace], settle: float, now: str) -> float:
    """Seconds until what was sent last without an etag is as old as ``settle``; never more than that."""
    try:
        last = max((trace.unguarded_at for trace in asked), default="")
        end = from_rfc3339(last) + timedelta(seconds=settle)
        return min(settle, max(0.0, (end - from_rfc3339(now)).total_seconds()))
    except ValueError:
        return 0.0


def _take_away(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise AuditError(
            f"the journal {path} can't be removed: {error.strerror or error}",
            hint="Its audit is closed: fix the permissions of the folder, or remove the file.",
        ) from error


def _outcome(trace: Trace, asking: _Asking) -> Outcome:
    if not trace.attempts:
        return Outcome(trace.change, Status.NOT_STARTED, CUT_OFF)
    return _asked(trace, asking)


def _taken_back(trace: Trace, asking: _Asking) -> Outcome:
    """The outcome of a take-back: if it was not done, the loop that it should break may still be there."""
    outcome = _outcome(trace, asking)
    if outcome.done:
        return replace(outcome, status=Status.TAKEN_BACK)
    detail = f"THE LOOP MAY STILL BE THERE; {outcome.detail}: run syncer plan, which finds it"
    return replace(outcome, status=Status.NOT_TAKEN_BACK, detail=detail)


def _asked(trace: Trace, asking: _Asking) -> Outcome:
    """The outcome, from the live queue, of a change whose PUT may or may not have arrived."""
    change, why = trace.change, CUT_OFF if trace.outcome is None else NOT_KNOWN
    attempts = trace.outcome.attempts if trace.outcome else trace.attempts
    try:
        live = asking.queue(trace)
    except NotFound:
        return Outcome(change, Status.FAILED, f"{why}; the queue no longer exists", attempts)
    verdict = verdict_of(change, live)
    if verdict is Verdict.DONE and live.problems_of(change.kinds):
        verdict = Verdict.SEND
    status, words = {
        Verdict.DONE: (Status.APPLIED, "the live queue shows that the change was done"),
        Verdict.SEND: (Status.FAILED, "the live queue shows that the change was not done"),
        Verdict.CONFLICT: (Status.CONFLICT, "the live queue has neither the old rules nor the new ones"),
    }[verdict]
    written = trace.written
    if written is not None:  # the server may have filled something in
        written = replace(written, after=rule_fields(live.raw, change.kinds))
    return Outcome(
        change,
        status,
        f"{why}; {words}",
        attempts,
        etag_after=live.etag,
        lock="etag" if live.etag else "compare",
        written=written if status is Status.APPLIED else None,
    )


def _missing(
    journal: CutOff,
    outcomes: Sequence[Outcome],
    written: Iterable[Mapping[str, Any]],
    timestamp: str,
    by: Run | None = None,
) -> Iterator[dict[str, Any]]:
    """The entries of ``outcomes`` that are not among those that are ``written``."""
    known = Counter(_key(entry) for entry in written)
    sent = {trace.change.queue: trace.sent_at for trace in (*journal.changes, *journal.backs)}
    for outcome in outcomes:
        occurred = sent[outcome.change.queue]
        entries = change_entries(journal.run, outcome, timestamp, occurred_at=occurred, recovered_by=by)
        for entry in entries:
            if known[_key(entry)]:
                known[_key(entry)] -= 1
            else:
                yield entry


def _key(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells the entries of one run apart, but for several rules of one queue with one target.

    One that says that something is not known stands beside the one that says what it was.
    """
    status = entry.get("status")
    unsettled = status if status in (Status.UNKNOWN.value, Status.NOT_TAKEN_BACK.value) else ""
    return (entry.get("queueId"), entry.get("targetQueue"), entry.get("action"), unsettled)
