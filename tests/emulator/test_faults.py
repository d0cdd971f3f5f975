"""Faults: how they are asked for, and what each does to a real client."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from syncer.emulator.faults import KINDS, NO_FAULTS, STALE, Faults, Injector
from syncer.errors import WrongUsage
from tests.emulator.emulator_api import GRANT, LIST, Api, queue, running

CUT = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@contextmanager
def struck(spec: str, **options: Any) -> Iterator[Api]:
    """An emulator with one queue, and faults."""
    with running([queue("A")], faults=Faults.parse(spec), **options) as api:
        yield api


def put(api: Api) -> requests.Response:
    return api.call("PUT", f"{LIST}/a", json=queue("A", description="new"))


def written(api: Api) -> int:
    return len(api.history())


def seed_that_spares_the_token(kind: str, rate: float = 0.5) -> str:
    """A spec whose first request is spared and whose second is struck."""
    for seed in range(1000):
        spec = f"{kind}={rate},seed={seed}"
        injector = Injector(Faults.parse(spec))
        first, second = injector.strike(), injector.strike()
        if not (first.before or first.rival or first.after) and (
            second.before or second.rival or second.after
        ):
            return spec
    raise AssertionError("no such seed")


def test_a_spec_is_read() -> None:
    spec = " 429=0.1, lost=.03 ,latency=50ms,reset=1,slow=0,seed=7,retry-after=0,"
    expected = Faults((("reset", 1.0), ("429", 0.1), ("lost", 0.03), ("slow", 0.0)), 0.05, 0, 7)
    assert expected == Faults.parse(spec)
    assert 0.2 == Faults.parse("latency=0.2s").latency
    assert 30 == Faults.parse("audit_delay=30").audit_delay
    assert [5, 0.5, 0.25] == [Faults.parse(f"stale={text}").stale for text in ("5", "0.5s", "250ms")]
    assert NO_FAULTS == Faults.parse("")


@pytest.mark.parametrize(
    "spec",
    [
        *("429", "429=", "429=2", "429=-1", "429=nan", "429=1e-3", "418=0.1", "lost=0.1,lost=0.1", "=0.1"),
        *(
            "latency=50",
            "latency=-1s",
            "stale=-1",
            "stale=x",
            "stale=5m",
            "latency=fast",
            "seed=x",
            "seed=-1",
            "seed=٣",
            "retry-after=1.5",
        ),
    ],
)
def test_a_spec_that_is_wrong_says_what_is_allowed(spec: str) -> None:
    with pytest.raises(WrongUsage) as error:
        Faults.parse(spec)
    assert all(kind in error.value.hint for kind in (*KINDS, "latency", STALE, "seed"))


def test_the_same_seed_strikes_the_same_requests() -> None:
    faults = Faults.parse("429=0.2,500=0.2,lost=0.3,rival=0.4,seed=3")
    one, two, other = Injector(faults), Injector(faults), Injector(Faults(faults.rates, seed=4))
    first = [one.strike() for _ in range(200)]
    assert first == [two.strike() for _ in range(200)]
    assert [strike.before for strike in first] != [other.strike().before for _ in range(200)]
    one.reset()
    assert first[0] == one.strike()


def test_faults_come_as_often_as_was_asked_for() -> None:
    injector = Injector(Faults.parse("lost=0.25,seed=1"))
    assert 900 < sum(injector.strike().after == "lost" for _ in range(4000)) < 1100


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("503", 503), ("expire", 401)])
def test_a_refusal_does_nothing(kind: str, status: int) -> None:
    with struck(seed_that_spares_the_token(kind)) as api:
        api.log_in()
        answer = put(api)
        assert (status, 0) == (answer.status_code, written(api))
        assert {kind: 1} == api.json("/_emulator/faults")
        assert answer.json()["contextId"] == answer.headers["ININ-Correlation-Id"]
        assert "inin-ratelimit-count" in answer.headers


def test_an_injected_429_says_when_to_come_back() -> None:
    with struck("429=1,retry-after=3") as api:
        assert "3" == api.call("POST", "/oauth/token", data=GRANT).headers["Retry-After"]


def test_a_token_that_expired_is_dead_for_good() -> None:
    with struck(seed_that_spares_the_token("expire")) as api:
        api.log_in()
        assert [401, 401] == [put(api).status_code, put(api).status_code]
        assert {"expire": 1} == api.json("/_emulator/faults")


def test_asking_for_a_token_can_not_expire_one() -> None:
    with struck("expire=1") as api:
        assert api.token()
        assert {} == api.json("/_emulator/faults")


def test_garbage_is_a_200_that_is_no_json_and_does_nothing() -> None:
    with struck(seed_that_spares_the_token("garbage")) as api:
        api.log_in()
        answer = put(api)
        assert (200, 0) == (answer.status_code, written(api))
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.text)


@pytest.mark.parametrize(("kind", "done"), [("reset", 0), ("lost", 1), ("truncate", 1)])
def test_a_connection_is_cut(kind: str, done: int) -> None:
    with struck(seed_that_spares_the_token(kind)) as api:
        api.log_in()
        with pytest.raises(CUT):
            put(api)
        assert done == written(api)
        assert {kind: 1} == api.json("/_emulator/faults")


def test_half_an_answer_without_a_body_is_half_a_head() -> None:
    with struck(seed_that_spares_the_token("truncate")) as api:
        api.log_in()
        host, _, port = api.url.removeprefix("http://").partition(":")
        head = f"DELETE {LIST}/a HTTP/1.1\r\nAuthorization: {api.session.headers['Authorization']!s}\r\n\r\n"
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(head.encode())
            with connection.makefile("rb") as stream:
                answer = stream.read()
        assert answer.startswith(b"HTTP/1.1 204")
        assert b"\r\n\r\n" not in answer
        assert 1 == written(api)


def test_a_slow_answer_is_whole() -> None:
    with struck(seed_that_spares_the_token("slow")) as api:
        api.log_in()
        assert "new" == put(api).json()["description"]
        assert {"slow": 1} == api.json("/_emulator/faults")


def test_latency_is_before_every_answer_but_the_emulators_own() -> None:
    slept: list[float] = []
    with struck("latency=50ms", sleep=slept.append) as api:
        api.log_in()
        assert 200 == put(api).status_code
        api.json("/_emulator/faults")
    assert [0.05, 0.05] == slept


def test_the_emulators_own_paths_are_never_struck() -> None:
    with struck("reset=1,500=1,lost=1") as api:
        for path in ("requests", "history", "faults"):
            assert 200 == api.call("GET", f"/_emulator/{path}").status_code
        assert 200 == api.call("POST", "/_emulator/queues/a", json={"x": 1}).status_code


def test_a_token_request_is_struck_too() -> None:
    with struck("500=1") as api:
        assert 500 == api.call("POST", "/login/oauth2/token", data=GRANT).status_code


def test_divisions_are_named_with_bars_between_them() -> None:
    assert ("Home", "Sales West") == Faults.parse("divisions=Home | Sales West,seed=1").divisions
    assert () == Faults.parse("divisions=").divisions
