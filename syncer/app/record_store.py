"""The record in a store that outlives caches: read before a run, and written after each that may have sent.

::

    state folder ──┐                             ┌──▶ state folder
                   ├── queue by queue the newer ─┤
    store ─────────┘                             └──▶ store, by runs that may write

Neither is the truth: what fails here is a warning, and stops nothing. A record that can't be read is never
overwritten.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from syncer.app.record_reading import LARGEST, Reading, Store, read_of
from syncer.audit.record import NAME, Record, Version, read_record, record_text, write_record
from syncer.audit.record_fold import folded
from syncer.audit.record_sides import Side, newer_of, side_of, with_side, without_closed
from syncer.errors import AuditError, SyncerError, WrongUsage
from syncer.files import alone_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from syncer.app.options import DriftOptions, PlanOptions
    from syncer.app.session import Session
    from syncer.audit.chain import Chain
    from syncer.audit.entries import Run
    from syncer.live.client import Client
    from syncer.model.settings import ApiLocation
    from syncer.planning.disk import OnDisk

_TRIES: Final = 3
_PATIENCE: Final = 30.0
_LOCK: Final = f"{NAME}.lock"


@dataclass
class StoredRecord:
    """The content of a store for one place; ``warn`` is called once for each failure. ``stored`` is what was
    pulled, None if it could not be."""

    store: Store
    location: ApiLocation
    environment: str
    warn: Callable[[str], None]
    stored: Side | None = field(default=None, init=False)
    _said: set[str] = field(default_factory=set)
    _failed: bool = False
    _damaged: bool = False

    def pulled(self, record: Record, entries: Callable[[], Iterator[Mapping[str, Any]]]) -> Record:
        """Return the record with what is newer in the store; the ``entries`` of the trail show what is
        finished."""
        try:
            reading = read_of(self.store)
        except SyncerError as error:
            self._failed = True
            self._say(
                f"the record in {self.store.name} can't be used ({error.message}): what others applied "
                "is not known, and two sides are compared where the state folder knows no third"
            )
            return record
        self._tell_damage(reading)
        ours, self.stored = self.side(record), self.side(reading.record)
        known = newer_of(ours, self.stored)
        if known is ours:
            return record
        try:
            known = without_closed(known, entries())
        except SyncerError as error:
            self._say(f"the trail can't be checked against the record in {self.store.name}: {error.message}")
        return with_side(record, known)

    def pushed(self, record: Record, *, last: bool = True) -> Record:
        """Write the record to the store, and return it. A failure is reported if this is the ``last``
        attempt."""
        if self._failed and not last:
            return record
        try:
            return self._pushed(record)
        except SyncerError as error:
            self._failed = True
            if last:
                self._say(
                    f"the record was not written to {self.store.name} ({error.message}): what this run "
                    "applied is missing there, and other runners compare with what was applied before"
                )
        return record

    @property
    def failed(self) -> bool:
        """Whether it, or its newest version, could not be read or written."""
        return self._failed or self._damaged

    def knows(self, record: Record) -> bool:
        """Whether the record has what was last applied at the place."""
        return not self.side(record).is_empty

    def _pushed(self, record: Record) -> Record:
        for _ in range(_TRIES):
            reading = read_of(self.store)
            self._tell_damage(reading)
            there, stored = reading.record, self.side(reading.record)
            known = reading.above(newer_of(self.side(record), stored))
            if not known.says_as(stored) or known.place.version > stored.place.version:
                written = with_side(replace(there, head=record.head, entry=record.entry), known)
                content = record_text(written).encode()
                if len(content) > LARGEST:
                    raise SyncerError(
                        f"it would be larger than {LARGEST:,} bytes, too large to be read again"
                    )
                if not self.store.write(content, known.place.version, reading.found):
                    continue
            place = replace(known.place, stored=known.place.version)
            return with_side(record, replace(known, place=place))
        raise SyncerError("other runs keep writing it")

    def side(self, record: Record) -> Side:
        """The part of a record for the place."""
        return side_of(record, self.location, self.environment)

    def _tell_damage(self, reading: Reading) -> None:
        if reading.damage:
            self._damaged = True
            self._say(
                f"the newest version of the record in {self.store.name} is damaged ({reading.damage}): "
                f"version {reading.found.tag} is used, and what others applied, stopped or lifted since is "
                "not known; the next apply writes a newer one"
            )

    def _say(self, words: str) -> None:
        if words not in self._said:
            self._said.add(words)
            self.warn(words)


def marked(record: Record, run: Run) -> Record:
    """Return the record as ``run`` writes it: its part for the place is newer than before."""
    place = record.place(run.place, run.environment)
    return record.with_place(replace(place, version=Version(place.version.serial + 1, run.id)))


@contextmanager
def alone_with_record(state: Path) -> Iterator[Path]:
    """Provide the path of the record in a state folder, which no other run writes meanwhile. Raises
    SyncerError."""
    with alone_with(state / _LOCK, _PATIENCE):
        yield state / NAME


def stored_record(
    text: str, location: ApiLocation, environment: str, session: Session
) -> StoredRecord | None:
    """Return the content of the store in ``text`` (``--record``) for a place; None without a store, or if it
    can't be reached, which is a warning. Raises WrongUsage for an invalid store."""
    from syncer.app.record_places import store_of

    if not text:
        return None
    warn = session.warnings.append
    try:
        return StoredRecord(
            store_of(text, location, environment, session.environ), location, environment, warn
        )
    except WrongUsage:
        raise
    except SyncerError as error:
        warn(f"the record is neither read from its store nor written to it: {error.message}")
        return None


def bring_record(options: PlanOptions | DriftOptions, client: Client, disk: OnDisk, session: Session) -> bool:
    """Update the record of the state folder from its store; the store stays as it is.

    Returns whether it is now known what was last applied, and which exceptions are in force. A failure is a
    warning, and nothing is known then. Raises WrongUsage for an invalid store, and like
    ``Client.organization``.
    """
    from syncer.audit.chain import Chain
    from syncer.model.settings import ApiLocation

    state = options.state_dir
    if not options.record:
        with suppress(OSError):  # no file can have such a path, or nobody may look
            return (state / NAME).exists()
        return False
    location = ApiLocation(client.api, client.organization())
    link = stored_record(options.record, location, disk.settings.environment.name, session)
    if link is None:
        return False
    chain = Chain(state / "audit")
    try:
        with alone_with_record(state) as path:
            ours = known_in(path, chain)
            known = link.pulled(ours, chain.entries)
            if known != ours:
                write_record(path, known)
    except SyncerError as error:
        session.warnings.append(f"what the store has applied last is not used: {error.message}")
        return False
    if not link.knows(known):
        session.warnings.append(
            f"neither {link.store.name} nor {state} has a record of what was applied last: "
            "two sides are compared"
        )
        return False
    return not link.failed


def known_in(path: Path, chain: Chain) -> Record:
    """Return the record in a file with the newer entries of the trail; parts that can't be read are
    ignored."""
    try:
        record = read_record(path)
    except AuditError:
        record = Record()
    try:
        return folded(record, chain.entries(record.entry))
    except AuditError:
        return record
