"""A saved plan that is made once more, of which somebody has done a part meanwhile."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from syncer.app import LiveTarget, PolicySource, RunOptions, apply, plan
from syncer.app.options import PlanOptions
from syncer.audit.record import intent_of, read_record, write_record
from syncer.errors import StalePlan
from syncer.report.views import Applied, ReportOf
from tests.audit.trails import RUN
from tests.program import FAST, POLICIES, Program, overflow, policy_queue
from tests.use_cases import SOURCE, UNASKED, session

PLAN = Path("plan.json")
FRONT = RunOptions(auto_approve=True, queues=("Front",))


@pytest.fixture(autouse=True)
def _planned(target: LiveTarget) -> None:
    """A plan of two queues, Front and Desk."""
    assert 0 == plan(SOURCE, target, PlanOptions(out=PLAN), session=session()).exit_code


def saved(target: LiveTarget, said: list[str] | None = None) -> ReportOf[Applied]:
    """The saved plan is applied."""
    heard = [] if said is None else said
    return apply(SOURCE, target, UNASKED, plan_file=PLAN, session=session(message=heard.append))


def words(report: ReportOf[Applied]) -> str:
    assert report.view is not None
    return report.view.message


def outcomes(report: ReportOf[Applied]) -> list[str]:
    assert report.view is not None and report.view.result is not None
    return [outcome.change.name for outcome in report.view.result.outcomes]


def test_the_run_that_did_a_part_is_named(target: LiveTarget) -> None:
    within = session()
    assert 0 == apply(SOURCE, target, FRONT, session=within).exit_code
    said: list[str] = []
    report = saved(target, said)
    expected = f"1 of 2 changes were done meanwhile, by run {within.run}"
    assert (0, expected, ["Desk"]) == (report.exit_code, words(report), outcomes(report))
    assert expected in said


def test_several_runs_are_named(target: LiveTarget) -> None:
    runs = []
    for name in ("Front", "Desk"):
        within = session()
        apply(SOURCE, target, RunOptions(auto_approve=True, queues=(name,)), session=within)
        runs.append(within.run)
    assert f"2 of 2 changes were done meanwhile, by runs {', '.join(sorted(runs))}" in words(saved(target))


def test_a_run_that_was_cut_off_is_named(program: Program, target: LiveTarget) -> None:
    apply(SOURCE, target, FRONT, session=session())
    record = Path(".syncer/record.json")
    known = read_record(record)
    place = known.places[0]
    gone = replace(RUN, api=place.location.api, organization=place.location.organization)
    queues = {"front": place.queues["front"]}
    known = replace(known, places=(replace(place, queues=queues),))
    write_record(record, known.with_intent(intent_of(gone, ["desk"])))
    program.edit("desk", routingRules=[overflow("back", 20)])
    done = "2 of 2 changes were done meanwhile"
    assert words(saved(target)).startswith(f"{done}, by runs {gone.id} (cut off), {place.run}")


def test_a_hand_is_nobody_that_the_record_knows(program: Program, target: LiveTarget) -> None:
    apply(SOURCE, target, FRONT, session=session())
    program.edit("front", routingRules=[overflow("back", 11)])
    program.edit("front", routingRules=[overflow("back", 25)])
    program.edit("desk", routingRules=[overflow("back", 20)])
    assert words(saved(target)).startswith("2 of 2 changes were done meanwhile, by others")


def test_what_the_plan_did_itself_was_not_done_meanwhile(program: Program, target: LiveTarget) -> None:
    def meddle(*_: object) -> None:
        program.edit("desk", routingRules=[overflow("front", 77)])

    within = session(started=meddle)
    assert 5 == apply(SOURCE, target, UNASKED, plan_file=PLAN, session=within).exit_code
    program.edit("desk", routingRules=[overflow("front", 20)])
    report = saved(target)
    assert (0, "", ["Desk"]) == (report.exit_code, words(report), outcomes(report))


def test_other_policies_are_a_stale_plan_whatever_was_done(program: Program, target: LiveTarget) -> None:
    apply(SOURCE, target, FRONT, session=session())
    program.write_policies(*POLICIES[:2], policy_queue("Back", capacity=70))
    report = saved(target)
    assert isinstance(report.error, StalePlan)
    assert "policies/all.yaml was edited" in report.error.message
    assert report.view is None


def test_a_change_that_is_done_in_part_is_stale(program: Program, target: LiveTarget) -> None:
    program.edit("desk", routingRules=[overflow("front", 20), overflow("back", 20)])
    report = saved(target)
    assert isinstance(report.error, StalePlan)


ANOTHER = PolicySource(Path("another"))


@pytest.fixture
def another(program: Program) -> PolicySource:
    """Another set of policies for the same organization, which changes the queue Other."""
    queues = [policy_queue("Other", ("Back", 9)), policy_queue("Back") | {"manage": False}]
    (program.folder / "another").mkdir()
    for name, content in (("other.yaml", {"version": 1, "queues": queues}), ("settings.yaml", FAST)):
        (program.folder / "another" / name).write_text(json.dumps(content))
    return ANOTHER


def test_what_another_set_of_policies_has_applied_meanwhile_is_no_move(
    target: LiveTarget, another: PolicySource
) -> None:
    within = session()
    assert 0 == apply(another, target, UNASKED, session=within).exit_code
    report = saved(target)
    assert (0, f"1 other queue changed meanwhile, by run {within.run}", ["Desk", "Front"]) == (
        report.exit_code,
        words(report),
        sorted(outcomes(report)),
    )


def test_what_a_hand_has_changed_since_is_one(
    program: Program, target: LiveTarget, another: PolicySource
) -> None:
    apply(another, target, UNASKED, session=session())
    program.edit("other", routingRules=[overflow("back", 77)])
    report = saved(target)
    assert isinstance(report.error, StalePlan)
    assert "Other" in report.error.message


def test_a_run_that_was_cut_off_and_did_it_alone_is_named(program: Program, target: LiveTarget) -> None:
    record = Path(".syncer/record.json")
    apply(SOURCE, target, RunOptions(auto_approve=True, queues=("Back",)), session=session())
    location = read_record(record).places[0].location
    gone = replace(RUN, api=location.api, organization=location.organization)
    write_record(record, read_record(record).with_intent(intent_of(gone, ["desk", "front"])))
    program.edit("desk", routingRules=[overflow("back", 20)])
    expected = f"1 of 2 changes were done meanwhile, by run {gone.id}, which was cut off"
    assert expected == words(saved(target))
