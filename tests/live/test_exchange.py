"""One request: what is tried again, what is never sent twice, and what is said of it."""

import logging
from typing import Any

import pytest

from syncer.errors import (
    ApiError,
    AuthError,
    BadAnswer,
    Forbidden,
    LiveError,
    NoAnswer,
    NotFound,
    NotSent,
    NotTaken,
    PreconditionFailed,
    RateLimited,
    WaitEnded,
)
from syncer.live.client import connect
from syncer.net.waits import Ending, Wait, Waits
from tests.live.clients import CLIENT, GOOD, QUEUES, SETTINGS, client, sent
from tests.scripted_server import FakeTime, Step, answer, in_turn, raw, serving, token_answer

TROUBLE = [
    answer(status=500),
    answer(status=408),
    answer(b"<html>", 503),
    raw(),
    raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
    answer(b"garbage"),
    answer([1]),
]


@pytest.mark.parametrize("trouble", TROUBLE)
def test_reading_is_tried_again(trouble: Step) -> None:
    time = FakeTime()
    with client(trouble, trouble, GOOD, time=time) as (made, _):
        assert made.get_queue("q") == {"id": "q"}
        assert made.calls()["retries"] == 2
    assert time.sleeps == [0.5, 1.0]


@pytest.mark.parametrize("trouble", TROUBLE)
def test_reading_ends_after_the_last_attempt(trouble: Step) -> None:
    with client(trouble) as (made, server):
        with pytest.raises((ApiError, NoAnswer, BadAnswer)):
            made.get_queue("q")
        assert len(sent(server)) == 5


@pytest.mark.parametrize(
    ("status", "kind"), [(400, ApiError), (403, Forbidden), (404, NotFound), (409, ApiError)]
)
def test_a_plain_no_is_final(status: int, kind: type[LiveError]) -> None:
    with client(answer({"message": "no", "contextId": "c-9"}, status)) as (made, server):
        with pytest.raises(kind, match=f"GET {QUEUES}/q: {status} no") as caught:
            made.get_queue("q")
        assert len(sent(server)) == 1
    assert getattr(caught.value, "correlation_id", "") == "c-9"


def test_a_missing_scope_is_named() -> None:
    with client(answer(status=403)) as (made, _):
        with pytest.raises(Forbidden) as reading:
            made.get_queue("q")
        with pytest.raises(Forbidden) as writing:
            made.put_queue("q", {}, "")
    assert "routing:queue:read" in reading.value.hint
    assert "routing:queue:write" in writing.value.hint


def test_an_address_that_is_not_there_is_shown_whole() -> None:
    with client(answer(status=404)) as (made, server):
        with pytest.raises(NotFound) as listing:
            made.list_groups()
        with pytest.raises(NotFound) as reading:
            made.get_queue("q")
        where = f"The request went to {server.url}/api/v2/groups: the API URL is the part before /api/v2."
    assert (where, "") == (listing.value.hint, reading.value.hint)


def test_redirects_and_nonsense_are_not_tried_again() -> None:
    with client(answer(status=301, Location="/x")) as (made, server):
        with pytest.raises(BadAnswer, match="redirect"):
            made.get_queue("q")
        assert len(sent(server)) == 1


def test_a_token_that_died_is_renewed_once() -> None:
    with client(answer(status=401), GOOD) as (made, server):
        made.get_queue("q")
        assert [seen.headers["authorization"] for seen in sent(server)] == [
            "Bearer token-1",
            "Bearer token-2",
        ]


def test_a_second_401_says_which_credential_is_wrong() -> None:
    with client(answer({"message": "bad token-2"}, 401)) as (made, server):
        with pytest.raises(AuthError, match=r"401 bad \*\*\*: the client of ID and SECRET is not accepted"):
            made.get_queue("q")
        assert len(sent(server)) == 2


def test_retry_after_is_heeded() -> None:
    time = FakeTime()
    with client(answer(status=429, Retry_After="42"), GOOD, time=time) as (made, _):
        made.get_queue("q")
        assert (made.calls()["429"], made.calls()["retries"]) == (1, 1)
    assert round(time.now - 1000, 3) == 42


def test_without_retry_after_the_wait_doubles() -> None:
    time = FakeTime()
    with client(answer(status=429), time=time) as (made, server):
        with pytest.raises(RateLimited, match="429") as caught:
            made.put_queue("q", {}, "e")
        assert len(sent(server)) == caught.value.attempts == 5
    assert round(time.now - 1000, 1) == 0.5 + 1 + 2 + 4


def test_a_wait_that_is_too_long_is_an_error() -> None:
    with client(answer(status=429, Retry_After="301")) as (made, server):
        with pytest.raises(RateLimited) as caught:
            made.get_queue("q")
        assert len(sent(server)) == 1
    assert "301 seconds" in caught.value.hint


def test_the_servers_figures_slow_the_pace_down() -> None:
    time = FakeTime()
    few = answer(
        {"id": "q"}, inin_ratelimit_count="299", inin_ratelimit_allowed="300", inin_ratelimit_reset="20"
    )
    with client(few, time=time) as (made, _):
        for _ in range(3):
            made.get_queue("q")
    assert round(time.now - 1000, 2) == 40  # one request a window of 20 seconds


@pytest.mark.parametrize("trouble", [*TROUBLE[:5], answer(status=307, Location="/x")])
def test_a_write_that_may_have_happened_is_never_sent_again(trouble: Step) -> None:
    with client(trouble) as (made, server):
        with pytest.raises(NoAnswer) as caught:
            made.put_queue("q", {}, "")
        assert len(sent(server)) == 1
    assert type(caught.value) is NoAnswer


@pytest.mark.parametrize("secret", ["s3cret", "token-1"])
def test_a_secret_that_the_api_repeats_goes_nowhere(secret: str) -> None:
    no = answer({"message": f"bad {secret}", "code": secret, "contextId": secret}, 400)
    with client(no) as (made, _), pytest.raises(ApiError) as caught:
        made.get_queue("q")
    assert secret not in f"{caught.value} {caught.value.code} {caught.value.correlation_id}"


def test_a_write_with_an_etag_that_was_not_taken_is_sent_again() -> None:
    steps = (answer(status=429, Retry_After="1"), answer(status=401), answer(status=429), GOOD)
    with client(*steps) as (made, server):
        assert made.put_queue("q", {}, "e").attempts == 4
        assert len(sent(server)) == 4


def test_a_write_that_cannot_be_sent_is_tried_again_and_says_so() -> None:
    time = FakeTime()
    with client(GOOD, time=time) as (made, server):
        made.get_queue("q")
        server.shutdown()
        server.server_close()
        made.close()
        with pytest.raises(NotSent, match="refuses") as caught:
            made.put_queue("q", {}, "e")
        assert (5, False) == (caught.value.attempts, caught.value.reached)
        assert made.calls() == {
            f"GET {QUEUES}/{{id}}": 1,
            "POST /login/oauth2/token": 1,
            f"PUT {QUEUES}/{{id}}": 5,
            "retries": 4,
        }
    assert time.sleeps == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize(("status", "kind"), [(412, PreconditionFailed), (400, ApiError), (404, NotFound)])
def test_a_write_that_was_refused(status: int, kind: type[LiveError]) -> None:
    with client(answer({"message": "no", "code": "x"}, status)) as (made, server):
        with pytest.raises(kind, match=f"PUT {QUEUES}/q: {status} no .x."):
            made.put_queue("q", {}, "e")
        assert len(sent(server)) == 1


def test_no_token_means_nothing_was_written() -> None:
    with serving(in_turn(answer(status=503))) as server:
        with (
            connect(
                server.endpoints, CLIENT, write=True, settings=SETTINGS, timing=FakeTime().timing
            ) as made,
            pytest.raises(NotSent, match="get a token"),
        ):
            made.put_queue("q", {}, "")
        assert {seen.method for seen in server.seen} == {"POST"}
        assert len(server.seen) == 5


@pytest.mark.parametrize(("status", "kind", "asked"), [(401, AuthError, 1), (503, NotSent, 5)])
def test_a_request_that_got_no_new_token_does_not_count_as_sent(
    status: int, kind: type[LiveError], asked: int
) -> None:
    steps = in_turn(token_answer(), answer(status=401), answer(status=status))
    with serving(steps) as server:
        with (
            connect(
                server.endpoints, CLIENT, write=True, settings=SETTINGS, timing=FakeTime().timing
            ) as made,
            pytest.raises(kind) as caught,
        ):
            made.put_queue("q", {}, "e")
        methods = [seen.method for seen in server.seen]
    assert ["POST", "PUT", *["POST"] * asked] == methods
    assert (1, True) == (caught.value.attempts, caught.value.reached)


def test_a_request_that_never_had_a_token_was_not_sent() -> None:
    timing = FakeTime().timing
    with (
        serving(in_turn(answer(status=401))) as server,
        connect(server.endpoints, CLIENT, write=True, settings=SETTINGS, timing=timing) as made,
    ):
        for _ in range(2):
            with pytest.raises(AuthError) as caught:
                made.put_queue("q", {}, "e")
            assert (0, False) == (caught.value.attempts, caught.value.reached)


def test_trouble_is_told_from_the_second_time_on(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    trouble = answer(status=503)
    with client(trouble, GOOD) as (made, _):
        made.get_queue("q")
    assert [] == caplog.messages
    with client(*[trouble] * 4, GOOD) as (made, _):
        made.get_queue("q")
    assert [f"Trying again, {n} of 5." for n in (3, 4, 5)] == [
        line[line.index("Try") :] for line in caplog.messages
    ]
    assert all("503" in line for line in caplog.messages)


def test_logs_hold_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    steps: list[Any] = [answer(status=401), raw(), GOOD]
    with client(*steps) as (made, _):
        made.get_queue("q")
    assert "GET /api/v2/routing/queues/q: 200" in caplog.text
    assert "s3cret" not in caplog.text
    assert "token-" not in caplog.text


LIMITED = answer(status=429, Retry_After="250")


def waits_of(time: FakeTime) -> tuple[Waits, list[Wait]]:
    """Waits on that clock, and what they tell."""
    waits, told = Waits(time.timing), list[Wait]()
    waits.told = told.append
    return waits, told


def test_a_wait_that_the_server_asks_for_is_announced_once() -> None:
    waits, told = waits_of(FakeTime())
    with serving(in_turn(token_answer(), LIMITED, GOOD)) as server:
        timing = waits.timing
        with connect(server.endpoints, CLIENT, write=True, settings=SETTINGS, timing=timing) as made:
            assert made.get_queue("q") == {"id": "q"}
    assert ["asked to wait 250"] == [f"{wait.why} {wait.seconds:.0f}" for wait in told]


@pytest.mark.parametrize("etag", ["1", ""])
def test_a_put_that_waits_is_not_sent_again_where_nothing_more_is_to_be_started(etag: str) -> None:
    waits, _ = waits_of(time := FakeTime(1000.0))
    waits.ending = lambda: Ending("interrupted") if time.now > 1100.0 else None
    with serving(in_turn(token_answer(), LIMITED, GOOD)) as server:
        timing = waits.timing
        with connect(server.endpoints, CLIENT, write=True, settings=SETTINGS, timing=timing) as made:
            if not etag:  # the write is not sent again anyway; what decides about it waits
                with pytest.raises(NotTaken):
                    made.put_queue("q", {}, etag)
            with pytest.raises(WaitEnded) as caught:
                made.put_queue("q", {}, etag)
        assert 2 == len(server.seen)
    if etag:
        assert isinstance(caught.value.__cause__, RateLimited)
        assert (1, True) == (caught.value.attempts, caught.value.reached)
    else:
        assert (0, False) == (caught.value.attempts, caught.value.reached)
