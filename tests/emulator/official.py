"""The official Python SDK, set up for an emulator; it has no types, so that it is imported by name.

Three things about it that users meet:

- Its models know no ``_etag`` and no overflow: an entry of ``routingRules`` is cut down to ``operator``,
  ``threshold`` and ``waitSeconds``. A queue that is read and written back by it loses its overflow rules.
- A 429 that says when to come back is waited for and sent again up to ten times before anybody sees it.
- It sends no ``If-Match`` by itself.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from syncer.emulator.server import Emulator

CONFIG = "[general]\nlive_reload_config = false\n"
"""Its own settings: no thread that watches the file of its settings."""


def load_sdk(home: Path) -> Any:
    """The SDK; when it is imported it reads its settings in the home folder, once for all."""
    (home / ".genesyscloudpython").mkdir()
    (home / ".genesyscloudpython" / "config").write_text(CONFIG)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        return import_module("PureCloudPlatformClientV2")


class Official:
    """An authenticated client of the SDK, with one object for each of its APIs."""

    def __init__(self, sdk: Any, client: Any) -> None:
        self.sdk = sdk
        self.client = client
        self.routing = sdk.RoutingApi(client)
        self.groups = sdk.GroupsApi(client)
        self.users = sdk.UsersApi(client)
        self.authorization = sdk.AuthorizationApi(client)
        self.organization = sdk.OrganizationApi(client)

    def json(self, model: Any) -> Any:
        """The JSON that the SDK would send for one of its models."""
        return self.client.sanitize_for_serialization(model)

    def pages(self, size: int = 25) -> list[list[Any]]:
        """All queues as models, page by page."""
        found: list[list[Any]] = []
        while True:
            page = self.routing.get_routing_queues(page_size=size, page_number=len(found) + 1)
            found.append(page.entities)
            if len(found) >= page.page_count:
                return found

    def queue(self, name: str) -> Any:
        """One queue, by its name."""
        [found] = self.routing.get_routing_queues(name=name).entities
        return found


@contextmanager
def official(
    sdk: Any,
    emulator: Emulator,
    credentials: tuple[str, str] = ("demo", "demo"),
    *,
    login: str | None = None,
    api: str | None = None,
) -> Iterator[Official]:
    """Log in through the gateway configuration of the SDK; close all connections in the end.

    ``login`` and ``api`` are the prefixes of a gateway.
    """
    host, _, port = emulator.url.removeprefix("http://").rpartition(":")
    client = sdk.ApiClient()
    client.set_gateway(host, "http", int(port), login, api)
    try:
        yield Official(sdk, client.get_client_credentials_token(*credentials))
    finally:
        client.get_http_client().rest_client.pool_manager.clear()


def body(error: Any) -> dict[str, Any]:
    """The body of an exception of the SDK."""
    found: dict[str, Any] = json.loads(error.body)
    return found
