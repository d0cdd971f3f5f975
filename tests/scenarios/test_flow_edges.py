"""Flows in the network, from a real server to a plan: what Terraform and the queues alone don't show."""

from collections.abc import Iterator
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from tests.program import Program, live_queue, overflow, policy_queue

FLOW = {"id": "f-night", "name": "Night"}


def transfer(*queues: str) -> dict[str, Any]:
    targets = [{"config": {"lit": {"val": queue}}} for queue in queues]
    action = {"__type": "TransferPureMatchAction", "queues": targets}
    return {"flowSequenceItemList": [{"__type": "Task", "actionList": [action]}]}


@pytest.fixture
def org(program: Program) -> Iterator[Program]:
    """Back's in-queue flow transfers to Front."""
    queues = [
        live_queue("Front"),
        live_queue("Back", queueFlow=FLOW),
        live_queue("Desk", overflow("back", 5)),
    ]
    flows = [{**FLOW, "type": "INQUEUECALL", "configuration": transfer("front")}]
    with Emulator(queues=queues, surroundings={"flows": flows}, rate_limit=1_000_000) as running:
        program.use(running)
        program.write_policies(policy_queue("Front", ("Back", 20)), policy_queue("Desk", ("Back", 5)))
        yield program


CONFIGURATION = "GET /api/v2/flows/{id}/versions/{version}/configuration"
LOOP = "Back → Front → Back goes in a circle, by the in-queue flow Night 1.0"


def test_a_rule_that_a_flow_leads_back_from_is_refused(org: Program) -> None:
    (org.folder / ".syncer").mkdir()
    planned = org.run("plan")
    assert (3, True) == (planned.code, LOOP in planned.out)
    assert "Back → Front by Transfer to ACD of the in-queue flow Night 1.0" in planned.out
    assert "Can't be applied: " in planned.out
    assert 3 == org.run("apply", "--auto-approve").code
    assert 0 == org.puts()
    assert {"GET /api/v2/flows": 2, CONFIGURATION: 1} == {
        name: count for name, count in org.ask("requests").items() if "flows" in name
    }


def test_a_flow_that_only_may_transfer_there_is_a_warning(program: Program) -> None:
    computed = {"__type": "TransferPureMatchAction", "queues": [{"config": {"expression": "Flow.queue"}}]}
    configuration = {"flowSequenceItemList": [{"__type": "Task", "actionList": [computed]}]}
    more = {"type": "INQUEUECALL", "references": ["front"], "configuration": configuration}
    night = {**FLOW, **more}
    queues = [live_queue("Front"), live_queue("Back", queueFlow=FLOW)]
    with Emulator(queues=queues, surroundings={"flows": [night]}, rate_limit=1_000_000) as running:
        program.use(running)
        program.write_policies(policy_queue("Front", ("Back", 20)))
        planned = program.run("plan", "--verbose")
        assert 0 == planned.code, planned.out
        assert "Back → Front → Back may go in a circle, by the in-queue flow Night 1.0" in planned.out
        assert "no configuration shows all targets of Night, which may transfer to queues" in planned.out


def test_a_plan_has_the_transfers_beside_what_changes(org: Program) -> None:
    org.write_policies(
        policy_queue("Desk", ("Back", 9)),
        policy_queue("Back", transfers=[{"target": "Front", "share": 12.5}]),
    )
    planned = org.run("plan", "--format", "json", "--out", "plan.json").json["result"]["plan"]
    expected = {"source": "back", "target": "front", "flow": "Night", "version": "1.0", "proven": True}
    assert [{**expected, "share": 12.5}] == planned["transfers"]
    loads = {each["queue"]["id"]: each["after"]["load"] for each in planned["queues"]}
    assert 0 < loads["front"]["inflow"] == loads["back"]["offered"] * 0.125
    shown = org.run("show", "plan.json", "--format", "json").json["result"]["plan"]
    assert planned["transfers"] == shown["transfers"]


def test_into_shows_what_was_measured(org: Program) -> None:
    org.write_policies(
        policy_queue("Front"), policy_queue("Back", transfers=[{"target": "Front", "share": 12.5}])
    )
    shown = org.run("into", "Front").out
    assert "Back → Front: by the in-queue flow Night 1.0, 12.5 % as measured" in shown
    assert "Back  12.5 % at once" in shown


def test_one_that_is_there_already_refuses_nothing_else(org: Program) -> None:
    org.edit("front", routingRules=[overflow("back", 20)])
    org.write_policies(policy_queue("Front", ("Back", 20)), policy_queue("Desk", ("Back", 9)))
    planned = org.run("plan", "--verbose")
    assert (0, True) == (planned.code, LOOP in planned.out), planned.out
    assert 0 == org.run("apply", "--auto-approve").code


def test_settings_switch_it_off_and_nothing_is_asked(org: Program) -> None:
    org.write_settings(flows=False)
    planned = org.run("plan")
    assert (0, 1) == (planned.code, planned.out.count("in-queue flows are not read, as set in the settings"))
    assert not any("flows" in name for name in org.ask("requests"))
    assert "what in-queue flows send there: they are not read" in org.run("into", "Front").out


def test_without_the_right_that_is_said_once_and_stops_nothing(org: Program) -> None:
    org.edit("back", queueFlow={"id": "f-gone", "name": "Gone"})
    planned = org.run("plan")
    assert 0 == planned.code
    assert 1 == planned.out.count("1 in-queue flow is not read: the client can't see it")
    assert "warning flows.unread" in planned.out


def test_what_flows_into_a_queue_is_shown_and_named_by_a_stop(org: Program) -> None:
    shown = org.run("into", "Front")
    assert "Back → Front: by the in-queue flow Night 1.0, how many is not known" in shown.out
    assert "by the in-queue flow" in org.run("into", "Front", "--format", "markdown").out
    (words,) = org.run("into", "Front", "--format", "json").json["result"]["transfers"]
    assert words.startswith("Back → Front: ")
    stopped = org.run("stop", "Front", "--reason", "INC-1", "--auto-approve")
    assert "not touched: the in-queue flow Night of Back, which transfers there" in stopped.out
    said = (
        "No rule and no backup queue overflows into Front any more, but 1 in-queue flow still transfers there"
    )
    assert f"{said}: " in stopped.out
    assert "Nothing overflows" not in stopped.out


def test_status_names_a_loop_that_only_flows_close(org: Program) -> None:
    assert "no live loop: 3 queues" in org.run("status").out
    org.edit("front", routingRules=[overflow("back", 20)])
    seen = org.run("status")
    assert (0, True) == (seen.code, f"live loop by a flow: {LOOP}; no stop breaks it" in seen.out)
    assert "no live loop" not in seen.out
    assert [LOOP] == org.run("status", "--format", "json").json["result"]["flow_loops"]
    shown = org.run("status", "--format", "markdown").out
    assert (True, False) == ("**Live loop by a flow:**" in shown, "No loop in live" in shown)
    org.write_settings(flows=False)
    assert "not known: loops by in-queue flows: they are not read" in org.run("status").out


def test_a_flow_that_transfers_to_its_own_queue(org: Program) -> None:
    """It is a loop that plan and status report. No load comes in by it, no stop ends it, and it refuses
    nothing."""
    loop = "Front → Front goes in a circle, by the in-queue flow Night 1.0"
    org.edit("back", queueFlow=None)
    org.edit("front", queueFlow=FLOW)
    planned = org.run("plan", "--verbose", "--out", "plan.json")
    assert (0, True) == (planned.code, f"warning loops.flow (before): {loop}" in planned.out), planned.out
    assert "capacity.flow" not in planned.out
    assert f"live loop by a flow: {loop}; no stop breaks it" in org.run("status").out
    assert "by the in-queue flow" not in org.run("into", "Front").out
    for form in ("svg", "mermaid", "dot", "json"):
        assert 0 == org.run("graph", "--format", form).code
    for form in ("html", "markdown", "json", "junit"):
        assert 0 == org.run("show", "plan.json", "--format", form).code
    assert 0 == org.run("apply", "plan.json").code
    stopped = org.run("stop", "Front", "--reason", "INC-1", "--auto-approve")
    assert (0, False) == (stopped.code, "in-queue flow" in stopped.out), stopped.out
    assert 0 == org.run("stop", "--loops", "--reason", "INC-2", "--auto-approve").code


def test_doctor_says_whether_flows_can_be_read(org: Program) -> None:
    assert "flows         1 are listed; status and plan name the loops" in org.run("doctor").out
    org.edit("desk", emailInQueueFlow={"id": "f-gone"})
    assert "1 of 2 are not visible" in org.run("doctor").out


def test_a_stop_that_is_rolled_back_into_a_circle_of_a_flow_is_refused(org: Program) -> None:
    """Somebody changed the flow while the rule was off."""
    org.edit("back", queueFlow=None)
    assert 0 == org.run("apply", "--auto-approve").code
    org.write_policies(policy_queue("Front"), policy_queue("Desk", ("Back", 5)))
    assert 0 == org.run("apply", "--auto-approve").code
    org.edit("back", queueFlow=FLOW)
    refused = org.run("rollback", "last", "--auto-approve")
    assert (3, True) == (refused.code, LOOP in refused.out), refused.err


def test_a_stop_of_loops_breaks_one_that_a_flow_closes(org: Program) -> None:
    org.edit("front", routingRules=[overflow("back", 20)])
    stopped = org.run("stop", "--loops", "--reason", "INC-1", "--auto-approve")
    assert (0, True) == (stopped.code, "Nothing overflows in a circle any more: 1 rule off" in stopped.out)
    assert "no live loop: 3 queues" in org.run("status").out


def test_a_lift_closes_no_loop_through_a_flow(org: Program) -> None:
    org.edit("back", queueFlow=None)
    org.edit("front", routingRules=[overflow("back", 20)])
    assert 0 == org.run("stop", "Back", "--reason", "INC-1", "--auto-approve").code
    org.edit("back", queueFlow=FLOW)
    lifted = org.run("stop", "Back", "--lift", "--auto-approve")
    assert f"Front: it would close a loop: {LOOP}" in lifted.out
    assert "no live loop: 3 queues" in org.run("status").out


def test_into_follows_flows_upstream(org: Program) -> None:
    shown = org.run("into", "Front").out
    assert "Desk → Back" in shown
    assert "come in" not in shown


def test_offline_a_circle_by_a_measured_flow_is_a_warning(org: Program) -> None:
    """Which rules are new, and whether the flow still transfers there, only the organization tells."""
    org.write_policies(
        policy_queue("Front", ("Back", 20)),
        policy_queue("Back", transfers=[{"target": "Front", "share": 12.5}]),
    )
    checked = org.run("validate")
    assert 0 == checked.code, checked.out
    assert (
        "Back → Front → Back may go in a circle, by the in-queue flow that the policies state" in checked.out
    )
