from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from syncer.doctor import Line, State, skipped
from syncer.doctor.access import TRAITS, Access, check_access, check_clock, check_traits
from syncer.kinds.registry import GENESYS_CLOUD, OVERFLOW_RULES
from syncer.live.client import Client, connect
from syncer.live.region import Credentials
from syncer.live.view import DIVISIONS
from syncer.model.settings import Pace, Retries, Settings
from tests.scripted_server import FakeTime, Seen, Step, answer, serving, token_answer

SETTINGS = Settings(pace=Pace(1000, 1000), retries=Retries(attempts=1))
CLIENT = Credentials("me", "s3cret", source="ID and SECRET")
ORGANIZATION = answer({"id": "o-1", "name": "Acme"})
QUEUES = answer({"entities": [{"id": "q", "name": "Q"}], "total": 1200}, inin_ratelimit_count="3")


@contextmanager
def client(token: Step, organization: Step, queues: Step, who: Credentials = CLIENT) -> Iterator[Client]:
    def script(seen: Seen) -> Step:
        if seen.method == "POST":
            return token
        return organization if "organizations" in seen.path else queues

    with (
        serving(script) as server,
        connect(server.endpoints, who, write=False, settings=SETTINGS, timing=FakeTime().timing) as made,
    ):
        yield made


def access(
    token: Step | None = None,
    organization: Step = ORGANIZATION,
    queues: Step = QUEUES,
    *,
    gateway: bool = False,
    who: Credentials = CLIENT,
) -> Access:
    with client(token or token_answer(), organization, queues, who) as made:
        return check_access(made, gateway=gateway)


def line(found: Access, name: str) -> Line:
    return next(line for line in found.lines if line.name == name)


def test_all_is_well() -> None:
    found = access()
    assert (
        Line("token", State.OK, "got one with ID and SECRET; it expires in 1 h 0 min"),
        Line("scopes", State.OK, "the token response does not list them; reading is tried below"),
        Line("organization", State.OK, "Acme (o-1)"),
        Line("queues", State.OK, "read 1 of 1,200"),
        Line("divisions", State.SKIPPED, "the API does not show whether queues of some divisions are hidden"),
    ) == found.lines
    assert (({"id": "q", "name": "Q"},), "3") == (found.queues, found.headers["inin-ratelimit-count"])


def test_a_short_life() -> None:
    assert line(access(token_answer(expires_in=300)), "token").found.endswith("expires in 5 min")


def test_a_token_of_the_environment() -> None:
    found = line(access(who=Credentials(access_token="t0k", source="TOKEN")), "token")
    assert (State.OK, "given by TOKEN; its lifetime is not known") == (found.state, found.found)


@pytest.mark.parametrize("status", [400, 401])
def test_a_wrong_secret(status: int) -> None:
    found = access(answer({"error": "invalid_client", "description": "s3cret is wrong"}, status))
    assert [State.FAILED, *[State.SKIPPED] * 3] == [line.state for line in found.lines]
    assert "invalid_client" in found.lines[0].found
    assert "the client of ID and SECRET is not accepted" in found.lines[0].found
    assert "region" in found.lines[0].remedy
    assert "s3cret" not in str(found)
    assert found.queues is None


def test_a_redirect_to_a_page_of_somebody_else() -> None:
    found = line(access(answer(status=302)), "token")
    assert State.FAILED is found.state
    assert "redirect" in found.found
    assert "region" in found.remedy


def scoped(scope: str) -> Step:
    return answer({"access_token": "t", "expires_in": 60, "scope": scope})


@pytest.mark.parametrize(
    ("scope", "gateway", "state", "words"),
    [
        ("routing:queue:write", False, State.OK, "may read and write"),
        ("routing users", False, State.OK, "routing users: may read and write"),
        (
            "routing:queue:read",
            False,
            State.OK,
            "may read; apply and rollback need routing:queue:edit too",
        ),
        ("routing:queue:read", True, State.OK, "write permission was not requested"),
        ("users", False, State.WARNING, "users: routing:queue:view is missing"),
        ("", False, State.WARNING, "none: routing:queue:view is missing"),
        ("users", True, State.WARNING, "users: routing:queue:read is missing"),
    ],
)
def test_scopes(scope: str, gateway: bool, state: State, words: str) -> None:
    found = line(access(scoped(scope), gateway=gateway), "scopes")
    assert state is found.state
    assert words in found.found


def test_scopes_are_shown_on_one_harmless_line() -> None:
    found = line(access(scoped("\x1b[31m " + "x" * 9000)), "scopes")
    assert "\x1b" not in found.found
    assert len(found.found) < 300


@pytest.mark.parametrize(
    ("step", "state", "remedy"),
    [
        (answer({"message": "no"}, 403), State.WARNING, "organization:readonly"),
        (answer({"message": "no"}, 404), State.WARNING, "gateway"),
        (answer({"message": "no"}, 500), State.FAILED, ""),
    ],
)
def test_an_organization_that_is_not_told(step: Step, state: State, remedy: str) -> None:
    found = access(organization=step)
    assert state is line(found, "organization").state
    assert remedy in line(found, "organization").remedy
    assert State.OK is line(found, "queues").state


def test_an_organization_with_a_hostile_name() -> None:
    found = line(
        access(organization=answer({"name": "\x1b]0;x\x07\n" + "A" * 999, "id": "o"})), "organization"
    )
    assert "\x1b" not in found.found
    assert found.found.endswith("… (o)")


def test_a_scope_that_is_missing_is_named() -> None:
    found = access(queues=answer({"message": "Missing the scope", "code": "missing.permission"}, 403))
    assert (State.FAILED, None) == (line(found, "queues").state, found.queues)
    assert "403 Missing the scope (missing.permission)" in line(found, "queues").found
    assert "the scope routing:queue:read" in line(found, "queues").remedy


PARTIAL = {"entities": [{"id": "d", "name": "Home"}], "total": 1, "allDivsPermitted": False}
VENDORS = {"entities": [{"id": "q", "name": "Q", "directRouting": {"backupQueueId": "q"}}], "total": 1}
BRIEFS = {"entities": [{"id": "q", "name": "Q", "_etag": "1"}], "total": 1}


@pytest.mark.parametrize(
    ("queues", "divisions", "states", "calls"),
    [
        (VENDORS, answer(PARTIAL | {"allDivsPermitted": True}), [State.OK], 1),
        (VENDORS, answer(PARTIAL), [State.WARNING], 1),
        (VENDORS, answer({"message": "no"}, 403), [State.SKIPPED], 1),
        (VENDORS, answer({"message": "no"}, 404), [State.SKIPPED], 1),
        (VENDORS, answer(b"<html>"), [State.SKIPPED], 1),
        (BRIEFS, answer(PARTIAL), [], 0),
    ],
)
def test_whether_divisions_are_hidden(
    queues: dict[str, Any], divisions: Step, states: list[State], calls: int
) -> None:
    """A gateway that speaks overflow rules is not asked."""

    def script(seen: Seen) -> Step:
        if seen.method == "POST":
            return token_answer()
        if "divisionspermitted" in seen.path:
            return divisions
        return ORGANIZATION if "organizations" in seen.path else answer(queues)

    with (
        serving(script) as server,
        connect(server.endpoints, CLIENT, write=False, settings=SETTINGS, timing=FakeTime().timing) as made,
    ):
        found = check_access(made, gateway=True)
        assert (states, calls) == (
            [line.state for line in found.lines if line.name == "divisions"],
            sum(seen.path.startswith(DIVISIONS) for seen in server.seen),
        )
        for shown in found.lines:
            if shown.state is State.WARNING:
                assert "this client sees the queues of 1 division: Home, and no others" in shown.found
                assert "routing:queue:view in all divisions" in shown.remedy


@pytest.mark.parametrize("body", [{}, {"entities": 3}, {"entities": [3]}])
def test_something_else_answers(body: dict[str, Any]) -> None:
    found = access(queues=answer(body))
    expected = State.WARNING if body == {} else State.FAILED
    assert expected is line(found, "queues").state


def test_no_queues_and_an_unknown_number() -> None:
    none = line(access(queues=answer({"entities": [], "total": 0})), "queues")
    assert (
        State.WARNING,
        "A role of the client needs routing:queue:view, in the divisions of the queues.",
    ) == (none.state, none.remedy)
    some = line(access(queues=answer({"entities": [{"id": "q"}]})), "queues")
    assert Line("queues", State.OK, "read 1 of an unknown number") == some


ETAG = {"id": "a", "name": "A", "_etag": "1"}
PLAIN = {"id": "b", "name": "B", "directRouting": {"backupQueueId": "a"}}


def traits(*queues: dict[str, Any], dialect: str = "auto", **headers: str) -> dict[str, Line]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return {line.name: line for line in check_traits(queues, names, dialect, GENESYS_CLOUD)}


def test_without_a_page_of_queues() -> None:
    assert skipped(TRAITS, "no queue could be read") == check_traits(None, {}, "auto", OVERFLOW_RULES)


@pytest.mark.parametrize(
    ("queues", "state", "words"),
    [
        ([ETAG], State.OK, "etag: "),
        ([ETAG, PLAIN], State.OK, "compare: the API has no etags"),
        ([], State.SKIPPED, "there is no queue to look at"),
    ],
)
def test_the_lock(queues: list[dict[str, Any]], state: State, words: str) -> None:
    found = traits(*queues)["lock"]
    assert state is found.state
    assert found.found.startswith(words)


@pytest.mark.parametrize(
    ("queues", "dialect", "state", "words"),
    [
        ([ETAG], "auto", State.OK, "overflow-rules, detected from 1 queues: overflow"),
        (
            [ETAG, PLAIN],
            "auto",
            State.OK,
            (
                "mixed, detected from 2 queues: "
                "overflow, backup, conditional_groups, conditional_group_activation"
            ),
        ),
        (
            [],
            "auto",
            State.OK,
            "genesys-cloud, detected from 0 queues: backup, conditional_groups, conditional_group_activation",
        ),
        (
            [PLAIN],
            "genesys-cloud",
            State.OK,
            "genesys-cloud, as configured: backup, conditional_groups, conditional_group_activation",
        ),
        ([], "overflow-rules", State.OK, "overflow-rules, as configured: overflow"),
        (
            [ETAG, PLAIN],
            "genesys-cloud",
            State.OK,
            (
                "genesys-cloud, as configured: backup, conditional_groups, conditional_group_activation; "
                "some queues also have overflow, which stay as they are"
            ),
        ),
        (
            [PLAIN],
            "overflow-rules",
            State.WARNING,
            "overflow-rules, as configured, but the queues look like genesys-cloud",
        ),
    ],
)
def test_the_dialect(queues: list[dict[str, Any]], dialect: str, state: State, words: str) -> None:
    found = traits(*queues, dialect=dialect)["dialect"]
    assert (state, words) == (found.state, found.found)
    assert (state is State.OK) == (found.remedy == "")


@pytest.mark.parametrize(
    ("figures", "state", "words"),
    [
        (("3", "300", "42"), State.OK, "3 of 300 calls used, 42 s to the reset"),
        (("3", "300", ""), State.OK, "3 of 300 calls used"),
        (("240", "300", "1"), State.OK, "240 of 300 calls used, 1 s to the reset"),
        (("241", "300", "1"), State.WARNING, "241 of 300 calls used, 1 s to the reset"),
        (("", "300", "1"), State.OK, "the API does not show it"),
        (("x", "0", "1"), State.OK, "the API does not show it"),
    ],
)
def test_the_rate_limit(figures: tuple[str, str, str], state: State, words: str) -> None:
    count, allowed, reset = figures
    headers = {
        "inin_ratelimit_count": count,
        "inin_ratelimit_allowed": allowed,
        "inin_ratelimit_reset": reset,
    }
    found = traits(ETAG, **headers)["rate limit"]
    assert state is found.state
    assert found.found.startswith(words)


MOMENT = 1_772_353_800.0
DATE = {"Date": "Sun, 01 Mar 2026 08:30:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "skew", "state", "words"),
    [
        (DATE, 0, State.OK, "agrees"),
        (DATE, -5, State.OK, "agrees"),
        (DATE, 6, State.WARNING, "this machine is 6 s ahead of the API"),
        (DATE, -30, State.WARNING, "this machine is 30 s behind the API"),
        (DATE, 31, State.WARNING, "this machine is 31 s ahead of the API"),
        (DATE, -3600, State.WARNING, "this machine is 3,600 s behind the API"),
        ({}, 0, State.SKIPPED, "no response contained the time"),
        ({"Date": "soon"}, 0, State.SKIPPED, "no response contained the time"),
    ],
)
def test_the_clock(headers: dict[str, str], skew: float, state: State, words: str) -> None:
    found = check_clock(headers, lambda: MOMENT + skew)
    assert state is found.state
    assert found.found.startswith(words)
