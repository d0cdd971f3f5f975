"""A receiver of letters and metrics on loopback: keeps what it was sent, and answers as it is told."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(frozen=True)
class Received:
    """A request as it came; the names of ``headers`` are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def id(self) -> str:
        """The id of the letter."""
        return self.headers["webhook-id"]


class _Handler(BaseHTTPRequestHandler):
    server: "Receiver"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, self.path, headers, self.rfile.read(length))
        with self.server.lock:
            self.server.received.append(received)
            number = len(self.server.received)
        status, more = self.server.answer(number)
        self.send_response(status)
        for name, value in {"Content-Length": "0", **more}.items():
            self.send_header(name, value)
        self.end_headers()

    do_GET = do_PUT = do_POST  # noqa: N815 - names that http.server wants

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the base class
        """Say nothing."""


Answer = tuple[int, Mapping[str, str]]


class Receiver(ThreadingHTTPServer):
    """``answer`` gives status and headers of the answer to the request of this number, from 1."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[Received] = []
        self.answer: Callable[[int], Answer] = lambda _: (204, {})
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens, with a path that is as secret as those of chats are."""
        return f"http://127.0.0.1:{self.server_port}/hooks/T0SECRETPATH"

    @property
    def entries(self) -> list[Any]:
        """The bodies of all requests, as JSON."""
        return [each.json for each in self.received]

    def answers(self, *statuses: int) -> None:
        """Answer with these statuses, one after the other, then with the last one for ever."""
        self.answer = lambda number: (statuses[min(number, len(statuses)) - 1], {})


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver in a thread of its own."""
    with Receiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()
