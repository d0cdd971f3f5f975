"""An answer as a whole has a deadline, on a clock that the test turns."""

from collections.abc import Iterator
from itertools import count, repeat
from urllib.parse import urlsplit

import pytest
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from syncer.net.pools import pools_with_deadline
from tests.scripted_server import answer, in_turn, serving


def fetched(url: str, ticks: Iterator[float]) -> bytes:
    parts = urlsplit(url)
    pool = pools_with_deadline(5.0, lambda: next(ticks))["http"](
        parts.hostname or "", parts.port, retries=False
    )
    try:
        return bytes(pool.request("GET", "/").data)
    finally:
        pool.close()


def test_an_answer_in_time_is_read_whole() -> None:
    with serving(in_turn(answer(b"x" * 100_000))) as server:
        assert b"x" * 100_000 == fetched(server.url, repeat(0.0))


def test_an_answer_that_is_late_is_not_waited_for() -> None:
    with (
        serving(in_turn(answer(b"x" * 100_000))) as server,
        pytest.raises((HTTPError, TimeoutError), match=r"timed out|took too long"),
    ):
        fetched(server.url, count(0.0, 6.0))


def test_the_same_goes_for_tls() -> None:
    assert issubclass(pools_with_deadline(5.0, lambda: 0.0)["https"], HTTPSConnectionPool)
