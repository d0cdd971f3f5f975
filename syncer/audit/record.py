"""The record: what was applied last, by queue, and what is still open. It is folded from the trail
(``record_fold``).

::

    trail     every change, for ever, in order           the truth of what was done
    record    the last state of each queue, by place     a checkpoint of it, never the truth

It names rules and facts as they were applied last, so that a later run can tell what others did since; and it
holds the *intent* of each run that may have sent a PUT, written before the first, so that a run whose machine
is gone is missed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from syncer.audit.applied_set import AppliedSet, set_of
from syncer.audit.entries import Run
from syncer.audit.exceptions import Exemption, exemption_of, kept_document
from syncer.audit.tail import START
from syncer.errors import AuditError, SyncerError
from syncer.files import make_private, read_regular, write_state
from syncer.kinds.registry import rule_document, rules_of
from syncer.model.json_reader import parsed
from syncer.model.json_values import compact
from syncer.model.network import Facts
from syncer.model.rule import Rules
from syncer.model.settings import ApiLocation, Organization
from syncer.model.well_typed import well_typed

FORMAT: Final = "syncer.record/v1"
NAME: Final = "record.json"
MOST: Final = 256 * 1024 * 1024
_ANEW: Final = "Move it away: it is rebuilt from the trail, except for what only it contained."


@dataclass(frozen=True, slots=True)
class AppliedQueue:
    """A queue as it was applied last: by which run, from which commit, and when (RFC 3339).

    ``rules`` are None where only a part of them is known; ``facts`` where the policies said none. Unless
    ``settled``, nobody knows what the run made of it; ``rules`` are those before.
    """

    id: str
    name: str
    run: str
    at: str
    commit: str = ""
    rules: Rules | None = None
    facts: Facts | None = None
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Intent:
    """A run that is about to send its first PUT, and the ids of the queues that it will write.

    ``policy_set`` is the set of policies that it applies; older files don't say.
    """

    run: str
    verb: str
    started_at: str
    place: ApiLocation
    environment: str = ""
    plan_digest: str = ""
    user: str = ""
    host: str = ""
    commit: str = ""
    queues: tuple[str, ...] = ()
    policy_set: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Which of two versions is newer: how often it was written, and by which run last."""

    serial: int = 0
    run: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What was applied at one place: its queues by their ids, and the run that did it last.

    ``sets`` are the sets of policies that are applied here, by name. ``version`` is that of this, ``stored``
    the one that a store outside of the state folder had last.
    """

    location: ApiLocation
    environment: str = ""
    run: str = ""
    commit: str = ""
    plan_digest: str = ""
    at: str = ""
    queues: Mapping[str, AppliedQueue] = field(default_factory=dict)
    version: Version = Version()
    stored: Version = Version()
    sets: Mapping[str, AppliedSet] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Facts]:
        """The facts of the queues that are known, by id."""
        return {key: queue.facts for key, queue in self.queues.items() if queue.facts is not None}


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of all places, and the ``exceptions`` in force. ``head`` and ``entry`` are the hash and
    the number of the newest entry of the trail that it was folded from."""

    head: str = START
    entry: int = 0
    places: tuple[Place, ...] = ()
    intents: tuple[Intent, ...] = ()
    exceptions: tuple[Exemption, ...] = ()

    def place(self, location: ApiLocation, environment: str) -> Place:
        """What was applied there; an empty one where nothing is known."""
        for each in self.places:
            if each.environment == environment and each.location.is_as(location):
                return each
        return Place(location, environment)

    def with_set(self, location: ApiLocation, environment: str, applied: AppliedSet) -> "Record":
        """The record with this in the stead of what it knew of a set of policies at a place."""
        place = self.place(location, environment)
        return self.with_place(replace(place, sets={**place.sets, applied.name: applied}))

    def with_place(self, place: Place) -> "Record":
        """The record with this in the stead of what it knew of the place."""
        old = self.place(place.location, place.environment)
        return replace(self, places=(*(each for each in self.places if each is not old), place))

    def with_intent(self, intent: Intent) -> "Record":
        """The record with the intent of a run."""
        others = (each for each in self.intents if each.run != intent.run)
        return replace(self, intents=(*others, intent))

    def without_intents(self, runs: Iterable[str]) -> "Record":
        """The record without the intents of ``runs``, which are closed."""
        closed = frozenset(runs)
        return replace(self, intents=tuple(each for each in self.intents if each.run not in closed))

    def with_exception(self, exemption: Exemption) -> "Record":
        """The record with an exception; one with the same id is replaced."""
        others = (each for each in self.exceptions if each.id != exemption.id)
        return replace(self, exceptions=(*others, exemption))

    def without_exceptions(self, ids: Iterable[str]) -> "Record":
        """The record without the exceptions that were lifted."""
        lifted = frozenset(ids)
        return replace(self, exceptions=tuple(each for each in self.exceptions if each.id not in lifted))


def intent_of(run: Run, queues: Iterable[str], policy_set: str = "") -> Intent:
    """The intent of a run that is about to write ``queues`` for a set of policies."""
    return Intent(
        run.id,
        run.verb,
        run.started_at,
        run.place,
        run.environment,
        run.plan_digest,
        run.origin.user,
        run.origin.host,
        run.origin.commit,
        tuple(queues),
        policy_set,
    )


def read_record(path: Path) -> Record:
    """The record that the file ``path`` holds; an empty one where there is none.

    Raises AuditError where it can't be read, or is no record: it can be folded from the trail again.
    """
    try:
        return record_in(read_regular(path, MOST), str(path))
    except FileNotFoundError as error:
        if path.is_symlink():
            raise AuditError(f"{path} is a link to a file that doesn't exist", hint=_ANEW) from error
        return Record()
    except OSError as error:
        raise AuditError(f"{path} can't be read: {error.strerror or error}", hint=_ANEW) from error


def record_in(content: bytes, where: str) -> Record:
    """The record that ``content`` is. Raises AuditError that names ``where`` it is no record."""
    try:
        record = _record_of(parsed(content, decimals=False))
    except (ValueError, TypeError, KeyError, AttributeError, SyncerError) as error:
        raise AuditError(f"{where} is not a record of this version, or is damaged", hint=_ANEW) from error
    if not well_typed(record):
        raise AuditError(f"{where} holds a value of the wrong type", hint=_ANEW)
    return record


def write_record(path: Path, record: Record) -> None:
    """Write the file whole or not at all. Raises SyncerError."""
    make_private(path.parent)
    write_state(path, record_text(record))


def record_text(record: Record) -> str:
    """The record as a file has it."""
    return compact(_document(record))


def _document(record: Record) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "head": record.head,
        "entry": record.entry,
        "intents": [_intent_document(each) for each in record.intents],
        "exceptions": [kept_document(each) for each in record.exceptions],
        "places": [_place_document(each) for each in record.places],
    }


def _intent_document(intent: Intent) -> dict[str, Any]:
    return {**asdict(intent), "place": _location_document(intent.place), "queues": list(intent.queues)}


def _location_document(location: ApiLocation) -> dict[str, Any]:
    return {"api": location.api, "organization": asdict(location.organization)}


def _place_document(place: Place) -> dict[str, Any]:
    return {
        **_location_document(place.location),
        "environment": place.environment,
        "run": place.run,
        "commit": place.commit,
        "plan_digest": place.plan_digest,
        "at": place.at,
        "version": asdict(place.version),
        "stored": asdict(place.stored),
        "sets": [each.as_json() for each in place.sets.values()],
        "queues": [_queue_document(each) for each in place.queues.values()],
    }


def _queue_document(queue: AppliedQueue) -> dict[str, Any]:
    rules = None if queue.rules is None else [rule_document(rule) for rule in queue.rules]
    return {
        "id": queue.id,
        "name": queue.name,
        "run": queue.run,
        "at": queue.at,
        "commit": queue.commit,
        "rules": rules,
        "facts": asdict(queue.facts) if queue.facts else None,
        **({} if queue.settled else {"settled": False}),
    }


def _record_of(document: Any) -> Record:
    if document["format"] != FORMAT:
        raise ValueError("another version wrote it")
    return Record(
        head=document["head"],
        entry=document["entry"],
        places=tuple(map(_place_of, document["places"])),
        intents=tuple(map(_intent_of, document["intents"])),
        exceptions=tuple(map(exemption_of, document["exceptions"])),
    )


def _location_of(document: Mapping[str, Any]) -> ApiLocation:
    return ApiLocation(document["api"], Organization(**document["organization"]))


def _intent_of(document: Mapping[str, Any]) -> Intent:
    return Intent(
        **{**document, "place": _location_of(document["place"]), "queues": tuple(document["queues"])}
    )


def _place_of(document: Mapping[str, Any]) -> Place:
    queues = (
        AppliedQueue(
            **{
                **each,
                "rules": None if each["rules"] is None else rules_of(each["rules"]),
                "facts": Facts(**each["facts"]) if each["facts"] else None,
            }
        )
        for each in document["queues"]
    )
    known = {name: document[name] for name in ("environment", "run", "commit", "plan_digest", "at")}
    marks = [
        Version(**document.get(name, {})) for name in ("version", "stored")
    ]  # older files have neither them nor sets
    sets = {each.name: each for each in map(set_of, document.get("sets", ()))}
    found = Place(_location_of(document), queues={each.id: each for each in queues}, sets=sets, **known)
    return replace(found, version=marks[0], stored=marks[1])
