"""Where not one queue could be compared, drift says so in every form, and ends with another code than 0."""

import json
from pathlib import Path
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from tests.hub import TOKEN, Hub
from tests.program import Program, overflow, policy_queue
from tests.receiver import receiving

FORMATS = ("text", "markdown", "json", "junit", "sarif", "codequality", "github", "terraform")
NOTHING = "nothing could be compared"


def unknown(program: Program) -> None:
    program.write_policies(policy_queue("Fronts", ("Backs", 25)), policy_queue("Backs"))


def ignored(program: Program) -> None:
    program.write_settings(ignore=[{"queues": ["*"], "reason": "others do"}])


def not_managed(program: Program) -> None:
    program.write_policies(policy_queue("Front", manage=False), policy_queue("Back", manage=False))


def silent(program: Program) -> None:
    program.write_policies({"queue": "Back", "capacity": 100})


CASES = {
    unknown: "the policies manage 2 queues, and this client sees none of them",
    ignored: "the settings ignore every queue that the policies manage",
    not_managed: "the policies manage no queue",
    silent: "no queue that the policies manage could be compared with a live queue",
}


@pytest.fixture
def alerted(program: Program) -> Program:
    """Somebody was told of a drift of Front."""
    assert 0 == program.run("apply", "--auto-approve").code
    program.edit("front", routingRules=[overflow("back", 30)])
    assert 0 == program.run("drift", "--alert-after", "1").code
    return program


def memory(program: Program) -> Any:
    return json.loads((program.folder / ".syncer" / "drift.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_it_is_an_error_that_every_form_has_and_resolves_nothing(case: Any, alerted: Program) -> None:
    before = memory(alerted)
    case(alerted)
    with receiving() as receiver:
        alerted.setenv("SYNCER_WEBHOOK_URL", receiver.url)
        reports = [f"--report={name}={name}.out" for name in FORMATS]
        done = alerted.run("drift", "--metrics", "m", *reports)
        assert [] == receiver.received
    assert 3 == done.code
    assert f"error drift.nothing-compared: {NOTHING}: {CASES[case]}" in done.out
    for name in FORMATS:
        text = Path(f"{name}.out").read_text()
        assert (name, True, False) == (name, NOTHING in text, "no drift" in text)
    assert [] == [line for line in Path("m").read_text().splitlines() if line.startswith("syncer_drifted")]
    assert before == memory(alerted)
    result = json.loads(Path("json.out").read_text())["result"]
    assert (0, [], []) == (result["compared"], result["rules"], result["resolved"])


def test_a_live_without_any_queue(program: Program) -> None:
    with Emulator(queues=[], rate_limit=1_000_000) as empty:
        program.use(empty)
        done = program.run("drift")
    assert (3, True) == (done.code, f"{NOTHING}: the organization lists no queues" in done.out)
    assert not (program.folder / ".syncer").exists()


def test_a_file_that_manages_nothing(alerted: Program) -> None:
    (alerted.folder / "known.yaml").write_text("version: 1\nqueues:\n  - {queue: Other, manage: false}\n")
    done = alerted.run("drift", "known.yaml")
    assert (3, True) == (done.code, f"{NOTHING}: the policies that were named manage no queue" in done.out)


def test_an_open_merge_request_is_left_alone(alerted: Program, hub: Hub) -> None:
    for name, value in {
        "CI_API_V4_URL": f"{hub.url}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_PROJECT_DIR": str(alerted.folder),
        "CI_COMMIT_SHA": "1" * 40,
        "CI_COMMIT_BRANCH": "main",
        "CI_DEFAULT_BRANCH": "main",
        "SYNCER_GITLAB_TOKEN": TOKEN,
    }.items():
        alerted.setenv(name, value)
    hub.begin("1" * 40, {"policies/all.yaml": (alerted.folder / "policies" / "all.yaml").read_text()})
    alerted.run("drift", "--open-mr")
    before = hub.requests()
    ignored(alerted)
    done = alerted.run("drift", "--open-mr")
    assert (3, before) == (done.code, hub.requests())
    assert "nothing could be compared: no merge request is opened, renewed or closed" in done.err
