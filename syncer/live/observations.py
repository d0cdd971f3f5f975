"""The query of analytics for the current state of queues.

Details of contacts are not requested: they name people. Metrics of contacts come by medium, those of agents
for the whole queue; what has no event may be left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from syncer.errors import ApiError, BadAnswer
from syncer.live.exchange import Exchange
from syncer.live.request import query
from syncer.live.rights import OBSERVATIONS
from syncer.model.json_values import finite, items, mapping, whole
from syncer.model.observation import Observation

OBSERVATION_QUERY: Final = "/api/v2/analytics/queues/observations/query"

MOST_QUEUES: Final = 100
"""How many queues one query may name."""

WAITING, INTERACTING, AGENTS, LONGEST = "oWaiting", "oInteracting", "oOnQueueUsers", "oLongestWaiting"
METRICS: Final = (WAITING, INTERACTING, AGENTS, LONGEST)

_MOMENT: Final = 1e12
"""Milliseconds. The longest wait comes as the moment since 1970 when it began; the models of the vendor's SDK
don't state whether it may be a duration. From this number on (in 2001) it is a time, below it a duration."""


class ObservationCalls:
    """They raise what those of :class:`syncer.live.client.Client` raise.

    ``wall`` gives the seconds since 1970 by our clock; the server's is derived from its answers.
    """

    def __init__(self, exchange: Exchange, wall: Callable[[], float]) -> None:
        self._exchange = exchange
        self._wall = wall
        self._metrics: tuple[str, ...] = METRICS

    def observe(self, queues: Sequence[str]) -> dict[str, Observation]:
        """The current state of these queues, by id. A queue that no answer names is left out."""
        found: dict[str, Observation] = {}
        for first in range(0, len(queues), MOST_QUEUES):
            batch = queues[first : first + MOST_QUEUES]
            found |= observations_in(self._answer(batch), batch, self._server_time())
        return found

    def _answer(self, queues: Sequence[str]) -> Mapping[str, Any]:
        """The answer of one query; an API without the longest wait gets a query without it."""
        try:
            return self._asked(queues)
        except ApiError as error:
            if error.status != 400 or LONGEST not in self._metrics:
                raise
        self._metrics = tuple(metric for metric in METRICS if metric != LONGEST)
        return self._asked(queues)

    def _asked(self, queues: Sequence[str]) -> Mapping[str, Any]:
        request = query(OBSERVATION_QUERY, query_body(queues, self._metrics), OBSERVATIONS)
        return self._exchange.answer(replace(request, check=_refuse_other)).body

    def _server_time(self) -> float:
        return self._wall() - (self._exchange.clock_offset.milliseconds() or 0) / 1000


def query_body(queues: Iterable[str], metrics: Iterable[str] = METRICS) -> dict[str, Any]:
    """What is asked for."""
    return {
        "filter": {
            "type": "or",
            "predicates": [
                {"type": "dimension", "dimension": "queueId", "operator": "matches", "value": queue}
                for queue in queues
            ],
        },
        "metrics": list(metrics),
    }


def observations_in(body: Mapping[str, Any], asked: Iterable[str], now: float) -> dict[str, Observation]:
    """What an answer says of the queues that were ``asked`` for; ``now`` is in seconds since 1970.

    Contacts of all media are added up, the longest wait is the longest of any.
    """
    wanted, found = frozenset(asked), dict[str, _Sums]()
    for result in map(mapping, items(body.get("results"))):
        group = mapping(result.get("group"))
        queue, medium = group.get("queueId"), group.get("mediaType")
        if isinstance(queue, str) and queue in wanted:
            sums = found.setdefault(queue, _Sums())
            sums.add(str(medium or ""), map(mapping, items(result.get("data"))), now)
    return {queue: sums.observation for queue, sums in found.items()}


@dataclass(slots=True)
class _Sums:
    """Counts of one queue by metric and medium, and its waits in seconds."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    def add(self, medium: str, metrics: Iterable[Mapping[str, Any]], now: float) -> None:
        """Add a group: agents occur in it once for each of their states."""
        for each in metrics:
            metric, stats = str(each.get("metric")), mapping(each.get("stats"))
            count, value = whole(stats.get("count")), finite(stats.get("calculatedMetricValue"))
            if metric == LONGEST and value is not None:
                self.waits.append(max(now - value / 1000 if value >= _MOMENT else value / 1000, 0.0))
            elif count is not None:
                of_media = self.counts.setdefault(metric, {})
                of_media[medium] = of_media.get(medium, 0) + count

    @property
    def observation(self) -> Observation:
        """The result: if nothing waits, the longest wait is 0."""
        waiting, agents = self._contacts(WAITING), self.counts.get(AGENTS, {})
        longest = max(self.waits, default=None) if waiting else 0.0
        return Observation(waiting, longest, self._contacts(INTERACTING), max(agents.values(), default=None))

    def _contacts(self, metric: str) -> int:
        """Contacts of all media; a group of the whole queue counts if there is none of a medium."""
        counts = self.counts.get(metric, {})
        return sum(count for medium, count in counts.items() if medium) or counts.get("", 0)


def _refuse_other(body: Mapping[str, Any]) -> None:
    """An answer may have no results: then these queues are empty."""
    if not isinstance(body.get("results", []), list):
        raise BadAnswer("The response about queue observations has no list of results.")
