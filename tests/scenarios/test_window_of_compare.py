"""The window of the lock ``compare``: nothing is waited for between the read and the PUT.

A real client against a real server; the clock stands still unless somebody sleeps.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from syncer.applying.write import Writer
from syncer.live.client import Client, connect
from syncer.live.region import Credentials
from syncer.live.wire import read_queue
from syncer.model.plan import Outcome, Status
from syncer.model.settings import Pace, Retries, Settings
from syncer.net.transport import Transport
from tests.applying.scripted import change_to, raw, rule
from tests.scripted_server import FakeTime, Seen, Step, answer, serving, token_answer

OLD, NEW = rule(threshold=10), rule(threshold=25)
NO_429 = answer(status=429, Retry_After="42")
FIGURES = {"inin_ratelimit_count": "300", "inin_ratelimit_allowed": "300", "inin_ratelimit_reset": "20"}


@dataclass
class Live:
    """One queue without an etag. ``log`` has each request with the moment at which it came.

    ``puts`` are refusals of PUTs, in turn: with each somebody else edits another field. Every request
    ``takes`` so many seconds.
    """

    time: FakeTime
    puts: list[Step] = field(default_factory=list)
    token_life: int = 3600
    takes: float = 0.0
    figures: dict[str, str] = field(default_factory=dict)
    queue: dict[str, Any] = field(default_factory=lambda: raw(OLD, etag="", color="red"))
    log: list[tuple[str, float]] = field(default_factory=list)
    stored: list[dict[str, Any]] = field(default_factory=list)

    def script(self, seen: Seen) -> Step:
        self.time.now += self.takes
        self.log.append((seen.method, round(self.time.now - 1000, 3)))
        if seen.method == "POST":
            return token_answer(f"token-{len(self.log)}", self.token_life)
        if seen.method == "PUT":
            if self.puts:
                self.queue["color"] = "blue"
                return self.puts.pop(0)
            self.queue = json.loads(seen.body)
            self.stored.append(self.queue)
        return answer(self.queue, 200, **self.figures)

    @property
    def calls(self) -> str:
        """The first letters of all methods but POST, and T for a token."""
        return "".join({"GET": "g", "PUT": "P", "POST": "T"}[method] for method, _ in self.log)

    def waits(self) -> list[float]:
        """Seconds between the GET before each PUT and that PUT."""
        return [
            at - self.log[place - 1][1] if self.log[place - 1][0] == "GET" else -1.0
            for place, (method, at) in enumerate(self.log)
            if method == "PUT"
        ]


@contextmanager
def client(live: Live, pace: Pace) -> Iterator[Client]:
    settings = Settings(pace=pace)
    with (
        serving(live.script) as server,
        connect(
            server.endpoints, Credentials("me", "x"), write=True, settings=settings, timing=live.time.timing
        ) as made,
    ):
        yield made


def write(live: Live, made: Client) -> Outcome:
    seen = read_queue(raw(OLD, etag="", color="red"))
    writer = Writer(made, Retries(), lambda *_: None, lambda _: None, live.time.timing)
    return writer.write(change_to(NEW, seen=seen), seen)


def test_all_three_wait_for_their_turn_before_the_first() -> None:
    live = Live(FakeTime())
    with client(live, Pace(0.1, 1)) as made:
        made.first_page(1)
        outcome = write(live, made)
    assert ("TggPg", [0.0]) == (live.calls, live.waits())
    assert [0, 0, 30, 30, 30] == [at for _, at in live.log], "three turns of ten seconds"
    assert (Status.APPLIED, 0.0, 0.0) == (outcome.status, outcome.latency_ms, outcome.window_ms)


def test_a_token_is_renewed_before_the_read() -> None:
    live = Live(FakeTime(), token_life=40)
    with client(live, Pace(0.1, 1)) as made:
        made.first_page(1)
        write(live, made)
    assert ("TgTgPg", [0.0]) == (live.calls, live.waits())


@pytest.mark.parametrize(
    ("refused", "calls", "seconds"),
    [
        ([NO_429], "TgPgPg", 42),
        ([NO_429, NO_429], "TgPgPgPg", 84),
        ([answer(status=401)], "TgPTgPg", 0),
        ([answer(status=429), answer(status=401)], "TgPgPTgPg", 0.5),
    ],
)
def test_each_wait_leads_back_to_another_read(refused: list[Step], calls: str, seconds: float) -> None:
    live = Live(FakeTime(), puts=list(refused))
    with client(live, Pace(1000, 1000)) as made:
        outcome = write(live, made)
    assert (calls, {0.0}) == (live.calls, set(live.waits()))
    assert (Status.MERGED, len(refused) + 1) == (outcome.status, outcome.attempts)
    assert [raw(NEW, etag="", color="blue")] == live.stored, "what was edited during the wait is kept"
    assert seconds == round(live.log[-1][1], 1)


def test_a_put_is_refused_as_often_as_any_other_request() -> None:
    live = Live(FakeTime(), puts=[answer(status=429)] * 9)
    with client(live, Pace(1000, 1000)) as made:
        outcome = write(live, made)
    assert (Status.FAILED, 5, "TgPgPgPgPgPg") == (outcome.status, outcome.attempts, live.calls)
    assert "429" in outcome.detail


def test_a_second_401_is_the_end() -> None:
    live = Live(FakeTime(), puts=[answer(status=401)] * 9)
    with client(live, Pace(1000, 1000)) as made:
        outcome = write(live, made)
    assert (Status.FAILED, 2, "TgPTgPggggggg") == (outcome.status, outcome.attempts, live.calls)


def test_a_connection_that_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The PUT of the first round meets a closed port; the second round reads again."""
    live = Live(FakeTime())
    send, refused = Transport.send, [1]

    def flaky(self: Transport, method: str, url: str, **options: Any) -> Any:
        if method == "PUT" and refused:
            refused.pop()
            live.queue["color"] = "blue"
            url = "http://127.0.0.1:1/"
        return send(self, method, url, **options)

    monkeypatch.setattr(Transport, "send", flaky)
    with client(live, Pace(1000, 1000)) as made:
        outcome = write(live, made)
    assert ("TggPg", [0.0], [0.5]) == (live.calls, live.waits(), live.time.sleeps)
    assert (Status.MERGED, [raw(NEW, etag="", color="blue")]) == (outcome.status, live.stored)


def test_nothing_is_sent_into_a_pause_and_nobody_is_asked_for_ever() -> None:
    """The answer to the read says that no call is left: the PUT waits, which leads back to another read."""
    live = Live(FakeTime(), figures=FIGURES)
    with client(live, Pace(1000, 1000)) as made:
        outcome = write(live, made)
    assert ("TggPg", {0.0}) == (live.calls, set(live.waits()))
    assert (Status.APPLIED, 1) == (outcome.status, outcome.attempts)
    assert 20 <= live.log[-1][1] < 21


def test_the_window_is_the_time_from_the_sending_of_the_read_to_the_answer_to_the_put() -> None:
    live = Live(FakeTime(), takes=0.25)
    with client(live, Pace(1000, 1000)) as made:
        outcome = write(live, made)
    assert 500 == round(outcome.window_ms)
