"""All checks in their order, and what is said of those that can't be made."""

import time
from collections.abc import Callable
from pathlib import Path

from syncer.app import LiveTarget
from syncer.app.connection import client_for, endpoints_for
from syncer.doctor import State, of_error
from syncer.doctor.examine import Subject, examine
from syncer.errors import AuthError, ConfigError, SyncerError
from syncer.live.client import Client
from syncer.live.region import Endpoints
from syncer.planning.disk import read_disk
from tests.program import Program
from tests.use_cases import session

OF_LIVE = ["token", "scopes", "organization", "queues", "lock", "dialect", "rate limit"]


def subject(
    target: LiveTarget,
    connect: Callable[[], Client] | None = None,
    where: Callable[[], Endpoints] | None = None,
    wall: Callable[[], float] = time.time,
) -> Subject:
    """What is looked at: policies here, and an organization that answers unless it is said otherwise."""
    disk, within = read_disk(Path("policies")), session()
    return Subject(
        disk,
        Path(".syncer"),
        where or (lambda: endpoints_for(target, disk.settings, within.environ)),
        connect or (lambda: client_for(target, disk.settings, within)),
        "auto",
        wall,
    )


def states(found: Subject) -> dict[str, State]:
    return {line.name: line.state for line in examine(found)}


def test_each_check_is_a_line_in_the_order_in_which_one_needs_another(target: LiveTarget) -> None:
    found = states(subject(target))
    names = list(found)
    assert {State.OK} == set(found.values())
    assert OF_LIVE == [name for name in names if name in OF_LIVE]
    assert names.index("policies") < names.index("API host") < names.index("clock") < names.index("token")
    assert ["state folder", "runs", "audit"] == names[-3:]


def test_without_a_place_nothing_of_live_is_looked_at_and_the_rest_is(target: LiveTarget) -> None:
    def nowhere() -> Endpoints:
        raise ConfigError("it is not said where live is", hint="Say it.")

    lines = {line.name: line for line in examine(subject(target, where=nowhere))}
    assert (State.FAILED, "Say it.") == (lines["live"].state, lines["live"].remedy)
    assert {(State.SKIPPED, "the API can't be reached")} == {
        (lines[name].state, lines[name].found) for name in OF_LIVE
    }
    assert [State.OK, State.OK] == [lines[name].state for name in ("policies", "state folder")]


def test_without_a_token_what_needs_one_is_skipped(target: LiveTarget) -> None:
    def refused() -> Client:
        raise AuthError("the client is not accepted", hint="Check it.")

    lines = {line.name: line for line in examine(subject(target, refused))}
    token = lines["token"]
    assert (State.FAILED, "the client is not accepted", "Check it.") == (
        token.state,
        token.found,
        token.remedy,
    )
    assert {(State.SKIPPED, "there is no token")} == {
        (lines[name].state, lines[name].found) for name in OF_LIVE[1:]
    }
    assert State.OK is lines["API host"].state


def test_a_clock_that_is_off(target: LiveTarget) -> None:
    lines = examine(subject(target, wall=lambda: time.time() + 100_000))
    (found,) = (line for line in lines if line.name == "clock")
    assert State.WARNING is found.state
    assert "ahead of the API" in found.found


def test_live_is_only_read(program: Program, target: LiveTarget) -> None:
    examine(subject(target))
    others = [request for request in program.ask("requests") if not request.startswith("GET ")]
    queries = ("conversations/aggregates", "queues/observations")
    asking = [f"POST /api/v2/analytics/{what}/query" for what in queries]
    assert [*asking, "POST /login/oauth2/token", "total"] == sorted(others)


def test_each_failed_line_says_what_to_do() -> None:
    assert of_error("organization", SyncerError("no answer")).remedy
    assert "Ask." == of_error("organization", SyncerError("no answer", hint="Ask.")).remedy
