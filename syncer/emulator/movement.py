"""How contacts move from queue to queue, within one medium: whole contacts, and none is lost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from syncer.emulator.demand import fraction, key_of
from syncer.emulator.directory import IN_QUEUE_FLOWS
from syncer.emulator.documents import Document
from syncer.emulator.kinds.kind import object_in
from syncer.emulator.kinds.registry import ways_of
from syncer.emulator.surroundings import CONFIGURATION
from syncer.emulator.traffic_given import GivenTraffic

FLOW_MEDIA: Final[Mapping[str, str]] = dict(zip(("voice", "email", "message"), IN_QUEUE_FLOWS, strict=True))
"""The field of a queue that names the in-queue flow of a medium."""

TRANSFER: Final = "TransferPureMatchAction"
"""What the configuration of a flow has for Transfer to ACD."""

ROUNDS: Final = 100
"""How often a contact moves on at most, where circles never end."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a queue: the place of the target, and the share of what is offered."""

    target: int
    share: float
    key: int


Exits = tuple[tuple[Exit, ...], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """The contacts of one interval, for each queue: ``offered`` with what came from others, and ``sent``
    by each of its exits."""

    offered: tuple[int, ...]
    sent: tuple[tuple[int, ...], ...]


def moved(base: Sequence[int], exits: Exits, hour: int | None) -> Moved:
    """Move contacts until they stay. ``hour`` is whose luck rounds; None: shares are rounded to the nearest.

    Offered are the contacts of ``base`` and all that other queues sent; what a queue doesn't send stays.
    """
    luck = [[0.5 if hour is None else fraction(way.key, hour) for way in ways] for ways in exits]
    offered = list(base)
    sent = [[0] * len(ways) for ways in exits]
    waiting = {place: number for place, number in enumerate(base) if number and exits[place]}
    for _ in range(ROUNDS):
        came: dict[int, int] = {}
        for place, came_in in waiting.items():
            left = came_in
            for n, way in enumerate(exits[place]):
                due = int(way.share * offered[place] + luck[place][n]) - sent[place][n]
                going = min(max(due, 0), left)
                left -= going
                sent[place][n] += going
                came[way.target] = came.get(way.target, 0) + going
        for place, number in came.items():
            offered[place] += number
        waiting = {place: number for place, number in sorted(came.items()) if number and exits[place]}
        if not waiting:
            break
    return Moved(tuple(offered), tuple(map(tuple, sent)))


def exits_of(
    queues: Sequence[Document], flows: Sequence[Document], medium: str, given: GivenTraffic
) -> Exits:
    """The ways out of each queue: those of its rules in their turn, then the in-queue flow of the medium.

    The shares of a queue are at most 1 together; what comes later gets less, or nothing.
    """
    places = {queue["id"]: place for place, queue in enumerate(queues)}
    known = {flow["id"]: flow for flow in flows}

    def ways(queue: Document) -> Iterator[Exit]:
        left = 1.0
        for target, share in _shares(queue, known, medium, given):
            going = min(left, share)
            if target in places and target != queue["id"] and going > 0:
                left -= going
                key = key_of(given.seed, "exit", queue["id"], target, medium)
                yield Exit(places[target], going, key)

    return tuple(tuple(ways(queue)) for queue in queues)


def _shares(
    queue: Document, flows: Mapping[str, Document], medium: str, given: GivenTraffic
) -> Iterator[tuple[str, float]]:
    """Where a queue sends contacts, and which share of what it is offered."""
    left = 1.0
    for target, share in ways_of(queue):
        moves = _part(queue, given) * left if share is None else share
        left = max(0.0, left - moves)
        yield target, moves
    yield from _by_flow(queue, flows, medium, given)


def _part(queue: Document, given: GivenTraffic) -> float:
    """The part of what is left that moves where no rule says how much."""
    percent = given.queue(queue["id"]).rest
    made_up = 5 + 15 * fraction(key_of(given.seed, "rest", queue["id"]))
    return (made_up if percent is None else percent) / 100


def _by_flow(
    queue: Document, flows: Mapping[str, Document], medium: str, given: GivenTraffic
) -> Iterator[tuple[str, float]]:
    flow_id = object_in(queue.get(FLOW_MEDIA.get(medium, ""))).get("id")
    targets = transfers_of(flows.get(str(flow_id)), flows)
    percent = given.flows.get(str(flow_id))
    if percent is None:
        percent = 2 + 8 * fraction(key_of(given.seed, "flow", str(flow_id)))
    for target in targets:
        yield target, percent / 100 / len(targets)


def transfers_of(flow: Document | None, flows: Mapping[str, Document]) -> list[str]:
    """The ids of the queues that a flow transfers to, each once; a flow that it names is followed."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting: list[Any] = [(flow or {}).get(CONFIGURATION)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("__type") == TRANSFER:
                found.update(dict.fromkeys(_literals(value.get("queues"))))
            waiting.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, str) and value in flows and value not in seen:
            seen.add(value)
            waiting.append(flows[value].get(CONFIGURATION))
    return list(found)


def _literals(queues: Any) -> Iterator[str]:
    for entry in queues if isinstance(queues, list) else []:
        target = object_in(object_in(object_in(entry).get("config")).get("lit")).get("val")
        if isinstance(target, str):
            yield target
