"""The plan, with everything that was looked at to make it, and the outcomes of its changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from syncer.model.change import Action, Ignored, QueueChange, Reason, Untouched, Written
from syncer.model.finding import Finding, Position, has_errors
from syncer.model.held import Held
from syncer.model.network import Facts, Headroom, Load, Transfer
from syncer.model.policy import PolicyFile
from syncer.model.rule import Rules
from syncer.model.settings import HOUR, UNKNOWN, Organization
from syncer.model.source import NO_SOURCE, Source
from syncer.model.window import Window


class Status(StrEnum):
    """The result for one queue.

    ``applied``: a PUT did it, whatever it was answered; ``merged``: somebody else edited other fields
    meanwhile, theirs are kept and ours are on top; ``already``: the live queue was as wanted already, nothing
    was sent; ``conflict``: somebody else changed the same rules, nothing was overwritten; ``failed``: the API
    refused, or the answer made no sense; ``unknown``: a PUT went out, and its result could not be read;
    ``skipped``: a queue that it waits for was not done; ``not started``: the run ended before its turn, or a
    loop was near; ``taken back``: it was written, somebody's edit closed a loop with it, and what this run
    had put in force is out of force again; ``not taken back``: the same, but that failed, so the loop may
    still be there.
    """

    APPLIED = "applied"
    MERGED = "merged"
    ALREADY = "already"
    CONFLICT = "conflict"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    NOT_STARTED = "not started"
    TAKEN_BACK = "taken back"
    NOT_TAKEN_BACK = "not taken back"


DONE = frozenset({Status.APPLIED, Status.MERGED, Status.ALREADY})
SENT = frozenset({Status.APPLIED, Status.MERGED})
LOOPED = frozenset({Status.TAKEN_BACK, Status.NOT_TAKEN_BACK})
OPEN = frozenset({Status.UNKNOWN, Status.NOT_TAKEN_BACK})
"""What a later run may settle: its audit then has the queue again, behind the end of the run."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one queue's change.

    ``latency_ms`` is the time of the PUT that counted; ``attempts`` the number of PUTs sent;
    ``window_ms``, with the lock ``compare``, for how long at least an edit by somebody else could be
    overwritten; ``detail`` says in words what stood in the way, and ``caused_by`` names the queue that a skip
    comes from; ``written`` is what the PUT did, where it did something or may have; ``denied`` is what the
    API said where it denied permission, without what is of this queue alone; ``windows`` are those of its
    PUTs that no etag guarded.
    """

    change: QueueChange
    status: Status
    detail: str = ""
    attempts: int = 0
    latency_ms: float = 0.0
    etag_before: str = ""
    etag_after: str = ""
    lock: str = ""
    correlation_id: str = ""
    caused_by: str = ""
    written: Written | None = field(default=None, repr=False)
    window_ms: float = 0.0
    denied: str = field(default="", compare=False)
    windows: tuple[Window, ...] = field(default=(), compare=False, repr=False)

    @property
    def done(self) -> bool:
        """Whether the live queue now is as the plan wanted it."""
        return self.status in DONE

    @property
    def rules(self) -> int:
        """How many rules its change has."""
        return len(self.change.rules)


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue before or after: ``capacity``, ``base_load`` and ``load`` in contacts per interval.

    ``load`` is None in or downstream of a loop.
    """

    capacity: float | None
    base_load: float
    load: Load | None

    def as_json(self) -> dict[str, Any]:
        """The figures as a plan has them."""
        load = self.load.as_json() if self.load else None
        return {"capacity": self.capacity, "base_load": self.base_load, "load": load}


@dataclass(frozen=True, slots=True)
class AffectedQueue:
    """A queue that a plan changes or loads otherwise, that is next to such a change, or in danger by it."""

    queue: str
    name: str
    managed: bool
    position: Position | None
    before: QueueState
    after: QueueState


@dataclass(frozen=True, slots=True)
class Cost:
    """What an apply will cost, looks included: ``calls`` of the API, and the ``seconds`` that they take at
    ``per_second`` calls a second."""

    calls: int = 0
    seconds: float = 0.0
    per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class LiveRules:
    """The managed part of one live queue, as the plan saw it."""

    queue: str
    name: str
    rules: Rules = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan.

    ``lock`` is ``etag`` or ``compare``; ``dialect`` is ``overflow-rules``, ``genesys-cloud`` or ``mixed``;
    ``live`` holds every queue of the network (those with rules, and those that are managed); ``changes``
    stand in the order of application; ``managed_rules`` is the number of live rules on managed
    queues. ``solved`` are findings that were there before and are gone; ``queues`` those that change, are
    next to one, carry another load or are in danger by it; ``facts_before`` the facts of queues by id, where
    they were others before. ``interval`` is that of all loads and capacities, such as ``1h``;
    ``not_checked`` are ids of findings that the settings switch off. ``selected`` are the globs of the queues
    that it is about, none: all. ``held`` are the exceptions from the policies that it holds, ``transfers``
    those of in-queue flows between ``queues``.
    """

    created_at: str
    api: str
    environment: str = ""
    lock: str = "etag"
    files: tuple[PolicyFile, ...] = ()
    live: tuple[LiveRules, ...] = ()
    changes: tuple[QueueChange, ...] = ()
    untouched: tuple[Untouched, ...] = ()
    findings: tuple[Finding, ...] = ()
    headroom: Headroom = field(default_factory=Headroom)
    managed_rules: int = 0
    paths: tuple[str, ...] = ()
    dialect: str = "overflow-rules"
    organization: Organization = UNKNOWN
    ignored: tuple[Ignored, ...] = ()
    solved: tuple[Finding, ...] = ()
    headroom_before: Headroom = field(default_factory=Headroom)
    queues: tuple[AffectedQueue, ...] = ()
    facts_before: Mapping[str, Facts] = field(default_factory=dict)
    cost: Cost = Cost()
    source: Source = NO_SOURCE
    interval: str = HOUR
    not_checked: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    transfers: tuple[Transfer, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it is about all that the policies say: neither files nor queues were named."""
        return not (self.paths or self.selected)

    @property
    def held_on(self) -> tuple[Held, ...]:
        """The exceptions that an apply of it does not end."""
        return tuple(each for each in self.held if not each.ending)

    @property
    def applicable(self) -> bool:
        """Whether it may be applied: no finding refuses it."""
        return not has_errors(self.findings)

    def count(self, action: Action) -> int:
        """How many rules, marks of the owner among them, are created, updated or deleted."""
        return sum(rule.action is action for change in self.changes for rule in change.rules)

    @property
    def marks(self) -> int:
        """How many of these changes are of marks of the owner."""
        return sum(rule.is_mark for change in self.changes for rule in change.rules)

    @property
    def equal(self) -> int:
        """How many managed queues are what the policies say."""
        return self.untouched_count(Reason.EQUAL) + self.untouched_count(Reason.DISABLED)

    @property
    def unmanaged(self) -> int:
        """How many queues are not managed."""
        return self.untouched_count(Reason.UNMANAGED) + self.untouched_count(Reason.NOT_MANAGED)

    def untouched_count(self, reason: Reason) -> int:
        """How many queues stay untouched for ``reason``."""
        return sum(queue.reason is reason for queue in self.untouched)
