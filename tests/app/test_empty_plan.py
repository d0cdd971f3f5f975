"""A saved plan that changes nothing: live is looked at once, and the record says what was seen."""

from pathlib import Path

from syncer.app import LiveTarget, RunOptions, apply, plan
from syncer.app.options import PlanOptions
from syncer.audit.record import Record, read_record
from syncer.errors import StalePlan
from tests.program import POLICIES, Program, overflow, policy_queue
from tests.use_cases import SOURCE, UNASKED, session

SAVED = Path("plan.json")
EMPTY = "this plan changes nothing: nothing was sent"


def record() -> Record:
    return read_record(Path(".syncer/record.json"))


def empty(program: Program, target: LiveTarget, front: int = 30) -> None:
    """Live is edited by hand, the policies follow it, and a plan of that is saved: it changes nothing."""
    program.edit("front", routingRules=[overflow("back", front)])
    program.write_policies(policy_queue("Front", ("Back", front)), *POLICIES[1:])
    saved = plan(SOURCE, target, PlanOptions(out=SAVED), session=session())
    assert saved.view is not None
    assert () == saved.view.plan.changes


def test_the_record_says_what_was_seen(program: Program, target: LiveTarget) -> None:
    apply(SOURCE, target, UNASKED, session=session(environ={"CI_COMMIT_SHA": "a" * 40}))
    empty(program, target)
    within = session()
    done = apply(SOURCE, target, plan_file=SAVED, session=within)
    assert done.view is not None
    assert (0, EMPTY) == (done.exit_code, done.view.message)
    (place,) = record().places
    front = place.queues["front"]
    assert front.rules is not None
    assert (within.run, [30]) == (front.run, [rule.percent for rule in front.rules])
    assert "a" * 40 == place.sets[""].commit, "that of this run isn't known"


def test_a_hand_edit_after_it_is_not_explained(program: Program, target: LiveTarget) -> None:
    """Live goes back to what was applied before, and no commit says so."""
    apply(SOURCE, target, UNASKED, session=session())
    empty(program, target)
    apply(SOURCE, target, plan_file=SAVED, session=session())
    program.edit("front", routingRules=[overflow("back", 25)])
    strict = RunOptions(auto_approve=True, require_explained=True)
    refused = apply(SOURCE, target, strict, session=session())
    assert refused.error is not None
    assert (4, "unexplained") == (refused.exit_code, refused.error.reason)


def test_the_first_apply_of_what_was_exported_leaves_a_record(program: Program, target: LiveTarget) -> None:
    program.edit("desk", routingRules=[overflow("back", 20)])
    empty(program, target)
    assert () == record().places
    within = session(environ={"CI_COMMIT_SHA": "a" * 40})
    assert 0 == apply(SOURCE, target, plan_file=SAVED, session=within).exit_code
    (place,) = record().places
    assert {"front", "back", "desk"} == set(place.queues)
    assert ("a" * 40, within.run) == (place.sets[""].commit, place.sets[""].run)


def test_it_is_stale_where_there_is_something_to_change_by_now(program: Program, target: LiveTarget) -> None:
    apply(SOURCE, target, UNASKED, session=session())
    empty(program, target)
    program.edit("front", routingRules=[overflow("back", 31)])
    puts = program.puts()
    refused = apply(SOURCE, target, plan_file=SAVED, session=session())
    assert isinstance(refused.error, StalePlan)
    assert (4, puts) == (refused.exit_code, program.puts())
    assert "31 %" in refused.error.message
    assert "retry its job that plans" in refused.error.hint
