"""Whatever a PUT is answered, the outcome says what live holds: found over real sockets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.applying.write import Writer
from syncer.live.client import Client, connect
from syncer.live.region import Credentials, endpoints
from syncer.live.wire import read_queue
from syncer.model.plan import DONE, Outcome, Status
from syncer.model.settings import Pace, Retries, Settings
from tests.applying.scripted import Raw, change_to, raw, rule, wire
from tests.scripted_server import FakeTime, Seen, Step, answer, serving, token_answer
from tests.scripted_server import raw as as_bytes

OLD, NEW = rule(threshold=10), rule(threshold=25)
SETTINGS = Settings(pace=Pace(1e6, 1000), retries=Retries(attempts=2, settle=0.5))
STATUSES = (200, 201, 202, 204, 302, 400, 401, 403, 404, 408, 409, 410, 412, 418, 429, 500, 502, 503, 504)
BODIES = ("stored", "old", "echo", "nothing", "empty", "list", "other", "stub", "text", "cut off")


@dataclass(frozen=True)
class Put:
    """What becomes of one PUT: whether it is ``done``, and what is said of it."""

    done: bool
    status: int
    body: str


HONEST = Put(done=True, status=200, body="stored")


@dataclass
class Queue:
    """One live queue on a server.

    ``puts`` are what becomes of its PUTs, in turn; ``reads`` what its reads are answered before they are
    honest, and ``after_put`` the same from a PUT on.
    """

    etag: bool
    puts: list[Put] = field(default_factory=list)
    reads: list[Any] = field(default_factory=list)
    stored: Raw = field(default_factory=dict)
    version: int = 1
    after_put: list[Any] = field(default_factory=list)
    sent: int = 0
    got: int = 0

    def __post_init__(self) -> None:
        self.stored = raw(OLD, etag="", dateModified="2026-03-01T08:00:01.000Z", color="red")
        self.store(self.stored)

    def store(self, body: Raw) -> None:
        lock = {"_etag": f"v{self.version}"} if self.etag else {}
        date = f"2026-03-01T08:00:{self.version:02}.000Z"
        self.stored = {**body, "dateModified": date, **lock}
        self.version += 1

    @property
    def holds(self) -> list[Raw]:
        return list(self.stored["routingRules"])

    def script(self, seen: Seen) -> Step:
        if seen.method == "POST":
            return token_answer()
        if seen.method == "GET":
            self.got += 1
            return answer(self.reads.pop(0) if self.reads else self.stored)
        self.sent += 1
        put = self.puts.pop(0) if self.puts else HONEST
        sent, old = json.loads(seen.body), self.stored
        current = seen.headers.get("if-match", old.get("_etag", "")) == old.get("_etag", "")
        if not current and put.status < 300:
            return answer({"message": "stale"}, 412)
        if put.done and current:
            self.store(sent)
        self.reads = list(self.after_put)
        return said(put, self.stored, old, sent)


def said(put: Put, stored: Raw, old: Raw, sent: Raw) -> Step:
    if put.body == "cut off":
        return as_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    bodies: dict[str, Any] = {
        "stored": stored,
        "old": old,
        "echo": sent,
        "nothing": b"",
        "empty": {},
        "list": [stored],
        "other": {**sent, "id": "other"},
        "stub": {"id": "front", "name": "Front"},
        "text": b"<html>bad</html>",
    }
    body = b"" if put.status == 204 else bodies[put.body]
    return answer(body, put.status, Retry_After="0")


@contextmanager
def written(queue: Queue, retries: Retries | None = None) -> Iterator[Outcome]:
    """The outcome of bringing the queue from OLD to NEW, with the real client."""
    time, settings = FakeTime(), SETTINGS
    with serving(queue.script) as server:
        where = endpoints({}, api_url=server.url)
        with connect(
            where, Credentials("a", "b"), write=True, settings=settings, timing=time.timing
        ) as client:
            yield write(client, queue, time, retries or settings.retries)


def write(client: Client, queue: Queue, time: FakeTime, retries: Retries) -> Outcome:
    seen = read_queue(queue.stored)
    writer = Writer(client, retries, lambda *_: None, lambda _: None, time.timing)
    return writer.write(change_to(NEW, seen=seen), seen)


PUTS = st.lists(
    st.builds(Put, done=st.booleans(), status=st.sampled_from(STATUSES), body=st.sampled_from(BODIES)),
    min_size=1,
    max_size=3,
)
READS = st.lists(st.sampled_from([{}, {"id": "front"}, [], {"id": "x", "name": "X"}]), max_size=2)
"""Half a second of settling makes three reads at least, so that the last of them is honest."""


@given(st.booleans(), PUTS, READS)
def test_no_outcome_says_what_live_does_not_hold(etag: bool, puts: list[Put], reads: list[Any]) -> None:
    queue = Queue(etag, list(puts), after_put=reads)
    with written(queue) as outcome:
        ours = wire(NEW) == queue.holds
        assert ours or wire(OLD) == queue.holds
        assert ours or outcome.status not in DONE, outcome
        assert not ours or outcome.status not in (Status.FAILED, Status.CONFLICT), outcome
        assert Status.UNKNOWN is not outcome.status, "reads were honest in the end"
        assert "red" == queue.stored["color"]


@pytest.mark.parametrize("etag", [True, False])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 422])
def test_after_a_no_one_read_decides(status: int, etag: bool) -> None:
    first = 0 if etag else 1
    done = Queue(etag, [Put(True, status, "text")] * 2)
    with written(done) as outcome:
        assert (Status.APPLIED, 1 + first) == (outcome.status, done.got), outcome
        assert f"{status}" in outcome.detail
    refused = Queue(etag, [Put(False, status, "text")] * 4)
    with written(refused) as outcome:
        assert Status.FAILED is outcome.status
        assert outcome.detail.endswith("; the queue was read again: the change was not done")


@pytest.mark.parametrize("etag", [True, False])
@pytest.mark.parametrize("status", [400, 403, 404, 405, 408, 409, 410, 412, 413, 422, 500, 503])
@pytest.mark.parametrize("attempts", [1, 2])
def test_a_read_out_of_a_cache_does_not_decide_after_a_no(attempts: int, status: int, etag: bool) -> None:
    queue = Queue(etag, [Put(True, status, "text")])
    queue.after_put = [queue.stored] * 2
    with written(queue, Retries(attempts=attempts, settle=10)) as outcome:
        again = 1 if etag and attempts > 1 and status in (408, 500, 503) else 0  # its etag makes that safe
        assert (Status.APPLIED, 1 + again) == (outcome.status, queue.sent), outcome
        assert wire(NEW) == queue.holds
        assert f"{status}" in outcome.detail


@pytest.mark.parametrize("etag", [True, False])
@pytest.mark.parametrize("status", [401, 429])
def test_an_answer_to_a_put_that_went_out_twice_hides_what_the_first_one_did(status: int, etag: bool) -> None:
    queue = Queue(etag, [Put(True, status, "text")], after_put=[{}] * 100)
    with written(queue) as outcome:
        assert (Status.UNKNOWN, wire(NEW)) == (outcome.status, queue.holds), outcome
        assert outcome.written is not None


@pytest.mark.parametrize("etag", [True, False])
def test_a_no_after_which_live_can_not_be_read_is_unknown(etag: bool) -> None:
    queue = Queue(etag, [Put(True, 404, "text")], after_put=[{}] * 100)
    with written(queue) as outcome:
        assert Status.UNKNOWN is outcome.status
        assert "404" in outcome.detail
        assert outcome.detail.endswith(
            "whether it was done could not be read: "
            "GET /api/v2/routing/queues/front: the response is about another queue."
        )
        assert outcome.written is not None


@pytest.mark.parametrize("etag", [True, False])
@pytest.mark.parametrize("body", ["old", "echo", "nothing", "empty", "list", "other", "stub", "text"])
def test_a_yes_to_a_put_that_was_swallowed_is_found_by_a_read(body: str, etag: bool) -> None:
    queue = Queue(etag, [Put(False, 200, body)])
    with written(queue) as outcome:
        assert (Status.APPLIED, 2, 2) == (outcome.status, outcome.attempts, queue.sent)
        assert "PUT 1 was answered with" in outcome.detail
        assert wire(NEW) == queue.holds
    always = Queue(etag, [Put(False, 200, body)] * 9)
    with written(always) as outcome:
        assert (Status.FAILED, 2) == (outcome.status, outcome.attempts)
        assert wire(OLD) == always.holds


@pytest.mark.parametrize(("etag", "reads"), [(True, 0), (False, 2)])
def test_in_the_good_case_nothing_is_read_with_etags_and_two_reads_are_made_without(
    etag: bool, reads: int
) -> None:
    queue = Queue(etag)
    with written(queue) as outcome:
        assert (Status.APPLIED, "", 1, reads) == (outcome.status, outcome.detail, queue.sent, queue.got)
