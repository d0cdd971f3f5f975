"""The trail that a record follows: its newest entry, and what each run added to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncer.audit.applied_set import AppliedSet, TrailPart

if TYPE_CHECKING:
    from syncer.audit.chain import Chain
    from syncer.audit.entries import Run
    from syncer.audit.record import Record


@dataclass
class FollowedTrail:
    """The trail of a policy set, by its name, and of the sets ``along``, which share it.

    ``known`` is what a record has of it. New entries have numbers above ``since``.
    """

    chain: Chain
    known: AppliedSet
    since: int
    along: tuple[str, ...] = ()
    _noted: bool = field(default=False, init=False)

    def noted(self, record: Record, run: Run) -> Record:
        """Return the record with the newest entry of the trail, and with what ``run`` added to it. Raises
        AuditError if the trail can't be read."""
        last = self.chain.newest()
        after = max(self.since, self.known.entry) if self._noted else self.since
        first = next(self.chain.entries(after), None)
        if first is None or last.head == self.known.head:
            return record
        begin = (int(first["n"]), str(first["hash"]))
        part = TrailPart(run.id, run.origin.link, *begin, last.number, last.head)
        self.known, self._noted = self.known.with_part(part), True
        for name in (self.known.name, *self.along):
            applied = record.place(run.place, run.environment).sets.get(name, AppliedSet(name))
            record = record.with_set(run.place, run.environment, applied.with_trail_of(self.known))
        return record
