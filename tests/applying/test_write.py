"""One PUT, locked, and never an overwrite: every branch of the protocol."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from syncer.applying.write import Writer
from syncer.errors import (
    ApiError,
    AuditError,
    AuthError,
    BadAnswer,
    Forbidden,
    LiveError,
    NoAnswer,
    NotFound,
    NotSent,
    NotTaken,
    PreconditionFailed,
    RateLimited,
    WaitEnded,
)
from syncer.kinds.owner import OwnerMark
from syncer.live.responses import Answer
from syncer.live.wire import read_queue
from syncer.model.change import QueueChange, Written
from syncer.model.plan import SENT, Outcome, Status
from syncer.model.settings import Retries
from syncer.model.window import Window
from syncer.planning.diff import diff_rules
from tests.applying.scripted import (
    Raw,
    Scripted,
    Step,
    both,
    change_to,
    edited,
    raising,
    raw,
    rule,
    stored,
    wire,
)
from tests.scripted_server import FakeTime

OLD, NEW, THEIRS = rule(threshold=10), rule(threshold=25), rule(threshold=99)

STALE = PreconditionFailed("PUT: 412", status=412, correlation_id="c412")
LOST = NoAnswer("the connection broke")
LOST_DONE = both(stored, raising(LOST))
LOST_NOT_DONE = raising(LOST)


def write(api: Scripted, seen: Raw | None = None, retries: Retries | None = None) -> Outcome:
    """Bring the queue of ``api`` from OLD to NEW; checks that each PUT is journalled before, and no other."""
    queue = read_queue(seen or api.queue)

    def journalled(
        change: QueueChange, attempt: int, etag: str, written: Written, _window: Window | None
    ) -> None:
        api.log.append(f"journal {attempt}")
        sending.append(written)

    sending: list[Written] = []
    waited: list[int] = []
    retries = retries or Retries(attempts=3, conflicts=3)
    writer = Writer(api, retries, journalled, waited.append, FakeTime().timing)
    outcome = writer.write(change_to(NEW, seen=queue), queue)
    puts = [place for place, what in enumerate(api.log) if what == "PUT"]
    assert [f"journal {number}" for number in range(1, len(puts) + 1)] == [
        api.log[put - 1] for put in puts
    ], "every PUT is in the journal right before"
    assert outcome.attempts == len(puts)
    assert [body["routingRules"] for body, _ in api.sent] == [each.after["routingRules"] for each in sending]
    assert outcome.written or not (outcome.status in SENT or outcome.status is Status.UNKNOWN)
    if outcome.written:
        assert sending[-1].before == outcome.written.before
    return outcome


def test_one_put_and_nothing_else() -> None:
    api = Scripted(raw(OLD, color="red"))
    outcome = write(api)
    assert (Status.APPLIED, "", "1", "1+", "etag") == (
        outcome.status,
        outcome.detail,
        outcome.etag_before,
        outcome.etag_after,
        outcome.lock,
    )
    assert (7.0, "c1", 0) == (outcome.latency_ms, outcome.correlation_id, api.reads)
    assert [(raw(NEW, color="red"), "1")] == api.sent


def test_another_field_moved_ours_goes_on_top() -> None:
    api = Scripted(raw(OLD), puts=[both(edited(color="blue"), raising(STALE))])
    outcome = write(api)
    assert (Status.MERGED, 2, 1) == (outcome.status, outcome.attempts, api.reads)
    assert ("blue", [NEW]) == (api.queue["color"], list(read_queue(api.queue).rules))
    assert ("1+", "1++") == (outcome.etag_before, outcome.etag_after)


def test_the_rules_were_ours_before_anything_was_sent() -> None:
    api = Scripted(raw(NEW, etag=""))
    outcome = write(api, seen=raw(OLD, etag=""))
    assert (Status.ALREADY, 0, 0.0) == (outcome.status, outcome.attempts, outcome.window_ms)


@pytest.mark.parametrize(
    "no",
    [
        STALE,
        RateLimited("PUT: 429", status=429),
        AuthError("PUT: 401"),
        ApiError("PUT: 408", status=408),
        ApiError("PUT: 409", status=409),
        Forbidden("PUT: 403", status=403),
        NotTaken("PUT: 429"),
    ],
)
@pytest.mark.parametrize("etag", ["1", ""])
def test_a_put_that_was_done_and_answered_with_no_is_ours(no: LiveError, etag: str) -> None:
    stored_as = [{**wire(NEW)[0], "id": "given by the server"}]
    api = Scripted(raw(OLD, etag=etag), puts=[both(edited(routingRules=stored_as), raising(no))])
    outcome = write(api)
    assert (Status.APPLIED, 1) == (outcome.status, outcome.attempts)
    assert f"PUT 1 was refused ({no.message}), but the live queue has what it sent" == outcome.detail
    assert (etag, f"{etag}+" if etag else "") == (outcome.etag_before, outcome.etag_after)
    assert Written({"routingRules": wire(OLD)}, {"routingRules": stored_as}) == outcome.written


def test_a_put_that_never_left_makes_nothing_ours() -> None:
    deferred = NotTaken("paused")
    deferred.reached, deferred.attempts = False, 0
    theirs = both(edited(routingRules=wire(NEW)), raising(deferred))
    queue = read_queue(raw(OLD, etag=""))
    writer = Writer(Scripted(raw(OLD, etag=""), puts=[theirs]), Retries(), lambda *_: None, lambda _: None)
    outcome = writer.write(change_to(NEW, seen=queue), queue)
    assert (Status.ALREADY, 0, None) == (outcome.status, outcome.attempts, outcome.written)


def test_the_rules_moved_elsewhere_is_a_conflict_that_shows_both_sides() -> None:
    api = Scripted(raw(OLD), puts=[both(edited(routingRules=wire(THEIRS)), raising(STALE))])
    outcome = write(api)
    assert (Status.CONFLICT, 1) == (outcome.status, outcome.attempts)
    assert [
        "the plan saw 10 % to back after 60 s",
        "the live queue has 99 % to back after 60 s",
        "wanted 25 % to back after 60 s",
    ] == outcome.detail.split("; ")
    assert wire(THEIRS) == api.queue["routingRules"]


def test_a_conflict_names_targets_that_the_plan_does_not_speak_of() -> None:
    queue = read_queue(raw(OLD))
    names = {"back": "Back", "front": "Front"}
    api = Scripted(raw(OLD), puts=[both(edited(routingRules=wire(THEIRS)), raising(STALE))])
    writer = Writer(api, Retries(), lambda *_: None, lambda _: None, FakeTime().timing, lambda: names)
    assert (
        "the live queue has 99 % to Back after 60 s" in writer.write(change_to(NEW, seen=queue), queue).detail
    )


def test_somebody_who_never_stops_editing_wins() -> None:
    api = Scripted(raw(OLD), puts=[both(edited(color=color), raising(STALE)) for color in "abc"])
    outcome = write(api)
    assert (Status.CONFLICT, 3, "c412") == (outcome.status, outcome.attempts, outcome.correlation_id)
    assert "somebody else edited the queue 3 times while it was being written" == outcome.detail


@pytest.mark.parametrize(
    ("steps", "status", "attempts", "rules"),
    [
        ([LOST_DONE], Status.APPLIED, 1, NEW),
        ([LOST_NOT_DONE], Status.APPLIED, 2, NEW),
        ([LOST_NOT_DONE, LOST_NOT_DONE, LOST_DONE], Status.APPLIED, 3, NEW),
        ([LOST_NOT_DONE] * 3, Status.FAILED, 3, OLD),
        ([both(edited(routingRules=wire(THEIRS)), LOST_NOT_DONE)], Status.CONFLICT, 1, THEIRS),
        (
            [LOST_NOT_DONE] * 2 + [both(edited(routingRules=wire(THEIRS)), LOST_NOT_DONE)],
            Status.CONFLICT,
            3,
            THEIRS,
        ),
        ([both(edited(color="blue"), LOST_NOT_DONE)], Status.MERGED, 2, NEW),
    ],
)
def test_a_lost_answer_is_resolved_by_reading(
    steps: list[Step], status: Status, attempts: int, rules: Any
) -> None:
    api = Scripted(raw(OLD), puts=steps)
    outcome = write(api)
    assert (status, attempts, wire(rules)) == (outcome.status, outcome.attempts, api.queue["routingRules"])
    assert "no answer to PUT 1 (the connection broke), so the queue was read again" in outcome.detail
    if outcome.done:
        assert api.queue["_etag"] == outcome.etag_after


def test_a_lost_answer_that_can_not_be_read_either_is_unknown() -> None:
    api = Scripted(raw(OLD), puts=[LOST_DONE], gets=[raising(NoAnswer("down"))])
    outcome = write(api)
    assert (Status.UNKNOWN, 1) == (outcome.status, outcome.attempts)
    assert outcome.detail.endswith("; down")


@pytest.mark.parametrize("no", [STALE, RateLimited("PUT: 429", status=429), NotTaken("PUT: 429")])
@pytest.mark.parametrize("etag", ["1", ""])
def test_a_no_that_may_hide_an_earlier_yes_is_unknown_until_a_read_decides(no: LiveError, etag: str) -> None:
    first = [] if etag else [edited()]
    api = Scripted(raw(OLD, etag=etag), puts=[both(stored, raising(no))])
    api.gets = [*first, raising(NoAnswer("down"))]
    outcome = write(api)
    assert (Status.UNKNOWN, 1, True) == (outcome.status, outcome.attempts, outcome.written is not None)
    assert outcome.detail.endswith("down")


def test_credentials_that_are_refused_for_write_and_read_let_neither_through() -> None:
    outcome = write(Scripted(raw(OLD), puts=[raising(AuthError("401"))], gets=[raising(AuthError("401"))]))
    assert (Status.FAILED, 1) == (outcome.status, outcome.attempts)


def test_after_a_lost_answer_the_queue_may_be_gone() -> None:
    outcome = write(Scripted(raw(OLD), puts=[LOST_DONE], gets=[raising(NotFound("404", status=404))]))
    assert Status.FAILED is outcome.status
    assert outcome.detail.endswith("the queue no longer exists")
    assert outcome.written is None


@pytest.mark.parametrize(
    "error",
    [
        NotSent("refused"),
        Forbidden("PUT: 403", status=403, correlation_id="c403"),
        ApiError("PUT: 400", status=400),
        ApiError("PUT: 409", status=409),
        NotFound("PUT: 404", status=404, correlation_id="c404"),
        BadAnswer("the etag can't be sent"),
    ],
)
@pytest.mark.parametrize("etag", ["1", ""])
def test_a_no_is_a_failure_and_not_tried_again(error: LiveError, etag: str) -> None:
    api = Scripted(raw(OLD, etag=etag), puts=[raising(error)])
    outcome = write(api)
    found = "; the queue was read again: the change was not done" if error.reached else ""
    assert (Status.FAILED, error.message + found, 1) == (outcome.status, outcome.detail, outcome.attempts)
    assert getattr(error, "correlation_id", "") == outcome.correlation_id
    assert wire(OLD) == api.queue["routingRules"]


def test_not_sent_after_a_lost_answer_that_was_read_is_a_failure() -> None:
    outcome = write(Scripted(raw(OLD), puts=[LOST_NOT_DONE, raising(NotSent("refused"))]))
    assert (Status.FAILED, 2) == (outcome.status, outcome.attempts)


def test_a_queue_that_is_gone() -> None:
    gone = raising(NotFound("404", status=404))
    outcome = write(Scripted(raw(OLD), puts=[gone], gets=[gone]))
    assert (Status.FAILED, "the queue no longer exists") == (outcome.status, outcome.detail)
    assert outcome.written is None


def test_without_etags_the_queue_is_compared_before_and_after() -> None:
    api = Scripted(raw(OLD, etag=""))
    outcome = write(api)
    assert (Status.APPLIED, "compare", "", "") == (
        outcome.status,
        outcome.lock,
        outcome.etag_before,
        outcome.etag_after,
    )
    assert ["begin", "GET", "journal 1", "PUT", "GET"] == api.log
    assert 5.0 == outcome.window_ms
    assert [(raw(NEW, etag=""), "")] == api.sent


def test_without_etags_another_field_that_moved_is_kept() -> None:
    api = Scripted(raw(OLD, etag="", color="blue"))
    outcome = write(api, seen=raw(OLD, etag="", color="red"))
    assert (Status.MERGED, "blue") == (outcome.status, api.queue["color"])


def test_without_etags_other_rules_are_a_conflict_before_anything_is_sent() -> None:
    api = Scripted(raw(THEIRS, etag=""))
    outcome = write(api, seen=raw(OLD, etag=""))
    assert (Status.CONFLICT, 0, "compare") == (outcome.status, outcome.attempts, outcome.lock)


def test_without_etags_a_volatile_field_is_no_edit() -> None:
    api = Scripted(raw(OLD, etag="", memberCount=3))
    assert Status.APPLIED is write(api, seen=raw(OLD, etag="", memberCount=2)).status


def test_without_etags_somebody_in_the_window_is_noticed_when_reading_back() -> None:
    window = [lambda _api: None, edited(routingRules=wire(THEIRS))]
    outcome = write(Scripted(raw(OLD, etag=""), gets=window))
    assert (Status.CONFLICT, 1) == (outcome.status, outcome.attempts)
    assert outcome.detail.startswith(
        "the live queue has other rules than the ones that were sent: the plan saw"
    )


@pytest.mark.parametrize("etag", ["", "1"])
def test_a_yes_that_can_not_be_looked_at_is_unknown(etag: str) -> None:
    # Without etags the reading back fails; with etags the answer is no queue, and reading it fails too.
    first: list[Step] = [] if etag else [lambda _api: None]
    no_queue = both(stored, lambda api: api.queue.pop("routingRules"))
    api = Scripted(
        raw(OLD, etag=etag), puts=[no_queue] if etag else [], gets=[*first, raising(NoAnswer("down"))]
    )
    outcome = write(api)
    assert (Status.UNKNOWN, "down", 1) == (outcome.status, outcome.detail, outcome.attempts)


@pytest.mark.parametrize("answer", [{"id": "front"}, {"id": "front", "name": 5, "routingRules": []}])
def test_an_answer_that_is_no_whole_queue_is_read_again(answer: Raw) -> None:
    def strange(api: Scripted) -> None:
        api.store(api.sent[-1][0])
        whole, api.queue = api.queue, answer
        api.gets.append(lambda api: setattr(api, "queue", whole))

    api = Scripted(raw(OLD), puts=[strange])
    outcome = write(api)
    assert (Status.APPLIED, "1+", 1) == (outcome.status, outcome.etag_after, api.reads)


@pytest.mark.parametrize("said", [wire(OLD), []])
def test_an_answer_that_does_not_show_what_was_sent_is_read_again(said: list[Raw]) -> None:
    def stale(api: Scripted) -> None:
        api.store(api.sent[-1][0])
        whole, api.queue = api.queue, {**api.queue, "routingRules": said}
        api.gets.append(lambda api: setattr(api, "queue", whole))

    api = Scripted(raw(OLD), puts=[stale])
    outcome = write(api)
    assert (Status.APPLIED, "1+", 1) == (outcome.status, outcome.etag_after, api.reads)
    assert outcome.written == Written({"routingRules": wire(OLD)}, {"routingRules": wire(NEW)})


def test_an_answer_with_other_rules_than_those_sent_is_no_success() -> None:
    api = Scripted(raw(OLD), puts=[edited(routingRules=wire(THEIRS))])
    outcome = write(api)
    assert (Status.CONFLICT, 1) == (outcome.status, api.reads)
    assert "the live queue has other rules than the ones that were sent" in outcome.detail
    assert outcome.written is not None


def test_live_rules_that_can_not_be_read_are_written_though_they_seem_to_be_right() -> None:
    strange = raw(OLD)
    strange["routingRules"] = [{**wire(NEW)[0], "threshold": "25", "enabled": True}]
    seen = read_queue(strange)
    api = Scripted(strange)
    writer = Writer(api, Retries(), lambda *_: None, lambda _: None)
    outcome = writer.write(change_to(NEW, seen=seen), seen)
    assert (Status.APPLIED, wire(NEW)) == (outcome.status, api.queue["routingRules"])


def test_live_rules_that_can_not_be_read_are_not_done_by_lost_answers() -> None:
    strange = raw(OLD)
    strange["routingRules"] = [{**wire(NEW)[0], "threshold": "a lot"}]
    ours = rule(threshold=100)
    seen = read_queue(strange)
    api = Scripted(strange, puts=[LOST_NOT_DONE] * 2)
    writer = Writer(api, Retries(attempts=2), lambda *_: None, lambda _: None)
    outcome = writer.write(change_to(ours, seen=seen), seen)
    assert (Status.FAILED, 2) == (outcome.status, outcome.attempts)
    assert "not done after 2 PUTs, 2 of them without an answer" in outcome.detail


def test_a_queue_that_makes_no_sense_any_more_is_unknown_and_nothing_more_is_journalled() -> None:
    """A proxy may have sent the PUT twice: its 412 hides what the first one did."""
    api = Scripted(raw(OLD), puts=[both(edited(routingRules="none"), raising(STALE))])
    outcome = write(api)
    assert (Status.UNKNOWN, 1) == (outcome.status, outcome.attempts)


def test_a_journal_that_can_not_be_written_stops_before_the_put() -> None:
    def full(*_: object) -> None:
        raise AuditError("the disk is full")

    api = Scripted(raw(OLD))
    seen = read_queue(api.queue)
    with pytest.raises(AuditError):
        Writer(api, Retries(), full, lambda _: None).write(change_to(NEW, seen=seen), seen)
    assert [] == api.sent


class SaysNothing(Scripted):
    """Answers the first PUT with an empty body, and does nothing."""

    def put_queue(self, queue_id: str, body: Mapping[str, Any], etag: str) -> Answer:
        if self.sent:
            return super().put_queue(queue_id, body, etag)
        self.log.append("PUT")
        self.sent.append((dict(body), etag))
        return Answer({}, "c1", 7.0, 1)


def test_a_yes_without_the_queue_that_did_nothing_is_tried_again() -> None:
    outcome = write(SaysNothing(raw(OLD)))
    assert (Status.APPLIED, 2) == (outcome.status, outcome.attempts)
    assert "PUT 1 was answered with nothing, but did nothing" in outcome.detail


OURS = OwnerMark("us")


def mark(api: Scripted) -> Outcome:
    """Mark the queue of ``api`` and bring it from OLD to NEW."""
    queue = read_queue(api.queue)
    kinds = ("overflow", "owner")
    rules = diff_rules(queue, (NEW, OURS), {}, kinds)
    change = QueueChange(queue.id, queue.name, rules, queue.rules, (NEW, OURS), kinds=kinds)
    return Writer(api, Retries(), lambda *_: None, lambda _: None).write(change, queue)


def test_a_mark_goes_on_top_of_a_text_that_was_edited_meanwhile() -> None:
    api = Scripted(raw(OLD, description="Old"), puts=[both(edited(description="New text"), raising(STALE))])
    assert (Status.MERGED, 2) == (mark(api).status, len(api.sent))
    assert ("New text\n[managed by syncer: us]", wire(NEW)) == (
        api.queue["description"],
        api.queue["routingRules"],
    )


def test_another_who_marked_the_queue_meanwhile_is_not_overwritten() -> None:
    theirs = "Old\n[managed by syncer: them]"
    api = Scripted(raw(OLD, description="Old"), puts=[both(edited(description=theirs), raising(STALE))])
    outcome = mark(api)
    assert (Status.CONFLICT, theirs) == (outcome.status, api.queue["description"])
    assert "the live queue has 10 % to back after 60 s, managed by them" in outcome.detail


def test_a_description_that_is_no_text_is_not_touched() -> None:
    api = Scripted(raw(OLD, description=["x"]))
    outcome = mark(api)
    assert (Status.FAILED, []) == (outcome.status, api.sent)
    assert "The description of the queue 'front' is not a string." == outcome.detail


def test_a_put_is_taken_back_and_what_others_did_meanwhile_stays() -> None:
    """The rule says nothing about its delay again; who edited another field in between loses nothing."""
    before = [{"type": "overflow", "overflowTarget": "back", "threshold": 10, "id": "r"}]
    seen = read_queue(raw(NEW))
    back = replace(
        change_to(rule(threshold=10, delay=0, enabled=False), seen=seen),
        back=Written({"routingRules": before}, {"routingRules": wire(NEW)}),
    )
    api = Scripted(raw(NEW), puts=[both(edited(color="blue"), raising(STALE))])
    sending: list[Written] = []
    writer = Writer(
        api, Retries(), lambda _change, _n, _etag, written, _window: sending.append(written), lambda _: None
    )
    outcome = writer.write(back, seen)
    assert (Status.MERGED, "blue", before) == (outcome.status, api.queue["color"], api.queue["routingRules"])
    assert Written({"routingRules": wire(NEW)}, {"routingRules": before}) == outcome.written == sending[-1]


def ended(attempts: int, reached: bool, cause: LiveError | None) -> Step:
    """The wait of a call was ended, after so many requests; the last was answered with ``cause``."""

    def step(_api: Scripted) -> None:
        error = WaitEnded("interrupted during a wait")
        error.attempts, error.reached = attempts, reached
        raise error from cause

    return step


@pytest.mark.parametrize(
    ("attempts", "reached", "cause"),
    [
        (0, False, None),
        (2, False, NotSent("no connection")),
        (1, True, RateLimited("PUT: 429", status=429)),
    ],
)
def test_a_put_that_still_waits_is_not_started_where_the_wait_ends(
    attempts: int, reached: bool, cause: LiveError | None
) -> None:
    api = Scripted(raw(OLD), puts=[ended(attempts, reached, cause)])
    seen = read_queue(api.queue)
    writer = Writer(api, Retries(), lambda *_: None, lambda _: None, FakeTime().timing)
    outcome = writer.write(change_to(NEW, seen=seen), seen)
    assert (Status.NOT_STARTED, attempts, None) == (outcome.status, outcome.attempts, outcome.written)
    assert "interrupted during a wait" == outcome.detail


def test_a_read_that_still_waits_after_a_lost_answer_leaves_the_queue_unknown() -> None:
    outcome = write(Scripted(raw(OLD), puts=[LOST_DONE], gets=[ended(0, False, None)]))
    assert (Status.UNKNOWN, 1) == (outcome.status, outcome.attempts)
    assert outcome.written is not None
    assert outcome.detail.endswith("so the queue was read again; interrupted during a wait")


def test_without_etags_a_first_read_that_still_waits_starts_nothing() -> None:
    outcome = write(Scripted(raw(OLD, etag=""), gets=[ended(0, False, None)]))
    assert (Status.NOT_STARTED, 0) == (outcome.status, outcome.attempts)
