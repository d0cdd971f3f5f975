"""Apply, called from Python: who approves, and what is left to do."""

import shutil
from pathlib import Path

import pytest

from syncer.app import LiveTarget, PlanOptions, PolicySource, RunOptions, apply, plan, rollback
from syncer.errors import Refused, StalePlan
from syncer.report.views import Planned, ReportOf
from tests.program import Program, overflow
from tests.use_cases import SOURCE, UNASKED, session

SAVED = Path("plan.json")
YES = RunOptions(auto_approve=True)


def save(target: LiveTarget) -> None:
    plan(SOURCE, target, PlanOptions(out=SAVED), session=session())


def test_nothing_is_applied_that_nobody_approved(program: Program, target: LiveTarget) -> None:
    with pytest.raises(Refused, match="nobody can be asked for approval"):
        apply(SOURCE, target, session=session())
    asked: list[int] = []

    def no(report: ReportOf[Planned]) -> bool:
        assert report.view is not None
        asked.append(len(report.view.plan.changes))
        return False

    with pytest.raises(Refused, match="you did not approve"):
        apply(SOURCE, target, session=session(approve=no))
    assert ([2], 0) == (asked, program.puts())


def test_a_saved_plan_is_approved_already_and_used_up_when_it_was_applied(
    program: Program, target: LiveTarget
) -> None:
    save(target)
    done = apply(SOURCE, target, plan_file=SAVED, session=session())
    assert (0, 2) == (done.exit_code, program.puts())
    again = apply(SOURCE, target, plan_file=SAVED, session=session())
    assert done.view is not None
    assert done.view.result is not None
    assert again.view is not None
    assert (0, None) == (again.exit_code, again.view.result)
    assert again.view.message.startswith(
        f"this plan was already applied by run {done.view.result.run.id} at "
    )
    save(target)
    nothing = apply(SOURCE, target, plan_file=SAVED, session=session()).view
    assert nothing is not None
    assert "this plan changes nothing: nothing was sent" == nothing.message
    assert 2 == program.puts()


@pytest.mark.parametrize("times", [1, 2])
def test_a_saved_plan_that_was_rolled_back_is_not_applied_again(
    program: Program, target: LiveTarget, times: int
) -> None:
    """A rollback that was rolled back undid nothing: the plan stands as it was applied."""
    save(target)
    done = apply(SOURCE, target, plan_file=SAVED, session=session())
    assert done.view is not None
    assert done.view.result is not None
    run, backs = done.view.result.run.id, list[str]()
    for _ in range(times):
        undo = rollback(backs[-1] if backs else run, SOURCE, target, YES, session=session())
        assert undo.view is not None
        assert undo.view.result is not None
        backs.append(undo.view.result.run.id)
    sent = program.puts()
    if times == 2:
        again = apply(SOURCE, target, plan_file=SAVED, session=session())
        assert again.view is not None
        assert f"this plan was already applied by run {run}" in again.view.message
        assert (0, sent) == (again.exit_code, program.puts())
        return
    with pytest.raises(
        Refused, match=f"was applied by run {run}, which was undone by run {backs[0]} at"
    ) as no:
        apply(SOURCE, target, plan_file=SAVED, session=session())
    assert ("undone", 4, sent) == (no.value.reason, no.value.exit_code, program.puts())
    assert "make a new plan" in no.value.hint
    save(target)
    assert 0 == apply(SOURCE, target, plan_file=SAVED, session=session()).exit_code


def test_a_saved_plan_of_which_live_has_moved_is_refused(program: Program, target: LiveTarget) -> None:
    save(target)
    program.edit("front", routingRules=[overflow("back", 11)])
    done = apply(SOURCE, target, plan_file=SAVED, session=session())
    assert (4, StalePlan, 0) == (done.exit_code, type(done.error), program.puts())


@pytest.mark.parametrize("there", [True, False])
def test_a_saved_plan_of_another_folder_says_which_one_it_was_made_from(
    program: Program, target: LiveTarget, there: bool
) -> None:
    shutil.copytree("policies", "p loop")
    plan(PolicySource(Path("p loop")), target, PlanOptions(out=SAVED), session=session())
    if not there:
        shutil.rmtree("policies")
    with pytest.raises(StalePlan) as error:
        apply(SOURCE, target, plan_file=SAVED, session=session())
    assert (
        "this plan was made from p loop, not from policies: nothing was applied",
        "Give --policies 'p loop'.",
        0,
    ) == (error.value.message, error.value.hint, program.puts())
    source = PolicySource(Path("p loop"))
    assert 0 == apply(source, target, plan_file=SAVED, session=session()).exit_code


def test_a_saved_plan_is_applied_to_its_own_environment_alone(program: Program, target: LiveTarget) -> None:
    program.write_settings(environments={"prod": {}, "test": {}})
    prod = PolicySource(environment="prod")
    plan(prod, target, PlanOptions(out=SAVED), session=session())
    with pytest.raises(Refused, match="the plan is for the environment 'prod', not for 'test'"):
        apply(PolicySource(environment="test"), target, plan_file=SAVED, session=session())
    assert 0 == program.puts()
    assert 0 == apply(SOURCE, target, plan_file=SAVED, session=session()).exit_code


def test_where_nothing_is_left_to_do_nobody_is_asked(program: Program, target: LiveTarget) -> None:
    assert 0 == apply(SOURCE, target, UNASKED, session=session()).exit_code
    again = apply(SOURCE, target, session=session())
    assert again.view is not None
    assert (0, "nothing to do: the live queues are as they should be") == (
        again.exit_code,
        again.view.message,
    )
    assert 2 == program.puts()
