"""Drift measures loads where the settings ask for it, and is not stopped where it can't."""

from collections.abc import Iterator

import pytest

from syncer.emulator.server import Emulator
from syncer.live.analytics import AGGREGATE_QUERY
from tests.aggregates import counting
from tests.program import Done, Program, policy_queue
from tests.scripted_server import ScriptedServer, Seen, answer


@pytest.fixture
def api(program: Program, emulator: Emulator) -> Iterator[ScriptedServer]:
    """Each queue is offered 75 an hour, and nothing flows out."""
    with counting(emulator.url, lambda _queue, _moment: {"nOffered": 75}) as server:
        program.setenv("SYNCER_API_URL", server.url)
        program.write_policies(policy_queue("Front"), policy_queue("Back", base_load=70))
        yield server


def asked(api: ScriptedServer) -> list[Seen]:
    return [seen for seen in api.seen if seen.path == AGGREGATE_QUERY]


def outgrown(done: Done) -> list[str]:
    return [each["queue"] for each in done.json["findings"] if each["id"] == "load.outgrown"]


def test_a_drift_warns_of_loads_that_have_grown(program: Program, api: ScriptedServer) -> None:
    program.write_settings(drift={"outgrown": 20})
    assert ["Front"] == outgrown(program.run("drift", "--format", "json"))
    assert [] == outgrown(program.run("drift", "--queue", "Back", "--format", "json"))
    program.write_settings(drift={"outgrown": 5}, checks={"load.outgrown": "info"})
    done = program.run("drift", "--format", "json")
    assert ["Back", "Front"] == sorted(outgrown(done))
    assert 3 * 4 == len(asked(api)), "four windows of at most 4 days a drift"


def test_nothing_is_asked_where_it_is_not_wanted_or_no_load_is_stated(
    program: Program, api: ScriptedServer
) -> None:
    program.run("drift")
    program.write_settings(drift={"outgrown": 20})
    program.write_policies(policy_queue("Front", base_load=0))
    program.run("drift")
    assert [] == asked(api)


def test_a_drift_that_can_not_measure_goes_on(program: Program, api: ScriptedServer) -> None:
    script = api.script
    api.script = lambda seen: answer({}, 403) if seen.path == AGGREGATE_QUERY else script(seen)
    program.write_settings(drift={"outgrown": 20})
    done = program.run("drift", "--format", "json")
    (warning,) = done.json["warnings"]
    assert warning.startswith(f"loads are not compared: POST {AGGREGATE_QUERY}: 403")
    assert (0, []) == (done.code, outgrown(done))
