"""Analytics: what was counted in intervals, and what is in queues now."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from syncer.emulator.analytics_metrics import (
    COUNTED,
    OBSERVED,
    UNCOUNTED,
    AboutQueue,
    Load,
    Sums,
    about,
    agents,
    waiting,
)
from syncer.emulator.analytics_query import DIMENSIONS, QUARTER, Test, read_filter, read_span, read_words
from syncer.emulator.documents import Document, read_object
from syncer.emulator.kinds.kind import division_of
from syncer.emulator.traffic import Network, Traffic
from syncer.emulator.visible import Visible
from syncer.emulator.wire import Call, Reply, Route, bad_request, json_reply
from syncer.net.timing import rfc3339

AGGREGATES: Final = "/api/v2/analytics/conversations/aggregates/query"
OBSERVATIONS: Final = "/api/v2/analytics/queues/observations/query"

HOUR: Final = 3600
"""Seconds."""

Networks = tuple[Network, Network]
Wanted = Mapping[str, Mapping[str, AboutQueue]]


class Analytics:
    """Answers queries; ``now`` gives the seconds since 1970, ``seen`` is what a client may see."""

    def __init__(self, traffic: Traffic, *, seen: Visible, now: Callable[[], float]) -> None:
        self._traffic = traffic
        self._seen = seen
        self._now = now

    def routes(self) -> tuple[Route, ...]:
        """The routes; they change nothing."""
        return (
            Route(AGGREGATES, {"POST": self.aggregates}, asks=True),
            Route(OBSERVATIONS, {"POST": self.observations}, asks=True),
        )

    def aggregates(self, call: Call, _id: str) -> Reply:
        """``POST …/conversations/aggregates/query``; a quarter of an hour counts once it is over."""
        asked = read_object(call.body)
        span = read_span(asked)
        group_by = read_words(asked, "groupBy", DIMENSIONS)
        metrics = read_words(asked, "metrics", (*COUNTED, *UNCOUNTED), needed=True)
        networks = self._traffic.networks()
        wanted = self._wanted(networks, read_filter(asked.get("filter")))
        results: dict[tuple[str, ...], list[Document]] = {}
        over = int(self._now()) // QUARTER
        for begin, end in span.parts():
            first, last = -(-begin // QUARTER), min(-(-end // QUARTER), over)
            interval = f"{_written(begin)}/{_written(end)}"
            groups = self._grouped(networks, wanted, group_by, first, last) if first < last else {}
            for group, sums in groups.items():
                if found := sums.metrics(metrics):
                    results.setdefault(group, []).append({"interval": interval, "metrics": found})
        return json_reply({"results": [_container(group_by, *each) for each in sorted(results.items())]})

    def _grouped(
        self, networks: Networks, wanted: Wanted, group_by: tuple[str, ...], first: int, last: int
    ) -> dict[tuple[str, ...], Sums]:
        """Sums by the values of ``group_by``, over quarters of an hour from ``first`` up to ``last``."""
        groups: dict[tuple[str, ...], Sums] = {}
        for medium, queues in wanted.items():
            for id_, counts in self._traffic.counts(networks, medium, queues, first, last).items():
                group = tuple(id_ if by == "queueId" else medium for by in group_by)
                groups.setdefault(group, Sums()).add(queues[id_], counts)
        return groups

    def observations(self, call: Call, _id: str) -> Reply:
        """``POST …/queues/observations/query``: what the hour that it is makes of a queue."""
        asked = read_object(call.body)
        metrics = read_words(asked, "metrics", OBSERVED, needed=True)
        read_words(asked, "detailMetrics", OBSERVED)
        if asked.get("filter") is None:
            raise bad_request("filter: is required", "filter: is required")
        test = read_filter(asked["filter"])
        networks = self._traffic.networks()
        wanted, now = self._wanted((networks[1], networks[1]), test), networks[1]
        hour, now_ms = int(self._now()) // HOUR, round(self._now() * 1000)
        results: list[tuple[dict[str, str], list[Document]]] = []
        for medium, queues in wanted.items():
            counts = self._traffic.hour(now, medium, hour)
            for id_, queue in queues.items():
                place = now.places[id_]
                load = Load(queue, counts[place], now.worlds[medium].capacities[place])
                results.append(({"queueId": id_, "mediaType": medium}, waiting(load, metrics, now_ms)))
        every = {id_: queue for queues in wanted.values() for id_, queue in queues.items()}
        results += [
            ({"queueId": id_}, agents(self._loads(now, queue, hour), metrics)) for id_, queue in every.items()
        ]
        return json_reply({"results": [{"group": group, "data": data} for group, data in results if data]})

    def _loads(self, network: Network, queue: AboutQueue, hour: int) -> list[Load]:
        """What a queue has to do in an hour, for each medium."""
        place = network.places[queue.id]
        return [
            Load(queue, self._traffic.hour(network, medium, hour)[place], world.capacities[place])
            for medium, world in network.worlds.items()
        ]

    def _wanted(self, networks: Networks, test: Test) -> Wanted:
        """The queues that a client sees and a filter finds, by medium and id."""
        queues = {queue["id"]: queue for network in networks for queue in network.queues}
        seen = [queue for queue in queues.values() if self._seen.has(division_of(queue))]
        media = dict.fromkeys(medium for network in networks for medium in network.worlds)
        return {
            medium: {queue["id"]: about(queue, medium) for queue in seen if test(str(queue["id"]), medium)}
            for medium in media
        }


def _container(group_by: tuple[str, ...], group: tuple[str, ...], data: list[Document]) -> Document:
    return {"group": dict(zip(group_by, group, strict=True)), "data": data}


def _written(seconds: int) -> str:
    return rfc3339(datetime.fromtimestamp(seconds, UTC))
