"""The calls of analytics: how many contacts queues were offered, and how they were handled.

The API counts flow-outs as ``tFlowOut``'s ``count``, leaves out metrics without an event, and intervals and
queues without any. Other content of an answer is ignored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, Final

from syncer.errors import ApiError, BadAnswer
from syncer.live.exchange import Exchange
from syncer.live.request import query
from syncer.live.rights import AGGREGATES
from syncer.model.json_values import finite, items, mapping, whole
from syncer.model.queue import LiveQueue
from syncer.model.traffic import NOTHING, Counted, Period, Traffic
from syncer.net.counting import each_counted

AGGREGATE_QUERY: Final = "/api/v2/analytics/conversations/aggregates/query"

MOST_QUEUES: Final = 100
"""How many queues one query may name."""

MOST_INTERVALS: Final = 96
"""How many intervals one query may request: with 100 queues of three media, an answer has about 15 MB."""

FEWEST_INTERVALS: Final = 24
"""A larger query that the API refuses is sent again in halves."""

GRANULARITY: Final[Mapping[str, tuple[str, timedelta]]] = {
    "15m": ("PT15M", timedelta(minutes=15)),
    "30m": ("PT30M", timedelta(minutes=30)),
    "1h": ("PT1H", timedelta(hours=1)),
}
"""Each interval of the settings, in the form of the API, and its length."""

USUAL_TARGET: Final = 0.8
"""The share of contacts to be answered in time, if neither an answer nor a queue states it."""

METRICS: Final = ("nOffered", "tAnswered", "tAbandon", "tFlowOut", "oServiceLevel")
HANDLING: Final = "tHandle"

_VOICE: Final = "voice"
"""The analytics name of the medium that queues call ``call``."""

_TOO_MUCH: Final = frozenset({400, 413})


def past(weeks: int, interval: str, now: datetime) -> Period:
    """The last whole intervals before ``now``, for so many weeks. ``interval`` is that of the settings."""
    step = GRANULARITY[interval][1]
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end = now.astimezone(UTC) - (now - midnight) % step
    length = timedelta(weeks=weeks)
    return Period(end - length, step, length // step)


class AnalyticsCalls:
    """They raise what those of :class:`syncer.live.client.Client` raise.

    ``targets`` are the shares of contacts to be answered in time, by the id of a queue and its medium.
    """

    def __init__(self, exchange: Exchange, targets: Mapping[tuple[str, str], float] | None = None) -> None:
        self._exchange = exchange
        self._targets = targets or {}

    def traffic(self, queues: Sequence[str], period: Period, *, handling: bool = False) -> Traffic:
        """The contacts of these queues in a period; with ``handling``, how long they took, too."""
        found: dict[str, dict[int, Counted]] = {}
        batches = [queues[first : first + MOST_QUEUES] for first in range(0, len(queues), MOST_QUEUES)]
        asked = list(product(batches, period.windows(MOST_INTERVALS)))
        for batch, window in each_counted(self._exchange.timing.counting, "asking for contacts", asked):
            for answer in self._answers(batch, window, handling=handling):
                self._add(found, answer, frozenset(batch), period)
        return Traffic(period, found)

    def _answers(
        self, queues: Sequence[str], window: Period, *, handling: bool
    ) -> Iterator[Mapping[str, Any]]:
        request = query(AGGREGATE_QUERY, query_body(queues, window, handling=handling), AGGREGATES)
        try:
            yield self._exchange.answer(replace(request, check=_refuse_other)).body
        except ApiError as error:
            if error.status not in _TOO_MUCH or window.intervals <= FEWEST_INTERVALS:
                raise
            for half in window.windows(-(-window.intervals // 2)):
                yield from self._answers(queues, half, handling=handling)

    def _add(
        self,
        found: dict[str, dict[int, Counted]],
        answer: Mapping[str, Any],
        asked: frozenset[str],
        period: Period,
    ) -> None:
        places: dict[str, int | None] = {}
        for result in map(mapping, items(answer.get("results"))):
            group = mapping(result.get("group"))
            queue, medium = group.get("queueId"), group.get("mediaType")
            if not isinstance(queue, str) or queue not in asked:
                continue
            own = found.setdefault(queue, {})
            target = self._targets.get((queue, medium if isinstance(medium, str) else ""), USUAL_TARGET)
            for data in map(mapping, items(result.get("data"))):
                begin = _begin(data.get("interval"))
                if begin not in places:
                    places[begin] = _place(begin, period)
                if (place := places[begin]) is not None:
                    own[place] = own.get(place, NOTHING) + counted(items(data.get("metrics")), target)


def service_targets(queues: Iterable[LiveQueue]) -> dict[tuple[str, str], float]:
    """The share of contacts that each queue should answer in time, by its id and its medium."""
    found = {}
    for queue in queues:
        for setting, own in mapping(queue.raw.get("mediaSettings")).items():
            target = finite(mapping(mapping(own).get("serviceLevel")).get("percentage"))
            if target is not None and 0 < target <= 1:
                found[queue.id, _VOICE if setting == "call" else setting] = target
    return found


def query_body(queues: Iterable[str], window: Period, *, handling: bool = False) -> dict[str, Any]:
    """The body of a query: the queues by medium, one entry for each interval."""
    granularity = next(name for name, step in GRANULARITY.values() if step == window.step)
    return {
        "interval": f"{_moment(window.start)}/{_moment(window.end)}",
        "granularity": granularity,
        "groupBy": ["queueId", "mediaType"],
        "metrics": [*METRICS, *([HANDLING] if handling else [])],
        "filter": {
            "type": "or",
            "predicates": [
                {"type": "dimension", "dimension": "queueId", "operator": "matches", "value": queue}
                for queue in queues
            ],
        },
    }


def counted(metrics: Iterable[Any], target: float) -> Counted:
    """The metrics of one interval; ``target`` is the share to be answered in time, if they don't state it
    themselves."""
    stats = {str(each.get("metric")): mapping(each.get("stats")) for each in map(mapping, metrics)}

    def count(metric: str, what: str = "count") -> int:
        return whole(stats.get(metric, {}).get(what)) or 0

    level = stats.get("oServiceLevel", {})
    within, of = count("oServiceLevel", "numerator"), count("oServiceLevel", "denominator")
    wanted = finite(level.get("target"))
    if wanted is None or not 0 < wanted <= 1:
        wanted = target
    return Counted(
        offered=count("nOffered"),
        answered=count("tAnswered"),
        abandoned=count("tAbandon"),
        flowed_out=count("tFlowOut"),
        within=within,
        pressed=within < wanted * of,
        handled=count(HANDLING),
        handle_seconds=max(finite(stats.get(HANDLING, {}).get("sum")) or 0.0, 0.0) / 1000,
    )


def _refuse_other(body: Mapping[str, Any]) -> None:
    """An answer may have no results: then nothing was counted."""
    if not isinstance(body.get("results", []), list):
        raise BadAnswer("The response of analytics has no list of results.")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _begin(interval: Any) -> str:
    return interval.partition("/")[0] if isinstance(interval, str) else ""


def _place(begin: str, period: Period) -> int | None:
    """The index of the interval that starts then; None if the time can't be read."""
    try:
        moment = datetime.fromisoformat(begin)
        return period.place(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
