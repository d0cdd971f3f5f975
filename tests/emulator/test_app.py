"""Routes, errors and headers, whatever is asked for."""

import pytest

from syncer.emulator.app import Application
from syncer.emulator.directory import directory
from syncer.emulator.faults import NO_FAULTS, Injector
from syncer.emulator.store import Store
from syncer.emulator.tokens import RateLimit, Tokens
from syncer.emulator.wire import Call
from tests.emulator.emulator_api import GRANT, LIST, logged_in, queue, running


@pytest.mark.parametrize(
    "path", ["//api/v2/routing/queues/a", "/api//v2/routing///queues/a/", "/api/v2/routing/queues/%61"]
)
def test_slashes_too_many_make_no_other_path(path: str) -> None:
    with logged_in([queue("A")]) as api:
        assert "A" == api.json(path)["name"]
        assert 1 == api.json("/_emulator/requests")["GET /api/v2/routing/queues/{id}"]


def test_head_is_get_without_the_body() -> None:
    with logged_in([queue("A")]) as api:
        head, whole = api.call("HEAD", LIST), api.call("GET", LIST)
    assert (200, b"") == (head.status_code, head.content)
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_each_answer_has_a_correlation_id_of_its_own() -> None:
    with running() as api:
        paths = ["/oauth/token", "/oauth/token", LIST, "/_emulator/requests", "/_emulator/history"]
        answers = [api.call("POST" if "token" in path else "GET", path, data=GRANT) for path in paths]
    assert 5 == len({answer.headers["ININ-Correlation-Id"] for answer in answers})


def test_beyond_the_rate_a_call_is_refused() -> None:
    with logged_in([queue("A")], rate_limit=2) as api:
        answers = [api.call("GET", LIST) for _ in range(3)]
        api.log_in()
        fresh = api.call("GET", LIST)
    assert [200, 200, 429] == [answer.status_code for answer in answers]
    assert [("1", "2"), ("2", "2"), ("3", "2")] == [
        (answer.headers["inin-ratelimit-count"], answer.headers["inin-ratelimit-allowed"])
        for answer in answers
    ]
    seconds = answers[2].headers["Retry-After"]
    assert seconds == answers[2].headers["inin-ratelimit-reset"]
    assert (
        f"Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds"
        == answers[2].json()["message"]
    )
    assert "too.many.requests.retry.after" == answers[2].json()["code"]
    assert (200, "1") == (fresh.status_code, fresh.headers["inin-ratelimit-count"])


def test_a_fault_of_our_own_is_answered_too() -> None:
    store = Store(":memory:", [])
    application = Application(
        store,
        directory([], {}),
        Tokens((), clock=lambda: 0.0),
        RateLimit(1, clock=lambda: 0.0),
        Injector(NO_FAULTS),
        lock="etag",
        now=lambda: "",
        sleep=lambda _seconds: None,
    )
    store.close()
    reply = application.answer(Call("GET", ("_emulator", "history"), "id"))
    assert 500 == reply.status
    assert ("ININ-Correlation-Id", "id") in reply.headers


@pytest.mark.parametrize(
    ("prefix", "status"), [("", 200), ("/gateway", 200), ("/a/b", 200), ("/_emulator", 404), ("/api", 200)]
)
def test_a_gateway_may_put_something_in_front(prefix: str, status: int) -> None:
    with logged_in([queue("A")]) as api:
        answer = api.call("GET", f"{prefix}{LIST}/a")
        token = api.call("POST", f"{prefix}/oauth/token", data={"grant_type": "x"}, auth=("demo", "demo"))
    assert status == answer.status_code
    assert (400 if status == 200 else 404) == token.status_code
