from syncer.drift.found import Direction, Drifting, drift_of
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import FieldChange
from syncer.planning.diff import SECOND
from tests.organisations import overflow, planned, policies, policy, raw, rule


def test_drift_is_the_plan_seen_from_live() -> None:
    wanted = policies(policy("B", rule("C")), policy("A", rule("B", 30)))
    live = [raw("A", overflow("B", 10), overflow("B", 1), overflow("C", 5)), raw("B"), raw("C")]
    plan = planned(wanted, live)
    drift = drift_of(plan)
    from_a, to_b, to_c = ("id-A", "A"), ("id-B", "B"), ("id-C", "C")
    expected = (
        Drifting(
            Direction.LIVE_DIFFERS,
            *from_a,
            *to_b,
            policy=OverflowRule("id-B", 30, 60, True),
            live=OverflowRule("id-B", 10, 60, True),
            fields=(FieldChange("threshold", 30, 10),),
            names={"id-B": "B"},
        ),
        Drifting(
            Direction.LIVE_HAS_MORE,
            *from_a,
            *to_b,
            None,
            OverflowRule("id-B", 1, 60, True),
            note=SECOND,
            names={"id-B": "B"},
        ),
        Drifting(
            Direction.LIVE_HAS_MORE,
            *from_a,
            *to_c,
            None,
            OverflowRule("id-C", 5, 60, True),
            names={"id-C": "C"},
        ),
        Drifting(
            Direction.LIVE_HAS_LESS,
            *to_b,
            *to_c,
            OverflowRule("id-C", 25, 60, True),
            None,
            names={"id-C": "C"},
        ),
    )
    assert expected == drift.rules
    assert plan is drift.plan
    assert [2, 1, 1] == [drift.count(direction) for direction in Direction]


def test_nothing_drifted() -> None:
    drift = drift_of(planned(policies(policy("A", rule("B"))), [raw("A", overflow("B")), raw("B")]))
    assert () == drift.rules
