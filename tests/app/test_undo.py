"""The way back of one run, under the lock."""

import pytest

from syncer.app import LiveTarget, PolicySource, RollbackOptions, apply, audit_show, plan, rollback
from syncer.app.options import PlanOptions
from syncer.errors import Refused, WrongUsage
from tests.program import Program
from tests.use_cases import SOURCE, UNASKED, session

PLAN = "plan.json"


def applied_plan(program: Program, target: LiveTarget) -> RollbackOptions:
    """A plan is saved and applied; the options that undo it."""
    path = program.folder / PLAN
    plan(SOURCE, target, PlanOptions(out=path), session=session())
    assert 0 == apply(SOURCE, target, UNASKED, plan_file=path, session=session()).exit_code
    return RollbackOptions(plan_file=path)


def test_a_plan_is_undone_by_its_run(program: Program, target: LiveTarget) -> None:
    how = applied_plan(program, target)
    back = rollback("", SOURCE, target, UNASKED, how, session=session())
    view = audit_show().view
    assert view is not None
    first, *_, last = view.entries
    assert (0, first["run"]) == (back.exit_code, last["undoes"])


def test_a_plan_of_another_environment_is_refused(program: Program, target: LiveTarget) -> None:
    how = applied_plan(program, target)
    with pytest.raises(Refused, match="the plan is for no environment, not for 'prod'"):
        rollback("", PolicySource(environment="prod"), target, UNASKED, how, session=session())


def test_a_plan_that_changes_nothing_has_nothing_to_undo(program: Program, target: LiveTarget) -> None:
    applied_plan(program, target)
    path = program.folder / "empty.json"
    plan(SOURCE, target, PlanOptions(out=path), session=session())
    puts = program.puts()
    back = rollback("", SOURCE, target, UNASKED, RollbackOptions(plan_file=path), session=session())
    assert back.view is not None
    assert "this plan changes nothing, so there is nothing to undo" == back.view.message
    assert puts == program.puts()


def test_neither_run_nor_plan_is_wrong_usage(target: LiveTarget) -> None:
    with pytest.raises(WrongUsage, match="name exactly one: the run to undo, the plan file, or"):
        rollback("", SOURCE, target, UNASKED, session=session())
