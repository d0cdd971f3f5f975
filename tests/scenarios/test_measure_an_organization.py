"""From an organization with traffic to policies with its figures: export, measure, plan, nothing typed."""

from collections.abc import Iterator
from typing import Any

import pytest

from syncer.emulator.server import Emulator, organization
from syncer.emulator.traffic_given import GivenQueue, GivenTraffic
from syncer.measuring.outflow import How
from tests.program import Program, live_queue, overflow
from tests.scenarios.test_flow_edges import FLOW, transfer

LOADS = {"front": 400, "desk": 200, "back": 100, "night": 50, "agent": 80}
CAPACITY = 300


def backup(target: str) -> dict[str, Any]:
    return {"directRouting": {"backupQueueId": target, "waitForAgent": True, "agentWaitSeconds": 30}}


@pytest.fixture
def org(program: Program) -> Iterator[Program]:
    """Rules of exact shares, a backup queue beside a rule, and a flow that closes a circle.

    What each queue is offered in the busiest hours follows from loads and shares that are known.
    """
    queues = [
        live_queue("Front", overflow("back", 25), overflow("night", 5)),
        live_queue("Desk", overflow("back", 10)),
        live_queue("Agent", overflow("back", 20), **backup("night")),
        live_queue("Back", queueFlow=FLOW),
        live_queue("Night"),
    ]
    flows = [{**FLOW, "type": "INQUEUECALL", "configuration": transfer("front")}]
    given = {name: GivenQueue(load, CAPACITY, ("voice",), 10) for name, load in LOADS.items()}
    traffic = GivenTraffic(noise=False, queues=given, flows={FLOW["id"]: 12.5})
    with Emulator(
        queues=queues, surroundings={"flows": flows}, rate_limit=1_000_000, traffic=traffic
    ) as running:
        program.use(running)
        (program.folder / "policies" / "all.yaml").unlink()
        yield program


def test_figures_are_those_that_the_traffic_was_made_of(org: Program) -> None:
    assert 0 == org.run("export", "--output", "policies").code
    done = org.run("measure", "--format", "json")
    result = done.json["result"]
    figures = {each["queue"]["id"]: each["base_load"]["measured"] for each in result["queues"]}
    assert 0 == done.code
    assert pytest.approx(LOADS, abs=3) == figures
    (share,) = result["transfers"]
    assert ("back", "front", pytest.approx(12.5, abs=0.3)) == (
        *(share["source"]["id"], share["target"]["id"]),
        share["percent"],
    )
    assert [] == [way for way in result["ways"] if way["off"]]
    assert {
        ("front", "back", How.SPLIT),
        ("front", "night", How.SPLIT),
        ("desk", "back", How.ALL),
        ("agent", "back", How.RULE),
        ("agent", "night", How.REST),
        ("back", "front", How.ALL),
    } == {(way["source"]["id"], way["target"]["id"], way["how"]) for way in result["ways"]}


def test_a_second_measurement_finds_the_same_and_what_is_written_can_be_planned(org: Program) -> None:
    org.run("export", "--output", "policies")
    org.run("measure", "--write-capacity")
    text = (org.folder / "policies" / "queues.yaml").read_text()
    again = org.run("measure", "--write-capacity", "--check", "--detailed-exitcode", "--format", "json")
    assert (0, [], 0) == (again.code, again.json["result"]["files"], again.json["result"]["changed"])
    assert text == (org.folder / "policies" / "queues.yaml").read_text()
    assert 1 == text.count("transfers:")
    assert unrefused(org) == 0


def test_a_way_that_nobody_sees_is_named(org: Program) -> None:
    """With flows off, what Back's flow transfers has no known edge, and Front's base load has it inside."""
    org.write_settings(flows=False)
    org.run("export", "--output", "policies")
    result = org.run("measure", "--check", "--format", "json").json["result"]
    (off,) = [way for way in result["ways"] if way["off"]]
    assert ("back", None) == (off["source"]["id"], off["target"])
    assert "a flow that isn't visible" in off["cause"]
    assert any("in-queue flows are not read" in words for words in result["unknown"])


def unrefused(program: Program) -> int:
    """How many errors a plan has. It has no changes."""
    planned = program.run("plan", "--format", "json")
    assert (0, []) == (planned.code, planned.json["result"]["plan"]["changes"])
    return int(planned.json["counts"]["error"])


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--write-capacity",)])
def test_what_is_adopted_has_no_errors_and_nothing_is_typed(
    program: Program, options: tuple[str, ...]
) -> None:
    with Emulator(queues=organization(60), rate_limit=1_000_000) as running:
        program.use(running)
        (program.folder / "policies" / "all.yaml").unlink()
        assert 0 == program.run("export", "--output", "policies").code
        measured = program.run("measure", "--weeks", "2", "--format", "json", *options)
        assert (0, 60) == (measured.code, len(measured.json["result"]["queues"]))
        assert 0 == unrefused(program)
