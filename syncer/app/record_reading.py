"""Reads and checks the content of a store: the record, or the newest one that can be read.

In a store with versions, a damaged one doesn't hide older ones. The next one is written above it, since no
version is written twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

from syncer.audit.record import Record, Version, record_in
from syncer.errors import AuditError, SyncerError
from syncer.model.fits_schema import Fits, compiled
from syncer.model.json_reader import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.audit.applied_set import AppliedSet
    from syncer.audit.record_sides import Side

LARGEST: Final = 64 * 1024 * 1024
"""Maximum size of a record in a store, in bytes."""

_MOST_DAMAGED: Final = 5
"""Damaged versions that are skipped: each is downloaded completely."""

_HEAD: Final = re.compile("sha256:[0-9a-f]{64}")
_HIGHEST: Final = 10**12


@dataclass(frozen=True, slots=True)
class Found:
    """The content of a store (None: nothing yet), and the ``tag`` that shows whether it is still the same.

    ``serial`` is the number of the version, if the store keeps several.
    """

    content: bytes | None = None
    tag: str = ""
    serial: int = field(default=0, compare=False)


class Store(Protocol):
    """A place for one record. Every method raises SyncerError."""

    @property
    def name(self) -> str:
        """The name of the store, without secrets."""

    def read(self) -> Found:
        """Its content, at most ``LARGEST`` bytes."""

    def read_below(self, found: Found) -> Found:
        """The version before the one that was ``found``; nothing if it only keeps one."""

    def way_out(self, found: Found) -> str:
        """What to do about a damaged version."""

    def write(self, content: bytes, version: Version, found: Found) -> bool:
        """Replace what was ``found`` with the ``version``; False if somebody else has done so since."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The ``record`` of a store, and where it was ``found``. ``damage`` describes newer versions that are
    damaged, and what to do; ``serial`` is the highest number of these."""

    record: Record
    found: Found
    damage: str = ""
    serial: int = 0

    def above(self, side: Side) -> Side:
        """The side with a version above all damaged ones. Raises SyncerError if there is none."""
        place = side.place
        if not self.damage or place.version.serial > self.serial:
            return side
        if self.serial + 1 >= _HIGHEST:
            raise SyncerError(f"{self.damage}: no version can be newer")
        return replace(side, place=replace(place, version=Version(self.serial + 1, place.version.run)))


def read_of(store: Store) -> Reading:
    """Return the newest readable record of a store. Raises SyncerError if it can't be reached, or has
    none."""
    found = store.read()
    damage, serial = "", 0
    for _ in range(_MOST_DAMAGED):
        try:
            return Reading(_checked(found), found, damage, serial)
        except AuditError as error:
            damage = damage or f"{error.message}; {store.way_out(found)}"
            serial = max(serial, found.serial)
        found = store.read_below(found)
        if found.content is None:
            break
    raise AuditError(damage)


def _checked(found: Found) -> Record:
    if found.content is None:
        return Record()
    if len(found.content) > LARGEST:
        raise AuditError(f"it is larger than {LARGEST:,} bytes")
    record = record_in(found.content, "what is there")
    if not _form()(parsed(found.content, decimals=False)):
        raise AuditError("what is there doesn't match the schema of a record")
    _refuse_senseless(record)
    return record


@cache
def _form() -> Fits:
    from syncer.policy.schema import schema_text

    return compiled(parsed(schema_text("record.v1.schema.json").encode()))


def _refuse_senseless(record: Record) -> None:
    """Raise AuditError for times, versions and heads that no run writes: they would remain the newest."""
    places = record.places
    times = [
        *(place.at for place in places),
        *(queue.at for place in places for queue in place.queues.values()),
        *(each.at for place in places for each in place.sets.values()),
        *(each.at for place in places for known in place.sets.values() for each in known.refused),
        *(intent.started_at for intent in record.intents),
        *(moment for each in record.exceptions for moment in (each.at, each.until)),
    ]
    heads = [
        (number, head)
        for place in places
        for each in place.sets.values()
        for number, head in ((each.entry, each.head), *_ends(each))
    ]
    if not all(0 <= number < _HIGHEST and _HEAD.fullmatch(head) for number, head in heads):
        raise AuditError("what is there contains a head of a trail that no run writes")
    serials = [version.serial for place in places for version in (place.version, place.stored)]
    if not all(map(_is_time, filter(None, times))) or not all(0 <= each < _HIGHEST for each in serials):
        raise AuditError("what is there contains a time or a version that no run writes")


def _ends(applied: AppliedSet) -> Iterator[tuple[int, str]]:
    for part in applied.parts:
        yield part.first_entry, part.first_head
        yield part.entry, part.head


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
