"""Stops as text."""

from syncer.report.lookups import ExceptionsShown
from syncer.report.views import Stopped
from tests.report.report_samples import NOW, exemptions
from tests.report.text.as_text import text


def test_the_sentence_comes_last() -> None:
    made, _ = exemptions("Tier 2")
    lines = text(Stopped("stop", made, left=("x",), beside=("y",), undo="f"))
    undo = f"the data to undo it is in f: syncer stop '{made.id}' --lift --undo f"
    assert ["  left: x", "  not touched: y", undo] == lines[:3]
    assert "Contacts still overflow into Tier 2: nothing was changed, so no stop is in force" == lines[3]


def test_the_exceptions_in_force_are_counted() -> None:
    *lines, last = text(ExceptionsShown(exemptions("x"), NOW, "extended:"))
    assert ("extended:", 3, "2 exceptions in force") == (lines[0], len(lines), last)
    assert ["no exceptions are in force"] == text(ExceptionsShown((), NOW))
