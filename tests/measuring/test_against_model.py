"""The model is held against what flows."""

import pytest

from syncer.measuring.against_model import CONFLICT, LESS, MORE, UNSEEN, Comparison, compare
from syncer.measuring.outflow import How, Outflow, Stream
from syncer.model.network import Edge


def stream(amount: float | None, low: float, high: float | None, how: How = How.ALL) -> Stream:
    return Stream("a", "b", (Edge("a", "b", 10),), (), low, high, amount, how)


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        (stream(12, 10, 10), ""),
        (stream(12.1, 10, 10), MORE),
        (stream(3, 2, 2), ""),
        (stream(3.1, 2, 2), MORE),
        (stream(8, 10, 10), ""),
        (stream(7.9, 10, 10), LESS),
        (stream(0, 1, 1), ""),
        (stream(900, 0, None), ""),
        (stream(30, 0, 40), ""),
        (stream(None, 10, 10, How.OPEN), CONFLICT),
        (stream(None, 0, None, How.OPEN), ""),
    ],
)
def test_an_edge_is_off_beyond_a_fifth_and_a_contact(found: Stream, cause: str) -> None:
    result = compare([Outflow("a", 50, (found,))])[0]
    assert (cause, bool(cause)) == (result.cause, result.off)
    assert (found.low, found.high, found.amount) == (result.low, result.high, result.measured)


def test_what_flows_out_without_an_edge_is_off() -> None:
    out = [Outflow("a", 5, unseen=5), Outflow("b", 1, unseen=1), Outflow("c", 0)]
    assert (
        Comparison("a", "", 0, 0, 5, "unseen", UNSEEN),
        Comparison("b", "", 0, 0, 1, "unseen", ""),
    ) == compare(out)


@pytest.mark.parametrize(
    ("low", "high", "amount", "expected"),
    [
        (10.0, 12.0, 30.0, 18),
        (10.0, 12.0, 11.0, 0),
        (10.0, 12.0, 4.0, 6),
        (10.0, None, 99.0, 0),
        (10.0, None, 4.0, 6),
        (10.0, 12.0, None, None),
    ],
)
def test_the_difference_is_how_far_it_is_from_the_model(
    low: float, high: float | None, amount: float | None, expected: float | None
) -> None:
    assert expected == Comparison("a", "b", low, high, amount, "how").difference
