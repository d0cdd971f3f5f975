"""The PUTs that a trail tells of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syncer.audit.entries import Run, change_entries, run_entry
from syncer.audit.sent_puts import SentPut, sent_puts
from syncer.model.change import Written
from syncer.model.plan import Outcome, Status
from syncer.model.settings import ApiLocation
from tests.audit.trails import DONE, RUN

HERE = ApiLocation("https://api")
AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def stamp(seconds: float = 0) -> str:
    return (AT + timedelta(seconds=seconds)).isoformat()


def trail(*outcomes: Outcome, run: Run = RUN, offset: Any = 0, after: float = 60) -> list[dict[str, Any]]:
    """A run that started at ``AT`` and told of its outcomes ``after`` so many seconds."""
    entries = [entry for outcome in outcomes for entry in change_entries(run, outcome, stamp(after))]
    started = replace(run, started_at=stamp())
    closing = run_entry(started, stamp(after), status="done", validation_pass=True, clock_offset_ms=offset)
    return [*entries, closing]


def only(entries: list[dict[str, Any]]) -> SentPut:
    [put] = sent_puts(entries, HERE).puts
    return put


def test_the_rules_of_a_queue_share_one_put() -> None:
    found = sent_puts(trail(DONE), HERE)
    [put] = found.puts
    assert ("a", "Queue A", RUN.id, "applied", True, 2) == (
        put.queue,
        put.name,
        put.run,
        put.status,
        put.certain,
        put.most,
    )
    assert ({"a": "Queue A"}, 0, AT + timedelta(seconds=60)) == (found.names, found.undated, found.first)


def test_it_was_done_after_the_run_started_and_before_its_entry() -> None:
    put = only(trail(DONE))
    assert (AT - timedelta(seconds=10), AT + timedelta(seconds=70)) == (put.earliest, put.latest)


def test_a_clock_that_is_off_is_put_right_and_one_that_nobody_compared_may_be() -> None:
    put = only(trail(DONE, offset=90_000))
    assert AT - timedelta(seconds=30) == put.at
    assert AT - timedelta(seconds=100) == put.earliest
    loose = only(trail(DONE, offset=None))
    assert (AT - timedelta(minutes=2), AT + timedelta(minutes=3)) == (loose.earliest, loose.latest)


@pytest.mark.parametrize("offset", [True, "1", 1e300, float("nan"), [], {}])
def test_an_offset_that_makes_no_sense_is_none(offset: Any) -> None:
    assert only(trail(DONE, offset=None)) == only(trail(DONE, offset=offset))


def test_no_put_is_looked_for_long_before_its_entry() -> None:
    put = only(trail(DONE, after=7200))
    assert timedelta(minutes=15, seconds=10) == put.at - put.earliest


def test_a_run_that_no_entry_closes_has_no_start() -> None:
    put = only(trail(DONE)[:-1])
    assert timedelta(minutes=17) == put.at - put.earliest


@pytest.mark.parametrize("status", [Status.ALREADY, Status.CONFLICT, Status.SKIPPED, Status.NOT_STARTED])
def test_what_sent_nothing_is_no_put(status: Status) -> None:
    assert () == sent_puts(trail(replace(DONE, status=status, attempts=0)), HERE).puts


@pytest.mark.parametrize("status", [Status.FAILED, Status.UNKNOWN, Status.NOT_TAKEN_BACK])
def test_what_may_have_been_done_is_not_certain(status: Status) -> None:
    put = only(trail(replace(DONE, status=status, attempts=99)))
    assert (False, 5) == (put.certain, put.most)


def test_a_take_back_is_another_put() -> None:
    found = sent_puts(trail(DONE, replace(DONE, status=Status.TAKEN_BACK)), HERE).puts
    assert ["applied", "taken back"] == sorted(put.status for put in found)


def test_what_was_found_out_later_is_the_same_put() -> None:
    unknown = trail(replace(DONE, status=Status.UNKNOWN))
    later = change_entries(RUN, DONE, stamp(9000), occurred_at=stamp(5), recovered_by=RUN)
    for entries in ([*unknown, *later], [*later, *unknown]):
        put = only(entries)
        assert ("applied", True, AT + timedelta(seconds=5)) == (put.status, put.certain, put.at)
        assert AT + timedelta(minutes=5, seconds=15) == put.latest


def test_another_organization_is_not_here() -> None:
    elsewhere = replace(RUN, api="https://other")
    found = sent_puts(trail(DONE, run=elsewhere), HERE)
    assert ((), frozenset()) == (found.puts, found.clients)


def test_the_clients_of_the_runs_are_known() -> None:
    run = replace(RUN, evidence={"client": "robot"})
    assert {"robot"} == sent_puts(trail(DONE, run=run), HERE).clients


@pytest.mark.parametrize("wrong", [{"queueId": 7}, {"queueId": ""}, {"status": []}, {"attempts": "2"}])
def test_an_entry_that_makes_no_sense_is_passed_over(wrong: dict[str, Any]) -> None:
    odd = {**trail(DONE)[0], "attempts": 0, **wrong}
    puts = sent_puts([odd], HERE).puts
    assert (1 if "attempts" in wrong else 0) == len(puts)


def test_a_change_without_a_time_is_counted() -> None:
    odd = {**trail(DONE)[0], "occurredAt": "x", "timestamp": None, "origin": 3}
    found = sent_puts([odd], HERE)
    assert ((), 1) == (found.puts, found.undated)
    assert "" == only([{**odd, "timestamp": stamp()}]).user
    for year in ("0001", "9999"):
        strange = {**odd, "timestamp": f"{year}-01-01T00:00:00Z"}
        assert 1 == sent_puts([strange], HERE).undated


def test_the_fields_that_it_changed_are_known() -> None:
    written = Written({"a": 1, "b": 1, "c": 1}, {"b": 1, "c": 2, "d": 1})
    assert {"a", "c", "d"} == only(trail(replace(DONE, written=written))).fields
    assert frozenset() == only(trail(DONE)).fields
