"""A loop that somebody closed by hand is what status, drift and doctor say first, in both dialects."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest

from syncer.emulator.server import Emulator
from tests.program import Program, live_queue, overflow

ADA = {"modifiedBy": {"id": "u1", "name": "Ada"}}

RULES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "overflow-rules": (
        {"overflow": [{"target": "Back", "threshold": 25, "delay": 60}]},
        {"routingRules": [overflow("front", 5)]},
    ),
    "genesys-cloud": (
        {"backup": {"queue": "Back", "agent_wait": 60}},
        {"directRouting": {"backupQueueId": "front", "agentWaitSeconds": 5}},
    ),
}


@pytest.fixture(params=list(RULES))
def dialect(program: Program, request: pytest.FixtureRequest) -> Iterator[str]:
    """An apply that is done: Front overflows into Back."""
    stated, _ = RULES[request.param]
    program.write_policies(
        {"queue": "Front", "capacity": 100, "base_load": 50, **stated},
        {"queue": "Back", "capacity": 100, "base_load": 10, "manage": False},
    )
    lock: Literal["etag", "none"] = "none" if request.param == "genesys-cloud" else "etag"
    queues = [live_queue("Front"), live_queue("Back")]
    with Emulator(queues=queues, rate_limit=1_000_000, lock=lock) as running:
        program.use(running)
        done = program.run("apply", "--auto-approve", "--dialect", request.param)
        assert 0 == done.code, done.out + done.err
        yield request.param


LOOP = "Back → Front → Back overflows in a circle; probably closed by Ada, who edited Back last, at "


def test_it_is_the_first_line_everywhere(program: Program, dialect: str) -> None:
    assert program.run("status", "--dialect", dialect).out.startswith("no live loop: 2 queues of ")
    program.edit("back", **RULES[dialect][1], **ADA)
    for command in ("status", "drift"):
        first, *_ = program.run(command, "--dialect", dialect).out.splitlines()
        assert first.startswith(f"live loop: {LOOP}"), command
    first, *_ = program.run("doctor", "--dialect", dialect).out.splitlines()
    assert ["warning", "loops", LOOP] == [
        *first.split()[:2],
        f"{first.partition('now: ')[2].partition('20')[0]}",
    ]


def test_a_rollback_of_the_run_that_is_a_part_of_it_opens_the_loop(program: Program, dialect: str) -> None:
    program.edit("back", **RULES[dialect][1], **ADA)
    assert 0 == program.run("rollback", "last", "--auto-approve", "--dialect", dialect).code
    assert program.run("status", "--dialect", dialect).out.startswith("no live loop: ")
    (run, *_) = program.run("status", "--format", "json", "--dialect", dialect).json["result"]["recent"]
    assert ("rollback", ["rollback", run["run"]]) == (run["verb"], run["undo"])


def test_what_comes_into_a_queue_and_what_changed_above_it(program: Program, dialect: str) -> None:
    (into,) = program.run("into", "Back", "--dialect", dialect, "--format", "json").json["result"]["into"]
    ((least, most),) = [tuple(rule["contacts"].values()) for rule in into["rules"]]
    assert (12.5, 12.5) == (least, most) if dialect == "overflow-rules" else (0.0, 50.0)
    upstream = program.run("audit", "show", "--upstream", "--queue", "Back", "--format", "json").json
    assert [("Front", most)] == [
        (change["queue"]["name"], change["contacts_added"]) for change in upstream["result"]["changes_above"]
    ]
