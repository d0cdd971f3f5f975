"""What changed above a queue, as text."""

from dataclasses import replace

import pytest

from syncer.planning.upstream import Cause
from syncer.report.sights import Upstream
from syncer.report.text.upstream import added_in_words, away_in_words
from tests.report.report_samples import NOW, upstream
from tests.report.text.as_text import text


def test_each_change_has_two_lines_below_how_many_there_are() -> None:
    assert [
        "4 changes by 1 run upstream of Q (t) since Q",
        "  40 less capacity  Q",
        f"                    {NOW}, run Q by Q, of the queue itself",
        "  +17.5 contacts    Q",
        f"                    {NOW}, run Q by Q, 1 rule away",
    ] == text(upstream("Q"))[:5]
    assert "not known: Q" == text(upstream("Q"))[-1]


def test_many_are_cut_unless_all_are_asked_for() -> None:
    view = replace(upstream("Q"), causes=upstream("Q").causes * 11)
    assert "  and 4 changes more (--verbose shows all)" in text(view)
    assert 44 * 2 + 2 == len(text(view, verbose=True))


def test_nothing_that_changed_is_said_too() -> None:
    assert ["0 changes by 0 runs upstream of Q (t) p"] == text(Upstream("t", "Q", "p", ()))


@pytest.mark.parametrize(
    ("added", "room", "words"),
    [
        (17.5, 0.0, "+17.5 contacts"),
        (-3.0, 0.0, "-3 contacts"),
        (0.0, 0.0, "0 contacts"),
        (None, 0.0, "load not known"),
        (None, 40.0, "40 less capacity"),
    ],
)
def test_what_it_added_is_told_with_its_sign(added: float | None, room: float, words: str) -> None:
    cause = Cause(1, NOW, "r", "", "A", "q", "Q", "w", 2, added, room)
    assert (words, "2 rules away") == (added_in_words(cause), away_in_words(cause))
