"""Connections: bounded calls are read off them, and replies delivered: whole or, as a fault, not."""

import os
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Condition
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from syncer.emulator.wire import AnswerError, Call, Delivery, Reply, bad_request

SLOW_PIECES = 20
SLOW_PAUSE = 0.025
"""Seconds after each piece of a slow answer: half a second in all."""

IDLE = 120.0
"""Seconds that a connection may be silent."""

STOPPING = 30.0
"""Seconds that open connections have to end after they were shut down."""

MOST = 10 * 2**20
"""Bytes of a request body."""

DRAINED = 64 * 2**20
"""Bytes of a body that is too large which are still read, so that the caller gets to see why."""

PIECE = 2**16
LONGEST_LINE = 1024


class Listener(ThreadingTCPServer):
    """Accepts connections on ``host`` and ``port``, each in a thread of its own; knows the open ones."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, host: str, port: int, *, answer: Callable[[Call], Reply], sleep: Callable[[float], None]
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.answer = answer
        self.sleep = sleep
        self._open: set[socket.socket] = set()
        self._changed = Condition()
        super().__init__((host, port), Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection, then serve it in a thread."""
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection and forget it."""
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def end_connections(self) -> None:
        """Shut down every open connection, idle ones too, and wait until their threads are done with them."""
        with self._changed:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, timeout=STOPPING)


class Connection(BaseHTTPRequestHandler):
    """HTTP/1.1 with keep-alive."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE
    disable_nagle_algorithm = True

    server: Listener

    def __getattr__(self, name: str) -> Any:
        # The base class looks for one function a method; here all methods are answered alike.
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def handle(self) -> None:
        """Serve until the caller is gone; that it is gone is no error."""
        with suppress(ConnectionError):
            super().handle()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that is no HTTP with the error body of the API."""
        status = HTTPStatus(code)
        text = message or explain or status.phrase
        self._refuse(AnswerError(status, status.phrase.lower().replace(" ", "."), text))

    def log_message(self, *_args: Any) -> None:
        """Stay quiet: the emulator is asked what it saw."""

    def _serve(self) -> None:
        try:
            call = self._call()
        except AnswerError as problem:
            self._refuse(problem)
        else:
            self._deliver(self.server.answer(call))

    def _call(self) -> Call:
        body = read_body(
            self.rfile,
            encoding=self.headers.get("Transfer-Encoding", ""),
            length=self.headers.get("Content-Length", ""),
        )
        try:
            # A doubled slash at the start would be read as the name of a host.
            url = urlsplit("/" + self.path.lstrip("/") if self.path.startswith("/") else self.path)
        except ValueError:
            raise bad_request("The address can't be understood.") from None
        return Call(
            method=self.command,
            path=tuple(unquote(part) for part in url.path.split("/") if part),
            correlation_id=str(uuid4()),
            query=parse_qs(url.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )

    def _refuse(self, problem: AnswerError) -> None:
        # What else is on the connection can't be told apart from the request that went wrong.
        self.close_connection = True
        correlation_id = str(uuid4())
        self.wfile.write(self._whole(problem.reply(correlation_id), ("ININ-Correlation-Id", correlation_id)))

    def _deliver(self, reply: Reply) -> None:
        self.close_connection |= reply.delivery in (Delivery.CUT, Delivery.HALF, Delivery.RESET)
        match reply.delivery:
            case Delivery.WHOLE:
                self.wfile.write(self._whole(reply))
            case Delivery.HALF:
                head, gap, body = self._whole(reply).partition(b"\r\n\r\n")
                self.wfile.write(head + gap + body[: len(body) // 2] if body else head[: len(head) // 2])
            case Delivery.SLOW:
                self._dribble(self._whole(reply))
            case Delivery.RESET:
                self._reset()
            case _:
                # Cut off: not one byte is sent.
                return

    def _whole(self, reply: Reply, *more: tuple[str, str]) -> bytes:
        empty = reply.status == HTTPStatus.NO_CONTENT
        about = (("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body))))
        headers = (
            ("Server", "syncer-emulator"),
            ("Date", self.date_time_string()),
            *(() if empty else about),
            ("Connection", "close" if self.close_connection else "keep-alive"),
            *reply.headers,
            *more,
        )
        start = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"
        head = "\r\n".join((start, *(f"{name}: {value}" for name, value in headers), "", ""))
        return head.encode("latin-1") + (b"" if self.command == "HEAD" else reply.body)

    def _dribble(self, whole: bytes) -> None:
        size = len(whole) // SLOW_PIECES + 1
        for start in range(0, len(whole), size):
            self.wfile.write(whole[start : start + size])
            self.server.sleep(SLOW_PAUSE)

    def _reset(self) -> None:
        # Closed with nothing to linger for, a connection ends with RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())


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
