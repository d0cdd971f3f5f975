"""The connection to live: one number says how many PUTs are under way, and how many connections they have."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from syncer.app import LiveTarget, PolicySource, RunOptions, Session, apply
from syncer.emulator.server import Emulator, Faults
from tests.program import Program, live_queue, policy_queue

PARALLEL = 32
PAIRS = [(f"From {number}", f"To {number}") for number in range(3 * PARALLEL)]
CREDENTIALS = {"GENESYSCLOUD_OAUTHCLIENT_ID": "demo", "GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo"}


@contextmanager
def counted_connections() -> Iterator[tuple[LiveTarget, set[threading.Thread]]]:
    """An emulator whose calls take a moment, and its threads: it has one for each connection."""
    threads = set[threading.Thread]()

    def wait(seconds: float) -> None:
        threads.add(threading.current_thread())
        time.sleep(seconds)

    live = [live_queue(name) for pair in PAIRS for name in pair]
    with Emulator(queues=live, rate_limit=1_000_000, faults=Faults(latency=0.3), sleep=wait) as emulator:
        yield LiveTarget(api_url=emulator.url), threads


def test_puts_at_once_keep_their_connections(program: Program) -> None:
    sources = (policy_queue(name, (target, 10)) for name, target in PAIRS)
    program.write_policies(*sources, *(policy_queue(target) for _, target in PAIRS))
    program.write_settings()
    with counted_connections() as (target, threads):
        options = RunOptions(parallel=PARALLEL, auto_approve=True)
        report = apply(PolicySource(), target, options, session=Session(environ=CREDENTIALS))
    assert 0 == report.exit_code
    assert len(threads) <= PARALLEL + 1  # the look at live meanwhile
