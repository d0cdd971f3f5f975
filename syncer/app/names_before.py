"""The names that queues had when they were last applied: from the record and the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.errors import SyncerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from syncer.audit.chain import Chain
    from syncer.audit.record import Record
    from syncer.model.settings import ApiLocation
    from syncer.resolving.known_names import KnownNames


def names_in(state: Path) -> Callable[[ApiLocation, str], KnownNames]:
    """The names at a place, in an environment, according to a state folder; none if it can't be read."""
    from syncer.audit.chain import Chain
    from syncer.audit.record import NAME, Record, read_record

    try:
        record = read_record(state / NAME)
    except SyncerError:
        record = Record()
    return names_of(record, Chain(state / "audit"))


def names_of(record: Record, chain: Chain) -> Callable[[ApiLocation, str], KnownNames]:
    """The same from a record and a trail."""
    from syncer.resolving.known_names import KnownNames

    def at(place: ApiLocation, environment: str) -> KnownNames:
        queues = record.place(place, environment).queues
        return KnownNames({id_: queue.name for id_, queue in queues.items()}, lambda: _in_trail(chain, place))

    return at


def _in_trail(chain: Chain, place: ApiLocation) -> Mapping[str, str]:
    """The names in the changes of a trail; the newest counts."""
    from syncer.audit.entries import place_of

    found: dict[str, str] = {}
    try:
        for entry in chain.entries():
            if entry.get("kind") == "change" and place_of(entry).is_as(place):
                for id_, name in (("targetQueue", "targetName"), ("queueId", "queueName")):
                    if entry.get(id_) and entry.get(name):
                        found[str(entry[id_])] = str(entry[name])
    except SyncerError:
        return {}
    return found
