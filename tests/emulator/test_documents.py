"""Bodies that are JSON or not, what the server owns of a queue, and etags."""

from typing import Any

import pytest

from tests.emulator.emulator_api import LIST, logged_in, queue


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b'{"name": NaN}',
        b"\xff",
        b'{"name": "\\ud800"}',
        b"[" * 5000,
        b'{"a":' * 150 + b"1" + b"}" * 150,
    ],
)
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with logged_in([queue("A")]) as api:
        answer = api.call("PUT", f"{LIST}/a", data=body)
    assert (400, "bad.request") == (answer.status_code, answer.json()["code"])


def test_a_put_replaces_everything_but_what_the_server_owns() -> None:
    first = queue("A", division={"id": "d"}, description="old", memberCount=7, dateCreated="then", version=3)
    with logged_in([first]) as api:
        sent = {
            "id": "other",
            "name": "A",
            "memberCount": 99,
            "division": {"id": "e"},
            "version": 9,
            "dateModified": "never",
            "selfUri": "/elsewhere",
            **{f"unknown{number}": {"deep": [number, None, "é\u2028"]} for number in range(40)},
        }
        answer = api.call("PUT", f"{LIST}/a", json=sent)
        after = api.json(f"{LIST}/a")
    assert 200 == answer.status_code
    assert answer.json() == after
    assert ("a", 7, {"id": "d"}, 3, "then") == tuple(
        after[key] for key in ("id", "memberCount", "division", "version", "dateCreated")
    )
    assert f"{LIST}/a" == after["selfUri"]
    assert "never" != after["dateModified"]
    assert not {"description", "routingRules"} & set(after)
    assert {key: value for key, value in sent.items() if "unknown" in key} == {
        key: value for key, value in after.items() if "unknown" in key
    }


def test_every_accepted_write_gives_a_new_etag() -> None:
    with logged_in([queue("A")]) as api:
        first = api.call("GET", f"{LIST}/a")
        second = api.call("PUT", f"{LIST}/a", json=first.json())
        listed = api.json(LIST)["entities"][0]
    assert f'"{first.json()["_etag"]}"' == first.headers["ETag"]
    assert first.json()["_etag"] != second.json()["_etag"] == listed["_etag"]


@pytest.mark.parametrize(
    ("header", "body", "status"),
    [
        (None, None, 200),
        (None, "now", 200),
        (None, "old", 412),
        (None, 5, 412),
        (None, "", 200),
        ("now", None, 200),
        ('"now"', "now", 200),
        ('W/"now"', None, 200),
        ('"old", "now"', None, 200),
        ("*", None, 200),
        ("*", "old", 412),
        ('"old"', "now", 412),
        ('"now"', "old", 412),
        ('"old"', None, 412),
    ],
)
def test_an_etag_that_is_not_current_is_refused(header: str | None, body: Any, status: int) -> None:
    with logged_in([queue("A")]) as api:
        now = api.json(f"{LIST}/a")["_etag"]
        headers = {} if header is None else {"If-Match": header.replace("now", now)}
        sent = queue("A") if body is None else queue("A", _etag=now if body == "now" else body)
        answer = api.call("PUT", f"{LIST}/a", json=sent, headers=headers)
        written = len(api.history())
    assert (status, int(status == 200)) == (answer.status_code, written)
    if status == 412:
        assert "precondition.failed" == answer.json()["code"]
