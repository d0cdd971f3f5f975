"""How long the window of the lock ``compare`` stands open: ``python tests/bench/bench_window.py``.

Many queues without etags are written at once at the usual pace, once with a token of the pace for each
request as it comes ("each alone") and once as the program does it ("together": the tokens of a queue are
taken before its first request). A rival edits another field of each queue at random moments around its write.
Prints the median window, as a multiple of one bare read and PUT too, and how many of the rival's edits were
overwritten; it judges nothing. ``--edits N``: how many edits (a hundred; a thousand take ten times as long).
"""

import argparse
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median
from typing import Any

import requests

from syncer.applying.progress import TurnApi
from syncer.applying.write import Writer
from syncer.emulator.server import Emulator, Faults
from syncer.kinds.overflow import OverflowRule
from syncer.live.client import Client, connect
from syncer.live.region import Credentials, endpoints
from syncer.live.responses import Answer
from syncer.live.wire import read_queue
from syncer.model.change import QueueChange
from syncer.model.plan import Outcome
from syncer.model.queue import LiveQueue
from syncer.model.settings import Pace, Retries, Settings
from syncer.planning.diff import diff_rules

PARALLEL = (1, 4, 16)
PACE = Pace(20, 5)
"""Four times the usual pace, so that a run takes a quarter of the time; the ratios stay."""

LATENCY = "latency=5ms"


class EachAlone:
    """Requests of a turn as they were before: each waits for its own token."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._read_at = 0.0
        self.window_ms = 0.0

    def begin(self) -> None:
        """Wait for nothing."""

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        """Wait, then read."""
        queue = self._client.get_queue(queue_id)
        self._read_at = time.monotonic()
        return queue

    def put_queue(self, queue_id: str, body: dict[str, Any], etag: str) -> Answer:
        """Wait, then write; the window is measured from the answer to the read, so without what that waited
        for its own token."""
        try:
            return self._client.put_queue(queue_id, body, etag)
        finally:
            self.window_ms = (time.monotonic() - self._read_at) * 1000


class Before:
    """The client, whose turns are of that kind."""

    def __init__(self, client: Client) -> None:
        self.get_queue, self.put_queue = client.get_queue, client.put_queue
        self._client = client

    def turn(self) -> TurnApi:
        """One write."""
        return EachAlone(self._client)


def queues(number: int) -> list[dict[str, Any]]:
    """So many queues with one rule, and the target of all."""
    rule = {"type": "overflow", "overflowTarget": "t", "threshold": 10, "overflowDelay": 0, "enabled": True}
    made = [{"id": f"q{n}", "name": f"Q{n}", "routingRules": [rule]} for n in range(number)]
    return [*made, {"id": "t", "name": "T", "routingRules": []}]


@contextmanager
def organization(number: int, pace: Pace) -> Iterator[tuple[Emulator, Client]]:
    """An emulator without etags, and a client at that pace."""
    faults = Faults.parse(LATENCY)
    with Emulator(queues=queues(number), lock="none", rate_limit=10**9, faults=faults) as emulator:
        where = endpoints({}, api_url=emulator.url)
        settings = Settings(pace=pace)
        with connect(where, Credentials("demo", "demo"), write=True, settings=settings, workers=16) as client:
            client.grant()
            yield emulator, client


def change(queue: LiveQueue) -> QueueChange:
    """One rule gets another threshold."""
    after = (OverflowRule("t", 25, 0, True),)
    return QueueChange(
        queue.id,
        queue.name,
        diff_rules(queue, after, {}, ("overflow",)),
        queue.rules,
        after,
        kinds=("overflow",),
    )


def rivals(emulator: Emulator, names: list[str], seconds: float, dice: random.Random) -> threading.Thread:
    """Somebody who edits the description of each queue once, at any moment of the run."""
    moments = sorted((dice.uniform(0, seconds), name) for name in names)

    def edit() -> None:
        start = time.monotonic()
        with requests.Session() as session:
            for moment, name in moments:
                time.sleep(max(0.0, start + moment - time.monotonic()))
                body = {"description": "theirs"}
                session.post(f"{emulator.url}/_emulator/queues/{name}", json=body, timeout=60)

    return threading.Thread(target=edit)


def run(parallel: int, edits: int, *, together: bool) -> tuple[float, int]:
    """The median window in milliseconds, and how many edits were lost."""
    with organization(edits, PACE) as (emulator, client):
        live = [queue for queue in client.list_queues(read_queue) if queue.id != "t"]
        seconds = 3 * edits / PACE.requests_per_second
        rival = rivals(emulator, [queue.id for queue in live], seconds, random.Random(parallel))
        api = client if together else Before(client)
        writer = Writer(api, Retries(settle=0.5), lambda *_: None, lambda _: None)

        def write(queue: LiveQueue) -> Outcome:
            return writer.write(change(queue), queue)

        rival.start()
        with ThreadPoolExecutor(parallel) as pool:
            outcomes = list(pool.map(write, live))
        rival.join()
        left = requests.get(f"{emulator.url}/_emulator/history", timeout=60).json()["entries"]
    lost = sum(1 for entry in left if entry["by"] == "client" and entry["othersChanged"])
    return median(outcome.window_ms for outcome in outcomes), lost


def bare() -> float:
    """Milliseconds of a read and a PUT one after the other, without any pace."""
    with organization(1, Pace(1e6, 1000)) as (_, client):
        taken = []
        for _ in range(50):
            start = time.monotonic()
            client.put_queue("q0", client.get_queue("q0"), "")
            taken.append((time.monotonic() - start) * 1000)
    return median(taken)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=100)
    edits = parser.parse_args().edits
    unit = bare()
    print(f"one read and one PUT: {unit:.1f} ms; {edits} edits by a rival in each run")
    print(f"{'parallel':<10}{'tokens':<12}{'window ms':>10}{'ratio':>8}{'edits lost':>12}")
    for parallel in PARALLEL:
        for together in (False, True):
            window, lost = run(parallel, edits, together=together)
            way = "together" if together else "each alone"
            print(f"{parallel:<10}{way:<12}{window:>10.1f}{window / unit:>8.1f}{lost:>12}")


if __name__ == "__main__":
    main()
