from syncer.checks.references import check_references, undescribed_targets
from syncer.kinds.conditional_groups import GroupRule
from syncer.model.finding import Note, Position, Severity
from syncer.model.policy import GroupRef, PolicyQueue, PolicyRule, PolicySet, QueueRef, StatedTransfer
from syncer.model.queue import TEAM
from tests.stated import overflow_to


def at(line: int) -> Position:
    return Position("p.yaml", line, 1)


def queue(name: str, line: int, *targets: tuple[QueueRef, int], managed: bool = True) -> PolicyQueue:
    rules = tuple(overflow_to(target, 5, position=at(where)) for target, where in targets)
    return PolicyQueue(QueueRef(name), managed, stated={"overflow": rules}, position=at(line))


def named(name: str, line: int) -> tuple[QueueRef, int]:
    return QueueRef(name), line


def test_good_policies() -> None:
    policies = PolicySet((queue("A", 1, named("B", 2)), queue("B", 3)))
    assert check_references(policies) == ()


def test_a_name_and_an_id_that_read_the_same_are_one_target_that_nobody_describes() -> None:
    other = (QueueRef(id="X"), 4)
    policies = PolicySet(
        (queue("A", 1, named("B", 2), named("X", 3), other), queue("B", 5, named("Y", 6), managed=False))
    )
    assert ("X",) == undescribed_targets(policies)


def test_a_queue_in_two_places() -> None:
    found = check_references(PolicySet((queue("A", 1), queue("A", 2, managed=False))))
    assert [finding.id for finding in found] == ["references.duplicate-queue"]
    assert Severity.ERROR is found[0].severity
    assert found[0].message == "'A' appears in two places"
    assert at(2) == found[0].position
    assert (Note("it appears here first", at(1)), Note("and here again", at(2))) == found[0].notes


def test_a_queue_in_three_places_is_told_twice() -> None:
    one = queue("A", 1)
    assert len(check_references(PolicySet((one, one, one)))) == 2


def test_a_queue_that_overflows_to_itself() -> None:
    found = check_references(PolicySet((queue("A", 1, named("A", 2)),)))
    assert [("references.self-target", Severity.ERROR, "'A' overflows to itself", at(2), "A")] == [
        (finding.id, finding.severity, finding.message, finding.position, finding.queue) for finding in found
    ]


def test_one_target_twice() -> None:
    found = check_references(PolicySet((queue("A", 1, named("B", 2), named("B", 3)), queue("B", 4))))
    assert [("references.duplicate-target", Severity.ERROR, "'A' has two rules to 'B'", at(3))] == [
        (finding.id, finding.severity, finding.message, finding.position) for finding in found
    ]


def test_names_that_look_alike_are_told_each_once() -> None:
    odd, other = "B\u200b", "Cafe\u0301"
    targets = (named(odd, 2), named(other, 3), named(other, 4))
    policies = PolicySet((queue("A", 1, *targets), queue("B", 5), queue("Caf\u00e9", 6), queue("b ", 7)))
    found = [each for each in check_references(policies) if each.id == "references.look-alike"]
    assert [
        ("'b ' looks like 'B' but is another queue: B there, b U+0020 here", at(7)),
        ("'B\\u200b' looks like 'B' but is another queue: nothing there, U+200B here", at(2)),
        ("'Cafe\u0301' looks like 'Caf\u00e9' but is another queue: U+00E9 there, e U+0301 here", at(3)),
    ] == [(each.message, each.position) for each in found]
    assert ((Note("'B' appears here first", at(5)),), Severity.WARNING) == (found[0].notes, found[0].severity)


def test_a_target_that_no_policy_knows_is_a_hint() -> None:
    targets = (named("Suport Tier 2", 2), named("Sales", 3), (QueueRef(id="x-1"), 4))
    policies = PolicySet((queue("A", 1, *targets), queue("Support Tier 2", 5)))
    unknown, info, warning = "references.unknown", Severity.INFO, Severity.WARNING
    only_live = "only the live queues can show whether it exists"
    assert [
        (unknown, warning, "no policy describes 'Suport Tier 2'", "did you mean 'Support Tier 2'?", at(2)),
        (unknown, info, "no policy describes 'Sales'", only_live, at(3)),
        (unknown, info, "no policy describes the id 'x-1'", only_live, at(4)),
    ] == [(f.id, f.severity, f.message, f.tip, f.position) for f in check_references(policies)]
    assert check_references(policies, offline=False) == ()


def test_transfers_that_make_no_sense() -> None:
    stated = tuple(StatedTransfer(QueueRef(name), 5, at(line)) for line, name in enumerate("AABC", 1))
    found = check_references(PolicySet((PolicyQueue(QueueRef("B"), transfers=stated, position=at(9)),)))
    assert [
        ("references.duplicate-target", "'B' states twice what is transferred to 'A'", at(2)),
        ("references.self-target", "'B' can't transfer to itself", at(3)),
    ] == [(finding.id, finding.message, finding.position) for finding in found]
    assert (Note("the first one", at(1)), Note("the second one", at(2))) == found[0].notes


def asking(number: int, *groups: GroupRef) -> PolicyQueue:
    places = tuple(Position("p.yaml", number, 9 + place) for place in range(len(groups)))
    rule = GroupRule(1, "", "EstimatedWaitTime", "GreaterThan", 9, 9, tuple(map(str, groups)))
    stated = PolicyRule(rule, None, groups, at(number), group_positions=places)
    return PolicyQueue(QueueRef(f"Q{number}"), True, 9, 0, {rule.kind: (stated,)}, at(number))


def test_a_group_that_one_rule_names_almost_as_others_do() -> None:
    right, wrong = GroupRef("Specialists"), GroupRef("Specialsts")
    other, team = GroupRef("Supervisors"), GroupRef("Specialsts", type=TEAM)
    policies = PolicySet(
        (asking(1, right), asking(2, right, other), asking(3, other, wrong), asking(4, team))
    )
    (found,) = check_references(policies)
    assert ("references.look-alike", Severity.WARNING, "Q3") == (found.id, found.severity, found.queue)
    assert "only this rule names the group 'Specialsts'; others name 'Specialists'" == found.message
    assert ("did you mean 'Specialists'?", Position("p.yaml", 3, 10)) == (found.tip, found.position)
    assert () == check_references(policies, offline=False)


def test_two_groups_that_are_named_as_often_are_two() -> None:
    assert () == check_references(
        PolicySet((asking(1, GroupRef("Specialists")), asking(2, GroupRef("Specialsts"))))
    )
