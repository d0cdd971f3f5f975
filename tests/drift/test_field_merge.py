"""A rule that drifted, field by field."""

from dataclasses import replace

import pytest

from syncer.drift.field_merge import merged
from syncer.drift.found import Direction, Drifting
from syncer.kinds.overflow import OverflowRule
from syncer.planning.field_merge import FieldMerge

RULE = OverflowRule("b", 25, 60, True)
DRIFTING = Drifting(Direction.LIVE_DIFFERS, "a", "A", "b", "B", RULE, RULE, agreed=RULE)


@pytest.mark.parametrize(
    "lacking",
    [replace(DRIFTING, agreed=None), replace(DRIFTING, live=None), replace(DRIFTING, policy=None)],
)
def test_a_rule_that_one_side_lacks_is_not_merged(lacking: Drifting) -> None:
    assert FieldMerge(RULE) == merged(DRIFTING)
    assert merged(lacking) is None
