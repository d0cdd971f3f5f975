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


def test_the_verdict_and_the_worst_come_first() -> None:
    view = Validated(1, 2, 3, Headroom())
    found = [Finding("a.b", severity, severity.value) for severity in reversed(Severity)]
    said = text(view, *found)
    assert "2 queues and 3 rules in 1 file: invalid (1 error, 1 warning)" == said[0] == said[-1]
    assert ["error a.b: error", "warning a.b: warning", "info a.b: info"] == said[2:5]


def test_a_name_that_no_policy_knows_is_not_called_valid_without_a_word() -> None:
    view = Validated(1, 2, 3, Headroom(1.25, "B", limit=Limit.KEPT), ("Tier II",))
    misspelled, elsewhere = (
        Finding("references.unknown", severity, "m") for severity in (Severity.WARNING, Severity.INFO)
    )
    assert "valid, but a name may be misspelled (0 errors, 1 warning)" in text(view, misspelled)[0]
    assert "valid (0 errors, 0 warnings)" in text(view, elsewhere)[0]
    assert (
        "targets that no policy describes: Tier II; the headroom leaves out what goes there"
        == text(view, elsewhere)[-2]
    )


def test_of_many_such_targets_the_first_are_named_and_without_a_headroom_none_leaves_them_out() -> None:
    view = Validated(1, 2, 3, Headroom(), tuple("ABCDEFG"), ("prod", "test"))
    assert [
        "checked in each environment: prod, test",
        "targets that no policy describes: A, B, C, D, E and 2 more",
    ] == text(view)[-2:]


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
