"""The record of a state folder, and the runs that vanished."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from syncer.app import LiveTarget, apply, audit_show, audit_verify, plan, rollback
from syncer.app.options import PlanOptions
from syncer.audit.record import Record, intent_of, read_record, write_record
from syncer.model.finding import Since
from syncer.model.network import Facts
from tests.audit.trails import RUN
from tests.program import POLICIES, Program, policy_queue
from tests.use_cases import SOURCE, UNASKED, session

RECORD = Path(".syncer/record.json")


def record() -> Record:
    return read_record(RECORD)


def last() -> dict[str, Any]:
    shown = audit_show().view
    assert shown is not None
    return dict([*shown.entries][-1])


def test_an_apply_leaves_rules_and_facts_of_every_queue_it_manages(target: LiveTarget) -> None:
    within = session(environ={"CI_COMMIT_SHA": "c0ffee"})
    apply(SOURCE, target, UNASKED, session=within)
    (place,) = record().places
    assert (within.run, "c0ffee", last()["hash"], last()["n"]) == (
        place.run,
        place.commit,
        record().head,
        record().entry,
    )
    assert {"front", "back", "desk"} == set(place.queues)
    front = place.queues["front"]
    assert ("Front", within.run, Facts(100, 50)) == (front.name, front.run, front.facts)
    assert front.rules is not None
    assert [("back", 25)] == [(rule.target, rule.percent) for rule in front.rules]
    assert () == place.queues["back"].rules
    assert () == record().intents


def test_a_run_that_finds_nothing_to_do_knows_the_same(target: LiveTarget) -> None:
    apply(SOURCE, target, UNASKED, session=session())
    first = record().places[0].queues
    RECORD.unlink()
    again = session()
    apply(SOURCE, target, UNASKED, session=again)
    (place,) = record().places
    assert [queue.rules for queue in first.values()] == [place.queues[key].rules for key in first]
    apply(SOURCE, target, UNASKED, session=session())
    assert {again.run} == {queue.run for queue in record().places[0].queues.values()}, "nothing was applied"


def test_the_entry_of_a_run_has_the_facts_that_are_others(program: Program, target: LiveTarget) -> None:
    apply(SOURCE, target, UNASKED, session=session())
    assert {"front", "back", "desk"} == set(last()["facts"])
    program.write_policies(policy_queue("Front", ("Back", 30), capacity=90), *POLICIES[1:])
    apply(SOURCE, target, UNASKED, session=session())
    assert {"front": {"capacity": 90, "baseLoad": 50}} == last()["facts"]


def test_a_plan_is_held_against_what_was_applied_last(program: Program, target: LiveTarget) -> None:
    apply(SOURCE, target, UNASKED, session=session())
    program.write_policies(*POLICIES[:2], policy_queue("Back", capacity=40))
    report = plan(SOURCE, target, PlanOptions(), session=session())
    (found,) = [each for each in report.findings if each.id == "capacity.saturated"]
    assert Since.BEFORE is not found.since, "the capacity was lowered by this change"


def test_a_record_that_is_damaged_is_folded_again(target: LiveTarget) -> None:
    apply(SOURCE, target, UNASKED, session=session())
    RECORD.write_text("{")
    within = session()
    report = apply(SOURCE, target, UNASKED, session=within)
    assert 0 == report.exit_code
    assert any("it is rebuilt from the trail" in warning for warning in report.warnings)
    assert {"front", "back", "desk"} == set(record().places[0].queues)


def test_a_damaged_record_is_a_warning_of_a_plan(target: LiveTarget) -> None:
    RECORD.parent.mkdir()
    RECORD.write_text("{")
    report = plan(SOURCE, target, PlanOptions(), session=session())
    assert any("that were applied last are not known" in warning for warning in report.warnings)


def test_a_run_that_vanished_is_lost(target: LiveTarget) -> None:
    apply(SOURCE, target, UNASKED, session=session())
    api = record().places[0].location
    gone = replace(RUN, api=api.api, organization=api.organization)
    elsewhere = replace(RUN, id="elsewhere", api="https://elsewhere")
    for run in (gone, elsewhere):
        write_record(RECORD, record().with_intent(intent_of(run, ["front"])))
    within = session()
    report = apply(SOURCE, target, UNASKED, session=within)
    shown = audit_show(run=RUN.id).view
    assert shown is not None
    (entry,) = shown.entries
    assert ("lost", "lost", within.run, ["front"]) == (
        entry["status"],
        entry["reason"],
        entry["recoveredBy"]["run"],
        entry["intended"]["queues"],
    )
    assert any(f"how {RUN.id} finished is not known" in found.message for found in report.findings)
    assert ("elsewhere",) == tuple(intent.run for intent in record().intents)
    assert 0 == audit_verify().exit_code
    apply(SOURCE, target, UNASKED, session=session())
    shown = audit_show(run=RUN.id).view
    assert shown is not None
    assert 1 == len([*shown.entries]), "it is lost once"


def test_a_rollback_is_what_was_applied_last(target: LiveTarget) -> None:
    apply(SOURCE, target, UNASKED, session=session())
    within = session()
    rollback("last", SOURCE, target, UNASKED, session=within)
    (place,) = record().places
    front = place.queues["front"]
    assert (within.run, within.run) == (place.run, front.run)
    assert front.rules is not None
    assert [("back", 10)] == [(rule.target, rule.percent) for rule in front.rules]


def test_it_is_for_its_owner_alone(target: LiveTarget) -> None:
    apply(SOURCE, target, UNASKED, session=session())
    assert 0o600 == RECORD.stat().st_mode & 0o777
    assert "syncer.record/v1" == json.loads(RECORD.read_bytes())["format"]


def test_an_apply_in_part_leaves_the_commit_that_was_applied_as_a_whole(
    program: Program, target: LiveTarget
) -> None:
    def applied(commit: str, *queues: str) -> tuple[str, str, str]:
        options = replace(UNASKED, queues=queues, allow_older=True)
        apply(SOURCE, target, options, session=session(environ={"CI_COMMIT_SHA": commit * 40}))
        return known()

    def known() -> tuple[str, str, str]:
        found = record().places[0].sets[""]
        return found.commit[:1], found.whole[:1], found.state

    assert ("a", "a", "") == applied("a")
    program.write_policies(
        policy_queue("Front", ("Back", 30)), policy_queue("Desk", ("Back", 22)), POLICIES[2]
    )
    assert ("b", "a", "in part") == applied("b", "Front")
    assert ("b", "b", "") == applied("b")
    rollback("last", SOURCE, target, UNASKED, session=session())
    assert ("b", "b", "rolled back") == known()
