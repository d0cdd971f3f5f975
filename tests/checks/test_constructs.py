from syncer.checks.constructs import check_constructs, check_constructs_live
from syncer.kinds.registry import DIALECTS
from syncer.model.policy import PolicySet
from syncer.resolving.resolve import resolve_live
from tests.organizations import Raw, backed, backup, groups, inputs_over, policies, policy, raw, routed


def alone(wanted: PolicySet) -> list[tuple[str, str]]:
    return [(finding.id, finding.queue) for finding in check_constructs(wanted)]


def with_live(wanted: PolicySet, *live: Raw) -> list[tuple[str, str]]:
    inputs = inputs_over(wanted, live, "genesys-cloud")
    resolved = resolve_live(wanted, inputs.live, DIALECTS["genesys-cloud"], inputs.groups)
    found = check_constructs_live(resolved, inputs.live, inputs.groups)
    return [(finding.id, finding.queue) for finding in found]


def test_the_first_rule_watches_no_other_queue_and_that_is_known_offline() -> None:
    first, second = groups("Day"), groups("Night", queue="B")
    assert [("dialect.first-rule", "A")] == alone(policies(policy("A", groups=[second]), policy("B")))
    assert [] == alone(policies(policy("A", groups=[first, second]), policy("B")))


def test_nothing_is_asked_of_a_queue_that_is_not_managed() -> None:
    wanted = policies(policy("A", groups=[groups("Night", queue="B")], managed=False), policy("B"))
    assert [] == alone(wanted)


def test_a_group_that_is_no_member_is_known_with_live() -> None:
    wanted = policies(policy("A", groups=[groups("Night")]))
    assert [] == with_live(wanted, routed("A", members=("Night",)))
    assert [("dialect.foreign-group", "A")] == with_live(wanted, routed("A", members=("Day",)))


def test_a_backup_queue_that_live_has_already_is_as_good_as_any() -> None:
    wanted = policies(policy("A", backup=backup("B", 60)), policy("B"))
    assert [] == with_live(wanted, backed("A", "B"), raw("B"))
