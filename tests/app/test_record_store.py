"""The record in a store that outlives caches: two runners that share nothing else."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncer.app import LiveTarget, RunOptions, apply, drift, lift, plan, rollback, status, stop
from syncer.app.keep_record import KeptRecord
from syncer.app.options import DriftOptions, PlanOptions, StopOptions
from syncer.app.record_places import FileStore
from syncer.app.record_reading import LARGEST, Found
from syncer.app.record_store import StoredRecord, alone_with_record
from syncer.audit.applied_set import AppliedSet, TrailPart
from syncer.audit.chain import Chain
from syncer.audit.record import Record, Version, intent_of, read_record, record_text, write_record
from syncer.audit.tail import START
from syncer.errors import SyncerError, WrongUsage
from tests.audit.test_record import HERE, PLACE, RECORD
from tests.audit.trails import RUN
from tests.hub import TOKEN, Hub
from tests.program import POLICIES, Program, overflow, policy_queue
from tests.use_cases import SOURCE, UNASKED, session

STATE, STORE = Path(".syncer"), Path("shared/record.json")
KEPT = replace(UNASKED, record=str(STORE))
WATCHED = DriftOptions(record=str(STORE))


@pytest.fixture(autouse=True)
def _shared(target: LiveTarget) -> None:
    STORE.parent.mkdir()


def applied(target: LiveTarget, options: RunOptions = KEPT) -> str:
    """The id of an apply that went well and had nothing to complain of."""
    within = session()
    report = apply(SOURCE, target, options, session=within)
    assert (0, ()) == (report.exit_code, report.warnings)
    return within.run


def another_runner() -> None:
    """The cache is lost: trail, memory and record."""
    shutil.rmtree(STATE)


def moved(report: Any) -> list[tuple[str, str]]:
    return [(rule.queue, rule.moved.name) for rule in report.view.drift.rules]


def test_an_apply_leaves_the_record_there_too(target: LiveTarget) -> None:
    run = applied(target)
    (ours,), (stored,) = read_record(STATE / "record.json").places, read_record(STORE).places
    assert (run, ours.version, ours.queues) == (stored.version.run, stored.version, stored.queues)
    assert ours.version == ours.stored
    assert () == read_record(STORE).intents
    assert 2 == ours.version.serial, "once with what it means to write, and once it is done"


def test_drift_on_another_runner_compares_three_sides(program: Program, target: LiveTarget) -> None:
    applied(target)
    another_runner()
    program.edit("front", routingRules=[overflow("back", 40)])
    report = drift(SOURCE, target, WATCHED, session=session())
    assert ([("front", "LIVE")], ()) == (moved(report), report.warnings)


def test_what_is_merged_and_not_applied_is_pending_there(program: Program, target: LiveTarget) -> None:
    applied(target)
    another_runner()
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    report = drift(SOURCE, target, WATCHED, session=session())
    assert report.view is not None
    assert ([], ["front"]) == (moved(report), [rule.queue for rule in report.view.drift.pending])


def test_without_any_record_two_sides_are_compared_and_that_is_said(target: LiveTarget) -> None:
    report = drift(SOURCE, target, WATCHED, session=session())
    assert {"UNKNOWN"} == {how for _, how in moved(report)}
    (warning,) = report.warnings
    assert "neither shared/record.json nor .syncer has a record of what was applied last" in warning


def test_a_plan_brings_the_state_folder_up_to_date_and_leaves_the_store_alone(target: LiveTarget) -> None:
    applied(target)
    another_runner()
    before = STORE.read_bytes()
    report = plan(SOURCE, target, PlanOptions(record=str(STORE)), session=session())
    assert ((), before) == (report.warnings, STORE.read_bytes())
    assert read_record(STORE).places[0].queues == read_record(STATE / "record.json").places[0].queues


def test_an_older_record_never_replaces_a_newer_one(program: Program, target: LiveTarget) -> None:
    applied(target)
    old = STORE.read_bytes()
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    last = applied(target)
    STORE.write_bytes(old)
    plan(SOURCE, target, PlanOptions(record=str(STORE)), session=session())
    assert last == read_record(STATE / "record.json").places[0].run
    again = applied(target)
    (stored,) = read_record(STORE).places
    assert (again, last) == (stored.run, stored.queues["front"].run), "the store is brought up to date"


def test_a_stop_on_one_runner_holds_on_another(target: LiveTarget) -> None:
    applied(target)
    asked = StopOptions(reason="flooded")
    another_runner()
    stopped = stop("Back", SOURCE, target, asked, KEPT, session=session())
    assert (0, ()) == (stopped.exit_code, stopped.warnings), "others know of it"
    another_runner()
    report = plan(SOURCE, target, PlanOptions(record=str(STORE)), session=session())
    assert report.view is not None
    assert () == report.view.plan.changes, "the stop is not undone"
    another_runner()
    seen = status(SOURCE, target, record=str(STORE), session=session())
    assert seen.view is not None
    assert ["back"] == [each.target for each in seen.view.exceptions]
    assert not (STATE / "record.json").exists(), "status writes nothing"


def test_a_rollback_is_written_too(target: LiveTarget) -> None:
    applied(target)
    within = session()
    rollback("last", SOURCE, target, KEPT, session=within)
    assert within.run == read_record(STORE).places[0].run


def test_a_run_that_vanished_with_its_runner_is_missed(target: LiveTarget) -> None:
    applied(target)
    record = read_record(STORE)
    location = record.places[0].location
    gone = replace(RUN, api=location.api, organization=location.organization, environment="")
    version = Version(record.places[0].version.serial + 1, gone.id)
    newer = record.with_place(replace(record.places[0], version=version)).with_intent(
        intent_of(gone, ["front"])
    )
    write_record(STORE, newer)
    another_runner()
    report = apply(SOURCE, target, KEPT, session=session())
    assert any(f"how {gone.id} finished is not known" in found.message for found in report.findings)
    assert () == read_record(STORE).intents


def test_what_a_refused_run_found_of_an_earlier_one_is_written(program: Program, target: LiveTarget) -> None:
    applied(target)
    record = read_record(STATE / "record.json")
    location = record.places[0].location
    gone = replace(RUN, api=location.api, organization=location.organization, environment="")
    write_record(STATE / "record.json", record.with_intent(intent_of(gone, ["front"])))
    write_record(STORE, read_record(STATE / "record.json"))
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    report = apply(SOURCE, target, KEPT, session=session(environ={"SYNCER_FREEZE": "quarter end"}))
    assert 4 == report.exit_code
    assert () == read_record(STORE).intents


HUGE = AppliedSet(entry=10**15, head="sha256:" + "5" * 64, parts=(TrailPart("r", "", 1, "h", 1, "h"),))


def damaged(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(record_text(RECORD))
    change(document)
    return json.dumps(document).encode()


def odd_set(at: str = "", head: str = START) -> dict[str, Any]:
    """A set of policies in a record, which was refused once."""
    refused = [{"run": "r", "at": at, "commit": "", "reason": "frozen"}]
    return {"name": "x", "commit": "", "run": "", "at": "", "entry": 0, "head": head, "refused": refused}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"format": "syncer.record/v2"}',
        b"[" * 100_000,
        b" " * (LARGEST + 1),
        damaged(lambda document: document["places"][0].update(at="9999")),
        damaged(lambda document: document["places"][0]["queues"][0].update(at="2026-03-01T09:00:00")),
        damaged(lambda document: document["places"][0].update(version={"serial": 10**15, "run": "x"})),
        damaged(lambda document: document["places"][0].update(version={"serial": -1, "run": "x"})),
        damaged(lambda document: document["places"][0].update(version=3)),
        damaged(lambda document: document["places"][0].update(version={"serial": 1, "run": "x", "more": 1})),
        damaged(lambda document: document["places"].append(None)),
        damaged(lambda document: document["places"][0]["sets"].append(odd_set(at="soon"))),
        damaged(lambda document: document["places"][0]["sets"].append(odd_set(head="none"))),
        damaged(lambda document: document["places"][0].update(sets=[HUGE.as_json()])),
        damaged(lambda document: document["places"][0].update(sets=[replace(HUGE, entry=1).as_json()])),
    ],
    ids=lambda content: repr(content[:30]) if len(content) < 100 else None,
)
def test_what_is_no_record_is_said_and_stays_as_it_is(target: LiveTarget, content: bytes) -> None:
    STORE.write_bytes(content)
    report = apply(SOURCE, target, KEPT, session=session())
    assert 0 == report.exit_code
    unread, unwritten = report.warnings
    assert "the record in shared/record.json can't be used" in unread
    assert "two sides are compared" in unread
    assert "the record was not written to shared/record.json" in unwritten
    assert content == STORE.read_bytes()


def test_a_store_that_can_not_be_written_never_fails_an_apply(target: LiveTarget) -> None:
    shutil.rmtree(STORE.parent)
    report = apply(SOURCE, target, KEPT, session=session())
    assert 0 == report.exit_code
    (warning,) = report.warnings
    assert "other runners compare with what was applied before" in warning


def test_a_store_that_can_not_be_asked_is_a_warning(target: LiveTarget) -> None:
    report = apply(SOURCE, target, replace(UNASKED, record="gitlab"), session=session())
    assert 0 == report.exit_code
    (warning,) = report.warnings
    assert "neither read from its store nor written to it: the URL of GitLab's API is not known" in warning


def test_what_is_no_store_is_wrong_usage(target: LiveTarget) -> None:
    with pytest.raises(WrongUsage, match="plain http to example"):
        plan(SOURCE, target, PlanOptions(record="http://example.com/record"), session=session())


def test_a_state_folder_that_can_not_be_written_is_a_warning_of_a_plan(target: LiveTarget) -> None:
    applied(target)
    another_runner()
    STATE.mkdir()
    (STATE / "record.json.lock").mkdir()
    report = plan(SOURCE, target, PlanOptions(record=str(STORE)), session=session())
    assert any("what the store has applied last is not used" in warning for warning in report.warnings)


class Busy(FileStore):
    """A store that somebody else always writes first."""

    def write(self, content: bytes, version: Version, found: Found) -> bool:
        return False


def test_a_store_that_others_write_all_the_time_is_said() -> None:
    said: list[str] = []
    link = StoredRecord(Busy(STORE), HERE, "prod", said.append)
    assert RECORD == link.pushed(RECORD, last=False)
    assert [] == said
    link.pushed(RECORD)
    link.pushed(RECORD)
    (words,) = said
    assert "other runs keep writing it" in words


def test_a_record_that_nobody_could_read_again_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.app.record_store.LARGEST", 100)
    said: list[str] = []
    StoredRecord(FileStore(STORE), HERE, "prod", said.append).pushed(RECORD)
    (words,) = said
    assert "it would be larger than 100 bytes" in words
    assert not STORE.exists()


def test_of_two_runs_that_write_at_once_none_loses_a_queue() -> None:
    said: list[str] = []
    link = StoredRecord(FileStore(STORE), HERE, "prod", said.append)
    later = {"b": replace(PLACE.queues["x"], id="b", at="2026-03-02T09:00:00Z")}
    first = Record(places=(replace(PLACE, version=Version(1, "a"), stored=Version()),))
    second = Record(places=(replace(PLACE, version=Version(1, "b"), stored=Version(), queues=later),))
    link.pushed(first)
    known = link.pushed(second).places[0]
    (stored,) = read_record(STORE).places
    assert ([], {"a", "x", "b"}, Version(2, "b")) == (said, set(stored.queues), stored.version)
    assert known.version == known.stored == stored.version


def test_a_record_of_other_places_stays_in_the_store() -> None:
    other = replace(PLACE, environment="test")
    write_record(STORE, Record(places=(other,)))
    StoredRecord(FileStore(STORE), HERE, "prod", list[str]().append).pushed(RECORD)
    assert {"prod", "test"} == {place.environment for place in read_record(STORE).places}


def test_a_lock_that_is_held_is_waited_for_and_then_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.app.record_store._PATIENCE", 0.01)
    held = pytest.raises(SyncerError, match="another run holds")
    with alone_with_record(STATE), held, alone_with_record(STATE):
        pass


def test_a_trail_that_can_not_be_read_closes_nothing() -> None:
    said: list[str] = []
    link = StoredRecord(FileStore(STORE), HERE, "prod", said.append)
    write_record(STORE, RECORD)

    def broken() -> Any:
        raise SyncerError("it is torn")

    assert set(PLACE.queues) == set(link.pulled(Record(), broken).places[0].queues)
    (words,) = said
    assert "the trail can't be checked against the record in shared/record.json: it is torn" in words


def test_what_is_lifted_here_does_not_come_back(target: LiveTarget) -> None:
    applied(target)
    stop("Back", SOURCE, target, StopOptions(reason="flooded"), KEPT, session=session())
    held = STORE.read_bytes()
    (exception,) = read_record(STORE).exceptions
    lift("Back", SOURCE, target, StopOptions(), UNASKED, session=session())
    assert held == STORE.read_bytes(), "that run knew of no store"
    plan(SOURCE, target, PlanOptions(record=str(STORE)), session=session())
    assert () == read_record(STATE / "record.json").exceptions
    applied(target)
    assert exception not in read_record(STORE).exceptions


def test_a_damaged_record_here_counts_for_nothing(program: Program, target: LiveTarget) -> None:
    applied(target)
    another_runner()
    STATE.mkdir()
    (STATE / "record.json").write_text("{")
    program.edit("front", routingRules=[overflow("back", 40)])
    report = drift(SOURCE, target, WATCHED, session=session())
    assert [("front", "LIVE")] == moved(report)


def test_a_damaged_record_and_no_store_leave_the_trail(program: Program, target: LiveTarget) -> None:
    applied(target)
    (STATE / "record.json").write_text("{")
    program.edit("front", routingRules=[overflow("back", 40)])
    assert [("front", "LIVE")] == moved(drift(SOURCE, target, session=session()))


def test_no_merge_request_is_opened_without_a_record(program: Program, target: LiveTarget, hub: Hub) -> None:
    where = {
        "CI_API_V4_URL": f"{hub.url}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_PROJECT_DIR": str(program.folder),
        "CI_COMMIT_SHA": "1" * 40,
        "CI_DEFAULT_BRANCH": "main",
        "SYNCER_GITLAB_TOKEN": TOKEN,
    }
    said: list[str] = []
    within = session(environ=where, message=said.append)
    report = drift(SOURCE, target, replace(WATCHED, open_mr=True), session=within)
    assert (None, 1) == (report.error, len(report.warnings))
    assert "no merge request is opened, renewed or closed: it is not known which side changed" in said
    assert 0 == hub.writes()


def test_what_can_not_be_folded_at_the_end_is_said(target: LiveTarget) -> None:
    applied(target)
    said: list[str] = []
    record, chain = read_record(STATE / "record.json"), Chain(STATE / "audit")
    link = StoredRecord(FileStore(STORE), record.places[0].location, "", said.append)
    kept = KeptRecord(STATE, chain, said.append, link)
    kept.settle(RUN)
    assert record == read_record(STATE / "record.json"), "there is nothing new"
    chain.path.unlink()
    chain.path.mkdir()
    kept.settle(RUN)
    (words,) = said
    assert "what this run found is missing in the record" in words


def test_a_record_here_that_can_not_be_written_is_a_warning(target: LiveTarget) -> None:
    applied(target)
    said: list[str] = []
    record = read_record(STATE / "record.json")
    link = StoredRecord(FileStore(STORE), record.places[0].location, "", said.append)
    kept = KeptRecord(STATE, Chain(STATE / "audit"), said.append, link)
    (STATE / "record.json").unlink()
    (STATE / "record.json").mkdir()
    kept.note(replace(RUN, api=link.location.api, organization=link.location.organization, environment=""))
    (words,) = said
    assert "the record of what was applied was not written" in words
    assert RUN.id == read_record(STORE).places[0].version.run, "the store has it all the same"
