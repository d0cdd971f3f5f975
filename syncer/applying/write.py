"""Write one queue: one PUT, locked, and never an overwrite.

::

    seen ──three_way──▶ send ──PUT──▶ 200            applied, or merged on top of another's edit
      ▲        │                 ├──▶ 412            read again, decide again
      │        ├─▶ done          └──▶ no answer      read again, decide again; never just sent again
      │        └─▶ conflict
      └────────────── read again ◀──────────┘

Two locks. ``etag``: the server refuses a PUT whose etag is no longer current. ``compare``, where the server
has no etags: the queue is read right before the PUT and read back after it; a small window stays open.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from syncer.applying.conflict import Verdict, three_way
from syncer.errors import ApiError, BadAnswer, LiveError, NoAnswer, NotFound, NotSent, PreconditionFailed
from syncer.live.answer import Answer
from syncer.live.wire import read_queue, rule_fields, state_digest, write_change
from syncer.model.change import QueueChange, names_in
from syncer.model.outcome import SENT, Outcome, Status
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rules, in_words, mean_the_same, of_kinds
from syncer.model.settings import Retries
from syncer.model.written import Written


class QueueApi(Protocol):
    """The two calls that a write needs; the client of the live API has them."""

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        """Read one queue."""

    def put_queue(self, queue_id: str, body: dict[str, Any], etag: str) -> Answer:
        """Replace one queue; raises PreconditionFailed on 412 and NoAnswer where the outcome is not known."""


Journalled = Callable[[QueueChange, int, str, Written], None]
"""Called and synced to disk before each PUT, with the change, the number of the attempt, the etag, and what
the PUT does to the queue's JSON."""


@dataclass
class _Progress:
    """Where one write stands. ``open``: a PUT is out of which nobody knows yet what became of it.

    ``merged``: somebody else edited other fields meanwhile; ``written``: what the last PUT did, or may have.
    """

    current: LiveQueue
    attempts: int = 0
    conflicts: int = 0
    lost: int = 0
    open: bool = False
    merged: bool = False
    written: Written | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Writer:
    """Writes queues. ``wait(n)`` sleeps before try ``n + 1`` of one queue (backoff with jitter)."""

    api: QueueApi
    retries: Retries
    journalled: Journalled
    wait: Callable[[int], None]

    def write(self, change: QueueChange, seen: LiveQueue) -> Outcome:
        """Bring one queue from ``seen`` to what the change wants. Errors of the API become the outcome."""
        progress = _Progress(seen)
        try:
            if not seen.etag:
                self._read_again(progress, change)
            outcome = self._decide(progress, change)
        except NotFound:
            outcome = Outcome(change, Status.FAILED, "the queue is gone from live")
        except LiveError as error:
            outcome = _failed(change, error, unknown=progress.open)
        return replace(
            outcome,
            attempts=progress.attempts,
            lock="etag" if progress.current.etag else "compare",
            detail="; ".join([*progress.notes, outcome.detail] if outcome.detail else progress.notes),
            written=progress.written if outcome.status in SENT or outcome.status is Status.UNKNOWN else None,
        )

    def _decide(self, progress: _Progress, change: QueueChange) -> Outcome:
        while True:
            verdict = three_way(change.before, _managed(progress.current, change), change.after)
            if verdict is Verdict.CONFLICT:
                return Outcome(change, Status.CONFLICT, _both_sides(progress.current, change))
            if verdict is Verdict.DONE and not progress.current.problems_of(change.kinds):
                return self._found_done(progress, change)
            if progress.lost >= self.retries.attempts:
                detail = f"not done after {progress.attempts} PUTs, {progress.lost} of them without an answer"
                return Outcome(change, Status.FAILED, detail)
            outcome = self._send(progress, change)
            if outcome is not None:
                return outcome
            self.wait(progress.attempts)
            self._read_again(progress, change)

    def _found_done(self, progress: _Progress, change: QueueChange) -> Outcome:
        status = Status.APPLIED if progress.lost else Status.ALREADY
        return Outcome(change, status, etag_after=progress.current.etag)

    def _send(self, progress: _Progress, change: QueueChange) -> Outcome | None:
        """One PUT. None means: read again and decide again."""
        current = progress.current
        body = write_change(current.raw, change)
        written = Written(rule_fields(current.raw, change.kinds), rule_fields(body, change.kinds))
        progress.attempts += 1
        self.journalled(change, progress.attempts, current.etag, written)
        progress.written = written
        try:
            answer = self.api.put_queue(change.queue, body, current.etag)
        except PreconditionFailed as error:
            progress.conflicts += 1
            if progress.conflicts < self.retries.conflicts:
                return None
            detail = f"somebody else edited the queue {progress.conflicts} times while it was being written"
            return Outcome(change, Status.CONFLICT, detail, correlation_id=error.correlation_id)
        except NotSent:
            raise
        except NoAnswer as error:
            progress.lost += 1
            progress.open = True
            progress.notes.append(f"no answer to PUT {progress.attempts} ({error.message}), so live was read")
            return None
        progress.open = True
        return self._answered(progress, change, answer, written)

    def _answered(
        self, progress: _Progress, change: QueueChange, answer: Answer, written: Written
    ) -> Outcome | None:
        """The answer said yes; what is stored now is looked at all the same."""
        progress.attempts += answer.attempts - 1
        before = progress.current.etag
        stored = _stored(answer) if before else None
        if stored is None or not mean_the_same(_managed(stored, change), change.after):
            stored = read_queue(self.api.get_queue(change.queue))
            if not answer.body and mean_the_same(_managed(stored, change), change.before):
                progress.lost += 1
                progress.notes.append(f"PUT {progress.attempts} was answered with nothing, and did nothing")
                return None
        progress.written = replace(written, after=rule_fields(stored.raw, change.kinds))
        outcome = Outcome(
            change,
            Status.MERGED if progress.merged else Status.APPLIED,
            latency_ms=answer.latency_ms,
            etag_before=before,
            etag_after=stored.etag,
            correlation_id=answer.correlation_id,
        )
        if not mean_the_same(_managed(stored, change), change.after):
            detail = "live holds other rules than the ones that were sent: " + _both_sides(stored, change)
            return replace(outcome, status=Status.CONFLICT, detail=detail)
        return outcome

    def _read_again(self, progress: _Progress, change: QueueChange) -> None:
        fresh = read_queue(self.api.get_queue(change.queue))
        if state_digest(fresh.raw) != state_digest(progress.current.raw):
            progress.merged = True
        progress.current = fresh
        progress.open = False


def _stored(answer: Answer) -> LiveQueue | None:
    """What the server says that it stored; None where its answer is no whole queue."""
    if "routingRules" not in answer.body:
        return None
    try:
        return read_queue(answer.body)
    except BadAnswer:
        return None


def _managed(queue: LiveQueue, change: QueueChange) -> Rules:
    """The rules of the kinds that the change is about."""
    return of_kinds(queue.rules, change.kinds)


def _failed(change: QueueChange, error: LiveError, *, unknown: bool) -> Outcome:
    status = Status.UNKNOWN if unknown else Status.FAILED
    correlation_id = error.correlation_id if isinstance(error, ApiError) else ""
    return Outcome(change, status, error.message, correlation_id=correlation_id)


def _both_sides(theirs: LiveQueue, change: QueueChange) -> str:
    names = names_in(change)
    sides = {"the plan saw": change.before, "live has": _managed(theirs, change), "wanted": change.after}
    return "; ".join(f"{side} {in_words(rules, names)}" for side, rules in sides.items())
