"""A read soon after a write may come out of a cache: it is neither a success nor a conflict."""

from typing import Any

from syncer.applying.write import Writer
from syncer.errors import PreconditionFailed
from syncer.live.wire import read_queue
from syncer.model.change import Written
from syncer.model.plan import Outcome, Status
from syncer.model.settings import Retries
from tests.applying.scripted import Raw, Scripted, change_to, raising, raw, rule, wire
from tests.scripted_server import FakeTime

OLD, NEW, THEIRS = rule(threshold=10), rule(threshold=25), rule(threshold=99)
FIRST, SECOND, THIRD = (f"2026-03-01T08:30:0{second}.000Z" for second in (1, 2, 3))


def stale(*reads: Raw, put: Raw, seen: Raw) -> tuple[Outcome, list[float], Scripted]:
    """One write without etags: what is read in turn (the last one stays), and what the PUT answers."""
    api = Scripted(seen)
    left = list(reads)

    def shows(_api: Scripted) -> None:
        api.queue = left.pop(0) if len(left) > 1 else left[0]

    api.gets = [shows] * 40
    api.puts = [lambda _api: setattr(api, "queue", put)] * 5
    time = FakeTime()
    writer = Writer(api, Retries(attempts=2, settle=2), lambda *_: None, lambda _: None, time.timing)
    queue = read_queue(seen)
    return writer.write(change_to(NEW, seen=queue), queue), time.sleeps, api


def bare(*rules: Any, **fields: Any) -> Raw:
    return raw(*rules, etag="", **fields)


def test_a_read_back_that_shows_the_old_state_is_repeated() -> None:
    before, after = bare(OLD), bare(NEW)
    outcome, slept, api = stale(before, before, before, before, after, put=after, seen=before)
    assert (Status.APPLIED, 1, [0.25, 0.5, 1.0]) == (outcome.status, outcome.attempts, slept[:3])
    assert ["begin", "GET", "PUT", "GET", *["begin", "GET"] * 3] == api.log


def test_a_read_back_from_before_the_answer_is_repeated_whatever_it_shows() -> None:
    before, after = bare(OLD, dateModified=SECOND), bare(NEW, dateModified=THIRD)
    earlier = bare(THEIRS, dateModified=FIRST)
    outcome, slept, _ = stale(before, earlier, after, put=after, seen=before)
    assert (Status.APPLIED, [0.25]) == (outcome.status, slept)


def test_a_read_back_that_stays_old_for_good_is_unknown_where_the_answer_had_another_date() -> None:
    before, after = bare(OLD, dateModified=FIRST), bare(NEW, dateModified=SECOND)
    outcome, slept, _ = stale(before, put=after, seen=before)
    assert (Status.UNKNOWN, 1, 2.0) == (outcome.status, outcome.attempts, sum(slept))
    late = "the API still shows an old state of the queue 2 seconds after a newer one"
    assert f"{late}: its reads come from a cache" == outcome.detail
    assert outcome.written == Written({"routingRules": wire(OLD)}, {"routingRules": wire(NEW)})


def test_an_echo_is_no_success_and_is_sent_again() -> None:
    before = bare(OLD, dateModified=FIRST)
    echo = bare(NEW, dateModified=FIRST)
    outcome, slept, _ = stale(before, put=echo, seen=before)
    assert (Status.FAILED, 2, 4.0) == (outcome.status, outcome.attempts, sum(slept))
    assert "not done after 2 PUTs, 2 of them answered as if they were done" in outcome.detail


def test_who_sets_it_back_after_the_write_is_not_overwritten() -> None:
    before, after = bare(OLD, dateModified=FIRST), bare(NEW, dateModified=SECOND)
    outcome, slept, api = stale(before, bare(OLD, dateModified=THIRD), put=after, seen=before)
    assert (Status.CONFLICT, [], 1) == (outcome.status, slept, len(api.sent))


def test_a_read_older_than_the_plan_is_repeated_before_anything_is_sent() -> None:
    seen, after = bare(OLD, dateModified=SECOND, color="blue"), bare(NEW, dateModified=THIRD)
    old = bare(OLD, dateModified=FIRST, color="red")
    outcome, slept, api = stale(old, seen, after, put=after, seen=seen)
    assert (Status.APPLIED, [0.25], "blue") == (outcome.status, slept, api.sent[0][0]["color"])
    ours_before = bare(NEW, dateModified=FIRST)
    outcome, slept, api = stale(ours_before, put=after, seen=seen)
    assert (Status.FAILED, 2.0, []) == (outcome.status, sum(slept), api.sent)


def test_a_412_whose_etag_is_still_shown_is_read_again() -> None:
    refused = PreconditionFailed("PUT: 412", status=412)
    api = Scripted(raw(OLD), puts=[raising(refused)])
    late = raw(NEW, etag="2")
    api.gets = [lambda _api: None, lambda _api: setattr(api, "queue", late)]
    queue, time = read_queue(api.queue), FakeTime()
    writer = Writer(api, Retries(), lambda *_: None, lambda _: None, time.timing)
    outcome = writer.write(change_to(NEW, seen=queue), queue)
    assert (Status.APPLIED, 1, "2", [0.25]) == (
        outcome.status,
        outcome.attempts,
        outcome.etag_after,
        time.sleeps,
    )
