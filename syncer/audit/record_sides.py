"""Two records of one place, such as those of a state folder and of a store: which is newer, and both as one.

::

    seen by us last in the store ──┬── ours, and nothing written since      the store's counts
                                   ├── ours, written since; the store's not  ours counts
                                   └── both written since                    both count, each queue by its age
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from syncer.audit.applied_set import newest_sets
from syncer.audit.exceptions import Exemption, exceptions_at
from syncer.audit.record import AppliedQueue, Intent, Place, Record, Version
from syncer.model.settings import ApiLocation


@dataclass(frozen=True, slots=True)
class Side:
    """What one record says of one place: what was applied there, runs that are open, exceptions in force."""

    place: Place
    intents: tuple[Intent, ...] = ()
    exceptions: tuple[Exemption, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of the place."""
        return not (self.place.queues or self.place.run or self.intents or self.exceptions)

    def says_as(self, other: "Side") -> bool:
        """Whether both say the same, whichever was written later."""
        return self._bare() == other._bare()

    def _bare(self) -> "Side":
        return replace(self, place=replace(self.place, version=Version(), stored=Version()))


def side_of(record: Record, location: ApiLocation, environment: str) -> Side:
    """What a record says of a place; of an environment, but for exceptions: these hold in all of them."""
    intents = (
        each for each in record.intents if each.place.is_as(location) and each.environment == environment
    )
    return Side(
        record.place(location, environment), tuple(intents), exceptions_at(record.exceptions, location)
    )


def with_side(record: Record, side: Side) -> Record:
    """The record with this in the stead of what it said of the place; the rest of it stays."""
    old = side_of(record, side.place.location, side.place.environment)
    intents = (each for each in record.intents if each not in old.intents)
    exceptions = (each for each in record.exceptions if each not in old.exceptions)
    return replace(
        record.with_place(side.place),
        intents=(*intents, *side.intents),
        exceptions=(*exceptions, *side.exceptions),
    )


def newer_of(ours: Side, stored: Side) -> Side:
    """What is known, out of what we have and what the store has. No queue goes back to an older state."""
    version, theirs, seen = ours.place.version, stored.place.version, ours.place.stored
    if theirs in (version, seen) or theirs < seen:
        return ours
    if version == seen and not _was_never_stored(ours):
        if theirs < version:
            return ours
        sets = newest_sets(ours.place.sets, stored.place.sets)
        place = replace(stored.place, queues=_newest(ours.place, stored.place), sets=sets, stored=theirs)
        return replace(stored, place=place)
    return _together(ours, stored)


def _was_never_stored(side: Side) -> bool:
    """Whether it was written before there was a store, so that no store has its exceptions."""
    return side.place.version == Version() and bool(side.intents or side.exceptions)


def _together(ours: Side, stored: Side) -> Side:
    """Both wrote since they last agreed: what one of them holds back or has open stays so."""
    later = max((ours.place, stored.place), key=lambda place: (place.at, place.run))
    serial = max(ours.place.version.serial, stored.place.version.serial) + 1
    place = replace(
        later,
        queues=_newest(ours.place, stored.place),
        sets=newest_sets(ours.place.sets, stored.place.sets),
        version=Version(serial, ours.place.version.run),
        stored=stored.place.version,
    )
    intents = {each.run: each for each in (*stored.intents, *ours.intents)}
    exceptions = {each.id: each for each in (*stored.exceptions, *ours.exceptions)}
    return Side(place, tuple(intents.values()), tuple(exceptions.values()))


def _newest(ours: Place, stored: Place) -> dict[str, AppliedQueue]:
    """Each queue as it was applied later; as the store has it, where both are equally old."""
    found = dict(ours.queues)
    for key, queue in stored.queues.items():
        if key not in found or found[key].at <= queue.at:
            found[key] = queue
    return found


def without_closed(side: Side, entries: Iterable[Mapping[str, Any]]) -> Side:
    """The side without the runs that ended, and the exceptions that were lifted, as a trail says."""
    ended, lifted = set[str](), set[str]()
    for entry in entries:
        if entry.get("kind") == "run":
            ended.add(str(entry.get("run")))
            lifts = entry.get("lifts")
            if entry.get("status") == "done" and isinstance(lifts, list):
                lifted.update(map(str, lifts))
    return replace(
        side,
        intents=tuple(each for each in side.intents if each.run not in ended),
        exceptions=tuple(each for each in side.exceptions if each.id not in lifted),
    )
