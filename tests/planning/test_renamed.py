"""A name that went to another queue is told, with where the queue went that had it."""

from dataclasses import replace

from syncer.planning.renamed import moved_names
from tests.organizations import Raw, overflow, planned, policies, policy, raw, rule

WANTED = policies(policy("A", rule("B")), policy("B"))


def told(*now: Raw) -> list[str]:
    return list(moved_names(planned(WANTED, [raw("A"), raw("B"), raw("Idle")]), planned(WANTED, now)))


def test_a_name_that_another_queue_has_now_is_told() -> None:
    old, new = raw("B", name="B old"), raw("B", id="id-new")
    moved = "the name 'B' was that of id-B, and now belongs to id-new; id-B is"
    assert [f"{moved} now called 'B old'"] == told(raw("A"), old, new)
    assert [f"{moved} not listed any more"] == told(raw("A"), new)
    two = [raw("B", id="id-new"), raw("B", id="id-newer")]
    assert ["the name 'B' was that of id-B, and now belongs to id-new and id-newer"] == [
        line.split(";")[0] for line in told(raw("A"), *two, old)
    ]


def test_a_name_that_no_change_speaks_of_may_move_and_so_may_one_that_nobody_took() -> None:
    assert [] == told(raw("A"), raw("B"), raw("Idle", name="Other"), raw("Idle", id="id-new"))
    assert [] == told(raw("A"), raw("B", name="B old"))
    assert [] == told(raw("A"), raw("B"), raw("B", id="id-new"))


def test_a_change_that_was_not_planned_speaks_of_the_name_too() -> None:
    equal = planned(WANTED, [raw("A", overflow("B")), raw("B")])
    moved = planned(WANTED, [raw("A", name="A old"), raw("A", id="id-new"), raw("B")])
    assert ["the name 'A' was that of id-A, and now belongs to id-new; id-A is now called 'A old'"] == list(
        moved_names(equal, moved)
    )
    assert [] == list(moved_names(equal, replace(moved, changes=())))
