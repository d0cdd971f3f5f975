"""What is asked before anything is sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syncer.applying.guard import (
    Used,
    arrived,
    left_to_do,
    refuse_compare,
    refuse_invalid,
    refuse_moved,
    refuse_old,
    refuse_undone,
    refuse_unexplained,
    refuse_unsafe,
    used_before,
)
from syncer.audit.entries import change_entries, run_entry
from syncer.errors import BadPlan, PoliciesInvalid, Refused, StalePlan
from syncer.kinds.owner import OwnerMark
from syncer.live.wire import read_queue
from syncer.model.change import Moved, QueueChange
from syncer.model.finding import Finding, Severity
from syncer.model.plan import LiveRules, Outcome, Plan, Status
from syncer.model.settings import Freeze, Safety
from syncer.planning.document import plan_document
from syncer.planning.saved_plan import SavedPlan, plan_of
from tests.applying.scripted import RUN, change, change_to, raw, rule

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
MADE = "2026-03-01T08:00:00.000Z"


def plan(*changes: QueueChange, done: tuple[QueueChange, ...] = (), **fields: Any) -> Plan:
    """A plan of ``changes``; live already holds what ``done`` wanted."""
    live = [LiveRules(each.queue, each.name, each.before) for each in changes]
    live += [LiveRules(each.queue, each.name, each.after) for each in done]
    ordered = tuple(sorted(live, key=lambda queue: queue.name))
    return Plan(MADE, "http://localhost", changes=changes, live=ordered, **fields)


def saved_plan(made: Plan) -> SavedPlan:
    return plan_of(plan_document(made))


USED = replace(saved_plan(plan()), digest="d", created_at=RUN.plan_created_at)


def audited(*outcomes: Outcome, digest: str) -> list[dict[str, Any]]:
    run = replace(RUN, plan_digest=digest)
    return [
        *(entry for outcome in outcomes for entry in change_entries(run, outcome, MADE)),
        run_entry(run, MADE, status="done", validation_pass=True),
    ]


def test_a_used_plan_is_known_by_its_digest_and_by_when_it_was_made() -> None:
    entries = audited(
        Outcome(change("a"), Status.APPLIED),
        Outcome(change("b"), Status.FAILED),
        Outcome(change("c"), Status.ALREADY),
        digest="d",
    )
    assert Used(frozenset({"a", "c"}), RUN.id, MADE) == used_before(entries, USED)
    assert Used(frozenset()) == used_before(entries, replace(USED, digest="e"))
    assert Used(frozenset()) == used_before(entries, replace(USED, created_at="2026-03-01T09:00:00.000Z"))


def test_a_queue_that_was_taken_back_is_not_done() -> None:
    applied = [Outcome(change(name), Status.APPLIED) for name in "ab"]
    back = Outcome(change("a", threshold=11), Status.TAKEN_BACK)
    entries = audited(*applied, back, digest="d")
    assert Used(frozenset("b"), RUN.id, MADE) == used_before(entries, USED)
    assert Used(frozenset()) == used_before(audited(applied[0], back, digest="d"), USED)


def test_a_plan_of_which_something_was_undone_is_refused() -> None:
    used = used_before(audited(*(Outcome(change(name), Status.APPLIED) for name in "ab"), digest="d"), USED)
    assert dict.fromkeys("ab", RUN.id) == used.runs
    refuse_undone(used, {("another", "a"): ("back", MADE), (RUN.id, "z"): ("back", MADE)})
    with pytest.raises(Refused, match=f"by run {RUN.id}, which was undone by run back at {MADE}") as refused:
        refuse_undone(used, {(RUN.id, "b"): ("back", MADE)})
    assert "undone" == refused.value.reason


def test_what_is_left_of_a_plan_is_what_the_same_plan_made_now_says() -> None:
    sink, middle, source = change("sink"), change("middle", ["sink"]), change("source", ["middle"])
    saved = saved_plan(plan(sink, middle, source))
    assert saved == left_to_do(saved, frozenset())
    now = saved_plan(plan(change("middle"), change("source", ["middle"]), done=(sink,)))
    refuse_moved(left_to_do(saved, frozenset({"sink"})), now)
    with pytest.raises(StalePlan):
        refuse_moved(saved, now)
    nothing = left_to_do(saved, frozenset({"sink", "middle", "source"}))
    assert () == nothing.changes


def test_what_live_has_as_a_plan_wants_it_has_arrived() -> None:
    ours, theirs, both = change("a"), change("b", threshold=30), (change("a"), change("b", threshold=30))
    saved = saved_plan(plan(*both))
    assert frozenset() == arrived(saved, saved)
    now = saved_plan(plan(ours, done=(theirs,)))
    assert frozenset("b") == arrived(saved, now)
    refuse_moved(left_to_do(saved, arrived(saved, now)), now)
    assert frozenset("ab") == arrived(saved, saved_plan(plan(done=both)))


def test_a_queue_that_is_gone_or_is_to_be_changed_all_the_same_has_not_arrived() -> None:
    gone = QueueChange("a", "A", change("a").rules, change("a").before, (), kinds=("overflow",))
    assert frozenset() == arrived(saved_plan(plan(gone)), saved_plan(plan()))
    done = change("b")
    still = replace(saved_plan(plan(done)), live=(LiveRules("b", "B", done.after),))
    assert frozenset() == arrived(saved_plan(plan(done)), still)


def test_rules_that_a_plan_does_not_manage_are_still_there_after_it() -> None:
    done, theirs = change("sink"), OwnerMark("them")
    before = plan(done)
    saved = saved_plan(replace(before, live=(LiveRules("sink", "Sink", (*done.before, theirs)),)))
    now = saved_plan(replace(plan(), live=(LiveRules("sink", "Sink", (*done.after, theirs)),)))
    refuse_moved(left_to_do(saved, frozenset({"sink"})), now)


def test_all_that_moved_is_said() -> None:
    old = plan(change("a"), change("b"))
    moved = plan(change("a"), change("b", threshold=30))
    with pytest.raises(StalePlan, match=r"stale(.|\n)*change of B") as caught:
        refuse_moved(saved_plan(old), saved_plan(moved))
    assert (4, True) == (caught.value.exit_code, bool(caught.value.hint))
    refuse_moved(saved_plan(old), saved_plan(old))


def test_a_plan_with_errors() -> None:
    refuse_invalid(plan())
    with pytest.raises(PoliciesInvalid):
        refuse_invalid(plan(findings=(Finding("loops.cycle", Severity.ERROR, "a circle"),)))


def test_a_rollback_that_would_overwrite_somebody() -> None:
    with pytest.raises(Refused, match="somebody has since changed"):
        refuse_invalid(plan(findings=(Finding("rollback.conflict", Severity.ERROR, "theirs"),)))


@pytest.mark.parametrize(("minutes", "refused"), [(None, False), (30, False), (29.9, True), (0, True)])
def test_the_age_of_a_plan(minutes: float | None, refused: bool) -> None:
    saved = saved_plan(plan())
    if not refused:
        refuse_old(saved, minutes, NOW)
        return
    with pytest.raises(Refused, match="30 minutes old"):
        refuse_old(saved, minutes, NOW)


@pytest.mark.parametrize("made", ["yesterday", "2026-03-01T08:00:00"])
def test_a_plan_that_does_not_say_when_it_was_made(made: str) -> None:
    with pytest.raises(BadPlan):
        refuse_old(replace(USED, created_at=made), 5, NOW)


def test_only_etags_will_do() -> None:
    refuse_compare(plan(lock="etag"))
    with pytest.raises(Refused, match="only be compared"):
        refuse_compare(plan(lock="compare"))


FROZEN = Freeze(NOW - timedelta(hours=1), NOW + timedelta(hours=1), "Christmas")
SEEN = read_queue(raw(rule(), queue="front"))
UNSAFE = [
    ("--allow-frozen", Safety(freeze=(FROZEN,)), "Christmas"),
    ("--allow-protected", Safety(protected=("Fr*",)), "Front is protected"),
    ("--allow-delete", Safety(allow_delete=False, max_delete_percent=100), "1 rules would be deleted"),
    ("--allow-mass-change", Safety(from_rules=1, max_change_percent=9, max_delete_percent=50), "1 of 10"),
]


@pytest.mark.parametrize(("flag", "safety", "words"), UNSAFE)
def test_each_limit_has_a_flag_of_its_own(flag: str, safety: Safety, words: str) -> None:
    deletion = plan(change_to(seen=SEEN), managed_rules=10)
    with pytest.raises(Refused, match=words) as caught:
        refuse_unsafe(deletion, safety, [], NOW)
    assert flag in caught.value.hint
    refuse_unsafe(deletion, safety, [flag], NOW)
    others = [other for other, _, _ in UNSAFE if other != flag]
    with pytest.raises(Refused, match=words):
        refuse_unsafe(deletion, safety, others, NOW)


def test_all_objections_are_said_at_once_with_all_flags() -> None:
    safety = Safety(
        freeze=(FROZEN,), protected=("*",), allow_delete=False, from_rules=1, max_delete_percent=0
    )
    with pytest.raises(Refused) as caught:
        refuse_unsafe(plan(change_to(seen=SEEN), managed_rules=10), safety, [], NOW)
    assert 5 == len(caught.value.message.splitlines())
    assert "--allow-delete --allow-frozen --allow-mass-change --allow-protected" in caught.value.hint


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    ("moved", "words"),
    [
        (None, ""),
        (Moved.POLICIES, ""),
        (Moved.BOTH, ""),
        (Moved.LIVE, "the live queue was edited by hand since the last apply"),
        (Moved.UNKNOWN, "what was applied last"),
    ],
)
def test_what_the_policies_do_not_explain_is_refused(moved: Moved | None, words: str, known: bool) -> None:
    made = change("a")
    made = replace(made, rules=tuple(replace(each, moved=moved) for each in made.rules))
    if not words:
        refuse_unexplained(plan(made), known=known)
        return
    with pytest.raises(Refused) as refused:
        refuse_unexplained(plan(made), known=known)
    assert "unexplained" == refused.value.reason
    assert words in refused.value.message
    no_record = moved is Moved.UNKNOWN and not known
    assert no_record == refused.value.hint.endswith("that is how the first apply is done.")
    assert no_record == ("there is no record" in refused.value.message)


def test_a_rule_that_live_never_had_overwrites_nothing() -> None:
    made = change_to(rule(), seen=read_queue(raw(queue="a")))
    made = replace(made, rules=tuple(replace(each, moved=Moved.UNKNOWN) for each in made.rules))
    refuse_unexplained(plan(made), known=False)
