"""Pools of connections with a deadline for the whole answer, even if it trickles steadily."""

import io
import socket
from collections.abc import Callable
from http.client import HTTPResponse
from typing import Any, cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


def pools_with_deadline(seconds: float, clock: Callable[[], float]) -> dict[str, type[HTTPConnectionPool]]:
    """Pool classes by scheme; an answer not whole ``seconds`` after its request raises TimeoutError."""

    class Response(HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
            super().__init__(sock, *args, **kwargs)
            stream = self.fp.detach()
            self.fp = io.BufferedReader(_UntilDeadline(stream, sock, clock() + seconds, clock))

    class Plain(HTTPConnection):
        response_class = Response

    class Tls(HTTPSConnection):
        response_class = Response

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}


class _UntilDeadline(io.RawIOBase):
    """The bytes of a socket until ``ends`` on the clock."""

    def __init__(
        self, stream: io.RawIOBase, sock: socket.socket, ends: float, clock: Callable[[], float]
    ) -> None:
        self._stream = stream
        self._sock = sock
        self._ends = ends
        self._clock = clock
        self._patience = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        left = self._ends - self._clock()
        if left <= 0:
            raise TimeoutError("the whole answer took too long")
        self._sock.settimeout(left if self._patience is None else min(left, self._patience))
        return cast("io.FileIO", self._stream).readinto(buffer)

    def close(self) -> None:
        self._stream.close()
        super().close()
