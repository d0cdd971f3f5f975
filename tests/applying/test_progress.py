from hypothesis import given
from hypothesis import strategies as st

from syncer.applying.progress import Verdict, three_way
from syncer.kinds.overflow import OverflowRule
from tests.applying.scripted import rule

A, B = rule("a"), rule("b")

some_rules = st.lists(
    st.builds(OverflowRule, st.sampled_from("ab"), st.sampled_from((0, 10)), st.just(0), st.booleans()),
    max_size=3,
).map(tuple)


def test_each_case() -> None:
    assert Verdict.SEND is three_way((A,), (A,), (B,))
    assert Verdict.DONE is three_way((A,), (B,), (B,))
    assert Verdict.CONFLICT is three_way((A,), (A, B), (B,))
    assert Verdict.CONFLICT is three_way((A,), (), (B,))


@given(some_rules, some_rules, some_rules)
def test_live_is_never_overwritten_unless_it_is_what_the_plan_saw(
    base: tuple[OverflowRule, ...], theirs: tuple[OverflowRule, ...], ours: tuple[OverflowRule, ...]
) -> None:
    verdict = three_way(base, theirs, ours)
    if verdict is Verdict.SEND:
        assert sorted(map(repr, base)) == sorted(map(repr, theirs))
    assert (verdict is Verdict.DONE) == (sorted(map(repr, theirs)) == sorted(map(repr, ours)))
    assert verdict is three_way(base[::-1], theirs[::-1], ours[::-1])
