"""What is asked of all kinds: each has a field of its own, and its fields in a made-up queue."""

from syncer.emulator.kinds.kind import Spot
from syncer.emulator.kinds.registry import KINDS, example_of, groups_of, targets_of, with_ids
from syncer.emulator.organization import organization
from tests.emulator.emulator_api import overflow, queue


def test_each_kind_has_a_field_of_its_own() -> None:
    assert len(KINDS) == len({kind.field for kind in KINDS})


def test_a_kind_fills_its_own_field_alone() -> None:
    spot = Spot(0, "A", "English", ["a", "b"], team=5)
    fields = [{kind.field} for kind in KINDS if kind.example(spot)]
    assert fields == [set(kind.example(spot)) for kind in KINDS if kind.example(spot)]
    assert list(example_of(spot)) == [kind.field for kind in KINDS if kind.example(spot)]


def test_a_queue_is_asked_for_its_targets_and_groups_once() -> None:
    rules = [overflow("b"), overflow("b"), overflow("c", enabled=False), overflow("d")]
    assert ["b", "d"] == targets_of(queue("A", *rules))
    assert [{"type": "GROUP", "id": "g", "name": "G"}] == groups_of(
        queue("A", memberGroups=[{"id": "g", "name": "G"}])
    )
    assert ([], []) == (targets_of(queue("A")), groups_of(queue("A")))


def test_ids_are_given_once() -> None:
    for each in organization(20):
        assert each == with_ids(each)
    once = with_ids(queue("A", overflow("b")))
    assert once["routingRules"][0]["id"]
    assert once == with_ids(once)
