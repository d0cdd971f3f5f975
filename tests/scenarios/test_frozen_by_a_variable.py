"""A freeze that nobody has to merge: it holds an apply, warns in a plan, and lets an undo through."""

import pytest

from tests.program import Program

VARIABLES = {
    "SYNCER_FREEZE": ("INC-4711 until 2999-01-01T06:00Z", "by SYNCER_FREEZE until 2999-01-01T06:00:00.000Z"),
    "CI_DEPLOY_FREEZE": ("true", "as long as CI_DEPLOY_FREEZE is set"),
}


@pytest.mark.parametrize("variable", VARIABLES)
def test_it_refuses_an_apply_until_somebody_says_otherwise(program: Program, variable: str) -> None:
    value, words = VARIABLES[variable]
    program.setenv(variable, value)
    done = program.run("apply", "--auto-approve", "--format", "json")
    assert (4, "Refused") == (done.code, done.json["error"]["type"])
    assert f"changes are frozen {words}" in done.json["error"]["message"]
    assert "--allow-frozen" in done.json["error"]["hint"]
    assert 0 == program.puts()
    assert 0 == program.run("apply", "--auto-approve", "--allow-frozen").code
    refused, *_, applied = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert ("refused", "frozen", []) == (refused["status"], refused["reason"], refused["overrides"])
    assert ("done", ["--allow-frozen"]) == (applied["status"], applied["overrides"])


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_plan_warns_of_it(program: Program, variable: str) -> None:
    value, words = VARIABLES[variable]
    program.setenv(variable, value)
    done = program.run("plan")
    assert 0 == done.code
    assert f"safety.refused: an apply refuses this plan: changes are frozen {words}" in done.out


def test_a_saved_plan_is_held_too(program: Program) -> None:
    assert 0 == program.run("plan", "--out", "plan.json").code
    program.setenv("SYNCER_FREEZE", "INC-4711")
    assert 4 == program.run("apply", "plan.json").code
    assert 0 == program.puts()


@pytest.mark.parametrize("variable", VARIABLES)
def test_what_undoes_an_apply_goes_on_and_is_recorded_as_exempt(program: Program, variable: str) -> None:
    before = program.live()
    assert 0 == program.run("apply", "--auto-approve").code
    program.setenv(variable, VARIABLES[variable][0])
    done = program.run("rollback", "last", "--auto-approve")
    assert 0 == done.code, done.err
    assert "a freeze is in force, and a rollback is exempt from it" in done.err
    for queue, raw in program.live().items():
        assert before[queue]["routingRules"] == raw["routingRules"]
    entries = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert ("ROLLBACK_RUN", ["exempt:frozen"]) == (entries[-1]["action"], entries[-1]["overrides"])
