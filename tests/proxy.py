"""A proxy between the program and an emulator, over real sockets, that does to PUTs what a test wants."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests

from tests.scripted_server import ScriptedServer, Seen, Step, answer, serving

PASSED = ("authorization", "content-type", "if-match", "accept")

Forward = Callable[[], requests.Response]
Trick = Callable[[Seen, Forward], Step]
"""What becomes of one PUT; the second argument sends it on."""


def as_it_came(response: requests.Response) -> Step:
    """Pass an answer on."""
    headers = {
        name: value
        for name, value in response.headers.items()
        if name.lower().startswith(("inin-", "retry-after", "etag"))
    }
    return answer(response.content, response.status_code, **headers)


def honest(_seen: Seen, forward: Forward) -> Step:
    return as_it_came(forward())


def twice(_seen: Seen, forward: Forward) -> Step:
    """It is sent on twice, and the second answer comes back."""
    forward()
    return as_it_came(forward())


def done_but(status: int) -> Trick:
    """It is done, and answered with this status."""

    def trick(_seen: Seen, forward: Forward) -> Step:
        assert forward().status_code in (200, 412)
        return answer({"message": "not by the API", "code": "proxy"}, status, Retry_After="0")

    return trick


def echo(seen: Seen, _forward: Forward) -> Step:
    """Nothing is done, and what was sent comes back."""
    return answer(json.loads(seen.body))


def says(body: object, status: int = 200) -> Trick:
    """Nothing is done, and this comes back."""
    return lambda _seen, _forward: answer(body, status)


class Blind:
    """A PUT is let through (``done``) or not, and answered with 503. Then reads of single queues are answered
    with ``body``: ``times`` of them, until they are honest again."""

    def __init__(self, body: object, times: float, *, done: bool) -> None:
        self.body, self.left, self.done = body, 0.0, done
        self._times = times

    def put(self, _seen: Seen, forward: Forward) -> Step:
        if self.done:
            forward()
        self.left = self._times
        return answer({"message": "not by the API"}, 503)

    def get(self, seen: Seen, forward: Forward) -> Step:
        if self.left < 1 or "/routing/queues/" not in seen.path:
            return as_it_came(forward())
        self.left -= 1
        return answer(self.body)


@contextmanager
def proxied(url: str, *puts: Trick, then: Trick = honest, get: Trick = honest) -> Iterator[ScriptedServer]:
    """A proxy to ``url``: one trick for each PUT in turn, afterwards always the same; one for every GET."""
    left, lock = list(puts), threading.Lock()

    def script(seen: Seen) -> Step:
        def forward() -> requests.Response:
            headers = {name: seen.headers[name] for name in PASSED if name in seen.headers}
            return requests.request(seen.method, url + seen.path, headers=headers, data=seen.body, timeout=60)

        if seen.method != "PUT":
            return (get if seen.method == "GET" else honest)(seen, forward)
        with lock:
            trick = left.pop(0) if left else then
        return trick(seen, forward)

    with serving(script) as server:
        yield server
