"""HTTP as it comes off the wire, from callers that are careful and from callers that are not."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pytest
import requests

from tests.emulator.emulator_api import LIST, Api, logged_in, queue

MEBIBYTE = 2**20


@contextmanager
def raw(api: Api) -> Iterator[tuple[socket.socket, BinaryIO]]:
    """A connection of our own, and what comes back on it."""
    host, _, port = api.url.removeprefix("http://").partition(":")
    with (
        socket.create_connection((host, int(port)), timeout=60) as connection,
        connection.makefile("rb") as stream,
    ):
        yield connection, stream


def everything(api: Api, text: str) -> bytes:
    """All that comes back until the emulator closes the connection."""
    token = str(api.session.headers["Authorization"])
    with raw(api) as (connection, stream):
        connection.sendall(text.replace("TOKEN", token).replace("\n", "\r\n").encode())
        return stream.read()


def test_one_connection_serves_many_calls() -> None:
    with logged_in([queue("A")]) as api:
        text = f"GET {LIST}/a HTTP/1.1\nAuthorization: TOKEN\n"
        answer = everything(api, f"{text}\n{text}\n{text}Connection: close\n\n")
    assert 3 == answer.count(b"HTTP/1.1 200 OK")
    assert (2, 1) == (answer.count(b"Connection: keep-alive"), answer.count(b"Connection: close"))


def test_an_old_client_is_answered_and_the_connection_closed() -> None:
    with logged_in([queue("A")]) as api:
        answer = everything(api, f"GET {api.url}{LIST}/a HTTP/1.0\nAuthorization: TOKEN\n\n")
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"Connection: close" in answer


def test_a_chunked_body_is_put_together() -> None:
    pieces = [b'{"name": "A",', b' "note": "in pie', b'ces"}']
    with logged_in([queue("A")]) as api:
        answer = api.call("PUT", f"{LIST}/a", data=iter(pieces))
        again = api.call("GET", f"{LIST}/a")
    assert ("in pieces", "in pieces") == (answer.json()["note"], again.json()["note"])


def test_chunks_may_have_extensions_and_trailers() -> None:
    with logged_in([queue("A")]) as api:
        head = (
            f"PUT {LIST}/a HTTP/1.1\nAuthorization: TOKEN\nTransfer-Encoding: chunked\nConnection: close\n\n"
        )
        answer = everything(api, f'{head}C;why=not\n{{"name": "A"\n1\n}}\n0\nTrailer: yes\n\n')
    assert answer.startswith(b"HTTP/1.1 200 OK")


def test_a_caller_may_wait_for_the_word_to_go_on() -> None:
    head = f"PUT {LIST}/a HTTP/1.1\r\nContent-Length: 13\r\nExpect: 100-continue\r\nConnection: close\r\n"
    with logged_in([queue("A")]) as api, raw(api) as (connection, stream):
        connection.sendall(f"{head}Authorization: {api.session.headers['Authorization']!s}\r\n\r\n".encode())
        assert b"HTTP/1.1 100 Continue\r\n" == stream.readline()
        connection.sendall(b'{"name": "A"}')
        assert b"HTTP/1.1 200 OK" in stream.read()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("nonsense\n\n", 400),
        ("GET /x HTTP/9.9\n\n", 505),
        (f"GET /{'x' * 70_000} HTTP/1.1\n\n", 414),
        ("GET /x HTTP/1.1\nX: " + "x" * 70_000 + "\n\n", 431),
        ("GET http://[x HTTP/1.1\n\n", 400),
        ("POST /oauth/token HTTP/1.1\nContent-Length: -5\n\n", 400),
        ("POST /oauth/token HTTP/1.1\nContent-Length: 9999999999999999999\n\n", 400),
        ("POST /oauth/token HTTP/1.1\nTransfer-Encoding: chunked\n\nxyz\n", 400),
        ("POST /oauth/token HTTP/1.1\nTransfer-Encoding: chunked\n\n2\nabc\n", 400),
    ],
)
def test_a_request_that_is_no_http_is_refused(text: str, status: int) -> None:
    with logged_in([queue("A")]) as api:
        answer = everything(api, text)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b'"contextId"' in answer
    assert b"Connection: close" in answer


def test_a_caller_that_leaves_in_the_middle_harms_nobody() -> None:
    heads = [
        "GET /api",
        "POST /oauth/token HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc",
        "POST /oauth/token HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5",
    ]
    with logged_in([queue("A")]) as api:
        for head in heads:
            with raw(api) as (connection, stream):
                connection.sendall(head.encode())
                connection.shutdown(socket.SHUT_WR)
                stream.read()
        assert 200 == api.call("GET", f"{LIST}/a").status_code


def test_a_body_may_have_ten_mebibytes_and_no_more() -> None:
    with logged_in([queue("A")]) as api:
        fits = b'{"name": "A", "note": "%s"}' % (b"x" * (10 * MEBIBYTE - 25))
        assert 10 * MEBIBYTE == len(fits)
        assert 200 == api.call("PUT", f"{LIST}/a", data=fits).status_code
        refused = api.call("PUT", f"{LIST}/a", data=fits + b" ")
        chunked = api.call("PUT", f"{LIST}/a", data=iter([fits, b" "]))
    assert [413, 413] == [refused.status_code, chunked.status_code]
    assert "request.entity.too.large" == refused.json()["code"]


def test_a_body_without_end_is_cut_off() -> None:
    piece = b"x" * MEBIBYTE
    with logged_in([queue("A")]) as api:
        try:
            status = api.call("PUT", f"{LIST}/a", data=(piece for _ in range(200))).status_code
        except requests.ConnectionError:
            status = 413
        assert 413 == status
        assert 200 == api.call("GET", f"{LIST}/a").status_code
