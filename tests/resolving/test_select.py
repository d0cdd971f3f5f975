from dataclasses import replace

import pytest

from syncer.errors import WrongUsage
from syncer.model.finding import Position
from syncer.model.policy import PolicyQueue, PolicySet, QueueRef
from syncer.model.queue import LiveQueue
from syncer.resolving.select import narrowed, not_selected, refuse_unfit
from tests.stated import overflow_to, stated

AT = Position("policies/a.yaml", 3, 5)


def described(queue: QueueRef) -> PolicyQueue:
    return PolicyQueue(
        queue, capacity=9.0, base_load=3.0, stated=stated(overflow_to(QueueRef("Back"), 25)), position=AT
    )


FRONT, BACK, BY_ID = described(QueueRef("Front")), described(QueueRef("Back")), described(QueueRef(id="3"))
POLICIES = PolicySet((FRONT, BACK, BY_ID))
LIVE = (LiveQueue("1", "Front"), LiveQueue("2", "Back"), LiveQueue("3", "Night [EU]"))


def left(queue: PolicyQueue) -> PolicyQueue:
    """The queue with its rules left to live."""
    return replace(queue, managed=False, stated={})


def chosen(*patterns: str) -> list[PolicyQueue]:
    """The queues that stay as their policies have them; all others keep their figures and their place."""
    found = narrowed(POLICIES, patterns, LIVE).queues
    assert [left(queue) for queue in POLICIES.queues] == [left(queue) for queue in found]
    wanted = [queue for queue, was in zip(found, POLICIES.queues, strict=True) if queue == was]
    assert [left(queue) for queue in found if queue not in wanted] == [
        queue for queue in found if queue not in wanted
    ]
    return wanted


def test_without_a_pattern_all_are_selected() -> None:
    assert POLICIES == narrowed(POLICIES, (), LIVE)
    assert {} == not_selected(POLICIES, (), LIVE)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (("Front",), [FRONT]),
        (("F*", "?ack"), [FRONT, BACK]),
        (("*",), [FRONT, BACK, BY_ID]),
        (("front",), []),
        (("Fron",), []),
        (("Night [EU]",), [BY_ID]),
        (("Night*",), [BY_ID]),
        (("3",), [BY_ID]),
        (("2",), [BACK]),
        (("[12]",), [FRONT, BACK]),
    ],
)
def test_a_queue_is_selected_by_its_name_or_its_id(
    patterns: tuple[str, ...], expected: list[PolicyQueue]
) -> None:
    assert expected == chosen(*patterns)
    ids = {"1": FRONT, "2": BACK, "3": BY_ID}
    assert {id_: queue for id_, queue in ids.items() if queue not in expected} == not_selected(
        POLICIES, patterns, LIVE
    )


def test_what_live_has_not_or_has_twice_goes_unless_it_is_selected() -> None:
    live = (*LIVE, LiveQueue("4", "Back"))
    gone, unknown = described(QueueRef("Gone")), described(QueueRef(id="9"))
    policies = PolicySet((FRONT, BACK, gone, unknown))
    assert (FRONT,) == narrowed(policies, ("Front",), live).queues
    assert (left(FRONT), BACK, gone) == narrowed(policies, ("Back", "Gone"), live).queues
    assert (left(FRONT), BACK) == narrowed(policies, ("4",), live).queues
    assert (left(FRONT), unknown) == narrowed(policies, ("9",), live).queues
    assert {"1": FRONT} == not_selected(policies, ("Back",), live)


def test_a_queue_that_stands_twice_stays_once_unless_it_is_selected() -> None:
    by_id = described(QueueRef(id="1"))
    policies = PolicySet((FRONT, by_id, FRONT, BACK))
    assert (left(FRONT), BACK) == narrowed(policies, ("Back",), LIVE).queues
    assert (FRONT, by_id, FRONT, left(BACK)) == narrowed(policies, ("Front",), LIVE).queues
    assert (FRONT, by_id, FRONT, left(BACK)) == narrowed(policies, ("1",), LIVE).queues


def test_a_queue_that_is_not_managed_stays_that() -> None:
    unmanaged = replace(FRONT, managed=False)
    assert (left(unmanaged), BACK) == narrowed(PolicySet((unmanaged, BACK)), ("Back",), LIVE).queues
    assert (unmanaged, left(BACK)) == narrowed(PolicySet((unmanaged, BACK)), ("Front",), LIVE).queues


def test_what_fits_a_queue_is_no_wrong_usage() -> None:
    refuse_unfit(POLICIES, (), LIVE)
    refuse_unfit(POLICIES, ("Front", "B*", "3", "2", "Night*"), LIVE)
    refuse_unfit(PolicySet((FRONT,)), ("Front",), ())


@pytest.mark.parametrize(
    ("patterns", "message", "near"),
    [
        (("Fornt", "Back"), "no queue of the policies matches 'Fornt'", "Did you mean 'Front'? "),
        (("front", "bcak"), "matches 'front' or 'bcak'", "Did you mean 'Front' or 'Back'? "),
        (("night eu", "night eu"), "matches 'night eu'", "Did you mean 'Night [EU]'? "),
        (("7",), "matches '7'", ""),
        (("",), "matches ''", ""),
    ],
)
def test_what_fits_no_queue_is_named_with_what_is_near(
    patterns: tuple[str, ...], message: str, near: str
) -> None:
    with pytest.raises(WrongUsage) as raised:
        refuse_unfit(POLICIES, patterns, LIVE)
    assert raised.value.message.endswith(message)
    assert f"{near}Case matters, * matches any text, and an id works as a name." == raised.value.hint


def test_a_queue_of_live_that_no_policy_describes_is_wrong_usage() -> None:
    with pytest.raises(WrongUsage, match="no queue of the policies matches 'Other'"):
        refuse_unfit(POLICIES, ("Other",), (*LIVE, LiveQueue("4", "Other")))
