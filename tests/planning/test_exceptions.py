"""Exceptions that a plan holds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.exceptions import Exemption
from syncer.live.wire import read_queue, write_change
from syncer.model.change import Action
from syncer.model.plan import Plan
from syncer.model.policy import PolicyQueue, PolicyRule, PolicySet, QueueRef
from syncer.model.queue import LiveQueue
from syncer.model.settings import ApiLocation
from syncer.planning.build import Inputs, build_plan
from syncer.planning.exceptions import held_of
from syncer.planning.stop import edges_into, off_changes
from tests.organizations import API, NOW
from tests.program import live_queue, overflow
from tests.properties import examples
from tests.stated import overflow_to, stated

HERE = ApiLocation(API)
STOP = Exemption(
    "stop", "run-1", HERE, target="back", target_name="Back", until=NOW, reason="flooded", at=NOW
)


def planned(policies: PolicySet, live: list[LiveQueue], *exemptions: Exemption) -> Plan:
    return build_plan(Inputs(policies, tuple(live), API, "etag", exceptions=exemptions), NOW)


def front(**fields: Any) -> list[LiveQueue]:
    rules = [{**overflow("back", 25), **fields}, overflow("desk", 5)]
    return [
        read_queue(each) for each in (live_queue("Front", *rules), live_queue("Back"), live_queue("Desk"))
    ]


def front_wants(rules: Sequence[PolicyRule]) -> PolicySet:
    return PolicySet((PolicyQueue(QueueRef("Front"), stated=stated(*rules, kinds=("overflow",))),))


WANTED = front_wants((overflow_to(QueueRef("Back"), 25, 60), overflow_to(QueueRef("Desk"), 5, 60)))


def test_a_rule_into_a_stopped_queue_stays_as_live_has_it() -> None:
    off = front(enabled=False)
    assert 1 == len(planned(WANTED, off).changes)
    plan = planned(WANTED, off, STOP)
    assert ((), 1, ("Front",), 1, ()) == (
        plan.changes,
        len(plan.held),
        plan.held[0].queues,
        plan.held[0].rules,
        plan.held[0].open,
    )
    moved = planned(
        front_wants((overflow_to(QueueRef("Back"), 30, 60), overflow_to(QueueRef("Desk"), 5, 60))), off, STOP
    )
    assert () == moved.changes, "it is no part of what waits"


def test_one_that_is_in_force_again_goes_out_of_force() -> None:
    plan = planned(WANTED, front(), STOP)
    (change,) = plan.changes
    (rule,) = change.rules
    assert (Action.UPDATE, "back", ("Front",)) == (rule.action, rule.target, plan.held[0].open)
    assert rule.after is not None
    assert not rule.after.enabled


def test_one_that_live_does_not_have_is_not_created() -> None:
    live = [
        read_queue(each)
        for each in (live_queue("Front", overflow("desk", 5)), live_queue("Back"), live_queue("Desk"))
    ]
    assert () == planned(WANTED, live, STOP).changes


def test_others_are_planned_as_ever() -> None:
    live = front(enabled=False)
    wanted = front_wants((overflow_to(QueueRef("Back"), 25, 60), overflow_to(QueueRef("Desk"), 9, 60)))
    (change,) = planned(wanted, live, STOP).changes
    assert ["desk"] == [rule.target for rule in change.rules]
    elsewhere = replace(STOP, location=ApiLocation("https://other"))
    assert () == planned(WANTED, live, elsewhere).held
    other_sources = replace(STOP, sources=("desk",))
    assert 1 == len(planned(WANTED, live, other_sources).changes)


def test_an_exception_is_named_with_its_time() -> None:
    early, late = (datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (8, 9))
    assert (False, True) == (held_of(STOP, early).expired, held_of(STOP, late).expired)
    assert ("run-1", "Back", "flooded") == tuple(
        getattr(held_of(STOP, early), name) for name in ("id", "target_name", "reason")
    )


RULES = st.lists(
    st.tuples(st.sampled_from(["Back", "Desk"]), st.integers(1, 100)), unique_by=lambda rule: rule[0]
)


@given(RULES, RULES, st.booleans())
@examples(60)
def test_no_plan_has_an_edge_in_force_that_a_stop_forbids(
    wanted: list[tuple[str, int]], held: list[tuple[str, int]], enabled: bool
) -> None:
    rules = [{**overflow(name.lower(), share), "enabled": enabled} for name, share in held]
    live = [
        read_queue(each) for each in (live_queue("Front", *rules), live_queue("Back"), live_queue("Desk"))
    ]
    policies = front_wants(tuple(overflow_to(QueueRef(name), share, 60) for name, share in wanted))
    plan = planned(policies, live, STOP)
    after = [_after(queue, plan) for queue in live]
    assert [] == edges_into(after, "back")
    stopped = off_changes(edges_into(live, "back"), {})
    assert len(stopped) == len(plan.held[0].open)


def _after(queue: LiveQueue, plan: Plan) -> LiveQueue:
    own = [change for change in plan.changes if change.queue == queue.id]
    return read_queue(write_change(queue.raw, own[0])) if own else queue
