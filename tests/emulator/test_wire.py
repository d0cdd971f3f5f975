"""The error body of the real API, and the methods of a route."""

import pytest

from syncer.emulator.wire import Route
from tests.emulator.emulator_api import LIST, logged_in, queue

ERROR_FIELDS = {"message", "code", "status", "contextId", "details", "errors"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v2/nothing", 404, "not.found"),
        ("GET", "/", 404, "not.found"),
        ("GET", f"{LIST}/none", 404, "not.found"),
        ("GET", f"{LIST}/a/nothing", 404, "not.found"),
        ("GET", f"{LIST}/none/members", 404, "not.found"),
        ("GET", f"{LIST}/none/wrapupcodes", 404, "not.found"),
        ("PATCH", f"{LIST}/a", 405, "method.not.allowed"),
        ("BREW", LIST, 405, "method.not.allowed"),
        ("GET", "/oauth/token", 405, "method.not.allowed"),
        ("GET", "/_emulator/nothing", 404, "not.found"),
        ("GET", "/_emulator/reset", 405, "method.not.allowed"),
        ("POST", LIST, 400, "bad.request"),
    ],
)
def test_an_error_has_the_body_of_the_real_api(method: str, path: str, status: int, code: str) -> None:
    with logged_in([queue("A")]) as api:
        answer = api.call(method, path)
    body = answer.json()
    assert (status, status, code) == (answer.status_code, body["status"], body["code"])
    assert set(body) == ERROR_FIELDS
    assert answer.headers["ININ-Correlation-Id"] == body["contextId"]


def test_what_is_allowed_is_said() -> None:
    with logged_in([queue("A")]) as api:
        refused = api.call("PATCH", f"{LIST}/a")
        asked = api.call("OPTIONS", f"{LIST}/a")
        token = api.call("OPTIONS", "/oauth/token")
    assert "GET, PUT, DELETE, HEAD, OPTIONS" == refused.headers["Allow"] == asked.headers["Allow"]
    assert (204, "POST, OPTIONS") == (token.status_code, token.headers["Allow"])


def test_what_reads_at_a_route() -> None:
    plain, asking = (Route("/a", {}, asks=asks) for asks in (False, True))
    methods = ("GET", "HEAD", "OPTIONS", "POST", "PUT")
    assert [True, True, True, False, False] == [plain.reads(method) for method in methods]
    assert [True, True, True, True, False] == [asking.reads(method) for method in methods]
