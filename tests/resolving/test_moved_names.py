"""Names that are on another queue than when they were applied last."""

import pytest

from syncer.live.view import WHOLE, View
from syncer.model.finding import Finding, Position, Severity
from syncer.model.policy import QueueRef
from syncer.model.queue import LiveQueue
from syncer.resolving.known_names import KnownNames
from syncer.resolving.moved_names import MADE_ANEW, NAME_MOVED, MovedNames, names_first

AT, NAMED = Position("a.yaml", 1, 2), QueueRef("A")
PARTIAL = View(True, ("Home",))


def found(
    before: dict[str, str],
    now: dict[str, str],
    wanted: QueueRef = NAMED,
    *,
    is_target: bool = False,
    view: View = WHOLE,
) -> Finding | None:
    """What is said of the queue that is called A now, or has the wanted id."""
    listed = {id_: LiveQueue(id_, name) for id_, name in now.items()}
    queue = next(each for each in listed.values() if wanted.name in ("", each.name))
    names = MovedNames(KnownNames(before), listed, view)
    return names.found(wanted, queue, AT, is_target=is_target)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({}, {"1": "A"}),
        ({"1": "A"}, {"1": "A"}),
        ({"1": "A", "2": "A"}, {"2": "A"}),
        ({"1": "B"}, {"1": "A"}),
    ],
)
def test_a_name_that_stayed_or_is_new_is_not_spoken_of(before: dict[str, str], now: dict[str, str]) -> None:
    assert found(before, now) is None


def test_an_id_has_no_name_to_move() -> None:
    assert found({"1": "A"}, {"2": "A"}, QueueRef(id="2")) is None


@pytest.mark.parametrize("is_target", [False, True])
@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ({"1": "A", "2": "B"}, {"2": "A", "1": "B"}, "it was 1, which is called 'B' now; now it is 2"),
        ({"1": "A"}, {"2": "A", "1": "Old"}, "it was 1, which is called 'Old' now; now it is 2"),
        ({"1": "A", "2": "B"}, {"2": "A"}, "it was 1, which is gone; now it is 2"),
    ],
)
def test_a_name_that_went_to_another_queue(
    before: dict[str, str], now: dict[str, str], words: str, is_target: bool
) -> None:
    said = found(before, now, is_target=is_target)
    assert said is not None
    expected = f"'A' is a different queue than when it was last applied: {words}"
    assert (NAME_MOVED, Severity.WARNING, expected, AT, "A") == (
        *(said.id, said.severity, said.message, said.position, said.queue),
    )


def test_a_queue_that_is_not_seen_may_be_there() -> None:
    said = found({"1": "A", "2": "B"}, {"2": "A"}, view=PARTIAL)
    assert said is not None and "it was 1, which is not visible to this client, or deleted" in said.message
    anew = found({"1": "A"}, {"2": "A"}, view=PARTIAL)
    assert anew is not None and "not visible to this client" in anew.message


def test_a_queue_that_was_made_anew_is_said_of_its_own_policy_alone() -> None:
    said = found({"1": "A"}, {"2": "A"})
    assert said is not None
    assert (MADE_ANEW, True) == (said.id, said.message.endswith("it was 1, now it is 2"))
    assert found({"1": "A"}, {"2": "A"}, is_target=True) is None


def test_a_name_that_moved_is_said_once() -> None:
    listed = {"1": LiveQueue("1", "B"), "2": LiveQueue("2", "A")}
    names = MovedNames(KnownNames({"1": "A"}), listed, WHOLE)
    said = [names.found(QueueRef("A"), listed["2"], AT, is_target=target) for target in (False, True)]
    assert [True, False] == [each is not None for each in said]


def test_such_findings_come_first_and_the_others_keep_their_order() -> None:
    ids = ["b", NAME_MOVED, "a", MADE_ANEW]
    findings = [Finding(id_, Severity.INFO, id_) for id_ in ids]
    assert [NAME_MOVED, MADE_ANEW, "b", "a"] == [each.id for each in names_first(findings)]
