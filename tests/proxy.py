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


def says(body: object) -> Trick:
    """Nothing is done, and this comes back."""
    return lambda _seen, _forward: answer(body)


@contextmanager
def proxied(url: str, *puts: Trick, then: Trick = honest) -> Iterator[ScriptedServer]:
    """A proxy to ``url``: one trick for each PUT in turn, afterwards always the same."""
    left, lock = list(puts), threading.Lock()

    def script(seen: Seen) -> Step:
        def forward() -> requests.Response:
            headers = {name: seen.headers[name] for name in PASSED if name in seen.headers}
            return requests.request(seen.method, url + seen.path, headers=headers, data=seen.body, timeout=60)

        if seen.method != "PUT":
            return as_it_came(forward())
        with lock:
            trick = left.pop(0) if left else then
        return trick(seen, forward)

    with serving(script) as server:
        yield server
