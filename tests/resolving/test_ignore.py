from dataclasses import replace

from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.model.policy import GroupRef, PolicyQueue, PolicySet, QueueRef
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rules
from syncer.model.settings import Ignore
from syncer.resolving.ignore import as_live_has_it, without_ignored
from tests.stated import backed_by, groups_when, overflow_to, stated

RULE = overflow_to(QueueRef("Back"), 25)
BACKUP = backed_by(QueueRef("Back"))
GROUPS = groups_when("ServiceLevel", "LessThan", 80.0, 0, (GroupRef("Night"),))
FRONT = PolicyQueue(QueueRef("Front"), stated=stated(RULE, BACKUP, GROUPS))
NIGHT = GroupRule(1, "", "ServiceLevel", "LessThan", 80.0, 0, ("g",))


def left(queue: PolicyQueue, *ignores: Ignore, live: tuple[LiveQueue, ...] = ()) -> PolicyQueue:
    (found,) = without_ignored(PolicySet((queue,)), ignores, live).queues
    return found


def test_a_whole_queue_is_not_managed() -> None:
    nothing = replace(FRONT, managed=False, stated={})
    assert nothing == left(FRONT, Ignore(("F*",)))
    assert nothing == left(
        FRONT, Ignore(("F*",), ("overflow", "backup")), Ignore(("*t",), ("conditional_groups",))
    )
    assert FRONT == left(FRONT, Ignore(("f*", "Fron", "Back")))
    silent = replace(FRONT, stated={})
    assert replace(silent, managed=False) == left(silent, Ignore(("*",)))
    unmanaged = replace(FRONT, managed=False)
    assert unmanaged == left(unmanaged, Ignore(("*",)))


def test_a_kind_of_rules_is_not_spoken_of() -> None:
    assert replace(FRONT, stated=stated(BACKUP, GROUPS)) == left(
        FRONT, Ignore(("Front",), ("overflow", "threshold"))
    )
    assert replace(FRONT, stated=stated(RULE, GROUPS)) == left(FRONT, Ignore(("Front",), ("backup",)))
    assert FRONT == left(FRONT, Ignore(("Front",), ("threshold", "delay")))


def test_a_queue_that_is_named_by_its_id_has_the_name_of_live() -> None:
    by_id = replace(FRONT, queue=QueueRef(id="1"))
    ignore = Ignore(("Front",))
    assert not left(by_id, ignore, live=(LiveQueue("1", "Front"),)).managed
    assert by_id == left(by_id, ignore, live=(LiveQueue("1", "Other"),)) == left(by_id, ignore)


def kept(rules: Rules, live: LiveQueue, *fields: str) -> Rules:
    return as_live_has_it(live, rules, [Ignore(("Other",)), Ignore(("Front",), fields)])


def test_a_field_of_a_rule_that_both_sides_have_stays() -> None:
    rules = (OverflowRule("b", 10, 60, True), BackupRule("b", 90, True), NIGHT)
    theirs = (OverflowRule("b", 20, 0, False), BackupRule("b", 60), replace(NIGHT, value=70.0, groups=("h",)))
    live = LiveQueue("1", "Front", rules=theirs)
    assert theirs == kept(
        rules, live, "threshold", "delay", "enabled", "agent_wait", "wait_for_agent", "value", "groups"
    )
    assert (OverflowRule("b", 20, 60, True), *rules[1:]) == kept(rules, live, "threshold")
    assert rules == kept(rules, replace(live, name="Back"), "threshold")


def test_a_rule_that_live_does_not_have_takes_the_values_of_the_policy() -> None:
    rules = (OverflowRule("c", 10), BackupRule("c", 90))
    live = LiveQueue("1", "Front", rules=(OverflowRule("b", 20), BackupRule("b", 60)))
    assert rules == kept(rules, live, "threshold", "agent_wait")


def test_the_first_of_two_rules_counts_and_one_that_can_not_be_read_does_not() -> None:
    rules = (OverflowRule("b", 10),)
    live = LiveQueue("1", "Front", rules=(OverflowRule("b", 20), OverflowRule("b", 30)))
    assert (OverflowRule("b", 20),) == kept(rules, live, "threshold")
    assert rules == kept(rules, replace(live, problems={0: "threshold is 'x'"}), "threshold")
