"""What was applied last, out of all that a state folder knows: the third side of plan, apply and drift.

::

    record.json (and its store) ──┐
    audit/, journal/              ├──▶ Sources ──▶ who moved each rule
    drift.json                    ┘
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from syncer.applying.journal import SUFFIX, find_journals
from syncer.applying.recover import foreseen
from syncer.audit.chain import Chain
from syncer.audit.record import NAME, Record, read_record
from syncer.drift.file import NAME as MEMORY
from syncer.drift.file import read_memory
from syncer.errors import NotFound, SyncerError
from syncer.model.settings import ApiLocation
from syncer.planning.causes import with_causes
from syncer.planning.third_side import Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from syncer.model.plan import Plan
    from syncer.model.queue import LiveQueue
    from syncer.model.settings import Settings
    from syncer.planning.gather import Live

Entries = tuple[dict[str, Any], ...]


def trail_in(state: Path, warn: Callable[[str], None]) -> Entries:
    """The audit trail in the folder ``state``: empty if there is none, and a ``warn``ing if it can't be
    read."""
    try:
        return tuple(Chain(state / "audit").strictly())
    except SyncerError as error:
        warn(f"what was applied last is not known: {error.message}")
        return ()


@dataclass(frozen=True, slots=True)
class LastApplied:
    """What the folder ``state`` has on what was last applied; nothing is written there.

    ``now`` (RFC 3339) is when the queues were read. ``record`` is read from the folder if it is None.
    ``warn`` is called for what can't be read.
    """

    state: Path
    now: str
    warn: Callable[[str], None]
    record: Record | None = None

    def causes(self, settings: Settings) -> Callable[[Plan, Live], Plan]:
        """Return the function that adds the cause to each change of a plan; it reads nothing for an empty
        plan."""

        def told(plan: Plan, live: Live) -> Plan:
            queues = {queue.id: queue for queue in live.queues}
            if not plan.changes:
                return plan
            trail = self.with_foreseen(trail_in(self.state, self.warn), queues, _place(plan))
            remembered, _ = read_memory(self.state / MEMORY)
            sources = replace(self.sources(plan, trail), remembered=remembered.agreed)
            return with_causes(plan, queues, sources, settings)

        return told

    def sources(self, plan: Plan, trail: Sequence[dict[str, Any]]) -> Sources:
        """What the record has of the third side at the place of a plan, besides a ``trail``."""
        record, here = self.known(), _place(plan)
        applied = record.place(here, plan.environment).queues
        unsettled = {queue.id for queue in applied.values() if not queue.settled}
        return Sources((), trail, applied, self._intended(record, here, trail) | unsettled)

    def with_foreseen(self, trail: Entries, live: Mapping[str, LiveQueue], here: ApiLocation) -> Entries:
        """The trail with what the live queues show of changes that a run left open; the next apply records
        that."""
        try:
            return (*trail, *foreseen(self.state / "journal", trail, _Listed(live), self.now, here))
        except (SyncerError, OSError) as error:
            self.warn(f"what a run left open is not known: {error}")
            return trail

    def known(self) -> Record:
        """The record; an empty one if it can't be read."""
        if self.record is not None:
            return self.record
        try:
            return read_record(self.state / NAME)
        except SyncerError:
            return Record()

    def _intended(self, record: Record, here: ApiLocation, trail: Sequence[dict[str, Any]]) -> frozenset[str]:
        """The queues that runs were to write, if neither journal nor trail shows how they finished."""
        ended = {str(entry.get("run")) for entry in trail if entry.get("kind") == "run"}
        with suppress(OSError):
            ended |= {path.name.removesuffix(SUFFIX) for path in find_journals(self.state / "journal")}
        return frozenset(
            queue
            for intent in record.intents
            if intent.place.is_as(here) and intent.run not in ended
            for queue in intent.queues
        )


def _place(plan: Plan) -> ApiLocation:
    return ApiLocation(plan.api, plan.organization)


@dataclass(frozen=True, slots=True)
class _Listed:
    """The queues of a listing, by id."""

    queues: Mapping[str, LiveQueue]

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        """Return the JSON of one queue; raises NotFound."""
        if queue_id not in self.queues:
            raise NotFound(f"the organization has no queue {queue_id}", status=404)
        return dict(self.queues[queue_id].raw)
