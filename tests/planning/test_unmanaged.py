from syncer.planning.build import build_plan
from syncer.planning.unmanaged import Unmanaged, unmanaged_in
from tests.organisations import (
    GROUPS,
    backup,
    conditional,
    inputs_over,
    overflow,
    policies,
    policy,
    raw,
    routed,
)

NOW = "2026-03-01T08:30:00.000Z"


def test_queues_that_no_policy_describes_with_their_rules_and_owner() -> None:
    wanted = policies(policy("A", backup=backup("B")), policy("D", managed=False))
    raws = [
        raw("A"),
        routed("C", conditional(GROUPS[0], queue="A"), description="[managed by syncer: them]"),
        raw("B", overflow("A", 5), overflow("C", enabled=False)),
        raw("D", overflow("A")),
        raw("E"),
    ]
    inputs = inputs_over(wanted, raws, "mixed")
    names = inputs.names | {f"group-{name}": name for name in GROUPS}
    assert (
        Unmanaged("id-B", "B", ("5 % to A after 60 s", "25 % to C after 60 s, disabled")),
        Unmanaged(
            "id-C", "C", ("groups Day when EstimatedWaitTime of A GreaterThan 30, after 60 s",), "them"
        ),
        Unmanaged("id-E", "E"),
    ) == unmanaged_in(build_plan(inputs, NOW), inputs.live, names)
