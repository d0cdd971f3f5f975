"""A client whose role covers some divisions: it is said once, and nothing unseen is called deleted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncer.emulator.server import Emulator, Faults, demo_queues, demo_surroundings
from syncer.live.view import DIVISIONS
from tests.program import Program
from tests.scripted_server import ScriptedServer, Seen, Step, answer, serving, token_answer

HIDDEN = "not visible to this client, or deleted"
SEES = "this client sees the queues of 1 division: Home"
ELSEWHERE = {"backupQueueId": "q-hidden", "agentWaitSeconds": 60, "waitForAgent": True}
FORMATS = ("text", "markdown", "json", "junit", "sarif", "codequality", "github")


def queue(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": f"q-{name.lower()}", "name": name, "division": {"id": "home", "name": "Home"}, **fields}


LIVE = [queue("Orders", directRouting=ELSEWHERE), queue("Sales")]
PAGES = {
    "/api/v2/organizations/me": {"id": "o", "name": "Acme"},
    "/api/v2/routing/queues": {"entities": LIVE, "total": 2, "pageCount": 1},
    "/api/v2/groups": {"entities": [], "total": 0, "pageCount": 1},
    DIVISIONS: {"entities": [{"id": "home", "name": "Home"}], "total": 1, "allDivsPermitted": False},
}


def vendor(seen: Seen) -> Step:
    return token_answer() if seen.method == "POST" else answer(PAGES[seen.path.partition("?")[0]])


@pytest.fixture
def server(program: Program) -> Iterator[ScriptedServer]:
    with serving(vendor) as running:
        program.setenv("SYNCER_API_URL", running.url)
        yield running


def run(program: Program, *arguments: str) -> tuple[int, dict[str, str]]:
    """The exit code of a command, and its report in each form."""
    done = program.run(*arguments, *(f"--report={name}={name}.out" for name in FORMATS))
    return done.code, {name: Path(f"{name}.out").read_text() for name in FORMATS}


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_every_form_says_once_that_the_network_is_partial(
    command: str, program: Program, server: ScriptedServer
) -> None:
    program.write_policies({"queue": "Sales", "capacity": 100, "backup": {"queue": "Order"}})
    code, texts = run(program, command)
    assert 3 == code
    found = json.loads(texts["json"])["findings"]
    assert 1 == sum(each["id"] == "live.partial" for each in found)
    for name, text in texts.items():
        assert (name, True) == (name, SEES in text)
        assert (name, True, False) == (name, HIDDEN in text, "did you mean" in text.lower())
    assert 1 == sum(seen.path.startswith(DIVISIONS) for seen in server.seen)


@pytest.mark.parametrize("command", [("status",), ("into", "Orders")], ids=" ".join)
def test_what_is_going_on_says_so_too(
    command: tuple[str, ...], program: Program, server: ScriptedServer
) -> None:
    done = program.run(*command)
    assert (0, True) == (done.code, f"not known: queues of other divisions: {SEES}" in done.out), done.out


def test_export_says_what_it_does_not_see_and_drops_and_invents_nothing(
    program: Program, server: ScriptedServer
) -> None:
    done = program.run("export", "--output", "exported")
    assert 0 == done.code
    assert SEES in done.out
    text = Path("exported/queues.yaml").read_text()
    assert f"Not managed: a rule has the target q-hidden, which is {HIDDEN}." in text
    assert "backup q-hidden after 60 s" in text
    assert 1 == sum(seen.path.startswith(DIVISIONS) for seen in server.seen)


def test_the_demonstration_as_a_client_of_one_division_sees_it(program: Program) -> None:
    faults = Faults.parse("divisions=Home")
    with Emulator(
        queues=demo_queues(),
        surroundings=demo_surroundings(),
        faults=faults,
        dialect="genesys-cloud",
        rate_limit=1_000_000,
    ) as emulator:
        program.use(emulator)
        assert SEES in program.run("doctor").out
        assert 0 == program.run("export", "--output", "policies", "--overwrite").code
        planned = program.run("plan", "--format", "json")
        queues = {each["name"]: each for each in demo_queues()}
        home = {name for name, each in queues.items() if each["division"]["name"] == "Home"}
        assert 0 < len(home) < len(queues)
        assert [] == planned.json["result"]["plan"]["changes"]
        shown = {each["name"] for each in program.live().values()}
        assert home == shown


def test_doctor_asks_once_too(program: Program, server: ScriptedServer) -> None:
    done = program.run("doctor")
    assert SEES in done.out
    assert 1 == sum(seen.path.startswith(DIVISIONS) for seen in server.seen)
