"""A receiver of messages and metrics on loopback: keeps what it was sent, and answers as it is told."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests import loopback

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
        """The id of the message."""
        return self.headers["webhook-id"]


class _Handler(loopback.Handler):
    server: "Receiver"

    def respond(self) -> None:
        received = Received(self.command, self.path, *self.headers_and_body())
        with self.server.lock:
            self.server.received.append(received)
            number = len(self.server.received)
        status, more = self.server.answer(number)
        self.send_response(status)
        for name, value in {"Content-Length": "0", **more}.items():
            self.send_header(name, value)
        self.end_headers()


Answer = tuple[int, Mapping[str, str]]


class Receiver(loopback.Server):
    """``answer`` gives status and headers of the answer to the request of this number, from 1."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.received: list[Received] = []
        self.answer: Callable[[int], Answer] = lambda _: (204, {})

    @property
    def url(self) -> str:
        """Where it listens, with a path that is as secret as those of chats are."""
        return f"{super().url}/hooks/T0SECRETPATH"

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
    with loopback.running(Receiver()) as receiver:
        yield receiver
