"""Whose doing each change of a plan is."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Moved
from syncer.model.finding import OVERWRITES, UNEXPLAINED, Finding, Severity
from syncer.model.plan import Plan
from syncer.model.settings import DEFAULTS
from syncer.planning.agreed import Agreed, Agreement
from syncer.planning.causes import hand_edits, not_known, overwritten, with_causes
from syncer.planning.gather import read_live
from syncer.planning.third_side import NO_SOURCES, Sources
from syncer.resolving.moved_names import NAME_MOVED
from tests.organizations import API, NOW, Live, Raw, overflow, planned, policies, policy, raw, rule


def to(target: str, threshold: int) -> OverflowRule:
    return OverflowRule(f"id-{target}", threshold, 60, True)


def caused(
    live: Sequence[Raw],
    agreed: Sequence[OverflowRule] | None,
    sources: Sources = NO_SOURCES,
    more: Sequence[Finding] = (),
) -> Plan:
    """The plan of A → B at 30 %, where the rules of A were ``agreed`` last; None: nobody knows."""
    wanted = policies(policy("A", rule("B", 30, 60)), policy("B"), policy("C"))
    queues = {queue.id: queue for queue in read_live(Live(live), wanted).queues}
    known = () if agreed is None else (Agreement(API, "", "", NOW, {"id-A": Agreed(tuple(agreed))}),)
    made = planned(wanted, live)
    made = replace(made, findings=(*more, *made.findings))
    return with_causes(made, queues, replace(sources, remembered=known), DEFAULTS)


def lives(*rules: Raw) -> list[Raw]:
    return [raw("A", *rules), raw("B"), raw("C")]


@pytest.mark.parametrize(
    ("live", "agreed", "moved", "ids"),
    [
        (lives(overflow("B", 10)), [to("B", 10)], Moved.POLICIES, []),
        (lives(overflow("B", 10)), [to("B", 30)], Moved.LIVE, [UNEXPLAINED]),
        (lives(overflow("B", 10)), [to("B", 20)], Moved.BOTH, [OVERWRITES]),
        (lives(overflow("B", 10)), [OverflowRule("id-B", 10, 90, True)], Moved.POLICIES, []),
        (lives(overflow("B", 10)), None, Moved.UNKNOWN, []),
        (lives(), [], Moved.POLICIES, []),
        (lives(), [to("B", 30)], Moved.LIVE, [UNEXPLAINED]),
        (lives(), [to("B", 20)], Moved.BOTH, [OVERWRITES]),
        (lives(), None, Moved.UNKNOWN, []),
    ],
)
def test_a_change_is_the_doing_of_whoever_moved_the_rule(
    live: list[Raw], agreed: list[OverflowRule] | None, moved: Moved, ids: list[str]
) -> None:
    plan = caused(live, agreed)
    assert [moved] == [rule.moved for change in plan.changes for rule in change.rules]
    assert ids == [each.id for each in plan.findings if each.id.startswith("changes.")]
    assert len(ids) == len(list(overwritten(plan))) == len(hand_edits(plan))
    unknown = moved is Moved.UNKNOWN and live[0] != lives()[0]
    assert unknown == bool(list(not_known(plan)))


def test_one_rule_of_a_queue_may_be_merged_and_another_edited() -> None:
    plan = caused(lives(overflow("B", 10), overflow("C", 5)), [to("B", 10)])
    assert [("id-B", Moved.POLICIES), ("id-C", Moved.LIVE)] == [
        (rule.target, rule.moved) for rule in plan.changes[0].rules
    ]
    (found,) = [each for each in plan.findings if each.id == UNEXPLAINED]
    assert (
        "this undoes a hand edit of 'A': → C was added in the organization: 5 % after 60 s" == found.message
    )


def test_what_is_overwritten_is_data() -> None:
    target = {"id": "id-B", "name": "B"}
    expected = {"queue": {"id": "id-A", "name": "A"}, "kind": "overflow", "target": target, "moved": "both"}
    assert [expected] == hand_edits(caused(lives(overflow("B", 10)), [to("B", 20)]))


def test_they_come_first_but_for_names_that_moved() -> None:
    others = [Finding(id_, Severity.WARNING, id_) for id_ in ("a.b", NAME_MOVED)]
    plan = caused(lives(overflow("B", 10)), [to("B", 30)], more=others)
    assert [NAME_MOVED, UNEXPLAINED, "a.b"] == [each.id for each in plan.findings[:3]]


def test_what_may_be_ours_is_nobodys_hand_edit() -> None:
    unsettled = Sources(intended=frozenset({"id-A"}))
    plan = caused(lives(overflow("B", 10)), [to("B", 30)], unsettled)
    assert [Moved.UNKNOWN] == [rule.moved for rule in plan.changes[0].rules]
    pending = caused(lives(overflow("B", 10)), [to("B", 10)], unsettled)
    assert [Moved.POLICIES] == [rule.moved for rule in pending.changes[0].rules]


def entry(status: str, queue: str = "id-A", detail: str = "", api: str = API) -> dict[str, str]:
    return {"kind": "change", "status": status, "queueId": queue, "detail": detail, "api": api}


@pytest.mark.parametrize(
    ("trail", "agreed", "found"),
    [
        ([entry("conflict", detail="Ada changed it")], None, True),
        ([entry("applied"), entry("conflict", detail="Ada changed it")], None, True),
        ([entry("conflict", detail="Ada changed it"), entry("applied")], None, False),
        ([entry("conflict", "id-B")], None, False),
        ([entry("conflict", api="https://elsewhere")], None, False),
        ([entry("conflict")], [to("B", 10)], False),
    ],
)
def test_an_edit_that_the_last_run_left_alone_is_not_undone_unsaid(
    trail: list[dict[str, str]], agreed: list[OverflowRule] | None, found: bool
) -> None:
    plan = caused(lives(overflow("B", 10)), agreed, Sources(trail=trail))
    words = [each.message for each in plan.findings if each.id == UNEXPLAINED]
    expected = "this may undo a hand edit of 'A', which the last run left alone: Ada changed it"
    assert words == ([expected] if found else [])
