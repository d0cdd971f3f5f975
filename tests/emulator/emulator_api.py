"""What the tests of the emulator share: a running emulator, and a session that has a token for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from syncer.emulator.server import Emulator

LIST = "/api/v2/routing/queues"
GRANT = {"grant_type": "client_credentials"}


class Api:
    """A running emulator as its client sees it."""

    def __init__(self, emulator: Emulator, session: requests.Session) -> None:
        self.url = emulator.url
        self.session = session

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request; nothing is raised for a status."""
        return self.session.request(method, self.url + path, timeout=60, **options)

    def json(self, path: str) -> Any:
        """What a GET of a path answers."""
        return self.call("GET", path).json()

    def token(self, scope: str = "", credentials: tuple[str, str] = ("demo", "demo")) -> str:
        """A new token."""
        answer = self.call("POST", "/oauth/token", data={**GRANT, "scope": scope}, auth=credentials)
        token: str = answer.json()["access_token"]
        return token

    def log_in(self, scope: str = "", credentials: tuple[str, str] = ("demo", "demo")) -> None:
        """Send a new token from now on."""
        self.session.headers["Authorization"] = f"Bearer {self.token(scope, credentials)}"

    def history(self) -> list[dict[str, Any]]:
        """Every accepted write."""
        entries: list[dict[str, Any]] = self.json("/_emulator/history")["entries"]
        return entries


@contextmanager
def running(queues: list[dict[str, Any]] | None = None, **options: Any) -> Iterator[Api]:
    """Run an emulator; the session has no token yet."""
    with Emulator(queues=queues, **options) as emulator, requests.Session() as session:
        yield Api(emulator, session)


@contextmanager
def logged_in(queues: list[dict[str, Any]] | None = None, **options: Any) -> Iterator[Api]:
    """Run an emulator; the session may read and write."""
    with running(queues, **options) as api:
        api.log_in()
        yield api


def queue(name: str, *rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A queue whose id is its name in lower case."""
    return {"id": name.lower(), "name": name, "routingRules": list(rules), **fields}


def overflow(target: str, **fields: Any) -> dict[str, Any]:
    """An enabled overflow rule."""
    return {"type": "overflow", "overflowTarget": target, "threshold": 10, "enabled": True, **fields}


def names(page: dict[str, Any]) -> list[str]:
    """The names of the entries of a page, in their order."""
    return [entity["name"] for entity in page["entities"]]
