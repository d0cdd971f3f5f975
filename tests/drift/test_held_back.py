"""What exceptions hold back, rule by rule."""

from dataclasses import replace

from syncer.audit.exceptions import Exemption
from syncer.drift.held_back import HeldBack, held_back
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Moved
from syncer.model.settings import ApiLocation
from syncer.planning.audit_images import Image
from syncer.planning.held import Hold
from tests.organizations import overflow, planned, policies, policy, raw, rule

HERE = ApiLocation("https://api")
STOP = Exemption("stop", "run-1", HERE, target="id-B", target_name="B")
BACK = Exemption("rollback", "run-2", HERE, queues=("id-C",), undoes="run-0")
LIVE = [
    raw("A", overflow("B", 25, enabled=False), overflow("D", 5)),
    raw("C", overflow("B", 10), overflow("D", 5)),
    raw("B"),
    raw("D"),
]
WANTED = policies(
    policy("A", rule("B", 25), rule("D", 7)),
    policy("C", rule("B", 30), rule("D", 9)),
    policy("B"),
    policy("D"),
)
PLAN = planned(WANTED, LIVE)
UNDONE = Image("id-C", "C", "B", OverflowRule("id-B", 10, 60, True), OverflowRule("id-B", 30, 60, True))


def rules(found: HeldBack) -> list[tuple[str, str, list[str]]]:
    pairs = zip(found.drift.rules, found.by, strict=True)
    return [(each.queue_name, each.target_name, [made.id for made in by]) for each, by in pairs]


def test_a_stop_holds_the_rules_that_it_has_put_out_of_force() -> None:
    found = held_back(PLAN, [STOP], {})
    assert ([("A", "B", ["run-1"])], (STOP,)) == (rules(found), found.exceptions)
    assert {Moved.LIVE} == {each.moved for each in found.drift.rules}
    assert [("A", "D"), ("C", "B"), ("C", "D")] == [
        (each.queue_name, each.target_name) for each in found.drift.pending
    ], "C overflows there all the same: nothing of that is held"
    assert {Moved.POLICIES} == {each.moved for each in found.drift.pending}


def test_a_rule_that_is_gone_is_held_too() -> None:
    gone = planned(WANTED, [raw("A", overflow("D", 7)), *LIVE[2:], raw("C")])
    assert [("A", "B", ["run-1"]), ("C", "B", ["run-1"])] == rules(held_back(gone, [STOP], {}))


def test_a_rollback_holds_what_it_undid() -> None:
    known = Hold(BACK, {"id-C": (UNDONE,)})
    assert [("C", "B", ["run-2"])] == rules(held_back(PLAN, [BACK], {"id-C": known}))
    other = Hold(BACK, {"id-C": (replace(UNDONE, after=OverflowRule("id-B", 31, 60, True)),)})
    assert [] == rules(held_back(PLAN, [BACK], {"id-C": other}))


def test_of_a_run_that_nobody_knows_a_rollback_holds_whole_queues() -> None:
    found = held_back(PLAN, [STOP, BACK], {"id-C": Hold(BACK)})
    assert [("A", "B", ["run-1"]), ("C", "B", ["run-2"]), ("C", "D", ["run-2"])] == rules(found)
    assert (STOP, BACK) == found.exceptions


def test_what_is_held_is_left_to_the_policies_by_others() -> None:
    found = held_back(PLAN, [STOP], {}).as_pending
    assert ((), [("A", "B", Moved.POLICIES)]) == (
        found.rules,
        [(each.queue_name, each.target_name, each.moved) for each in found.pending],
    )
