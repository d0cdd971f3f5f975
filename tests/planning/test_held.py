"""Which queues rollbacks hold back, and until when."""

from dataclasses import replace

import pytest

from syncer.audit.exceptions import ROLLBACK, STOP, Exemption, RuleImage
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Reason
from syncer.model.policy import PolicyQueue
from syncer.model.settings import ApiLocation, Organization
from syncer.net.timing import from_rfc3339
from syncer.planning.audit_images import Image
from syncer.planning.build import build_plan
from syncer.planning.held import NOTHING_HELD, Held, Hold, held_now, named_holds, with_held
from tests.organizations import API, NOW, inputs_over, overflow, policies, policy, raw, rule

AT = "2026-03-01T08:30:00.000Z"
BACK = "20260301T083000Z-9f2c41"
UNDONE = Image("id-A", "A", "B", OverflowRule("id-B", 10, 60, True), OverflowRule("id-B", 25, 60, True))
MADE = Exemption(ROLLBACK, BACK, ApiLocation("https://api"), queues=("id-A",), at=AT)
HOLD = Hold(MADE, {"id-A": (UNDONE,)})
LIVE = [raw("A", overflow("B", 10)), raw("B")]


@pytest.mark.parametrize("hold", [HOLD, Hold(MADE)], ids=["images", "no images"])
def test_what_the_policies_still_say_is_held_and_named(hold: Hold) -> None:
    inputs = inputs_over(policies(policy("A", rule("B", 25)), policy("B")), LIVE)
    held = held_now(inputs, [hold])
    assert ({"id-A": hold}, ()) == (held.queues, held.ended)
    plan = build_plan(with_held(inputs, held), NOW)
    assert ((), Reason.HELD) == (plan.changes, {each.name: each.reason for each in plan.untouched}["A"])
    (found,) = [each for each in plan.findings if each.id == "rollback.held"]
    said = "A is held back since 2026-03-01T08:30:00.000Z by rollback 20260301T083000Z-9f2c41"
    assert f"{said}: the policies still contain what was undone" == found.message


@pytest.mark.parametrize(
    ("said", "threshold"), [(10, 10), (30, 10), (25, 25)], ids=["reverted", "something new", "live has it"]
)
def test_a_hold_that_holds_nothing_has_ended(said: int, threshold: int) -> None:
    live = [raw("A", overflow("B", threshold)), raw("B")]
    held = held_now(inputs_over(policies(policy("A", rule("B", said)), policy("B")), live), [HOLD])
    assert ({}, (BACK,)) == (held.queues, held.ended)


def test_a_queue_that_the_plan_is_not_about_ends_nothing() -> None:
    held = held_now(inputs_over(policies(policy("B")), LIVE), [HOLD])
    assert ({}, ()) == (held.queues, held.ended)


def test_a_reason_and_a_commit_are_told() -> None:
    made = Exemption(ROLLBACK, BACK, MADE.location, queues=("id-A",), at=AT, reason="INC-1")
    inputs = inputs_over(policies(policy("A", rule("B", 25)), policy("B")), LIVE)
    held = held_now(inputs, [Hold(made, HOLD.undone, "c0ffee")])
    (found,) = with_held(inputs, held).findings
    assert (f"rollback {BACK} (INC-1): " in found.message, found.tip.startswith("git revert c0ffee in")) == (
        True,
        True,
    )


def test_without_holds_nothing_is_held() -> None:
    inputs = inputs_over(policies(policy("A", rule("B", 25)), policy("B")), LIVE)
    assert NOTHING_HELD == held_now(inputs, [])
    assert inputs is with_held(inputs, NOTHING_HELD)


def test_what_somebody_changed_since_is_named() -> None:
    live = [raw("A", overflow("B", 77)), raw("B")]
    inputs = inputs_over(policies(policy("A", rule("B", 25)), policy("B")), live)
    held = held_now(inputs, [HOLD])
    assert ("id-A",) == held.moved
    (_, moved) = with_held(inputs, held).findings
    assert "A was changed since rollback 20260301T083000Z-9f2c41, which holds it back" == moved.message
    assert "rollback.moved" == moved.id
    assert () == held_now(inputs_over(policies(policy("A", rule("B", 25)), policy("B")), LIVE), [HOLD]).moved


@pytest.mark.parametrize(
    ("target", "enabled", "moved"),
    [("id-B", False, ()), ("id-B", True, ("id-A",)), ("id-C", False, ("id-A",))],
    ids=["the stop did it", "somebody put it in force", "a stop of another queue"],
)
def test_what_a_stop_took_away_was_changed_by_nobody(
    target: str, enabled: bool, moved: tuple[str, ...]
) -> None:
    live = [raw("A", overflow("B", 77, enabled=enabled)), raw("B")]
    stop = Exemption(STOP, "stop", MADE.location, target=target, at=AT)
    inputs = inputs_over(policies(policy("A", rule("B", 25)), policy("B")), live)
    assert moved == held_now(replace(inputs, exceptions=(stop,)), [HOLD]).moved


def image(queue: str, threshold: int) -> RuleImage:
    """A rule into B that a stop has disabled."""
    rules = (OverflowRule("id-B", threshold, 60, enabled) for enabled in (True, False))
    return RuleImage(f"id-{queue}", queue, *rules)


STOPPED = Exemption(
    STOP, "stop", ApiLocation(API), target="id-B", at=AT, images=(image("A", 25), image("C", 5))
)
OFF = [raw("A", overflow("B", 25, enabled=False)), raw("B"), raw("C", overflow("B", 5, enabled=False))]
SAYS_OFF = policy("A", rule("B", 25, enabled=False))


@pytest.mark.parametrize(
    ("said", "ended"),
    [
        ((SAYS_OFF, policy("C", kinds=["overflow"])), ("stop",)),
        ((SAYS_OFF, policy("C", rule("B", 5))), ()),
        ((SAYS_OFF,), ()),
        ((SAYS_OFF, policy("C", kinds=["backup"])), ()),
        ((SAYS_OFF, policy("C", kinds=["overflow"]), policy("D", rule("B", 1))), ()),
    ],
    ids=["all of it", "a rule is wanted", "not managed", "another kind", "another queue wants one"],
)
def test_a_stop_ends_where_the_policies_say_all_of_it(
    said: tuple[PolicyQueue, ...], ended: tuple[str, ...]
) -> None:
    inputs = inputs_over(policies(*said, policy("B")), [*OFF, raw("D")])
    assert ended == held_now(replace(inputs, exceptions=(STOPPED,)), []).ended
    elsewhere = replace(STOPPED, location=ApiLocation("https://other", Organization("other", "Other")))
    assert () == held_now(replace(inputs, exceptions=(elsewhere,)), []).ended


def test_a_stop_of_which_nobody_knows_what_it_did_ends_by_a_lift_alone() -> None:
    inputs = inputs_over(policies(SAYS_OFF, policy("C", kinds=["overflow"]), policy("B")), OFF)
    for unknown in (replace(STOPPED, images=()), replace(STOPPED, images=(image("gone", 5),))):
        assert () == held_now(replace(inputs, exceptions=(unknown,)), []).ended


def test_a_plan_names_a_rollback_with_the_queues_that_it_holds() -> None:
    held = Held({"id-A": HOLD, "id-C": HOLD})
    (named,) = named_holds(held, {"id-A": "A", "id-C": "C"}, from_rfc3339(NOW))
    assert (ROLLBACK, BACK, ("A", "C"), ("A, C held back",)) == (
        named.kind,
        named.id,
        named.queues,
        named.effects(),
    )
