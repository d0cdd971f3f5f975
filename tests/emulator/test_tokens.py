"""Both token endpoints, scopes, what befalls a call without the right token, and the rate limit of each."""

from typing import Any

import pytest

from syncer.emulator.tokens import LIFETIME, Client, RateLimit, Tokens, Usage, check_rate
from syncer.emulator.wire import AnswerError, Call
from tests.emulator.emulator_api import GRANT, LIST, logged_in, overflow, queue, running

FORM = {"client_id": "demo", "client_secret": "demo", **GRANT}


@pytest.mark.parametrize("path", ["/login/oauth2/token", "/oauth/token"])
@pytest.mark.parametrize("options", [{"data": FORM}, {"data": GRANT, "auth": ("demo", "demo")}])
def test_both_endpoints_take_both_kinds_of_credentials(path: str, options: dict[str, Any]) -> None:
    with running() as api:
        answer = api.call("POST", path, **options)
    assert 200 == answer.status_code
    assert {"access_token", "token_type", "expires_in"} == set(answer.json())
    assert ("bearer", 86_400) == (answer.json()["token_type"], answer.json()["expires_in"])
    assert "no-store" == answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("options", "status", "error"),
    [
        ({"data": {**FORM, "client_secret": "wrong"}}, 401, "invalid_client"),
        ({"data": GRANT}, 401, "invalid_client"),
        ({"data": GRANT, "auth": ("demo", "no")}, 401, "invalid_client"),
        ({"data": GRANT, "headers": {"Authorization": "Basic %%%"}}, 401, "invalid_client"),
        ({"data": {**FORM, "grant_type": "password"}}, 400, "unsupported_grant_type"),
        ({"data": b"\xff\xfe"}, 401, "invalid_client"),
    ],
)
def test_a_refusal_says_why(options: dict[str, Any], status: int, error: str) -> None:
    with running() as api:
        answer = api.call("POST", "/oauth/token", **options)
    assert (status, error) == (answer.status_code, answer.json()["error"])
    assert answer.json()["description"] == answer.json()["error_description"]


def test_credentials_may_be_url_encoded() -> None:
    with running(credentials=("an id", "a:s/ecret+")) as api:
        form = {"client_id": "an id", "client_secret": "a:s/ecret+", **GRANT}
        plain = api.call("POST", "/oauth/token", data=GRANT, auth=("an id", "a:s/ecret+"))
        encoded = api.call("POST", "/oauth/token", data=GRANT, auth=("an+id", "a%3As%2Fecret%2B"))
        statuses = [api.call("POST", "/oauth/token", data=form).status_code, plain.status_code]
    assert [200, 200, 200] == [*statuses, encoded.status_code]


@pytest.mark.parametrize(
    ("scope", "read", "write"),
    [
        ("", 200, 200),
        ("routing:queue:read", 200, 403),
        ("routing:queue:read routing:queue:write", 200, 200),
        ("routing:readonly", 200, 403),
        ("routing", 200, 200),
        ("users", 403, 403),
    ],
)
def test_a_token_may_do_what_was_asked_for(scope: str, read: int, write: int) -> None:
    with running([queue("A")]) as api:
        api.log_in(scope)
        answers = [api.call("GET", LIST), api.call("PUT", f"{LIST}/a", json=queue("A"))]
    assert [read, write] == [answer.status_code for answer in answers]


def test_every_way_to_write_needs_the_scope() -> None:
    with running([queue("A"), queue("B")]) as api:
        api.log_in("routing:queue:read")
        changed = queue("A", overflow("b"))
        calls = [("PUT", f"{LIST}/a"), ("POST", LIST), ("DELETE", f"{LIST}/a")]
        answers = [api.call(method, path, json=changed) for method, path in calls]
        history = api.history()
    assert [403] * 3 == [answer.status_code for answer in answers]
    assert {"missing.permission"} == {answer.json()["code"] for answer in answers}
    assert [] == history


def test_the_second_credentials_may_only_read() -> None:
    with running([queue("A")], read_credentials=("reader", "secret")) as api:
        api.log_in("routing:queue:read routing:queue:write", ("reader", "secret"))
        answers = [api.call("GET", LIST), api.call("PUT", f"{LIST}/a", json=queue("A"))]
    assert [200, 403] == [answer.status_code for answer in answers]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({}, "authentication.required"),
        ({"Authorization": "Basic eDp5"}, "authentication.required"),
        ({"Authorization": "Bearer unknown"}, "bad.credentials"),
    ],
)
def test_no_call_without_a_token(header: dict[str, str], code: str) -> None:
    with running([queue("A")]) as api:
        answer = api.call("GET", LIST, headers=header)
    assert (401, code) == (answer.status_code, answer.json()["code"])
    assert "inin-ratelimit-count" in answer.headers


def test_a_token_ends_with_its_time() -> None:
    now = [0.0]
    tokens = Tokens((Client("a", "b"),), clock=lambda: now[0])
    asked = Call("POST", (), "", body=b"grant_type=client_credentials&client_id=a&client_secret=b")
    tokens.grant(asked)
    value = next(iter(tokens._alive))
    call = Call("GET", (), "", headers={"authorization": f"bearer {value}"})
    now[0] = LIFETIME - 1
    assert tokens.find(call) is not None
    now[0] = LIFETIME
    assert tokens.find(call) is None
    tokens.grant(asked)
    assert value not in tokens._alive


def test_the_name_of_the_client_is_noted_as_who_changed_a_queue() -> None:
    with logged_in([queue("A")]) as api:
        assert "demo" == api.call("PUT", f"{LIST}/a", json=queue("A")).json()["modifiedBy"]


def test_a_window_ends_after_a_minute_for_each_token() -> None:
    now = [100.0]
    limit = RateLimit(2, clock=lambda: now[0])
    assert Usage(1, 2, 60) == limit.take("a")
    now[0] = 130.5
    assert [Usage(2, 2, 30), Usage(1, 2, 60)] == [limit.take("a"), limit.take("b")]
    now[0] = 160.0
    assert [Usage(1, 2, 60), Usage(2, 2, 31)] == [limit.take("a"), limit.take("b")]


def test_a_window_that_is_over_is_forgotten() -> None:
    now = [0.0]
    limit = RateLimit(2, clock=lambda: now[0])
    for number in range(10):
        limit.take(str(number))
        now[0] += 60
    assert 1 == len(limit._windows)


def test_one_call_too_many_is_refused() -> None:
    check_rate(Usage(2, 2, 7))
    with pytest.raises(AnswerError, match=r"\[7\] seconds") as refused:
        check_rate(Usage(3, 2, 7))
    assert (("Retry-After", "7"),) == refused.value.headers
