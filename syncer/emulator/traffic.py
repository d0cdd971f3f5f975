"""The traffic of an organization: the outcome of the contacts of each queue, hour by hour.

::

    demand ──▶ own contacts ──▶ movement ──▶ offered ──┬─ flowed out
                                                       └─ stays ──┬─ answered in time, up to the capacity
                                                                  └─ answered late, or abandoned

The same organization, seed and hour give the same numbers, whatever is asked in what order. Less than an hour
has its part of the hour.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from syncer.emulator.demand import arrivals, fraction, key_of
from syncer.emulator.documents import Document
from syncer.emulator.movement import Exits, exits_of, moved
from syncer.emulator.store import Store
from syncer.emulator.traffic_given import MADE_UP, MEDIA, GivenTraffic
from syncer.net.timing import from_rfc3339

QUARTERS: Final = 4
"""The parts of an hour."""

MOST_CACHED: Final = 3000
"""Hours of one medium."""

Counts = tuple[int, int, int, int]
"""Contacts: answered in time, answered late, abandoned, flowed out. Together they are what was offered."""

NONE: Final[Counts] = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class World:
    """One medium in a network: for each queue load in the busiest hour, capacity an hour, exits."""

    loads: tuple[float, ...]
    capacities: tuple[int, ...]
    keys: tuple[int, ...]
    exits: Exits


@dataclass(frozen=True, slots=True)
class Network:
    """Queues, as they are connected; ``worlds`` by medium, ``places`` by id. Each has its ``generation``."""

    generation: int
    queues: tuple[Document, ...]
    places: Mapping[str, int]
    worlds: Mapping[str, World]


class Traffic:
    """Counts the contacts of queues. The first state of the store is in force until the hour in which
    ``started`` lies, a time as the API writes it; what its queues are now is from the next hour on."""

    def __init__(
        self, store: Store, flows: Sequence[Document], given: GivenTraffic = MADE_UP, *, started: str
    ) -> None:
        self._store = store
        self._flows = flows
        self._given = given
        self._started = started
        self._lock = Lock()
        self._hours: dict[tuple[int, str, int], tuple[Counts, ...]] = {}
        self._begin: Network | None = None
        self._now: Network | None = None

    def networks(self) -> tuple[Network, Network]:
        """What was in force before the start, and what is in force now."""
        with self._lock:
            first = self._begin or self._network(self._store.first_documents(), 0)
            self._begin, before, queues = first, self._now or first, tuple(self._store.documents())
            # What is cached of a network that is gone is never asked for again.
            if queues != before.queues:
                before = self._network(queues, before.generation + 1)
                self._hours = {key: value for key, value in self._hours.items() if key[0] == 0}
            self._now = before
            return first, before

    def hour(self, network: Network, medium: str, hour: int) -> tuple[Counts, ...]:
        """The outcome of the contacts of one hour, for each queue of a network."""
        key = (network.generation, medium, hour)
        found = self._hours.get(key)
        if found is None:
            found = self._made(network.worlds[medium], hour)
            with self._lock:
                if len(self._hours) >= MOST_CACHED:
                    self._hours.clear()
                self._hours[key] = found
        return found

    def counts(
        self, networks: tuple[Network, Network], medium: str, wanted: Iterable[str], begin: int, end: int
    ) -> dict[str, Counts]:
        """The outcome of contacts, by the ids of the ``wanted`` queues: from one quarter of an hour since
        1970 up to another. Queues without contacts are left out."""
        total: dict[str, Counts] = {}
        started = int(from_rfc3339(self._started).timestamp()) // 3600
        for hour in range(begin // QUARTERS, (end - 1) // QUARTERS + 1):
            network = networks[hour > started]
            if medium not in network.worlds:
                continue
            first, last = max(begin - hour * QUARTERS, 0), min(end - hour * QUARTERS, QUARTERS)
            counts = self.hour(network, medium, hour)
            for id_ in wanted:
                place = network.places.get(id_)
                found = NONE if place is None else counts[place]
                if found != NONE:
                    total[id_] = _added(total.get(id_, NONE), found, first, last)
        return {id_: counts for id_, counts in total.items() if counts != NONE}

    def _made(self, world: World, hour: int) -> tuple[Counts, ...]:
        noise = self._given.noise
        base = arrivals(world.loads, world.keys, hour, noise=noise)
        result = moved(base, world.exits, hour if noise else None)
        return tuple(
            outcome(offered, sum(sent), capacity)
            for offered, sent, capacity in zip(result.offered, result.sent, world.capacities, strict=True)
        )

    def _network(self, queues: Iterable[Document], generation: int) -> Network:
        known = tuple(queues)
        media = {queue["id"]: self._media(queue["id"]) for queue in known}
        served = [medium for medium in MEDIA if any(medium in each for each in media.values())]
        places = {queue["id"]: place for place, queue in enumerate(known)}
        worlds = {medium: self._world(known, media, medium) for medium in served}
        return Network(generation, known, places, worlds)

    def _world(self, queues: Sequence[Document], media: Mapping[str, tuple[str, ...]], medium: str) -> World:
        exits = exits_of(queues, self._flows, medium, self._given)
        ids = [queue["id"] for queue in queues]
        parts = [(medium in media[id_]) / (len(media[id_]) or 1) for id_ in ids]
        loads = tuple(self._load(id_) * part for id_, part in zip(ids, parts, strict=True))
        peak = moved([round(load) for load in loads], exits, None)
        stay = [offered - sum(sent) for offered, sent in zip(peak.offered, peak.sent, strict=True)]
        capacities = tuple(
            self._capacity(id_, part, most) for id_, part, most in zip(ids, parts, stay, strict=True)
        )
        keys = tuple(key_of(self._given.seed, "contacts", id_, medium) for id_ in ids)
        return World(loads, capacities, keys, exits)

    def _media(self, queue_id: str) -> tuple[str, ...]:
        """Given, or calls, and messages at every fourth queue."""
        given = self._given.queue(queue_id).media
        return given or (("voice", "message") if self._made_up(queue_id, "media") < 0.25 else ("voice",))

    def _load(self, queue_id: str) -> float:
        given = self._given.queue(queue_id).base_load
        return float(20 + int(180 * self._made_up(queue_id, "load"))) if given is None else given

    def _capacity(self, queue_id: str, part: float, most: int) -> int:
        """Given, or a little more than what stays in the busiest hour."""
        given = self._given.queue(queue_id).capacity
        if given is not None:
            return int(given * part)
        return int(most * (1.1 + 0.4 * self._made_up(queue_id, "capacity"))) + 5

    def _made_up(self, queue_id: str, what: str) -> float:
        return fraction(key_of(self._given.seed, what, queue_id))


def outcome(offered: int, flowed: int, capacity: int) -> Counts:
    """The outcome of the contacts that a queue is offered; above its capacity 40 % give up."""
    stays = offered - flowed
    in_time = min(stays, capacity)
    abandoned = (stays - in_time) * 2 // 5
    return in_time, stays - in_time - abandoned, abandoned, flowed


def _added(total: Counts, hour: Counts, first: int, last: int) -> Counts:
    """A total, and the part of an hour from its quarter ``first`` up to ``last``."""
    if last - first < QUARTERS:
        a, b, c, d = (part(count, first, last) for count in hour)
    else:
        a, b, c, d = hour
    return total[0] + a, total[1] + b, total[2] + c, total[3] + d


def part(count: int, begin: int, end: int) -> int:
    """The part of an hour's count from one quarter up to another; all parts together are the count."""
    return (count * end + 2) // QUARTERS - (count * begin + 2) // QUARTERS
