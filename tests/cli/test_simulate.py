"""The command: its options reach the use case, its report comes in every form."""

import pytest

from tests.program import Program, policy_queue

SHOWN = """\
no queue is over its capacity
holds up to 1.03 × what is assumed; Back is full first, by what it keeps

of the policies alone, contacts per 1h
assumed: 1.2 × today's load
assumed: Back can take 40

  queue    offered  flows in        keeps  capacity         use  beyond          full at
  Back   32.5 → 39   12.5 → 15  32.5 → 39   50 → 40   65% → 98%       0  1.54 × → 1.03 ×
  Front    50 → 60          0  37.5 → 45       100  38% → 45%       0  2.67 × → 2.22 ×

full in turn: Back at 1.03 ×, Front at 2.22 ×

no queue is over its capacity
holds up to 1.03 × what is assumed; Back is full first, by what it keeps
"""


@pytest.fixture
def policies(program: Program) -> Program:
    """Front sends 12.5 of its 50 to Back, which has 20 and can take 50."""
    program.write_policies(
        policy_queue("Front", ("Back", 25)), policy_queue("Back", capacity=50, base_load=20)
    )
    return program


def test_it_shows_each_queue_before_and_after(policies: Program) -> None:
    done = policies.run("simulate", "--load", "1.2", "--capacity", "Back=40", "--quiet")
    assert (0, [line.split() for line in SHOWN.splitlines()]) == (
        done.code,
        [line.split() for line in done.out.splitlines()],
    )


def test_every_option_reaches_the_simulation(policies: Program) -> None:
    policies.write_settings(scenarios={"peak": {"load": 3}})
    done = policies.run(
        *("simulate", "--scenario", "peak", "--load", "Front=2", "--outage", "Back", "--until-full"),
        *("--answer-within", "30", "--format", "json"),
    )
    result = done.json["result"]
    assert ["3 × today's load", "Front is offered 2 × its base load", "Back is out of service"] == (
        result["assumed"]
    )
    assert (True, pytest.approx(4 / 3), "Front") == (
        result["until_full"],
        result["factor"],
        result["headroom"]["after"]["queue"],
    )


def test_a_queue_may_have_an_equals_sign_in_its_name(policies: Program) -> None:
    policies.write_policies(policy_queue("A=B"))
    done = policies.run("simulate", "--load", "A=B=2", "--format", "csv")
    head, row, *_ = done.out.splitlines()
    assert ("A=B", "100.0") == (
        row.split(",")[0],
        dict(zip(head.split(","), row.split(","), strict=True))["after_base_load"],
    )


def test_a_plan_is_shown_before_and_after(policies: Program) -> None:
    assert 0 == policies.run("plan", "--out", "plan.json").code
    done = policies.run("simulate", "--plan", "plan.json", "--until-full")
    assert (0, True) == (
        done.code,
        done.out.splitlines()[-1].startswith("holds up to 1.54 × today (without the"),
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--load", "much"), "'much' isn't a number."),
        (("--load", "Front=nan"), "'nan' isn't a number."),
        (("--load", "1", "--load", "2"), "There are two loads for all queues"),
        (("--capacity", "40"), "A capacity needs a queue"),
        (("--load", "-1"), "a load is out of range"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    policies: Program, arguments: tuple[str, ...], message: str
) -> None:
    done = policies.run("simulate", *arguments)
    assert (64, True) == (done.code, message in done.err)
