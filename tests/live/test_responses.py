import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import (
    ApiError,
    AuthError,
    BadAnswer,
    Forbidden,
    LiveError,
    NotFound,
    PreconditionFailed,
    RateLimited,
)
from syncer.live.responses import correlation_id, decoded, failure
from syncer.model.json_values import one_line
from syncer.net.transport import Response


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{",
        b"\xff",
        b'{"a": NaN}',
        b'{"id": "evil", "id": "q"}',
        b'{"a": [{"b": 1, "\\u0062": 2}]}',
        b'{"a": 1} {"a": 2}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b"[]",
        b"null",
        b"3",
    ],
)
def test_what_is_no_json_object_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer, match="GET /x: the response"):
        decoded(Response(200, {}, body), "GET /x")


@pytest.mark.parametrize("body", [b'{"a": [1.5, "\\ud800"]}', b'\xef\xbb\xbf{"a": [1.5, "\\ud800"]}'])
def test_json_objects(body: bytes) -> None:
    assert decoded(Response(200, {}, body), "") == {"a": [1.5, "\ud800"]}


def test_what_is_wrong_has_a_place() -> None:
    with pytest.raises(BadAnswer) as caught:
        decoded(Response(200, {}, b'{\n"id": "evil", "id": "q"}'), "GET /x")
    wrong = "line 2, column 15: the key 'id' appears twice in one object"
    assert f"GET /x: the response (200) is not JSON: {wrong}." == caught.value.message


def test_a_number_is_kept_with_all_its_digits() -> None:
    body = decoded(Response(200, {}, b'{"a": 0.12345678901234567890, "b": 9007199254740993}'), "")
    assert '{"a": 0.12345678901234567890, "b": 9007199254740993}' == one_line(body)


@given(st.binary())
def test_any_bytes_are_json_or_a_bad_answer(body: bytes) -> None:
    with suppress(BadAnswer):
        assert isinstance(decoded(Response(200, {}, body), ""), dict)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (100, BadAnswer),
        (304, BadAnswer),
        (400, ApiError),
        (401, AuthError),
        (403, Forbidden),
        (404, NotFound),
        (409, ApiError),
        (412, PreconditionFailed),
        (429, RateLimited),
        (500, ApiError),
        (999, ApiError),
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"message": 3, "code": {}, "details": {}, "errors": [3, {}]}']
)
def test_the_kinds_of_no(status: int, kind: type[LiveError], body: bytes) -> None:
    assert type(failure(Response(status, {}, body), "GET /x")) is kind


@pytest.mark.parametrize(("status", "tip"), [(409, ""), (500, "The server has a problem of its own: wait")])
def test_a_server_in_trouble_is_told_with_what_to_do(status: int, tip: str) -> None:
    hint = failure(Response(status, {}, b""), "GET /x").hint
    assert hint.startswith(tip)
    assert bool(hint) == bool(tip)


def test_the_servers_own_words() -> None:
    body = {
        "message": "No\x1b[31m such\nqueue token-1",
        "code": "not.found",
        "status": 404,
        "contextId": "c-1",
        "details": [{"errorCode": "bad.value", "fieldName": "name"}],
        "errors": [{"message": "again"}],
    }
    error = failure(Response(404, {}, json.dumps(body).encode()), "GET /x", secrets=("token-1",))
    assert isinstance(error, NotFound)
    assert str(error) == "GET /x: 404 No [31m such queue *** (not.found) [name bad.value] [again]"
    assert (error.status, error.code, error.correlation_id) == (404, "not.found", "c-1")


def test_the_header_is_the_first_place_for_the_correlation_id() -> None:
    assert correlation_id(Response(200, {"ININ-Correlation-Id": "h"}, b""), {"contextId": "b"}) == "h"
    assert correlation_id(Response(200, {}, b""), {"contextId": 3}) == ""
