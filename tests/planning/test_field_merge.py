"""A rule that both sides moved, field by field."""

from hypothesis import given
from hypothesis import strategies as st

from syncer.kinds.backup import BackupRule
from syncer.kinds.overflow import OverflowRule
from syncer.model.rule import Rule
from syncer.planning.field_merge import FieldMerge, merge_fields

OVERFLOWS = st.builds(OverflowRule, st.just("b"), st.integers(0, 2), st.integers(0, 2), st.booleans())
BACKUPS = st.builds(BackupRule, st.just("b"), st.integers(60, 62), st.booleans())
SIDES = st.one_of(st.tuples(*[OVERFLOWS] * 3), st.tuples(*[BACKUPS] * 3))


@given(SIDES)
def test_each_field_is_that_of_the_side_that_alone_moved_it(sides: tuple[Rule, Rule, Rule]) -> None:
    then, now, wanted = (side.values() for side in sides)
    found = merge_fields(*sides)
    for name, value in found.rule.values().items():
        assert value == (now[name] if wanted[name] == then[name] else wanted[name])
        assert (name in found.taken) == (now[name] != then[name] == wanted[name])
        assert (name in found.moved) == (then[name] not in (now[name], wanted[name]) and value != now[name])


@given(SIDES)
def test_where_no_field_is_moved_by_both_it_does_not_matter_which_side_is_which(
    sides: tuple[Rule, Rule, Rule],
) -> None:
    then, now, wanted = sides
    one, other = merge_fields(then, now, wanted), merge_fields(then, wanted, now)
    assert one.moved == other.moved
    if not one.moved:
        assert one.rule == other.rule


@given(SIDES)
def test_a_side_that_did_not_move_gives_way(sides: tuple[Rule, Rule, Rule]) -> None:
    then, now, wanted = sides
    assert (wanted, (), ()) == _parts(merge_fields(then, then, wanted))
    assert (now, ()) == (merge_fields(then, now, then).rule, merge_fields(then, now, then).moved)
    again = merge_fields(then, merge_fields(then, now, wanted).rule, wanted)
    assert merge_fields(then, now, wanted).rule == again.rule, "what is written back is not written again"


def _parts(found: FieldMerge) -> tuple[Rule, tuple[str, ...], tuple[str, ...]]:
    return found.rule, found.taken, found.moved


@given(SIDES)
def test_what_drifted_is_what_live_moved_and_the_policies_have_otherwise(
    sides: tuple[Rule, Rule, Rule],
) -> None:
    then, now, wanted = (side.values() for side in sides)
    assert {name for name in now if now[name] not in (then[name], wanted[name])} == merge_fields(
        *sides
    ).drifted
