"""Marks of values, and mappings into which others are merged."""

import pytest
import yaml
from yaml.events import Event, MappingStartEvent, ScalarEvent

from syncer.yamlfile.nodes import BROKEN, TOP, Mark, Open, ValueNode, mark_of

INNER, KEY = Mark(2, 8), Mark(2, 5)
MARK = Mark(1, 3, (Mark(1, 4), INNER), {"a": INNER}, {"a": KEY})


@pytest.mark.parametrize(
    ("step", "mark"), [("a", INNER), ("b", None), (0, Mark(1, 4)), (1, INNER), (2, None)]
)
def test_what_stands_below_is_found_by_key_or_place(step: str | int, mark: Mark | None) -> None:
    assert mark == MARK.below(step)


def test_lines_and_columns_count_from_one() -> None:
    scalars = [each for each in yaml.parse("a:\n  - b\n") if isinstance(each, ScalarEvent)]
    assert [TOP, Mark(2, 5)] == [mark_of(each) for each in scalars]
    assert TOP == mark_of(Event())


def source(**values: int) -> ValueNode:
    """A mapping of which each value and each key has a mark of its own."""
    entries = {name: Mark(value, 2) for name, value in values.items()}
    return ValueNode(values, Mark(9, 9, entries=entries, keys={"a": KEY}))


def test_own_keys_stay_and_of_merged_ones_the_first_counts() -> None:
    begun = Open(MappingStartEvent(None, None, True), TOP, True, False)
    begun.entries["own"], begun.children["own"], begun.keys["own"] = 0, TOP, TOP
    first, second = source(own=1, a=2), source(a=3, b=4)
    begun.merged = [first, second]
    begun.merge()
    assert {"own": 0, "a": 2, "b": 4} == begun.entries
    assert {"own": TOP, "a": Mark(2, 2), "b": Mark(4, 2)} == begun.children
    assert {"own": TOP, "a": KEY, "b": second.mark} == begun.keys, "without a key its mapping is the place"


def test_what_could_not_be_read_says_so() -> None:
    assert "BROKEN" == repr(BROKEN)
