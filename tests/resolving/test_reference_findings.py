"""The texts of findings about names of queues and groups."""

import pytest

from syncer.kinds.registry import OVERFLOW_RULES
from syncer.live.view import NOT_KNOWN, WHOLE, View
from syncer.model.finding import Finding, Position, Severity
from syncer.model.policy import GroupRef, PolicyQueue, QueueRef
from syncer.model.queue import TEAM, LiveQueue
from syncer.resolving.reference_findings import (
    ambiguous,
    dangling,
    duplicate_queue,
    duplicate_target,
    no_member,
    not_held,
    partial_view,
    same_queue,
    self_target,
    unknown_group,
    unknown_in_live,
    unknown_in_policies,
)
from tests.stated import backed_by, groups_when, overflow_to, stated

HERE, THERE = Position("p.yaml", 2, 1), Position("p.yaml", 7, 1)
ONE = PolicyQueue(QueueRef("One"), position=HERE)
BY_ID = PolicyQueue(QueueRef(id="1"), position=THERE)


def notes(finding: Finding) -> list[tuple[str, Position | None]]:
    return [(note.message, note.position) for note in finding.notes]


def test_a_queue_that_is_its_own_target_is_named_by_both_of_its_names() -> None:
    by_name = self_target(ONE, overflow_to(QueueRef("One"), 25, position=THERE))
    by_id = self_target(ONE, overflow_to(QueueRef(id="1"), 25, position=THERE))
    assert by_name is not None
    assert by_id is not None
    assert "'One' overflows to itself" == by_name.message
    assert "'One' overflows to the id '1', which is the same queue" == by_id.message
    assert (Severity.ERROR, THERE, "One") == (by_id.severity, by_id.position, by_id.queue)


def test_a_backup_queue_is_another_queue_and_a_queue_may_watch_itself() -> None:
    backed = self_target(ONE, backed_by(QueueRef("One")))
    assert backed is not None
    assert "'One' is its own backup queue" == backed.message
    watching = groups_when("ServiceLevel", "LessThan", 80.0, 5, (GroupRef("Day"),), QueueRef("One"))
    assert self_target(ONE, watching) is None


def test_a_queue_in_two_places_has_both_of_them() -> None:
    again = PolicyQueue(QueueRef("One"), position=THERE)
    found = duplicate_queue(ONE, again)
    assert "'One' appears in two places" == found.message
    assert [("it appears here first", HERE), ("and here again", THERE)] == notes(found)
    other = same_queue(ONE, BY_ID, "One")
    assert "'One' and the id '1' are the same live queue ('One')" == other.message
    assert (found.id, found.tip, notes(found)) == (other.id, other.tip, notes(other))


def test_two_rules_to_one_queue_have_both_of_their_places() -> None:
    first, second, by_id = (
        overflow_to(target, 25, position=place)
        for target, place in ((QueueRef("Two"), HERE), (QueueRef("Two"), THERE), (QueueRef(id="2"), THERE))
    )
    found = duplicate_target(ONE, first, second)
    assert ("'One' has two rules to 'Two'", THERE) == (found.message, found.position)
    assert [("the first one", HERE), ("the second one", THERE)] == notes(found)
    words = "'One' has two rules to one queue: 'Two' and the id '2' are the same live queue"
    assert words == duplicate_target(ONE, first, by_id).message


def test_a_target_that_no_policy_describes_is_no_error() -> None:
    near = unknown_in_policies(ONE, QueueRef("Tow"), HERE, "Two")
    far = unknown_in_policies(ONE, QueueRef("Sales"), HERE, "")
    assert [Severity.WARNING, Severity.INFO] == [near.severity, far.severity]
    assert ("no policy describes 'Tow'", "did you mean 'Two'?") == (near.message, near.tip)
    assert ("no policy describes 'Sales'", "only the live queues can show whether it exists") == (
        far.message,
        far.tip,
    )


UNSEEN = "or let the client see it, if its roles cover only some divisions"


@pytest.mark.parametrize(
    ("wanted", "nearest", "message", "tip"),
    [
        (QueueRef("Tow"), "Two", "the organization lists no queue 'Tow'", "did you mean 'Two'?"),
        (
            QueueRef("Sales"),
            "",
            "the organization lists no queue 'Sales'",
            f"create the queue first, or correct the name, which must match letter by letter; {UNSEEN}",
        ),
        (
            QueueRef(id="9"),
            "",
            "the organization lists no queue with the id '9'",
            f"look the id up in the organization, or give the name of the queue; {UNSEEN}",
        ),
    ],
)
def test_a_queue_that_live_does_not_have(wanted: QueueRef, nearest: str, message: str, tip: str) -> None:
    found = unknown_in_live(wanted, nearest, HERE, "One")
    assert (message, tip, "One") == (found.message, found.tip, found.queue)


def test_a_group_that_live_does_not_have_is_looked_for_in_two_places_by_its_id() -> None:
    assert (
        "the organization lists no group 'Nigth'"
        == unknown_group(GroupRef("Nigth"), "'Night'", HERE, "One").message
    )
    by_id = unknown_group(GroupRef(id="g9"), "", HERE, "One")
    assert (
        "no group that the organization lists, and no team or skill group of a queue, has the id 'g9'"
        == by_id.message
    )
    assert f"look the id up in the organization, or give the name of the group; {UNSEEN}" == by_id.tip


def test_a_group_that_is_no_member_is_called_by_its_type() -> None:
    found = no_member(GroupRef("Night", type=TEAM), LiveQueue("1", "One"), HERE, "a tip")
    assert ("the team Night is not a member of One", "a tip") == (found.message, found.tip)


def test_of_a_name_that_several_have_some_ids_are_enough() -> None:
    found = ambiguous("Twin", ["b", "a"], HERE, "One", "team")
    assert "the organization has 2 teams with the name 'Twin'" == found.message
    assert "write {id: ...} instead of the name, with one of a, b" == found.tip
    many = ambiguous("Twin", [f"{number:02d}" for number in range(12)], HERE, "One")
    assert many.tip.endswith("with one of 00, 01, 02, 03, 04, 05, 06, 07, 08, 09, …")


def test_a_live_rule_that_leads_nowhere_is_a_warning_without_a_place() -> None:
    found = dangling("One", "gone")
    assert (Severity.WARNING, None, "One") == (found.severity, found.position, found.queue)
    assert "a live rule of 'One' has the target 'gone', which the organization does not list" == found.message


def test_what_live_has_no_words_for_is_told_at_the_first_rule() -> None:
    backed = PolicyQueue(QueueRef("One"), stated=stated(backed_by(QueueRef("Two"), position=THERE)))
    (found,) = not_held(backed, OVERFLOW_RULES)
    assert (Severity.ERROR, THERE) == (found.severity, found.position)
    assert found.message.startswith("the organization uses the dialect overflow-rules, which has no backup")
    silent = PolicyQueue(QueueRef("One"), stated=stated(overflow_to(QueueRef("Two"), 5), kinds=["overflow"]))
    nothing = PolicyQueue(QueueRef("One"), stated={"backup": ()})
    assert [] == [*not_held(silent, OVERFLOW_RULES), *not_held(nothing, OVERFLOW_RULES)]


def test_that_a_view_is_partial_is_said_and_else_nothing() -> None:
    (found,) = partial_view(View(True, ("Home", "Sales")))
    words = "this client sees the queues of 2 divisions: Home, Sales, and no others: the network is partial"
    assert words == found.message
    assert [] == [*partial_view(WHOLE), *partial_view(NOT_KNOWN)]
