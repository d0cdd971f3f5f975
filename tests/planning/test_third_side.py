"""What the record knows of queues that the state folder doesn't, and who moved a rule."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.record import AppliedQueue
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Moved
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule
from syncer.model.settings import ApiLocation
from syncer.planning.agreed import NOT_KNOWN, Agreed, Agreement, spot_of
from syncer.planning.third_side import Sources, as_agreed, newer_in_record, who_moved

HERE = ApiLocation("https://api")
RULES = (OverflowRule("b", 20, 60, True),)
AT, BEFORE, AFTER = "2026-03-01T09:00:00Z", "2026-03-01T08:00:00Z", "2026-03-01T10:00:00Z"
APPLIED = {"a": AppliedQueue("a", "A", "run", AT, rules=RULES)}


def entry(at: str, **values: Any) -> dict[str, Any]:
    known = {"kind": "change", "status": "applied", "queueId": "a", "timestamp": at, "api": HERE.api}
    return {**known, **values}


@pytest.mark.parametrize(
    ("at", "queues", "trail", "counts"),
    [
        ("", {}, [], True),
        (BEFORE, {"a": NOT_KNOWN}, [], True),
        (AFTER, {"a": NOT_KNOWN}, [], False),
        (AFTER, {"b": NOT_KNOWN}, [], True),
        ("", {}, [entry(AFTER)], False),
        ("", {}, [entry(BEFORE)], True),
        ("", {}, [entry(AFTER), entry(BEFORE)], False),
        ("", {}, [entry(AFTER, status="failed")], True),
        ("", {}, [entry(AFTER, queueId="b")], True),
        ("", {}, [entry(AFTER, api="https://other")], True),
        ("", {}, [entry(AFTER, kind="run")], True),
    ],
)
def test_it_counts_where_it_is_newer(
    at: str, queues: dict[str, Agreed], trail: list[dict[str, Any]], counts: bool
) -> None:
    known = Agreement(HERE.api, "", at=at, queues=queues)
    assert ({"a": Agreed(RULES)} if counts else {}) == newer_in_record(APPLIED, known, trail, HERE)


def test_of_a_queue_that_is_left_open_what_else_is_known_counts() -> None:
    applied = {"a": AppliedQueue("a", "A", "run", AT, rules=RULES, settled=False)}
    known = Agreement(HERE.api, "", at=BEFORE, queues={"a": Agreed()})
    assert {} == newer_in_record(applied, known, [], HERE)
    assert {} == newer_in_record(applied, Agreement(HERE.api, ""), [entry(BEFORE)], HERE)
    assert {"a": Agreed(RULES)} == newer_in_record(applied, Agreement(HERE.api, ""), [], HERE)


def test_a_queue_that_is_known_in_part_is_not_known() -> None:
    applied = {"a": AppliedQueue("a", "A", "run", AT)}
    known = Agreement(HERE.api, "", at=BEFORE, queues={"a": Agreed(RULES)})
    assert {"a": NOT_KNOWN} == newer_in_record(applied, known, [], HERE)


@pytest.mark.parametrize(
    ("trail", "unsettled"),
    [
        ([], set()),
        ([entry(AT)], set()),
        ([entry(AT, status="failed")], set()),
        ([entry(AT, status="unknown")], {"a"}),
        ([entry(AT, status="taken back")], {"a"}),
        ([entry(AT, status="not taken back")], {"a"}),
        ([entry(AT, status="unknown"), entry(AFTER)], set()),
        ([entry(AT), entry(AFTER, status="unknown")], {"a"}),
        ([entry(AT, status="unknown"), entry(AFTER, status="failed")], {"a"}),
        ([entry(AT, status="unknown", api="https://other")], set()),
        ([entry(AT, kind="run", status="lost", intended={"queues": ["a", "b"]})], {"a", "b"}),
        ([entry(AT, kind="run", status="lost", intended={"queues": ["a", "b"]}), entry(AFTER)], {"b"}),
        ([entry(AT, kind="run", status="lost", intended=None)], set()),
        ([entry(AT, kind="run", status="done", intended={"queues": ["a"]})], set()),
    ],
)
def test_what_a_run_may_have_sent_is_unsettled(trail: list[dict[str, Any]], unsettled: set[str]) -> None:
    assert unsettled == Sources(trail=trail).unsettled(HERE)
    assert unsettled | {"z"} == Sources(trail=trail, intended=frozenset({"z"})).unsettled(HERE)


OVERFLOWS = st.builds(OverflowRule, st.just("b"), st.integers(0, 2), st.integers(0, 2), st.booleans())


def moved(then: Rule, now: Rule, wanted: Rule) -> Moved:
    queue = LiveQueue("a", "A", rules=(now,))
    return who_moved(queue, spot_of(now), (wanted,), Agreed((then,)))


@given(OVERFLOWS, OVERFLOWS, OVERFLOWS)
def test_a_change_undoes_by_hand_what_it_gives_another_value_than_live_gave_it(
    then: OverflowRule, now: OverflowRule, wanted: OverflowRule
) -> None:
    was, has, says = then.values(), now.values(), wanted.values()
    changed = {name for name in says if says[name] != has[name]}
    by_hand = {name for name in changed if has[name] != was[name]}
    by_policies = {name for name in changed if says[name] != was[name]}
    found = moved(then, now, wanted)
    assert bool(by_hand) == (found is not Moved.POLICIES)
    if by_hand:
        assert (Moved.BOTH if by_policies else Moved.LIVE) is found


@given(OVERFLOWS, OVERFLOWS, OVERFLOWS)
def test_what_the_policies_took_over_is_pending_at_most(
    then: OverflowRule, now: OverflowRule, wanted: OverflowRule
) -> None:
    was, has, says = then.values(), now.values(), wanted.values()
    taken = {name: has[name] if has[name] != was[name] else says[name] for name in says}
    assert Moved.POLICIES is moved(then, now, wanted.with_values(**taken))


@given(OVERFLOWS, OVERFLOWS, OVERFLOWS)
def test_what_agrees_now_has_agreed_and_says_the_same_of_who_moved(
    then: OverflowRule, now: OverflowRule, wanted: OverflowRule
) -> None:
    agreed = as_agreed(then, now, wanted)
    assert moved(then, now, wanted) is moved(agreed, now, wanted)
    assert agreed == as_agreed(agreed, now, wanted)
    assert now == as_agreed(then, now, now)
