"""A client whose API answers as a test says."""

from collections.abc import Iterator
from contextlib import contextmanager

from syncer.live.client import Client, connect
from syncer.live.region import Credentials
from syncer.model.settings import Pace, Settings
from tests.scripted_server import FakeTime, ScriptedServer, Seen, Step, answer, in_turn, serving, token_answer

QUEUES = "/api/v2/routing/queues"
CLIENT = Credentials("me", "s3cret", source="ID and SECRET")
SETTINGS = Settings(pace=Pace(1000, 1000))
GOOD = answer({"id": "q"}, ININ_Correlation_Id="c-1")
"""The answer that holds the queue q."""


@contextmanager
def client(
    *steps: Step, time: FakeTime | None = None, write: bool = True, settings: Settings = SETTINGS
) -> Iterator[tuple[Client, ScriptedServer]]:
    """A client whose API answers with ``steps``; tokens are token-1, token-2, …"""
    turn = in_turn(*steps)
    tokens = iter(range(1, 1000))

    def script(seen: Seen) -> Step:
        return token_answer(f"token-{next(tokens)}") if is_token(seen) else turn(seen)

    with serving(script) as server:
        timing = (time or FakeTime()).timing
        with connect(server.endpoints, CLIENT, write=write, settings=settings, timing=timing) as made:
            yield made, server


def is_token(seen: Seen) -> bool:
    """Whether a request is one for a token."""
    return seen.path.endswith("/token")


def sent(server: ScriptedServer) -> list[Seen]:
    """What was sent beside the requests for a token."""
    return [seen for seen in server.seen if not is_token(seen)]
