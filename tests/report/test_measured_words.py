"""The words that text and Markdown share."""

import pytest

from syncer.measuring.against_model import Comparison
from syncer.measuring.figures import Capacity, Figures
from syncer.measuring.outflow import Mean
from syncer.measuring.proposals import Proposal
from syncer.measuring.write import Wanted
from syncer.report.measured_words import figures_in_words, over_in_words, way_in_words
from tests.report.report_samples import measured


def test_over_which_intervals_is_said() -> None:
    words = over_in_words(measured("A").over)
    assert words.endswith(": 34 busy intervals of 1h, at or above percentile 95 of the 400 with contacts")


@pytest.mark.parametrize(
    ("low", "high", "amount", "expected"),
    [
        (10.0, 10.0, 12.34, "A → A: the model says 10, measured 12.3"),
        (0.0, 10.0, 3.0, "A → A: the model says 0 to 10, measured 3"),
        (2.5, None, None, "A → A: the model says at least 2.5, not determined"),
    ],
)
def test_a_way_says_what_the_model_says(
    low: float, high: float | None, amount: float | None, expected: str
) -> None:
    assert expected == way_in_words(Comparison("a", "b", low, high, amount, "how"), measured("A"))


@pytest.mark.parametrize(
    ("stated", "found", "expected"),
    [
        (None, None, "– → ?"),
        (100.0, None, "100 → ?"),
        (100.0, Capacity(118, False), "100 → 118"),
        (118.0, Capacity(118, False), "118"),
        (118.0, Capacity(118, True), "at least 118"),
    ],
)
def test_a_capacity_is_shown_beside_what_is_stated(
    stated: float | None, found: Capacity | None, expected: str
) -> None:
    proposal = Proposal(Figures("a", "A", Mean(), capacity=found), None, 0.0, stated, Wanted())
    assert expected == figures_in_words(proposal, handling=False)[-1]
