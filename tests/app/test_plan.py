"""Plan, called from Python: what would change, and where it is saved."""

from pathlib import Path

import pytest

from syncer.app import LiveTarget, PlanOptions, PolicySource, Session, plan
from syncer.errors import ConfigError, SyncerError, WrongUsage
from syncer.model.change import Action
from syncer.model.finding import Severity
from syncer.planning.saved_plan import load_plan
from tests.program import Program, policy_queue
from tests.use_cases import CREDENTIALS, SOURCE, session


def test_the_variables_of_a_session_are_the_only_ones(
    target: LiveTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    assert 0 == plan(SOURCE, target).exit_code
    with pytest.raises(ConfigError, match="There are no credentials"):
        plan(SOURCE, target, session=Session(environ={}))


def test_what_would_change_is_saved_where_it_is_asked_for(program: Program, target: LiveTarget) -> None:
    made = plan(SOURCE, target, session=session())
    assert made.view is not None
    assert ([1, 1, 1], 0, "") == (
        [made.view.plan.count(action) for action in Action],
        made.exit_code,
        made.view.saved_to,
    )
    out = program.folder / "plan.json"
    saved = plan(SOURCE, target, PlanOptions(out=out, detailed_exitcode=True), session=session())
    assert saved.view is not None
    assert (2, str(out)) == (saved.exit_code, saved.view.saved_to)
    assert saved.view.document["digest"] == load_plan(out, "").digest
    assert 0 == program.puts()


def test_a_plan_is_not_saved_over_the_policies(program: Program, target: LiveTarget) -> None:
    before = Path("policies/all.yaml").read_bytes()
    with pytest.raises(WrongUsage, match="is a file of the policies"):
        plan(SOURCE, target, PlanOptions(out=Path("policies/../policies/all.yaml")), session=session())
    assert before == Path("policies/all.yaml").read_bytes()
    assert {"total": 0} == program.ask("requests")


def test_a_plan_is_not_saved_to_a_link_that_leads_to_itself(program: Program, target: LiveTarget) -> None:
    Path("loop").symlink_to("loop")
    with pytest.raises(SyncerError, match="loop can't be written: Too many levels of symbolic links"):
        plan(SOURCE, target, PlanOptions(out=Path("loop")), session=session())


def test_a_plan_with_an_error_can_not_be_applied_and_says_so(program: Program, target: LiveTarget) -> None:
    program.write_policies(policy_queue("Front", ("Nowhere", 25)))
    made = plan(SOURCE, target, PlanOptions(detailed_exitcode=True), session=session())
    errors = [each.id for each in made.findings if each.severity is Severity.ERROR]
    assert (3, ["references.unknown"]) == (made.exit_code, errors)
    assert made.view is not None
    assert not made.view.plan.applicable


def test_queues_that_no_policy_describes_are_told_where_they_are_asked_for(target: LiveTarget) -> None:
    unasked = plan(SOURCE, target, session=session()).view
    asked = plan(SOURCE, target, PlanOptions(unmanaged=True), session=session()).view
    assert unasked is not None
    assert asked is not None
    assert unasked.unmanaged is None
    assert ["Other"] == [each.name for each in asked.unmanaged or ()]


def test_an_apply_of_it_is_told_how_to_find_the_same(program: Program, target: LiveTarget) -> None:
    Path("policies").rename("mine")
    made = plan(PolicySource(Path("mine")), target, session=session()).view
    assert made is not None
    assert ("--policies", "mine", "--api-url", program.url) == made.apply_options


def test_what_an_apply_would_refuse_is_warned_of(program: Program, target: LiveTarget) -> None:
    program.write_settings(safety={"protected": ["Front"], "max_change_percent": 100})
    made = plan(SOURCE, target, session=session())
    assert (0, ["safety.refused"]) == (
        made.exit_code,
        [each.id for each in made.findings if each.id.startswith("safety")],
    )


def test_a_plan_is_held_against_what_was_before(program: Program, target: LiveTarget) -> None:
    before = program.folder / "before"
    program.write_policies(policy_queue("Front", ("Back", 25)), {**policy_queue("Back"), "capacity": 77.0})
    (program.folder / "policies").rename(before)
    program.write_policies(policy_queue("Front", ("Back", 25)), policy_queue("Back"))
    compared = plan(SOURCE, target, PlanOptions(base=str(before)), session=session())
    assert compared.view is not None
    assert [77.0] == [facts.capacity for facts in compared.view.plan.facts_before.values()]
    alone = plan(SOURCE, target, session=session())
    assert alone.view is not None
    assert {} == alone.view.plan.facts_before


def test_where_nothing_is_known_of_before_it_is_said(program: Program, target: LiveTarget) -> None:
    (program.folder / "empty").mkdir()
    nothing = plan(SOURCE, target, PlanOptions(base="empty"), session=session())
    assert ["empty has no policies in policies: there is nothing to compare with"] == list(nothing.warnings)
    asked = Session(environ={**CREDENTIALS, "CI_MERGE_REQUEST_DIFF_BASE_SHA": "0" * 40})
    (warning,) = plan(SOURCE, target, session=asked).warnings
    assert warning.startswith("capacities and loads of the target branch are not known: ")
    with pytest.raises(ConfigError, match="the policies of nowhere can't be read"):
        plan(SOURCE, target, PlanOptions(base="nowhere"), session=session())
