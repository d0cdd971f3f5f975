import base64
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

import pytest

from syncer.errors import AuthError, NotSent
from syncer.live.auth import READING, WRITING, Grant, TokenSource
from syncer.live.region import Credentials, Endpoints
from syncer.live.responses import Calls
from syncer.model.settings import Retries
from syncer.net.transport import Transport
from tests.scripted_server import (
    FakeTime,
    Script,
    ScriptedServer,
    Seen,
    Step,
    answer,
    in_turn,
    raw,
    serving,
    token_answer,
)

CLIENT = Credentials("me", "s3cr&t", source="ID and SECRET")


@contextmanager
def source(
    script: Script, time: FakeTime, *, gateway: bool = True, who: Credentials = CLIENT, scopes: str = READING
) -> Iterator[tuple[TokenSource, ScriptedServer]]:
    with serving(script) as server, Transport() as transport:
        endpoints = Endpoints(server.url, server.url, gateway)
        yield (
            TokenSource(
                who, endpoints, scopes, transport, retries=Retries(), timing=time.timing, calls=Calls()
            ),
            server,
        )


# Ways to ask


def test_a_gateway_is_asked_with_a_form() -> None:
    with source(in_turn(token_answer()), FakeTime(), scopes=WRITING) as (tokens, server):
        assert tokens.token() == "token-1"
        (seen,) = server.seen
    assert (seen.method, seen.path) == ("POST", "/login/oauth2/token")
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in seen.headers
    assert parse_qs(seen.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["me"],
        "client_secret": ["s3cr&t"],
        "scope": ["routing:queue:read routing:queue:write"],
    }


def assert_is_basic(seen: Seen) -> None:
    assert (seen.method, seen.path, seen.body) == ("POST", "/oauth/token", b"grant_type=client_credentials")
    assert seen.headers["authorization"] == "Basic " + base64.b64encode(b"me:s3cr&t").decode()


def test_a_region_is_asked_with_basic() -> None:
    with source(in_turn(token_answer()), FakeTime(), gateway=False) as (tokens, server):
        assert tokens.token() == "token-1"
        (seen,) = server.seen
    assert_is_basic(seen)


@pytest.mark.parametrize("status", [404, 405])
def test_a_gateway_without_the_form_is_asked_with_basic_from_then_on(status: int) -> None:
    script = in_turn(answer(status=status), token_answer("one"), token_answer("two"))
    with source(script, FakeTime()) as (tokens, server):
        assert tokens.token() == "one"
        tokens.drop("one")
        assert tokens.token() == "two"
        assert [seen.path for seen in server.seen] == ["/login/oauth2/token", "/oauth/token", "/oauth/token"]
        assert_is_basic(server.seen[2])


def test_a_server_that_knows_neither_way() -> None:
    with source(in_turn(answer(status=404)), FakeTime()) as (tokens, server):
        with pytest.raises(AuthError, match="/oauth/token answers 404"):
            tokens.token()
        assert len(server.seen) == 2


def test_an_access_token_is_used_as_it_is() -> None:
    who = Credentials(access_token="mine", source="X")
    with source(in_turn(answer(status=500)), FakeTime(), who=who) as (tokens, server):
        tokens.drop("mine")
        assert tokens.token() == "mine"
        assert server.seen == []


# Renewal


@pytest.mark.parametrize(
    ("expires_in", "good_for"),
    [
        (3600, 3570),
        ("3600", 3570),
        (3600.5, 3570.5),
        (31, 1),
        (20, 10),
        (None, 270),
        (0, 270),
        (-5, 270),
        (True, 270),
        ("soon", 270),
        ([1], 270),
        (10**400, 270),
        (10**12, 604770),
    ],
)
def test_a_token_is_kept_until_it_is_nearly_over(expires_in: object, good_for: float) -> None:
    time = FakeTime()
    with source(in_turn(token_answer("one", expires_in), token_answer("two")), time) as (tokens, server):
        assert tokens.token() == "one"
        time.now += good_for - 0.01
        assert tokens.token() == "one"
        time.now += 0.02
        assert tokens.token() == "two"
        assert len(server.seen) == 2


def together(work: list[object], tokens: TokenSource, count: int = 8, drop: str = "") -> None:
    """``count`` threads drop ``drop``, ask for a token at once, and put what came into ``work``."""
    barrier = threading.Barrier(count)

    def one() -> None:
        barrier.wait()
        tokens.drop(drop)
        try:
            work.append(tokens.token())
        except (AuthError, NotSent) as error:
            work.append(error)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_many_threads_make_one_fetch_and_drop_one_token_once() -> None:
    found: list[object] = []
    with source(in_turn(token_answer("one"), token_answer("two"), token_answer("three")), FakeTime()) as (
        tokens,
        server,
    ):
        together(found, tokens)
        together(found, tokens, drop="one")
        assert len(server.seen) == 2
    assert found == ["one"] * 8 + ["two"] * 8


def test_many_threads_share_one_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = threading.Semaphore(0)

    class Watched(Future[Any]):
        def result(self, timeout: float | None = None) -> Any:
            waiting.release()
            return super().result(timeout)

    def held(_seen: Seen) -> Step:
        # The fetch fails only when the seven others wait for it.
        for _ in range(7):
            assert waiting.acquire(timeout=300)
            waiting_seen.append(1)
        return answer({"error": "invalid_client"}, 401)

    waiting_seen: list[int] = []
    monkeypatch.setattr("syncer.live.auth.Future", Watched)
    found: list[object] = []
    with source(held, FakeTime()) as (tokens, server):
        together(found, tokens)
        assert len(server.seen) == 1
    assert len(waiting_seen) == 7
    assert len({id(error) for error in found}) == 1


def test_refused_credentials_are_not_tried_again() -> None:
    found: list[object] = []
    refused = answer({"error": "invalid_client", "description": "client not found: s3cr&t\x07"}, 401)
    with source(in_turn(refused), FakeTime()) as (tokens, server):
        together(found, tokens)
        together(found, tokens)
        assert len(server.seen) == 1
    assert len(found) == 16
    assert {str(error).replace(": the client", ":\nthe client") for error in found} == {
        """127.0.0.1/login/oauth2/token answers 401 (invalid_client: client not found: ***):
the client of ID and SECRET is not accepted."""
    }


def test_secrets_in_an_error_are_blotted_out_for_basic_too() -> None:
    basic = base64.b64encode(b"me:s3cr&t").decode()
    refused = answer({"error": "invalid_client", "error_description": basic}, 400)
    asked = source(in_turn(refused), FakeTime(), gateway=False)
    with asked as (tokens, _), pytest.raises(AuthError) as caught:
        tokens.token()
    assert basic not in str(caught.value)


@pytest.mark.parametrize(
    "trouble",
    [
        answer({"error": "invalid_request", "description": "rate limit exceeded"}, 400),
        answer(status=429),
        answer(status=503),
        raw(),
        answer(b"<html>"),
        answer({"token": "x"}),
        answer({"access_token": ""}),
        answer({"access_token": "a\nb"}),
        answer({"access_token": 7}),
    ],
)
def test_trouble_that_passes_is_waited_out(trouble: Step) -> None:
    time = FakeTime()
    with source(in_turn(trouble, trouble, token_answer()), time) as (tokens, _):
        assert tokens.token() == "token-1"
    assert time.sleeps == [0.5, 1.0]


def test_trouble_that_stays_is_not_sent(caplog: pytest.LogCaptureFixture) -> None:
    time = FakeTime()
    with source(in_turn(answer(status=502)), time) as (tokens, server):
        with pytest.raises(NotSent, match=r"Can't get a token: .*/login/oauth2/token answers 502") as raised:
            tokens.token()
        assert raised.value.hint.startswith("The server has a problem of its own: wait, and try again")
        assert len(server.seen) == 5
    assert time.sleeps == [0.5, 1.0, 2.0, 4.0]
    told = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert [f"Trying again, {n} of 5." for n in (3, 4, 5)] == [line[line.index("Try") :] for line in told]
    assert all("answers 502" in line for line in told)


def test_the_server_says_how_long_to_wait() -> None:
    time = FakeTime()
    script = in_turn(answer(status=429, Retry_After="17"), answer(status=429, Retry_After="9999"))
    with source(script, time) as (tokens, _), pytest.raises(NotSent, match="answers 429"):
        tokens.token()
    assert time.sleeps == [17.0]


def test_a_redirect_is_not_followed() -> None:
    with source(in_turn(answer(status=302, Location="/elsewhere")), FakeTime()) as (tokens, server):
        with pytest.raises(NotSent, match="redirect"):
            tokens.token()
        assert {seen.path for seen in server.seen} == {"/login/oauth2/token"}


def test_error_bodies_that_are_no_json() -> None:
    asked = source(in_turn(answer([1], 400)), FakeTime())
    with asked as (tokens, _), pytest.raises(AuthError, match="answers 400: the client of"):
        tokens.token()


# What a token is worth


def test_a_token_says_how_long_it_lives_and_what_it_may() -> None:
    time = FakeTime()
    body = {"access_token": "t", "expires_in": 3600, "scope": "b a"}
    with source(in_turn(answer(body)), time) as (tokens, server):
        assert Grant("ID and SECRET", 3600.0, frozenset({"a", "b"})) == tokens.grant()
        time.sleep(600)
        assert (3000.0, "t", 1) == (tokens.grant().seconds, tokens.token(), len(server.seen))


def test_a_token_of_nothing_and_one_that_says_nothing() -> None:
    nothing = answer({"access_token": "t", "expires_in": 60, "scope": ""})
    with source(in_turn(nothing), FakeTime()) as (tokens, _):
        assert frozenset() == tokens.grant().scopes
    with source(in_turn(token_answer()), FakeTime()) as (tokens, _):
        assert tokens.grant().scopes is None


def test_nobody_says_what_a_token_of_the_environment_is_worth() -> None:
    with source(in_turn(answer(status=500)), FakeTime(), who=Credentials(access_token="t", source="X")) as (
        tokens,
        server,
    ):
        assert (Grant("X"), []) == (tokens.grant(), server.seen)
