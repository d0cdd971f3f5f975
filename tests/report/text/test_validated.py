"""What was read from policies alone, and the headroom of a network."""

import pytest

from syncer.model.finding import Finding, Limit, Severity
from syncer.model.network import Headroom
from syncer.report.text.paint import Paint
from syncer.report.text.validated import headroom_in_words, headroom_lines
from syncer.report.views import Validated
from tests.report.text.as_text import text

PAINT = Paint(False)


def test_validated() -> None:
    view = Validated(1, 2, 3, Headroom())
    warning, error = (Finding("a.b", severity, "m") for severity in (Severity.WARNING, Severity.ERROR))
    assert ["2 queues and 3 rules in 1 file: valid (0 errors, 0 warnings)"] == text(view)
    assert "2 queues and 3 rules in 1 file: valid (0 errors, 1 warning)" == text(view, warning)[-1]
    assert "2 queues and 3 rules in 1 file: invalid (1 error, 0 warnings)" == text(view, error)[-1]


def test_the_headroom_of_policies() -> None:
    said = "headroom: 1.25 times today's load; beyond it B keeps more than its capacity"
    assert said == text(Validated(1, 2, 3, Headroom(1.25, "B", limit=Limit.KEPT)))[-1]


NO_LIMIT, TIGHT = Headroom(), Headroom(1.08, "Tier 2", "t", Limit.INFLOW)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (None, NO_LIMIT, ""),
        (NO_LIMIT, NO_LIMIT, ""),
        (TIGHT, NO_LIMIT, "1.08 → no limit is known"),
        (
            NO_LIMIT,
            TIGHT,
            "no limit → 1.08 times today's load; beyond it 'Tier 2' takes in more than its capacity",
        ),
        (
            Headroom(1.48, "A", "a", Limit.KEPT),
            TIGHT,
            "1.48 → 1.08 times today's load; beyond it 'Tier 2' takes in more than its capacity",
        ),
        (
            Headroom(1.081, "A", "a", Limit.KEPT),
            TIGHT,
            "1.08 times today's load; beyond it 'Tier 2' takes in more than its capacity",
        ),
        (
            TIGHT,
            Headroom(0.5, "B", "b", Limit.KEPT),
            "1.08 → 0.50 times today's load: 'B' keeps more than its capacity already",
        ),
        (
            None,
            Headroom(1.2, "B", "b", Limit.KEPT, at_most=2.5),
            "1.20 to 2.50 times today's load; beyond it 'B' keeps more than its capacity",
        ),
        (
            Headroom(0.5, "B", "b", Limit.KEPT, at_most=1.08),
            Headroom(0.5, "B", "b", Limit.KEPT, at_most=1.08),
            "0.50 to 1.08 times today's load: 'B' may keep more than its capacity already",
        ),
    ],
)
def test_headroom_says_what_it_was_and_which_queue_is_first(
    before: Headroom | None, now: Headroom, words: str
) -> None:
    assert words == headroom_in_words(now, repr, before)
    assert [f"headroom: {words}".replace("'Tier 2'", "Tier 2").replace("'B'", "B")] * bool(
        words
    ) == headroom_lines(now, PAINT, before)
