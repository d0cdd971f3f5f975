"""Scenarios of the settings from a policy to a plan: what a change causes there, and what it may not."""

from typing import Any

import pytest

from tests.program import Program, policy_queue

SCENARIOS = {"autumn": {"load": 1.5}, "peak": {"load": 3, "queues": [{"queue": "Back", "capacity": 60}]}}


@pytest.fixture
def org(program: Program) -> Program:
    """Front sends 10 of its 100 to Back today, and 25 with the policies; Back can take 40."""
    program.write_policies(
        policy_queue("Front", ("Back", 25), base_load=100, capacity=1000),
        policy_queue("Back", capacity=40, base_load=0),
        policy_queue("Desk", ("Front", 20), base_load=0, capacity=100),
    )
    program.write_settings(scenarios=SCENARIOS)
    return program


def in_scenarios(found: list[dict[str, Any]]) -> list[tuple[str, str, str | None, str]]:
    return [
        (each["scenario"], each["queue"], each["since"], each["severity"])
        for each in found
        if each["id"] == "scenario.exceeded"
    ]


def test_policies_alone_are_checked_in_each(org: Program) -> None:
    done = org.run("validate", "--format", "json")
    assert (0, [("peak", "Back", None, "warning")]) == (done.code, in_scenarios(done.json["findings"]))
    org.write_policies(policy_queue("Front", ("Back", 25), base_load=0), policy_queue("Back", base_load=0))
    assert [] == in_scenarios(org.run("validate", "--format", "json").json["findings"])


def test_a_plan_says_what_the_change_causes_there(org: Program) -> None:
    done = org.run("plan", "--format", "json", "--out", "plan.json")
    plan = done.json["result"]["plan"]
    assert (0, [("peak", "Back", "new", "warning")]) == (done.code, in_scenarios(plan["findings"]))
    assert "it would overload Back (75 of 60) in peak." in plan["verdict"]
    shown = org.run("show", "plan.json").out
    assert "warning scenario.exceeded (new): in peak: Back takes 75 from Front: 75 of 60" in shown


def test_what_was_so_before_is_told_apart_and_what_is_gone_is_solved(org: Program) -> None:
    org.edit("front", routingRules=[{**org.live()["front"]["routingRules"][0], "threshold": 25}])
    plan = org.run("plan", "--format", "json").json["result"]["plan"]
    assert [("peak", "Back", "before", "warning")] == in_scenarios(plan["findings"])
    org.edit("front", routingRules=[{**org.live()["front"]["routingRules"][0], "threshold": 38}])
    plan = org.run("plan", "--format", "json").json["result"]["plan"]
    assert [("autumn", "Back", "solved", "warning")] == in_scenarios(plan["solved"])


def test_as_an_error_it_refuses_a_change_that_causes_it(org: Program) -> None:
    org.write_settings(scenarios=SCENARIOS, checks={"scenario.exceeded": "error"})
    assert 3 == org.run("plan", "--out", "plan.json").code
    assert 3 == org.run("apply", "plan.json").code
    org.edit("front", routingRules=[{**org.live()["front"]["routingRules"][0], "threshold": 25}])
    assert 0 == org.run("plan").code
    org.write_settings(scenarios=SCENARIOS, checks={"scenario.exceeded": "off"})
    assert [] == in_scenarios(org.run("plan", "--format", "json").json["findings"])


def test_a_queue_that_nobody_knows_is_told(org: Program) -> None:
    org.write_settings(scenarios={"peak": {"outage": ["Bakc"]}})
    (found,) = [
        each
        for each in org.run("plan", "--format", "json").json["findings"]
        if each["id"] == "settings.unmatched"
    ]
    assert ("warning", True) == (found["severity"], "did you mean 'Back'?" in found["tip"])
