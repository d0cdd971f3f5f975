"""Request bodies off a connection, in one piece or chunked, never more than allowed."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Protocol

from syncer.emulator.wire import AnswerError, bad_request

MOST = 10 * 2**20
"""Bytes of a request body."""

DRAINED = 64 * 2**20
"""Bytes of a body that is too large which are still read, so that the caller gets to see why."""

PIECE = 2**16
LONGEST_LINE = 1024


class Stream(Protocol):
    """Where bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""

    def readline(self, size: int, /) -> bytes:
        """One line, cut off after ``size`` bytes."""


def read_body(stream: Stream, *, encoding: str, length: str) -> bytes:
    """The body that the headers ``Transfer-Encoding`` and ``Content-Length`` announce.

    Raises :class:`AnswerError` 400 or 413, after which the connection can't be used again, and
    ConnectionError when the caller is gone.
    """
    if "chunked" in encoding.lower():
        return b"".join(_bounded(_chunks(stream)))
    size = _number(length.strip() or "0", 10, "Content-Length")
    return b"".join(_bounded(_exactly(stream, size)))


def _bounded(pieces: Iterator[bytes]) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total <= MOST:
            yield piece
        elif total > DRAINED:
            break
    if total > MOST:
        raise AnswerError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "request.entity.too.large",
            f"The request body is larger than {MOST} bytes.",
        )


def _chunks(stream: Stream) -> Iterator[bytes]:
    while size := _number(_line(stream).split(";")[0].strip(), 16, "The size of a chunk"):
        yield from _exactly(stream, size)
        if _line(stream):
            raise bad_request("A chunk is longer than it says.")
    while _line(stream):
        pass


def _exactly(stream: Stream, size: int) -> Iterator[bytes]:
    while size:
        piece = stream.read(min(size, PIECE))
        if not piece:
            raise ConnectionError("cut off in the body")
        size -= len(piece)
        yield piece


def _line(stream: Stream) -> str:
    line = stream.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise ConnectionError("cut off in a chunk")
    return line.decode("latin-1").strip()


def _number(text: str, base: int, what: str) -> int:
    allowed = "0123456789abcdef"[:base]
    if not text or len(text) > 15 or set(text.lower()) - set(allowed):
        raise bad_request(f"{what} has to be a whole number.")
    return int(text, base)
