"""The PUTs that a trail records: another audit of the same queues must have them too.

All rules of a queue share one PUT of their run; taking it back is another. An entry is made right after its
PUT, so that is when it was sent, on the clock of this machine.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from syncer.audit.entries import place_of
from syncer.audit.period import moment_of
from syncer.model.json_values import mapping
from syncer.model.plan import LOOPED, SENT, Status
from syncer.model.settings import ApiLocation
from syncer.net.timing import from_rfc3339

_WRITTEN: Final = frozenset(status.value for status in (*SENT, Status.TAKEN_BACK))
"""A PUT did it, whatever it was answered."""

_LOOPED: Final = frozenset(status.value for status in LOOPED)

_MOST_PUTS: Final = 5
"""Of one change; a number that says more is none of ours."""

_LONGEST: Final = timedelta(minutes=15)
"""From a PUT to its entry: retries, waits, reads to find its result."""

_ON_THE_WAY: Final = timedelta(minutes=5)
"""From the moment that a PUT is noted to the moment that it is done, if the run didn't live to record it."""

_EXACT: Final = timedelta(seconds=10)
_INEXACT: Final = timedelta(minutes=2)
"""How far a clock may be off that was compared with the server's, and one that wasn't."""

_LONGEST_OFFSET_MS: Final = 10**11

_FIRST_YEAR, _LAST_YEAR = 2000, 9000


@dataclass(frozen=True, slots=True)
class SentPut:
    """A PUT of a queue by a run, ``at`` about which time of the server's clock.

    It was done between ``earliest`` and ``latest``. ``certain`` says that it wrote the queue, else it only
    may have. It was sent ``most`` times, of which each may have been done. ``user`` is who ran it,
    ``fields`` are the fields of the queue that it changed, as far as the trail knows.
    """

    queue: str
    name: str
    run: str
    user: str
    status: str
    at: datetime
    earliest: datetime
    latest: datetime
    certain: bool
    most: int = 1
    fields: frozenset[str] = frozenset()

    def may_be(self, moment: datetime) -> bool:
        """Whether it may have been done at this moment of the server's clock."""
        return self.earliest <= moment <= self.latest


@dataclass(frozen=True, slots=True)
class TrailPuts:
    """What a trail tells of one place: its PUTs by time, the ids of the ``clients`` that sent them, the
    newest ``names`` of its queues by id, and when its ``first`` entry was made. ``undated`` counts changes
    whose time can't be read."""

    puts: tuple[SentPut, ...] = ()
    clients: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    first: datetime | None = None
    undated: int = 0


def sent_puts(entries: Iterable[Mapping[str, Any]], here: ApiLocation) -> TrailPuts:
    """The PUTs that were sent ``here``. An entry may hold anything: what makes no sense is passed over."""
    runs: dict[str, Mapping[str, Any]] = {}
    changes: list[tuple[datetime, Mapping[str, Any]]] = []
    first: datetime | None = None
    undated = 0
    for entry in entries:
        moment = _moment(entry)
        first = first or moment
        if not place_of(entry).is_as(here):
            continue
        if entry.get("kind") == "run":
            runs[_text(entry, "run")] = entry
        elif entry.get("kind") == "change" and _sent(entry):
            undated += moment is None
            changes += [(moment, entry)] if moment else []
    return TrailPuts(
        puts=tuple(sorted(_grouped(changes, runs), key=lambda put: (put.at, put.queue))),
        clients=frozenset(filter(None, (_text(run, "client") for run in runs.values()))),
        names={_text(entry, "queueId"): _text(entry, "queueName") for _, entry in changes},
        first=first,
        undated=undated,
    )


def _moment(entry: Mapping[str, Any]) -> datetime | None:
    """When it happened; a year that no clock shows is none that is known."""
    moment = moment_of(entry)
    return moment if moment and _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _sent(entry: Mapping[str, Any]) -> bool:
    """Whether a PUT may have gone out."""
    return bool(_text(entry, "queueId")) and (_text(entry, "status") in _WRITTEN or _attempts(entry) > 0)


def _grouped(
    changes: Iterable[tuple[datetime, Mapping[str, Any]]], runs: Mapping[str, Mapping[str, Any]]
) -> Iterator[SentPut]:
    """One PUT for the entries of each queue, run and direction; what was found out later counts with them."""
    found: dict[tuple[str, str, bool], SentPut] = {}
    for moment, entry in changes:
        put = _put(moment, entry, runs.get(_text(entry, "run"), {}))
        key = (put.run, put.queue, put.status in _LOOPED)
        found[key] = _both(found[key], put) if key in found else put
    yield from found.values()


def _both(first: SentPut, second: SentPut) -> SentPut:
    known = second if second.certain and not first.certain else first
    return replace(
        known,
        earliest=min(first.earliest, second.earliest),
        latest=max(first.latest, second.latest),
        certain=first.certain or second.certain,
        most=max(first.most, second.most),
        fields=first.fields | second.fields,
    )


def _put(moment: datetime, entry: Mapping[str, Any], run: Mapping[str, Any]) -> SentPut:
    offset = _offset(run)
    slack = _INEXACT if offset is None else _EXACT
    at = moment - (offset or timedelta())
    recovered = entry.get("recoveredBy") is not None
    return SentPut(
        queue=_text(entry, "queueId"),
        name=_text(entry, "queueName"),
        run=_text(entry, "run"),
        user=_text(mapping(entry.get("origin")), "user"),
        status=_text(entry, "status"),
        at=at,
        earliest=_earliest(at, run, offset or timedelta()) - slack,
        latest=at + slack + (_ON_THE_WAY if recovered else timedelta()),
        certain=_text(entry, "status") in _WRITTEN,
        most=max(1, min(_attempts(entry), _MOST_PUTS)),
        fields=_fields(mapping(entry.get("written"))),
    )


def _fields(written: Mapping[str, Any]) -> frozenset[str]:
    """The fields that a PUT changed."""
    before, after = (mapping(written.get(side)) for side in ("before", "after"))
    return frozenset(name for name in (*before, *after) if before.get(name) != after.get(name))


def _earliest(at: datetime, run: Mapping[str, Any], offset: timedelta) -> datetime:
    """No PUT is sent before its run has started."""
    try:
        started = from_rfc3339(_text(run, "startedAt")) - offset
    except (ValueError, OverflowError):
        return at - _LONGEST
    return min(at, max(started, at - _LONGEST))


def _offset(run: Mapping[str, Any]) -> timedelta | None:
    """The clock of this machine less that of the server; None where nobody compared them."""
    value = run.get("clockOffsetMs")
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LONGEST_OFFSET_MS:
        return None
    return timedelta(milliseconds=value)


def _attempts(entry: Mapping[str, Any]) -> int:
    value = entry.get("attempts")
    return value if type(value) is int else 0


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""
