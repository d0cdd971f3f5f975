"""Write one queue: one PUT, locked, and never an overwrite.

::

    read ──three_way──▶ send ──PUT──▶ yes             what the answer shows, or what is read back, decides
      ▲        │                 ├──▶ 412, no answer   read again, decide again; never just sent again
      │        ├─▶ done          └──▶ another no       read once more: it may have been done all the same
      │        └─▶ conflict
      └────────────── read again ◀──────────┘

Two locks. ``etag``: the server refuses a PUT whose etag is no longer current. ``compare``, where the server
has no etags: the queue is read right before the PUT and read back after it, with nothing to wait for in
between; a small window stays open, and is measured.

A read soon after a write may come out of a cache. One that shows what was there before a PUT, or is older
than a state that the server showed already, is repeated until it doesn't, for ``retries.settle`` seconds; so
is one that makes no sense. What happened to a PUT that no read decides is ``unknown``: the next run asks
again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, repeat
from typing import Protocol

from syncer.applying.progress import Progress, ReadsAndWrites, TurnApi, Verdict, verdict_of
from syncer.applying.reading import queue_in, read_settled
from syncer.errors import (
    ApiError,
    BadAnswer,
    Forbidden,
    LiveError,
    NoAnswer,
    NotFound,
    NotTaken,
    PreconditionFailed,
    RateLimited,
    WaitEnded,
)
from syncer.live.queues import mark_of
from syncer.live.responses import Answer
from syncer.live.wire import is_whole, read_queue, rule_fields, write_change
from syncer.model.change import QueueChange, Written, names_in
from syncer.model.plan import Outcome, Status
from syncer.model.queue import LiveQueue
from syncer.model.rule import in_words, of_kinds
from syncer.model.settings import Retries
from syncer.model.window import Window
from syncer.net.timing import REAL_TIME, Timing, utc_now


class QueueApi(ReadsAndWrites, Protocol):
    """What a write needs; the client of the live API has it."""

    def turn(self) -> TurnApi:
        """The requests of one write that no etag guards."""


Journalled = Callable[[QueueChange, int, str, Written, Window | None], None]
"""Called and synced to disk before each PUT, with the change, the number of the attempt, the etag, what the
PUT does to the queue's JSON, and its window where no etag guards it."""


@dataclass(frozen=True)
class Writer:
    """Writes queues. ``wait(n)`` sleeps before try ``n + 1`` of one queue (backoff with jitter).

    ``names`` gives the names of all queues by their ids, as they were seen last. ``run`` is the id of the
    run, and ``now`` gives the time on the server's clock, for the windows.
    """

    api: QueueApi
    retries: Retries
    journalled: Journalled
    wait: Callable[[int], None]
    timing: Timing = REAL_TIME
    names: Callable[[], Mapping[str, str]] = dict
    run: str = ""
    now: Callable[[], datetime] = utc_now

    def write(self, change: QueueChange, seen: LiveQueue) -> Outcome:
        """Bring one queue from ``seen`` to what the change wants. Errors of the API become the outcome."""
        progress = Progress.of(change, seen)
        try:
            if not seen.etag:
                self._look(progress)
            outcome = self._decide(progress)
        except NotFound:
            progress.stored = False
            outcome = Outcome(change, Status.FAILED, "the queue no longer exists")
        except WaitEnded as error:
            status = Status.UNKNOWN if progress.stays_open(error) else Status.NOT_STARTED
            outcome = Outcome(change, status, error.message)
        except LiveError as error:
            outcome = _failed(change, error, unknown=progress.stays_open(error))
        return progress.close(outcome)

    def _decide(self, progress: Progress) -> Outcome:
        change = progress.change
        while True:
            verdict = _to_do(progress)
            if verdict is Verdict.CONFLICT:
                return Outcome(change, Status.CONFLICT, _both_sides(progress.current, change, self.names()))
            if verdict is Verdict.DONE:
                return self._found_done(progress)
            if self._was_last(progress):
                return Outcome(change, Status.FAILED, _not_done(progress))
            outcome = self._send(progress)
            if outcome is not None:
                return outcome
            self._look(progress)

    def _found_done(self, progress: Progress) -> Outcome:
        if progress.out and not progress.lost and progress.no is not None:
            no = progress.no.message
            progress.notes.append(
                f"PUT {progress.attempts} was refused ({no}), but the live queue has what it sent"
            )
        return progress.done(progress.current)

    def _send(self, progress: Progress) -> Outcome | None:
        """One PUT. None means: read again and decide again."""
        change, current = progress.change, progress.current
        body = write_change(current.raw, change)
        written = Written(rule_fields(current.raw, change.kinds), rule_fields(body, change.kinds))
        progress.sending(written)
        window = progress.opened(self.run, self.now(), body)
        self.journalled(change, progress.attempts, current.etag, written, window)
        api = progress.turn or self.api
        try:
            answer = api.put_queue(change.queue, body, current.etag)
        except LiveError as error:
            return self._refused(progress, error)
        return self._answered(progress, answer)

    def _refused(self, progress: Progress, error: LiveError) -> Outcome | None:
        """The PUT was answered with no, or not at all. None means: read again and decide again."""
        progress.refused(error)
        if isinstance(error, WaitEnded):
            raise error
        if isinstance(error, NotTaken):
            return None
        if not error.reached:
            raise error
        if isinstance(error, NoAnswer):
            self._lost(progress, error)
            return None
        failed = _failed(progress.change, error, unknown=False)
        if not isinstance(error, RateLimited):
            progress.past.add(mark_of(progress.current))
        if isinstance(error, PreconditionFailed):
            progress.conflicts += 1
            if progress.conflicts < self.retries.conflicts:
                self.wait(progress.attempts)
                return None
            words = f"somebody else edited the queue {progress.conflicts} times while it was being written"
            failed = replace(failed, status=Status.CONFLICT, detail=words)
        return self._last_look(progress, failed)

    def _lost(self, progress: Progress, error: NoAnswer) -> None:
        progress.lost += 1
        progress.open = True
        progress.notes.append(
            f"no answer to PUT {progress.attempts} ({error.message}), so the queue was read again"
        )
        if not progress.current.etag or self._was_last(progress):
            progress.past.add(mark_of(progress.current))
        self.wait(progress.attempts)

    def _was_last(self, progress: Progress) -> bool:
        return progress.lost + progress.swallowed >= self.retries.attempts

    def _last_look(self, progress: Progress, failed: Outcome) -> Outcome:
        """The server said no for good; somebody on the way may have said so after it was done."""
        try:
            self._look(progress)
        except NotFound:
            raise
        except LiveError as error:
            if not progress.stays_open(error):
                return failed
            detail = f"{failed.detail}; whether it was done could not be read: {error.message}"
            return replace(failed, status=Status.UNKNOWN, detail=detail)
        verdict = _to_do(progress)
        if verdict is Verdict.DONE:
            return self._found_done(progress)
        if failed.status is Status.CONFLICT:
            return failed
        found = "the queue was read again: the change was not done"
        if verdict is Verdict.CONFLICT:
            sides = _both_sides(progress.current, progress.change, self.names())
            found = f"the queue was read again, and has other rules: {sides}"
        return replace(failed, detail=f"{failed.detail}; {found}")

    def _answered(self, progress: Progress, answer: Answer) -> Outcome | None:
        """The PUT was answered with yes. None means: it did nothing; read again and decide again.

        The answer is the queue as stored, and is believed where its etag moved. Without etags it may as well
        be an echo, so what is read back decides.
        """
        before = progress.current
        said = _stored(answer, before)
        moved = progress.answered(answer, said)
        ours = said is not None and verdict_of(progress.change, said) is Verdict.DONE
        if said is not None and ours and moved and before.etag:
            progress.read(said)
        else:
            self._look(progress, begin=False)
        stored = progress.current
        verdict = verdict_of(progress.change, stored)
        if verdict is Verdict.SEND and (not ours or mark_of(stored) == mark_of(before)):
            self._swallowed(progress, answer)
            return None
        progress.keep_stored(stored)
        outcome = replace(
            progress.done(stored), latency_ms=answer.latency_ms, correlation_id=answer.correlation_id
        )
        if verdict is Verdict.DONE:
            return outcome
        detail = "the live queue has other rules than the ones that were sent: " + _both_sides(
            stored, progress.change, self.names()
        )
        return replace(outcome, status=Status.CONFLICT, detail=detail)

    def _swallowed(self, progress: Progress, answer: Answer) -> None:
        progress.swallowed += 1
        progress.closed(sure=False)
        said = "success" if answer.body else "nothing"
        progress.notes.append(f"PUT {progress.attempts} was answered with {said}, but did nothing")
        self.wait(progress.attempts)

    def _look(self, progress: Progress, *, begin: bool = True) -> None:
        """Read live, again and again while it shows what may be past, or nonsense. Raises BadAnswer for
        what is past, and for nonsense."""
        begins = chain([begin], repeat(True))
        fresh, waited = read_settled(
            lambda: self._read(progress, begin=next(begins)),
            self.retries.settle,
            self.timing,
            progress.is_past,
        )
        if progress.is_stale(fresh):
            raise BadAnswer(
                f"the API still shows an old state of the queue {waited:g} seconds after a newer one: "
                "its reads come from a cache"
            )
        progress.read(fresh)

    def _read(self, progress: Progress, *, begin: bool = True) -> LiveQueue:
        """Read live once; where it has no etag, as the first of the requests of a turn."""
        queue, shown = progress.change.queue, progress.seen.raw.keys()
        if progress.turn is None:
            etag = progress.current.etag
            fresh = queue_in(self.api.get_queue(queue), queue, shown) if etag else None
            if fresh and fresh.etag:
                return fresh
            progress.turn = self.api.turn()
        if begin:
            progress.turn.begin()
        progress.read_at = self.now()
        return queue_in(progress.turn.get_queue(queue), queue, shown)


def _to_do(progress: Progress) -> Verdict:
    """What to do next; rules that can't be read are never what is wanted."""
    verdict = verdict_of(progress.change, progress.current)
    unread = verdict is Verdict.DONE and progress.current.problems_of(progress.change.kinds)
    return Verdict.SEND if unread else verdict


def _stored(answer: Answer, before: LiveQueue) -> LiveQueue | None:
    """What the server says that it stored; None where its answer is no whole queue.

    Without etags the queue is read back anyway, so that one without a list of rules will do if it is dated.
    """
    dated = not before.etag and "dateModified" in answer.body
    if not (dated or is_whole(answer.body)):
        return None
    try:
        return read_queue(answer.body)
    except BadAnswer:
        return None


def _not_done(progress: Progress) -> str:
    counts = {"without an answer": progress.lost, "answered as if they were done": progress.swallowed}
    each = [f"{number} of them {words}" for words, number in counts.items() if number]
    return f"not done after {progress.attempts} PUTs, {' and '.join(each)}"


def _failed(change: QueueChange, error: LiveError, *, unknown: bool) -> Outcome:
    status = Status.UNKNOWN if unknown else Status.FAILED
    correlation_id = error.correlation_id if isinstance(error, ApiError) else ""
    denied = error.message.replace(f"/{change.queue}", "/…") if isinstance(error, Forbidden) else ""
    return Outcome(change, status, error.message, correlation_id=correlation_id, denied=denied)


def _both_sides(theirs: LiveQueue, change: QueueChange, queues: Mapping[str, str]) -> str:
    names = names_in(change) | {group.id: group.label for group in theirs.groups} | dict(queues)
    live = of_kinds(theirs.rules, change.kinds)
    sides = {"the plan saw": change.before, "the live queue has": live, "wanted": change.after}
    return "; ".join(f"{side} {in_words(rules, names)}" for side, rules in sides.items())
