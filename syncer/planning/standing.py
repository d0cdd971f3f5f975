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
from syncer.model.environment import Place
from syncer.model.outcome import Status
from syncer.planning.audit_images import Image, image_of, without_taken_back

LAST = "last"

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """The run that is meant, and the images of the queues where it still stands.

    ``undone_by`` and ``undone_at`` are the newest rollback that undid something of it, and when that ended.
    """

    run: str
    images: tuple[Image, ...]
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
    took it back.
    """

    id: str
    rollback: bool = False
    undoes: str = ""
    done: bool = False
    timestamp: str = ""
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
        self.rollback |= bool(self.undoes) or entry.get("action") == "ROLLBACK_RUN"
        if entry.get("kind") == "run":
            self.done |= entry.get("status") == "done"
        elif entry.get("kind") == "change":
            self._add_change(entry, str(entry.get("queueId")))

    def _add_change(self, entry: Entry, queue: str) -> None:
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


def standing(entries: Iterable[Entry], run: str, here: Place | None = None) -> Standing:
    """What still stands of ``run``; ``last`` is the newest apply that changed something.

    Raises AuditError where there is no such run ``here``: a run can't be undone at another place.
    """
    runs: dict[str, _Run] = {}
    newest = run
    for entry in entries:
        if here is not None and not place_of(entry).is_as(here):
            continue
        runs.setdefault(str(entry.get("run")), _Run(str(entry.get("run")))).add(entry)
    if run == LAST:
        newest = next((each.id for each in _newest_first(runs.values()) if not each.rollback), run)
    if newest not in runs:
        what = "no apply that changed something" if run == LAST else f"no run {run}"
        raise AuditError(
            f"the audit trail knows {what}{f' at {here}' if here else ''}",
            hint="List all runs with: syncer audit show",
        )
    _note_undone(list(runs.values()))
    return _of(runs[newest], list(runs))


def _newest_first(runs: Iterable[_Run]) -> Iterator[_Run]:
    return (each for each in reversed(list(runs)) if each.changes)


def _changed(entry: Entry) -> bool:
    """Whether the run itself made this change, or may have."""
    return entry.get("status") in ("applied", "merged", "unknown")


def _note_undone(runs: list[_Run]) -> None:
    """Note of each run what was taken back of it by rollbacks that came later and stand themselves.

    A rollback that was done took all back that no other had taken back before: what it didn't write was as
    before already.
    """
    rollbacks: dict[str, list[_Run]] = {}
    for run in reversed(runs):
        taken: set[str] = set()
        for later in reversed(rollbacks.get(run.id, ())):
            back = later.settled | (run.queues - taken if later.done else set())
            taken |= back
            run.undone |= {queue: later for queue in back & run.queues if queue not in later.undone}
        if run.undoes:
            rollbacks.setdefault(run.undoes, []).append(run)


def _of(run: _Run, order: list[str]) -> Standing:
    images = run.images()
    if not run.undone:
        return Standing(run.id, images)
    by = {each.id: each for each in run.undone.values()}
    newest = next(by[each] for each in reversed(order) if each in by)
    return Standing(run.id, images, newest.id, newest.timestamp)
