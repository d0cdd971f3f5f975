"""What follows for every kind from what it says of itself."""

from collections.abc import Iterator
from typing import Any

import pytest

from syncer.kinds.kind import Kind
from syncer.kinds.registry import KINDS, kind_of
from syncer.model.finding import Position
from syncer.model.policy import GroupRef, QueueRef
from syncer.model.rule import Rule
from tests.organizations import backup, groups, rule
from tests.stated import activated, condition, stated

AT = Position("p.yaml", 1, 1)
STATED = stated(
    *(rule("B", 25, 60), backup("B", 90, True), groups("Day"), groups("Late", queue="B")),
    *activated(0, [condition("ServiceLevel", "LessThan", 80.0)], "C1"),
    *activated(
        1,
        [
            condition("IdleAgentCount", "EqualTo", 0.0),
            condition("ServiceLevel", "LessThan", 5.5, QueueRef("B")),
        ],
        "C1 and C2",
        (GroupRef("Day"), GroupRef("Late")),
    ),
)
RULES: list[Rule] = [each.rule for rules in STATED.values() for each in rules]
ALL = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
STATING = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.stated], ids=lambda kind: str(kind.name)
)


@STATING
def test_what_export_writes_of_a_rule_is_parsed_to_the_same_rule(kind: Kind[Any]) -> None:
    written = kind.below(STATED[kind.name])
    read = kind.parse(_as_yaml(written), lambda *_: AT)
    assert [(each.rule, each.target, each.groups) for each in STATED[kind.name]] == [
        (each.rule, each.target, each.groups) for each in read
    ]
    assert list(_keys(written)) == [each.said for each in read]


def _as_yaml(value: Any) -> Any:
    """What stands in a policy, with every reference by its name."""
    if isinstance(value, dict):
        return {key: _as_yaml(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_yaml(each) for each in value]
    return str(value) if isinstance(value, QueueRef | GroupRef) else value


def _keys(value: Any) -> Iterator[frozenset[str]]:
    """The keys of each entry that says something itself, those of an entry before those within it."""
    if isinstance(value, dict):
        if not all(isinstance(each, dict | list) for each in value.values()):
            yield frozenset(value)
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _keys(each)


@STATING
def test_what_says_no_rules_is_parsed_to_none(kind: Kind[Any]) -> None:
    name, _, value = kind.none.partition(": ")
    assert (kind.name, {"[]": [], "null": None}[value]) == (name, [] if kind.listed else None)
    assert () == kind.parse([] if kind.listed else None, lambda *_: AT)


@pytest.mark.parametrize("each", RULES, ids=lambda each: str(each.kind))
def test_a_rule_is_read_back_from_its_document(each: Rule) -> None:
    kind = kind_of(each)
    document = kind.document(each)
    assert (kind.name, each) == (document["kind"], kind.of_document(document))
    with pytest.raises(TypeError):
        kind.of_document({**document, "another": 1})


@ALL
def test_a_field_is_a_value_or_a_reference(kind: Kind[Any]) -> None:
    assert sorted(map(id, kind.fields)) == sorted(map(id, (*kind.scalars, *kind.references)))
    assert all(kind.field(each.name) is each for each in kind.fields)
    assert kind.field("nothing") is None
    assert not kind.stated or kind.target_field not in kind.ignorable
    assert kind.asks_groups == ("groups" in kind.ignorable)


@ALL
def test_one_rule_changes_without_others_only_where_each_has_a_target_of_its_own(kind: Kind[Any]) -> None:
    assert kind.by_target == (kind.listed and not kind.numbered)
    assert kind.numbered == ("place" in kind.document_schema()["required"])


def test_the_place_of_a_rule_is_that_of_its_entry() -> None:
    (kind,) = [kind for kind in KINDS if kind.numbered and kind.listed]
    entry = {"metric": "ServiceLevel", "operator": "LessThan", "value": 1, "groups": ["Day"]}
    read = kind.parse([entry, entry], lambda place, *path: Position("p.yaml", place, 1 + 9 * len(path)))
    assert [(1, Position("p.yaml", 0, 1)), (2, Position("p.yaml", 1, 1))] == [
        (getattr(each.rule, "place", 0), each.position) for each in read
    ]
    assert [[("Day", Position("p.yaml", place, 19))] for place in (0, 1)] == [
        [(group.name, place) for group, place in each.placed_groups] for each in read
    ]


def test_anything_may_stand_in_a_trail_that_somebody_edited() -> None:
    for kind in KINDS:
        assert isinstance(kind.image_in_words({"groups": 7, "target": ["x"]}, {}), str)


def test_what_counts_for_nothing_has_its_default() -> None:
    unused, used = backup("B", 90, False).rule, backup("B", 90, True).rule
    kind = kind_of(unused)
    assert [backup("B", None, False).rule, used] == [kind.meaning(unused), kind.meaning(used)]
    assert ["60 s", "true"] == [kind.in_words("agent_wait", 60), kind.in_words("wait_for_agent", True)]
    assert "x" == kind.in_words("nothing of it", "x")
