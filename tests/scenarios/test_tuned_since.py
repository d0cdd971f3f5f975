"""A rollback over fields that the settings ignore: what was tuned since stays, the rest goes back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.audit.entries import Run, change_entries
from syncer.kinds.overflow import OverflowRule
from syncer.live.wire import rule_fields
from syncer.model.change import Written
from syncer.model.plan import Outcome, Plan, Status
from syncer.model.settings import Ignore, Settings
from syncer.planning.restore import Sides
from syncer.planning.standing import standing
from syncer.planning.undo import undo_plan
from tests.organizations import (
    NOW,
    Raw,
    applied,
    backup,
    conditional,
    groups,
    inputs_over,
    overflow,
    planned,
    policies,
    policy,
    raw,
    routed,
    rule,
)

TUNED = Settings(ignore=(Ignore(("A",), ("threshold", "agent_wait", "value")),))
WANTED = policies(
    policy("A", rule("B", 30, 90), rule("C", 5), backup=backup("B", 90), groups=(groups("Day", value=9),)),
    policy("B"),
)
BEFORE = [
    {
        **routed("A", conditional("Day", conditionValue=3, waitSeconds=7, odd=[1])),
        "routingRules": [overflow("D", 1, id="d"), overflow("B", 20, id="b", odd=[2])],
        "directRouting": {"backupQueueId": "id-B", "agentWaitSeconds": 61, "waitForAgent": True, "odd": 3},
    },
    raw("B"),
    raw("C"),
    raw("D"),
]


def undone(before: Sequence[Raw], now: Sequence[Raw], said: Settings, *, exact: bool) -> Plan:
    """The way back of a run from ``before``; live is ``now``. ``exact``: with what its PUTs did."""
    plan = planned(WANTED, before, dialect="mixed")
    after = {each["id"]: each for each in applied(plan, before)}
    was = {each["id"]: each for each in before}
    entries: list[dict[str, Any]] = []
    for change in plan.changes:
        sides = (rule_fields(side[change.queue], change.kinds) for side in (was, after))
        outcome = Outcome(change, Status.APPLIED, written=Written(*sides) if exact else None)
        entries += change_entries(Run("1", NOW, plan.api), outcome, NOW)
    return undo_plan(standing(entries, "1").images, inputs_over(WANTED, now, "mixed", settings=said), NOW)


def tuned(queue: Raw) -> Raw:
    """Somebody tunes the ignored fields of every kind."""
    first, *others = queue["routingRules"]
    groups = queue["conditionalGroupRouting"]
    return queue | {
        "routingRules": [{**first, "threshold": 77}, *others],
        "directRouting": {**queue["directRouting"], "agentWaitSeconds": 177},
        "conditionalGroupRouting": {**groups, "rules": [{**groups["rules"][0], "conditionValue": 7.5}]},
    }


@pytest.mark.parametrize("exact", [True, False])
def test_what_was_tuned_since_stays_and_the_rest_goes_back(exact: bool) -> None:
    after = applied(planned(WANTED, BEFORE, dialect="mixed"), BEFORE)
    assert "id-B" == after[0]["routingRules"][0]["overflowTarget"]
    now = [tuned(after[0]), *after[1:]]
    back = undone(BEFORE, now, TUNED, exact=exact)
    assert back.applicable
    found = applied(back, now)[0]
    at = {entry["overflowTarget"]: entry for entry in found["routingRules"]}
    assert {"id-B", "id-D"} == at.keys()
    assert {**BEFORE[0]["routingRules"][1], "threshold": 77} == at["id-B"]
    assert {**BEFORE[0]["directRouting"], "agentWaitSeconds": 177} == found["directRouting"]
    (group,) = found["conditionalGroupRouting"]["rules"]
    assert (7.5, 7, [1]) == (group["conditionValue"], group["waitSeconds"], group["odd"])


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("said", [Settings(), Settings(ignore=(Ignore(("A",), ("delay",)),))])
def test_what_is_not_ignored_is_a_conflict_as_ever(said: Settings, exact: bool) -> None:
    after = applied(planned(WANTED, BEFORE, dialect="mixed"), BEFORE)
    back = undone(BEFORE, [tuned(after[0]), *after[1:]], said, exact=exact)
    assert (3, False) == (sum(each.id == "rollback.conflict" for each in back.findings), back.applicable)


def test_a_field_that_nobody_tuned_goes_back_though_it_is_ignored() -> None:
    after = applied(planned(WANTED, BEFORE, dialect="mixed"), BEFORE)
    assert BEFORE[0] == applied(undone(BEFORE, after, TUNED, exact=True), after)[0]


def test_a_rule_that_the_run_made_goes_as_it_is() -> None:
    after = applied(planned(WANTED, BEFORE, dialect="mixed"), BEFORE)
    rules = [{**each, "threshold": 8} for each in after[0]["routingRules"]]
    now = [{**after[0], "routingRules": rules}, *after[1:]]
    back = undone(BEFORE, now, TUNED, exact=True)
    assert back.applicable
    assert ["id-D", "id-B"] == [entry["overflowTarget"] for entry in applied(back, now)[0]["routingRules"]]


RULES = st.builds(OverflowRule, st.just("b"), st.integers(0, 2), st.integers(0, 2), st.booleans())
SIDES = st.lists(RULES, max_size=2).map(tuple)
FIELDS = st.frozensets(st.sampled_from(["threshold", "delay", "enabled"]))


@settings(max_examples=300)
@given(SIDES, SIDES, SIDES, FIELDS)
def test_the_merge_field_by_field(
    before: tuple[OverflowRule, ...],
    now: tuple[OverflowRule, ...],
    after: tuple[OverflowRule, ...],
    ignored: frozenset[str],
) -> None:
    sides = Sides(before, now, after, ignored)
    assert (now not in (before, after)) == replace(sides, ignored=()).moved
    assert sides.moved <= replace(sides, ignored=()).moved
    assert before == replace(sides, ignored=()).back
    assert len(before) == len(sides.back)
    if not len(before) == len(now) == len(after):
        assert before == sides.back
        return
    for was, there, left, back in zip(before, now, after, sides.back, strict=True):
        for field, value in back.values().items():
            kept = field in ignored and there.values()[field] != left.values()[field]
            assert value == (there if kept else was).values()[field]
