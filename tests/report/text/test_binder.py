"""The report on an audit trail as text."""

from syncer.audit.verify import Break
from syncer.report.binder.words import Fact
from syncer.report.lookups import AuditFigures
from syncer.report.text.binder import in_words
from tests.report.binders import binder
from tests.report.text.as_text import text


def test_the_first_page_then_figures_runs_exceptions_and_changes() -> None:
    shown = text(binder("x"))
    assert ["Report on the audit trail", "  Made at           2026-11-27T08:00:00.000Z"] == shown[:2]
    begins = ("  Exceptions  ", "runs: 1", "run x: x x", "exception: entry 3, run r1: no approver known")
    places = [next(n for n, line in enumerate(shown) if line.startswith(begin)) for begin in begins]
    assert sorted(places) == places
    assert "  Exceptions        1 no approver known; 1 x" == shown[places[0]]
    assert shown[-1].startswith("    1  x  x  ok    x  x → x:")


def test_of_a_run_the_most_telling_facts() -> None:
    shown = text(binder("x"))
    assert "  Person            x (claimed, not verified)" in shown
    assert "  Overrides         --x" in shown
    assert [] == [line for line in shown if line.startswith("  Policies")]


def test_a_broken_trail_is_said_first() -> None:
    assert text(binder("x", Break(2, "edited", "it was")))[1].startswith("WARNING: The audit trail is broken")


def test_an_empty_trail_is_short() -> None:
    whole = binder("x")
    shown = text(AuditFigures(whole.figures, [], whole.cover))
    assert "  Exceptions        none" in shown
    assert "" == shown[-1]


def test_what_is_told_and_the_remark_on_it() -> None:
    assert ["a (b)", "a", "b"] == [
        in_words(each) for each in (Fact("", "a", "b"), Fact("", "a"), Fact("", "", "b"))
    ]
