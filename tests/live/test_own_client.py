"""Which OAuth client live takes us for."""

import requests

from syncer.app import LiveTarget, Session
from syncer.app.connection import client_for
from syncer.emulator.server import Emulator
from syncer.live.own_client import own_client
from syncer.model.settings import DEFAULTS
from tests.use_cases import session

TOKENS = "GET /api/v2/tokens/me"


def asked(emulator: Emulator, found: Session) -> tuple[str, int]:
    """What it says, and how often live was asked."""
    with client_for(LiveTarget(api_url=emulator.url), DEFAULTS, found) as client:
        return own_client(client), client.calls().get(TOKENS, 0)


def test_credentials_say_it_themselves(emulator: Emulator) -> None:
    assert ("demo", 0) == asked(emulator, session())


def test_of_a_token_live_is_asked(emulator: Emulator) -> None:
    grant = {"grant_type": "client_credentials"}
    answer = requests.post(f"{emulator.url}/oauth/token", data=grant, auth=("reader", "secret"), timeout=60)
    found = Session(environ={"GENESYSCLOUD_ACCESS_TOKEN": answer.json()["access_token"]})
    assert ("reader", 1) == asked(emulator, found)
