"""What changed above a queue: ``audit show --upstream``."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from syncer.app import AuditOptions, LiveTarget, apply, audit_show, audit_upstream
from syncer.app.audit_upstream import BY_HAND
from syncer.errors import WrongUsage
from syncer.report.sights import Upstream
from tests.program import Program, policy_queue
from tests.use_cases import SOURCE, UNASKED, session

BACK = AuditOptions(queues=("Back",))
IN_ORDER = replace(UNASKED, parallel=1)


@pytest.fixture
def run(program: Program, target: LiveTarget) -> str:
    """The second of two applies: more of Front overflows, more comes into Desk, Back can take less."""
    assert 0 == apply(SOURCE, target, IN_ORDER, session=session()).exit_code
    program.write_policies(
        policy_queue("Front", ("Back", 60)),
        policy_queue("Desk", ("Back", 20), base_load=80),
        policy_queue("Back", capacity=60, base_load=10),
    )
    second = session()
    assert 0 == apply(SOURCE, target, UNASKED, session=second).exit_code
    return second.run


def seen(options: AuditOptions = BACK, run: str = "") -> Upstream:
    report = audit_upstream(Path(".syncer"), run, options, session=session())
    assert ("audit show", ()) == (report.command, report.warnings)
    assert report.view
    return report.view


def test_the_changes_above_it_are_ranked_by_what_they_added(run: str) -> None:
    view = seen()
    assert ("back", "Back", "since the start of the trail", (BY_HAND,)) == (
        view.queue,
        view.name,
        view.period,
        view.unknown,
    )
    assert [
        ("Back: capacity 100 ⇒ 60, base load 50 ⇒ 10", 40.0),
        ("Front → Back: 25 % after 60 s ⇒ 60 % after 60 s", 17.5),
        ("Desk → Back: none ⇒ 20 % after 60 s", 10.0),
        ("Front → Back: 10 % after 60 s ⇒ 25 % after 60 s", 7.5),
        ("Desk: capacity 100, base load 50 ⇒ 80", 6.0),
    ] == [(cause.words, cause.weight) for cause in view.causes[:5]]


def test_one_run_may_be_asked_for_and_a_person_and_a_time(run: str) -> None:
    assert {run} == {cause.run for cause in seen(run=run).causes}
    users = {cause.user for cause in seen().causes}
    assert seen().causes == seen(replace(BACK, users=tuple(users), since="7d")).causes
    assert () == seen(replace(BACK, until="2020-01-01")).causes
    assert "until 2020-01-01T00:00:00.000Z" == seen(replace(BACK, until="2020-01-01")).period


def test_the_beginning_of_a_name_is_enough_and_needs_no_policies(run: str) -> None:
    shutil.rmtree("policies")
    assert seen().causes == seen(AuditOptions(queues=("ba",))).causes


def test_without_a_record_the_trail_tells_as_much(run: str) -> None:
    before = seen().causes
    Path(".syncer/record.json").write_text("{")
    assert before == seen().causes


@pytest.mark.parametrize(
    "options",
    [AuditOptions(), AuditOptions(queues=("Back", "Desk")), AuditOptions(queues=("Back",), sample=1, seed=1)],
)
def test_it_is_asked_of_one_queue_and_never_of_a_sample(options: AuditOptions) -> None:
    with pytest.raises(WrongUsage, match="needs one queue"):
        audit_upstream(Path(".syncer"), "", options)


def test_a_glob_for_several_is_wrong_usage_and_so_is_no_name(run: str) -> None:
    with pytest.raises(WrongUsage, match="2 queues match"):
        seen(AuditOptions(queues=("*k",)))
    with pytest.raises(WrongUsage, match="the audit trail has no queue 'Bock'"):
        seen(AuditOptions(queues=("Bock",)))


def test_the_run_that_first_used_other_facts_shows_them(run: str, program: Program) -> None:
    out = program.run("audit", "show", "--run", run).out
    assert "first used: Desk capacity 100, base load 80" in out.replace("desk", "Desk")
    view = audit_show(Path(".syncer"), run).view
    assert view
    assert {"desk", "back"} == {key for entry in view.entries for key in entry.get("facts", {})}


def test_the_command_line_has_it_in_every_form(run: str, program: Program) -> None:
    text = program.run("audit", "show", "--upstream", "--queue", "Back", "--since", "7d")
    assert (0, "") == (text.code, text.err)
    assert "  40 less capacity  Back: capacity 100 ⇒ 60, base load 50 ⇒ 10" == text.out.splitlines()[1]
    document = program.run("audit", "show", "--upstream", "--queue", "Back", "--format", "json").json
    assert 40 == document["result"]["changes_above"][0]["capacity_lost"]
    assert 64 == program.run("audit", "show", "--upstream").code
