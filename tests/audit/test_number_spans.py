"""Numbers as spans, held against a set."""

from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.number_spans import NumberSpans

NUMBERS = st.lists(st.integers(0, 30), max_size=40)


@given(NUMBERS, NUMBERS)
def test_spans_hold_what_was_added_and_nothing_else(added: list[int], asked: list[int]) -> None:
    spans = NumberSpans()
    for number in added:
        spans.add(number)
    assert set(asked) & set(added) == spans.among(asked)
    assert added == [number for first, last in spans.all() for number in range(first, last + 1)]


def test_a_trail_without_a_gap_is_one_span() -> None:
    spans = NumberSpans()
    for number in range(1, 100_001):
        spans.add(number)
    assert ((1, 100_000),) == spans.all()
