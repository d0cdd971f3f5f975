"""What the record knows of applies that sent nothing."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from syncer.app import LiveTarget, PolicySource, RunOptions, apply, plan, rollback
from syncer.app.options import PlanOptions
from syncer.audit.applied_set import AppliedSet, RefusedRun
from syncer.audit.record import read_record
from syncer.errors import SyncerError
from tests.program import POLICIES, Program, overflow, policy_queue
from tests.use_cases import SOURCE, UNASKED, session

STATE, STORE = Path(".syncer"), Path("shared/record.json")
KEPT = replace(UNASKED, record=str(STORE))
COMMIT = "1" * 40


@pytest.fixture(autouse=True)
def _applied(target: LiveTarget) -> None:
    """What was applied before, of which the store knows too."""
    STORE.parent.mkdir()
    assert 0 == apply(SOURCE, target, KEPT, session=session(environ={"CI_COMMIT_SHA": COMMIT})).exit_code


def known(path: Path = STORE, name: str = "") -> AppliedSet:
    (place,) = read_record(path).places
    return place.sets[name]


def refused(
    target: LiveTarget, options: RunOptions = KEPT, source: PolicySource = SOURCE, **values: Any
) -> RefusedRun:
    """The one refusal that the record has after an apply that ends with an error."""
    within = session(**values)
    try:
        report = apply(source, target, options, session=within)
    except SyncerError as error:
        assert error.exit_code
    else:
        assert report.exit_code
    (here,), (there,) = known(STATE / "record.json").refused, known().refused
    assert (within.run, here) == (there.run, there)
    return there


def test_what_the_settings_forbid(program: Program, target: LiveTarget) -> None:
    program.write_settings(safety={"protected": ["Front"]})
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    found = refused(target, environ={"CI_COMMIT_SHA": COMMIT})
    assert ("protected", COMMIT, True) == (found.reason, found.commit, found.at.endswith("Z"))
    assert COMMIT == known().commit, "what was applied last stays"


def test_a_freeze(program: Program, target: LiveTarget) -> None:
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    assert "frozen" == refused(target, environ={"SYNCER_FREEZE": "INC-1"}).reason


def test_policies_with_errors(program: Program, target: LiveTarget) -> None:
    program.write_policies(policy_queue("Front", ("Nowhere", 30)), *POLICIES[1:])
    assert "invalid-policies" == refused(target).reason


def test_a_prompt_that_is_answered_with_no(program: Program, target: LiveTarget) -> None:
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    options = replace(KEPT, auto_approve=False)
    assert "declined" == refused(target, options, approve=lambda _: False).reason


def test_conflicts_at_every_queue(program: Program, target: LiveTarget) -> None:
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])

    def meddle(*_: object) -> None:
        program.edit("front", routingRules=[overflow("back", 77)])

    assert "conflict" == refused(target, started=meddle).reason


def test_policies_that_can_not_be_read(program: Program, target: LiveTarget) -> None:
    """Live was not reached: the place is the only one that the record has of the environment."""
    (program.folder / "policies" / "all.yaml").write_text("queues: [")
    assert "unreadable-policies" == refused(target).reason


def test_credentials_that_are_refused(program: Program, target: LiveTarget) -> None:
    wrong = {"GENESYSCLOUD_OAUTHCLIENT_SECRET": "wrong"}
    assert "unauthorized" == refused(target, environ=wrong).reason


def test_of_two_organizations_nobody_knows_which_was_meant(target: LiveTarget) -> None:
    path = STATE / "record.json"
    document = json.loads(path.read_bytes())
    (place,) = document["places"]
    document["places"].append({**place, "organization": {"id": "another", "name": ""}})
    path.write_text(json.dumps(document))
    before = STORE.read_bytes()
    with pytest.raises(SyncerError):
        apply(SOURCE, target, KEPT, session=session(environ={"GENESYSCLOUD_OAUTHCLIENT_SECRET": "wrong"}))
    assert before == STORE.read_bytes()
    assert [()] * 2 == [each.sets[""].refused for each in read_record(path).places]


def test_a_plan_that_is_none(target: LiveTarget) -> None:
    Path("plan.json").write_text("{}")
    with pytest.raises(SyncerError):
        apply(SOURCE, target, KEPT, plan_file=Path("plan.json"), session=session())
    assert ["bad-plan"] == [each.reason for each in known().refused]
    with pytest.raises(SyncerError):
        elsewhere = PolicySource(environment="test")
        apply(elsewhere, target, KEPT, plan_file=Path("plan.json"), session=session())
    assert 1 == len(known().refused), "nothing was applied for that environment"


def test_each_set_of_policies_has_its_own(program: Program, target: LiveTarget) -> None:
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    source = PolicySource(set_name="billing")
    within = session(environ={"SYNCER_FREEZE": "INC-1"})
    assert 4 == apply(source, target, KEPT, session=within).exit_code
    assert ([], [within.run]) == tuple(
        [each.run for each in known(name=name).refused] for name in ("", "billing")
    )


def test_the_next_apply_forgets_them(program: Program, target: LiveTarget) -> None:
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    refused(target, environ={"SYNCER_FREEZE": "INC-1"})
    assert 0 == apply(SOURCE, target, KEPT, session=session()).exit_code
    assert () == known().refused


def test_what_is_no_apply_or_was_not_refused_is_not_noted(target: LiveTarget) -> None:
    with pytest.raises(SyncerError):
        rollback("nobody-knows", SOURCE, target, KEPT, session=session())
    assert 0 == apply(SOURCE, target, KEPT, session=session()).exit_code
    assert 0 == plan(SOURCE, target, PlanOptions(record=str(STORE)), session=session()).exit_code
    assert () == known().refused


def test_a_store_that_is_gone_changes_nothing_of_the_refusal(program: Program, target: LiveTarget) -> None:
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    options = replace(KEPT, record="gone/record.json")
    report = apply(SOURCE, target, options, session=session(environ={"SYNCER_FREEZE": "INC-1"}))
    assert (4, "frozen") == (report.exit_code, report.error.reason if report.error else "")
    assert ["frozen"] == [each.reason for each in known(STATE / "record.json").refused]
    assert any("the record was not written to gone/record.json" in each for each in report.warnings)


def test_a_record_that_can_not_be_written_changes_nothing_of_the_refusal(
    program: Program, target: LiveTarget
) -> None:
    (STATE / "record.json").unlink()
    (STATE / "record.json").mkdir()
    (program.folder / "policies" / "all.yaml").write_text("queues: [")
    report = apply(SOURCE, target, KEPT, session=session())
    assert 3 == report.exit_code, "no place is known, so nothing is noted"
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    report = apply(SOURCE, target, KEPT, session=session(environ={"SYNCER_FREEZE": "INC-1"}))
    assert 4 == report.exit_code
    assert any("the record of what was applied was not written" in each for each in report.warnings)


def test_a_lock_that_another_run_holds(target: LiveTarget) -> None:
    with FileLock(STATE / "lock"):
        assert "another-run" == refused(target).reason
