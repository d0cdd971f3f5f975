"""Rollback, called from Python: the way back of one run."""

import pytest

from syncer.app import LiveTarget, apply, rollback
from syncer.errors import Refused
from tests.program import Program, overflow
from tests.use_cases import SOURCE, UNASKED, session


def applied(target: LiveTarget) -> str:
    """The id of an apply that was done."""
    done = apply(SOURCE, target, UNASKED, session=session())
    assert done.view is not None
    assert done.view.result is not None
    return done.view.result.run.id


def test_what_a_run_changed_is_undone_and_the_run_names_it(program: Program, target: LiveTarget) -> None:
    before = program.live()
    run = applied(target)
    back = rollback("last", SOURCE, target, UNASKED, session=session())
    assert back.view is not None
    assert back.view.result is not None
    assert (0, run) == (back.exit_code, back.view.result.run.undoes)
    rules = {name: queue["routingRules"] for name, queue in before.items()}
    assert rules == {name: queue["routingRules"] for name, queue in program.live().items()}
    again = rollback(run, SOURCE, target, UNASKED, session=session())
    assert again.view is not None
    assert (0, None) == (again.exit_code, again.view.result)
    assert f"run {run} was undone by run {back.view.result.run.id}" in again.view.message


def test_the_way_back_is_approved_like_any_plan(program: Program, target: LiveTarget) -> None:
    run = applied(target)
    puts = program.puts()
    with pytest.raises(Refused, match="nobody can be asked for approval"):
        rollback(run, SOURCE, target, session=session())
    assert puts == program.puts()


def test_what_somebody_changed_since_is_not_overwritten(program: Program, target: LiveTarget) -> None:
    run = applied(target)
    program.edit("front", routingRules=[overflow("back", 11)])
    puts = program.puts()
    back = rollback(run, SOURCE, target, UNASKED, session=session())
    assert (4, True) == (back.exit_code, any(each.id.startswith("rollback.") for each in back.findings))
    assert puts == program.puts()
    assert 11 == program.live()["front"]["routingRules"][0]["threshold"]


def test_live_that_is_back_already_is_left_alone(program: Program, target: LiveTarget) -> None:
    before = program.live()
    run = applied(target)
    for name in ("front", "desk"):
        program.edit(name, routingRules=before[name]["routingRules"])
    puts = program.puts()
    back = rollback(run, SOURCE, target, UNASKED, session=session())
    assert back.view is not None
    assert f"the live queues are as they were before run {run}: nothing was sent" == back.view.message
    assert puts == program.puts()
