"""A real HTTP server on loopback whose answers a test scripts, and a clock that only sleeping moves.

``certificates`` holds self-made ones for ``localhost`` (one good, one expired) and for another host.
"""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from syncer.live.region import Endpoints
from syncer.net.timing import Timing
from tests import loopback


@dataclass(frozen=True)
class Seen:
    """A request as the server saw it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Handler(loopback.Handler):
    """Hands every request to the script of its server."""

    protocol_version = "HTTP/1.1"
    server: "ScriptedServer"

    def respond(self) -> None:
        seen = Seen(self.command, self.path, *self.headers_and_body())
        with self.server.lock:
            self.server.seen.append(seen)
        self.server.script(seen)(self)


CERTIFICATES = Path(__file__).parent / "certificates"

Step = Callable[[Handler], None]
Script = Callable[[Seen], Step]


class ScriptedServer(loopback.Server):
    """Keeps what it has ``seen`` and counts ``connections``."""

    def __init__(self, script: Script, certificate: str = "") -> None:
        super().__init__(Handler)
        self.tls = bool(certificate)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.script = script
        self.seen: list[Seen] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"https://localhost:{self.server_port}" if self.tls else super().url

    @property
    def endpoints(self) -> Endpoints:
        return Endpoints(self.url, self.url, gateway=True)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)


@contextmanager
def serving(script: Script, certificate: str = "") -> Iterator[ScriptedServer]:
    """Serve, encrypted where a certificate is named."""
    with loopback.running(ScriptedServer(script, certificate)) as server:
        yield server


def in_turn(*steps: Step) -> Script:
    """One step a request; the last one stays."""
    left = list(steps)
    lock = threading.Lock()

    def script(_seen: Seen) -> Step:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return script


def answer(body: object = None, status: int = 200, **headers: str) -> Step:
    """A whole answer: JSON unless ``body`` is bytes; ``_`` in the names of headers stands for ``-``."""
    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()

    def step(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return step


def raw(*parts: bytes) -> Step:
    """Bytes as they are, then the end of the connection."""

    def step(handler: Handler) -> None:
        handler.close_connection = True
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()

    return step


def token_answer(value: str = "token-1", expires_in: object = 3600) -> Step:
    return answer({"access_token": value, "expires_in": expires_in, "token_type": "bearer"})


@dataclass
class FakeTime:
    """A clock that only sleeping moves; ``counted`` is what was heard of long work."""

    now: float = 1000.0
    sleeps: list[float] = field(default_factory=list)
    counted: list[tuple[str, int, int | None]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.sleeps.append(seconds)
            self.now += seconds

    @property
    def timing(self) -> Timing:
        return Timing(
            clock=lambda: self.now,
            wall=lambda: self.now,
            sleep=self.sleep,
            random=lambda: 1.0,
            counting=lambda *each: self.counted.append(each),
        )
