"""Which run a rollback means, and what of that run still stands, as the audit says.

::

    apply A       1 → 2
    rollback R    2 → 1     names A: A is undone by R, and a second rollback of A has nothing to do
    rollback S    1 → 2     names R: R is undone by S, so A stands again

What is undone is known queue by queue: a rollback that was cut off or failed in part leaves the rest of its
run standing, and the next one goes on with that.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from syncer.audit.entries import place_of
from syncer.errors import AuditError
from syncer.model.plan import Status
from syncer.model.settings import ApiLocation
from syncer.planning.audit_images import Image, image_of, without_taken_back
from syncer.planning.run_names import full_id

LAST = "last"

Entry = Mapping[str, Any]

_NO_APPLY = frozenset({"ROLLBACK_RUN", "STOP_RUN", "LIFT_RUN"})
"""What ``last`` never means."""


@dataclass(frozen=True, slots=True)
class StandingRun:
    """The run that is meant, and the images of the queues where it still stands.

    ``undone_by`` and ``undone_at`` are the newest rollback that undid something of it, and when that ended.
    ``rollback``: it is one itself.
    """

    run: str
    images: tuple[Image, ...]
    rollback: bool = field(default=False, kw_only=True)
    undone_by: str = ""
    undone_at: str = ""

    @property
    def words(self) -> str:
        """Why there is nothing to undo, or that a part of it is undone already; else empty."""
        undone = f"by run {self.undone_by} at {self.undone_at}"
        if self.images:
            return f"a part of run {self.run} was undone {undone}: this is the rest" if self.undone_by else ""
        if self.undone_by:
            return f"run {self.run} was undone {undone}: nothing was sent"
        return f"run {self.run} changed nothing, so there is nothing to undo"


@dataclass(slots=True)
class _Run:
    """What the trail says of one run: the changes that it made or may have made, what it settled.

    ``written``: conflicts and failures whose PUT may be in force all the same. ``backs`` are the changes that
    it took back itself, because they came to lie in a loop; ``undone`` is, by queue, the newest rollback that
    took it back. ``about`` are the queues that a rollback was about, None: all of its run.
    """

    id: str
    rollback: bool = False
    undoes: str = ""
    done: bool = False
    timestamp: str = ""
    about: set[str] | None = None
    changes: list[Entry] = field(default_factory=list)
    backs: list[Entry] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    undone: dict[str, "_Run"] = field(default_factory=dict)

    @property
    def queues(self) -> set[str]:
        return {str(entry.get("queueId")) for entry in self.changes}

    def add(self, entry: Entry) -> None:
        self.timestamp = str(entry.get("timestamp"))
        self.undoes = str(entry.get("undoes") or self.undoes)
        self.rollback |= bool(self.undoes) or entry.get("action") in _NO_APPLY
        if entry.get("kind") == "run":
            self.done |= entry.get("status") == "done"
            if isinstance(only := entry.get("undoesQueues"), list):
                self.about = set(map(str, only))
        elif entry.get("kind") == "change":
            self._add_change(entry, str(entry.get("queueId")))

    def _add_change(self, entry: Entry, queue: str) -> None:
        if entry.get("status") in _SETTLING:
            self.changes = [each for each in self.changes if not _was_unknown(each, queue)]
        unsure = entry.get("status") in ("conflict", "failed")
        if unsure and entry.get("written"):
            self.written.add(queue)
        if _changed(entry) or (unsure and queue in self.written):
            self.changes.append(entry)
        if entry.get("status") == Status.TAKEN_BACK.value:
            self.backs.append(entry)
            self.settled.discard(queue)
        elif entry.get("success"):
            self.settled.add(queue)

    def images(self) -> tuple[Image, ...]:
        """What it changed where nobody undid it since; what it took back itself counts as not changed."""
        made, backs = (
            [image_of(entry) for entry in entries if str(entry.get("queueId")) not in self.undone]
            for entries in (self.changes, self.backs)
        )
        return without_taken_back(made, backs)


def standing(entries: Iterable[Entry], run: str, here: ApiLocation | None = None) -> StandingRun:
    """What still stands of ``run``; ``last`` is the newest apply that changed something.

    The beginning of an id is enough where one run alone begins so. Raises AuditError where there is no such
    run ``here``: a run can't be undone at another place.
    """
    runs = _runs_in(entries, here)
    where = str(here) if here else ""
    if run == LAST:
        newest = next((each.id for each in _newest_first(runs.values()) if not each.rollback), "")
        if not newest:
            raise AuditError(
                f"the audit trail has no apply that changed anything{f' at {where}' if where else ''}",
                hint="List all runs with: syncer audit show",
                reason="unknown-run",
            )
    else:
        newest = full_id(run, runs, [each.id for each in runs.values() if each.changes], where)
    return _of(runs[newest], list(runs))


def undone(entries: Iterable[Entry], here: ApiLocation) -> dict[tuple[str, str], tuple[str, str]]:
    """What runs changed ``here`` and is undone, by run and queue: the rollback, and when that ended."""
    runs = list(_runs_in(entries, here).values())
    return {(run.id, queue): (by.id, by.timestamp) for run in runs for queue, by in run.undone.items()}


def newer_than(entries: Iterable[Entry], run: str, here: ApiLocation | None = None) -> Iterator[StandingRun]:
    """The runs that changed something after ``run`` and still stand, newest first."""
    runs = _runs_in(entries, here)
    order = list(runs)
    for each in reversed(order[order.index(run) + 1 :]):
        if runs[each].queues - runs[each].undone.keys():
            yield _of(runs[each], order)


def made_by(entries: Iterable[Entry], run: str) -> tuple[Image, ...]:
    """All that a run changed, whether it was undone since or not."""
    runs = {run: _Run(run)}
    for entry in entries:
        if entry.get("run") == run:
            runs[run].add(entry)
    return runs[run].images()


def _runs_in(entries: Iterable[Entry], here: ApiLocation | None) -> dict[str, _Run]:
    """All runs by their ids, oldest first, with what was undone of each."""
    runs: dict[str, _Run] = {}
    for entry in entries:
        if here is None or place_of(entry).is_as(here):
            runs.setdefault(str(entry.get("run")), _Run(str(entry.get("run")))).add(entry)
    _note_undone(list(runs.values()))
    return runs


def _newest_first(runs: Iterable[_Run]) -> Iterator[_Run]:
    return (each for each in reversed(list(runs)) if each.changes)


_SETTLING = ("applied", "merged", "already", "conflict", "failed")
"""What a change that was unknown can turn out to be."""


def _was_unknown(entry: Entry, queue: str) -> bool:
    return str(entry.get("queueId")) == queue and entry.get("status") == Status.UNKNOWN.value


def _changed(entry: Entry) -> bool:
    """Whether the run itself made this change, or may have."""
    return entry.get("status") in ("applied", "merged", "unknown")


def _note_undone(runs: list[_Run]) -> None:
    """Note of each run what was taken back of it by rollbacks that came later and stand themselves.

    A rollback that was done took all back that it was about and no other had taken back before: what it
    didn't write was as before already.
    """
    rollbacks: dict[str, list[_Run]] = {}
    for run in reversed(runs):
        taken: set[str] = set()
        for later in reversed(rollbacks.get(run.id, ())):
            about = run.queues if later.about is None else run.queues & later.about
            back = (later.settled & about) | (about - taken if later.done else set())
            taken |= back
            run.undone |= {queue: later for queue in back & run.queues if queue not in later.undone}
        if run.undoes:
            rollbacks.setdefault(run.undoes, []).append(run)


def _of(run: _Run, order: list[str]) -> StandingRun:
    images = run.images()
    if not run.undone:
        return StandingRun(run.id, images, rollback=run.rollback)
    by = {each.id: each for each in run.undone.values()}
    newest = next(by[each] for each in reversed(order) if each in by)
    return StandingRun(run.id, images, newest.id, newest.timestamp, rollback=run.rollback)
