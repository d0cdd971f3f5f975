"""Analytics in front of an emulator: what a test says was counted, over real sockets."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import requests

from syncer.live.analytics import AGGREGATE_QUERY, GRANULARITY
from tests.proxy import PASSED, as_it_came
from tests.scripted_server import ScriptedServer, Seen, Step, answer, serving

Counting = Callable[[str, datetime], Mapping[str, float]]
"""What a queue, by its id, did in the interval that begins then: contacts by metric, and ``within``."""


@contextmanager
def counting(emulator: str, counted: Counting) -> Iterator[ScriptedServer]:
    """An API that answers as the emulator at this URL does, and aggregates out of ``counted``."""

    def script(seen: Seen) -> Step:
        if seen.path == AGGREGATE_QUERY:
            return answer({"results": list(_results(json.loads(seen.body), counted))})
        headers = {name: value for name, value in seen.headers.items() if name.lower() in PASSED}
        url = f"{emulator}{seen.path}"
        return as_it_came(requests.request(seen.method, url, data=seen.body, headers=headers, timeout=60))

    with serving(script) as server:
        yield server


def _results(body: Mapping[str, Any], counted: Counting) -> Iterator[dict[str, Any]]:
    begin, end = map(datetime.fromisoformat, body["interval"].split("/"))
    step = dict(GRANULARITY.values())[body["granularity"]]
    for predicate in body["filter"]["predicates"]:
        data = []
        moment = begin
        while moment < end:
            metrics = list(_metrics(counted(predicate["value"], moment), body["metrics"]))
            if metrics:
                interval = f"{moment.isoformat()}/{(moment + step).isoformat()}"
                data.append({"interval": interval, "metrics": metrics})
            moment += step
        if data:
            group = {"queueId": predicate["value"], "mediaType": "voice"}
            yield {"group": group, "data": data}


def _metrics(counts: Mapping[str, float], asked: list[str]) -> Iterator[dict[str, Any]]:
    for metric, count in counts.items():
        if metric in asked and count:
            yield {"metric": metric, "stats": {"count": count, "sum": count * 240_000.0}}
    if counts.get("nOffered"):
        within, answered = counts.get("within", 0), counts.get("tAnswered", 0)
        level = {"numerator": within, "denominator": answered, "target": 0.8}
        yield {"metric": "oServiceLevel", "stats": level}
