"""The progress of one write: the queue as last read, the results of the PUTs, the meaning of a conflict."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from syncer.errors import (
    AuthError,
    Forbidden,
    LiveError,
    NoAnswer,
    NotTaken,
    PreconditionFailed,
    RateLimited,
    WaitEnded,
)
from syncer.live.queues import is_older, is_other, mark_of
from syncer.live.responses import Answer
from syncer.live.wire import rule_fields, state_digest
from syncer.model.change import QueueChange, Written
from syncer.model.plan import SENT, Outcome, Status
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rules, mean_the_same, of_kinds
from syncer.model.window import Window
from syncer.net.timing import rfc3339

_LONGEST_PUT = timedelta(seconds=60)
"""A PUT whose end isn't known is over after that: a connection is cut off long before."""


class Verdict(Enum):
    """The verdict on all three sides."""

    SEND = "send"
    DONE = "done"
    CONFLICT = "conflict"


def three_way(base: Rules, theirs: Rules, ours: Rules) -> Verdict:
    """Compare the managed rules of one queue; the order of rules doesn't matter."""
    if mean_the_same(theirs, ours):
        return Verdict.DONE
    if mean_the_same(theirs, base):
        return Verdict.SEND
    return Verdict.CONFLICT


def verdict_of(change: QueueChange, queue: LiveQueue) -> Verdict:
    """What ``queue``, as it was read, says of a change: only rules of the kinds that it is about count."""
    return three_way(change.before, of_kinds(queue.rules, change.kinds), change.after)


class QueueReader(Protocol):
    """The call that asking live needs."""

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        """Read one queue."""


class ReadsAndWrites(QueueReader, Protocol):
    """The two calls that a write needs."""

    def put_queue(self, queue_id: str, body: dict[str, Any], etag: str) -> Answer:
        """Replace one queue; raises PreconditionFailed on 412 and NoAnswer where the outcome is not known."""


class TurnApi(ReadsAndWrites, Protocol):
    """The same two calls, prepaid, with no wait between them. See :class:`syncer.live.queues.Turn`."""

    window_ms: float

    def begin(self) -> None:
        """Wait for everything that they need."""


@dataclass
class Progress:
    """``seen`` is what the plan saw, ``current`` what the organization was when it was last read.

    ``turn``: without etags, what its requests go through. ``open``: a PUT is out of which nobody knows yet
    what happened to it. ``out``: a PUT of this run may have reached the server. ``stored``: what it wrote may
    be in force, whatever somebody else made of the queue since. ``swallowed`` PUTs were answered with yes and
    did nothing. ``no`` is what the last PUT was answered, if not with yes. ``written``: what it did, or may
    have. ``merged``: it went on top of what somebody else edited meanwhile. ``windows`` are those of PUTs
    that no etag guarded, ``read_at`` is when the newest of them began, and ``refused_window`` that of one
    that was answered with no. ``newest`` is the newest state that the server ever showed, ``past`` are marks
    of states that may have been replaced, and ``replaced`` of those that surely were.
    """

    change: QueueChange
    seen: LiveQueue
    current: LiveQueue
    newest: LiveQueue
    turn: TurnApi | None = None
    attempts: int = 0
    conflicts: int = 0
    lost: int = 0
    swallowed: int = 0
    open: bool = False
    out: bool = False
    stored: bool = False
    merged: bool = False
    written: Written | None = None
    etag_sent: str = ""
    past: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    no: LiveError | None = None
    read_at: datetime | None = None
    windows: list[Window] = field(default_factory=list)
    refused_window: Window | None = None

    @classmethod
    def of(cls, change: QueueChange, seen: LiveQueue) -> "Progress":
        """Before anything was read again or sent."""
        return cls(change, seen, seen, seen)

    def is_past(self, fresh: LiveQueue) -> bool:
        """Whether such an answer may come out of a cache: a state that was there before a PUT or a 412."""
        return self.is_stale(fresh) or mark_of(fresh) in self.past

    def is_stale(self, fresh: LiveQueue) -> bool:
        """Whether such an answer does come out of a cache: the server showed a newer state already."""
        return is_older(fresh.raw, self.newest.raw) or mark_of(fresh) in self.replaced

    def read(self, fresh: LiveQueue) -> None:
        """The queue was read, and this is its current state."""
        if verdict_of(self.change, fresh) is Verdict.SEND:
            self.stored = False
        self.current = self.newest = fresh
        self.open = False
        self.past.clear()

    def sending(self, written: Written) -> None:
        """A PUT is about to go out."""
        self.attempts += 1
        self.no = None
        self.merged = state_digest(self.current.raw) != state_digest(self.seen.raw)
        self.written, self.etag_sent = written, self.current.etag

    def opened(self, run: str, now: datetime, body: Mapping[str, Any]) -> Window | None:
        """The window of the PUT that is about to go out, kept until more is known; None under an etag."""
        if self.read_at is None or self.current.etag:
            return None
        window = Window(
            run=run,
            queue=self.change.queue,
            name=self.change.name,
            read_at=rfc3339(self.read_at),
            sent_at=rfc3339(now),
            ended_at=rfc3339(now + _LONGEST_PUT),
            read=self.current.raw,
            sent=body,
        )
        self.windows.append(window)
        return window

    def closed(self, *, sure: bool) -> None:
        """The PUT of the newest window is over; ``sure``: it was answered with yes, and did something."""
        if self.windows and self.turn and self.read_at:
            ended = self.read_at + timedelta(milliseconds=self.turn.window_ms)
            self.windows[-1] = replace(self.windows[-1], ended_at=rfc3339(ended), sure=sure)

    def answered(self, answer: Answer, said: LiveQueue | None) -> bool:
        """The PUT was answered with yes, and with ``said``. Whether that shows that something was stored: an
        echo has the old etag, or the old date."""
        self.attempts += answer.attempts - 1
        self.out = self.open = self.stored = True
        self.closed(sure=True)
        mark = mark_of(self.current)
        if said is not None and is_other(said, self.current):
            self.newest = said
            self.replaced.add(mark)
            return True
        if not self.current.etag:
            self.past.add(mark)
        return False

    def refused(self, error: LiveError) -> None:
        """The PUT was answered with no, or not at all. That may be the word of somebody on the way, after it
        was done; 412 and 429 too, where the PUT went out twice. So a read decides."""
        self.attempts += error.attempts - 1
        self.no = error
        self.closed(sure=False)
        if self.windows and not (isinstance(error, NoAnswer) and error.reached):
            self.refused_window = self.windows.pop()
        self.out = self.out or error.reached
        limited = isinstance(error, WaitEnded) and isinstance(error.__cause__, RateLimited)
        refused = limited or isinstance(error, PreconditionFailed)
        self.stored = self.stored or (error.reached and not refused)
        self.open = self.open or (error.reached and not limited)

    def stays_open(self, error: LiveError) -> bool:
        """Whether nobody knows what happened to the last PUT when reading live ends with ``error``.

        Credentials that are refused for both let neither of them through.
        """
        cause = self.no.__cause__ if isinstance(self.no, NotTaken) else self.no
        gates = AuthError | Forbidden
        return self.open and not (isinstance(cause, gates) and isinstance(error, gates))

    def keep_stored(self, queue: LiveQueue) -> None:
        """The live queue has what was sent, in this form."""
        if self.written is not None:
            self.written = replace(self.written, after=rule_fields(queue.raw, self.change.kinds))

    def done(self, queue: LiveQueue) -> Outcome:
        """The live queue has what is wanted: by a PUT of this run, if one was sent, whatever its answer."""
        if not self.out:
            return Outcome(self.change, Status.ALREADY, etag_after=queue.etag)
        if self.refused_window and not self.windows:
            self.windows.append(self.refused_window)
        self.keep_stored(queue)
        status = Status.MERGED if self.merged else Status.APPLIED
        return Outcome(self.change, status, etag_before=self.etag_sent, etag_after=queue.etag)

    def close(self, outcome: Outcome) -> Outcome:
        """The outcome with what is the same for all of them."""
        keeps = outcome.status in SENT or outcome.status is Status.UNKNOWN or self.stored
        return replace(
            outcome,
            attempts=self.attempts,
            lock="etag" if self.current.etag else "compare",
            window_ms=self.turn.window_ms if self.turn and self.attempts else 0.0,
            detail="; ".join([*self.notes, outcome.detail] if outcome.detail else self.notes),
            written=self.written if keeps else None,
            windows=tuple(self.windows),
        )
