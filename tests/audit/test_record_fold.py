"""What newer entries of the trail make of a record."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncer.audit.applied_set import AppliedSet
from syncer.audit.chain import Chain
from syncer.audit.entries import change_entries, run_entry
from syncer.audit.record import AppliedQueue, Intent, Place, Record, intent_of
from syncer.audit.record_fold import folded
from syncer.kinds.overflow import OverflowRule
from syncer.model.network import Facts
from syncer.model.plan import Outcome, Status
from tests.audit.test_record import HERE, INTENT, RECORD
from tests.audit.trails import AFTER, BEFORE, CHANGE, DONE, NOW, RUN, UPDATE, whole_run

ONE = replace(DONE, change=replace(CHANGE, rules=(UPDATE,)))


def test_it_is_folded_from_the_trail(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    head = chain.append(whole_run())
    record = folded(Record(), chain.entries())
    (place,) = record.places
    assert (head, 4, RUN.id, NOW, ("a",)) == (
        record.head,
        record.entry,
        place.run,
        place.at,
        (*place.queues,),
    )
    assert AppliedQueue("a", "Queue A", RUN.id, NOW) == place.queues["a"]
    assert record == folded(record, chain.entries()), "what is known already changes nothing"


def test_each_place_has_its_own(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    elsewhere = replace(RUN, api="https://other", environment="")
    chain.append([*change_entries(RUN, DONE, NOW), *change_entries(elsewhere, DONE, NOW)])
    record = folded(RECORD, [{**entry, "n": 8} for entry in chain.entries()])
    assert {("https://api", "prod"), ("https://other", "")} == {
        (each.location.api, each.environment) for each in record.places
    }
    assert Facts(50.0, 10.0) == record.place(HERE, "prod").facts["a"], "what is known of its facts stays"
    assert Place(HERE, "test") == record.place(HERE, "test")


def test_what_was_not_done_is_not_applied(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append(change_entries(RUN, Outcome(CHANGE, Status.FAILED), NOW))
    assert () == folded(Record(), chain.entries()).places


def test_what_is_taken_back_is_not_in_force_any_more(tmp_path: Path) -> None:
    back = replace(CHANGE, rules=(replace(UPDATE, before=AFTER, after=BEFORE),))
    record = changed(tmp_path, ONE, Outcome(back, Status.TAKEN_BACK))
    assert ((BEFORE,), True) == (record.rules, record.settled)


@pytest.mark.parametrize(
    ("status", "rules"), [(Status.UNKNOWN, (BEFORE,)), (Status.NOT_TAKEN_BACK, (AFTER,))]
)
def test_of_what_may_have_been_done_nobody_knows(
    tmp_path: Path, status: Status, rules: tuple[OverflowRule, ...]
) -> None:
    back = replace(CHANGE, rules=(replace(UPDATE, before=AFTER, after=BEFORE),))
    outcomes = (
        [ONE, Outcome(back, status)] if status is Status.NOT_TAKEN_BACK else [replace(ONE, status=status)]
    )
    found = changed(tmp_path / "one", *outcomes)
    assert (rules, False, Facts(50.0, 10.0)) == (found.rules, found.settled, found.facts)
    settled = changed(tmp_path / "two", *outcomes, ONE)
    assert settled.settled, "what ends well settles it"


@pytest.mark.parametrize(
    ("at", "status", "settled"),
    [
        ("2026-03-01T08:00:00.000Z", "lost", False),
        ("2026-03-01T08:00:00.000Z", "in part", True),
        ("2026-03-01T09:00:00.000Z", "lost", True),
    ],
)
def test_what_a_run_that_vanished_meant_to_write_is_open(at: str, status: str, settled: bool) -> None:
    known = replace(RECORD.places[0].queues["a"], at=at)
    record = RECORD.with_place(replace(RECORD.places[0], queues={"a": known}))
    found = folded(record, [{"kind": "run", "run": INTENT.run, "n": 8, "status": status}]).places[0].queues
    left = replace(known, run=INTENT.run, at=NOW, commit=INTENT.commit, settled=False)
    assert {"a": known if settled else left} == found


def changed(folder: Path, *outcomes: Outcome) -> AppliedQueue:
    """A queue with the rule before, as the record has it after these changes."""
    chain = Chain(folder)
    for outcome in outcomes:
        chain.append(change_entries(RUN, outcome, NOW))
    known = replace(RECORD.places[0].queues["a"], rules=(BEFORE,))
    record = RECORD.with_place(replace(RECORD.places[0], queues={"a": known}))
    entries = [{**entry, "n": entry["n"] + RECORD.entry} for entry in chain.entries()]
    return folded(record, entries).places[0].queues["a"]


@pytest.mark.parametrize(
    ("entry", "applied"),
    [
        ({"status": "cut off"}, True),
        ({"status": "lost"}, True),
        ({"status": "in part", "queues": {"applied": 1}}, True),
        ({"status": "interrupted", "queues": {"not started": 1}}, True),
        ({"status": "interrupted", "queues": {}}, False),
        ({"status": "refused"}, False),
        ({"status": "failed"}, False),
    ],
)
def test_a_run_that_may_have_sent_something_has_applied_its_commit(
    entry: dict[str, Any], applied: bool
) -> None:
    intent = replace(INTENT, policy_set="billing")
    ended = {"kind": "run", "run": INTENT.run, "n": 8, **entry}
    sets = folded(RECORD.with_intent(intent), [ended]).place(HERE, "prod").sets
    assert ({"billing": AppliedSet("billing", "c0ffee", "run", NOW)} if applied else {}) == sets


@pytest.mark.parametrize(
    "intent", [replace(INTENT, verb="rollback"), replace(INTENT, started_at="2020-01-01T00:00:00.000Z")]
)
def test_what_undoes_a_run_or_is_older_leaves_the_set_as_it_was(intent: Intent) -> None:
    known = AppliedSet("", "beef", "last", NOW)
    record = RECORD.with_set(HERE, "prod", known).with_intent(intent)
    after = folded(record, [{"kind": "run", "run": INTENT.run, "n": 8, "status": "lost"}])
    assert ({"": known}, ()) == (after.place(HERE, "prod").sets, after.intents)


def test_a_run_that_ended_has_no_intent_any_more(tmp_path: Path) -> None:
    intent = intent_of(RUN, ["a"])
    assert (RUN.id, ("a",), RUN.place) == (intent.run, intent.queues, intent.place)
    record = RECORD.with_intent(intent).with_intent(intent)
    assert (INTENT, intent) == record.intents
    chain = Chain(tmp_path)
    chain.append([run_entry(RUN, NOW, status="failed", validation_pass=True)])
    assert (INTENT,) == folded(record, [{**entry, "n": 8} for entry in chain.entries()]).intents


def test_rules_that_are_known_follow_the_changes(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append(change_entries(RUN, DONE, NOW))
    entries = [{**entry, "n": entry["n"] + RECORD.entry} for entry in chain.entries()]
    kept = OverflowRule("e", 1, 0, True)
    deleted = OverflowRule("d", 7, 1, True)
    known = replace(RECORD.places[0].queues["a"], rules=(kept, BEFORE, deleted))
    record = RECORD.with_place(replace(RECORD.places[0], queues={"a": known}))
    assert (kept, AFTER, OverflowRule("c", 5, 0, False)) == folded(record, entries).places[0].queues[
        "a"
    ].rules
    other = RECORD.with_place(replace(RECORD.places[0], queues={"a": replace(known, rules=(kept,))}))
    assert folded(other, entries).places[0].queues["a"].rules is None, "it was another before"
    damaged = [{**entry, "before": {"kind": "another"}} for entry in entries]
    assert folded(record, damaged).places[0].queues["a"].rules is None
