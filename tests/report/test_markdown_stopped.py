"""Stops and exceptions as Markdown."""

from syncer.report import render
from syncer.report.lookups import ExceptionsShown
from syncer.report.views import Report, Stopped
from tests.report.report_samples import NOW, exemptions


def test_the_sentence_comes_first_and_the_rest_is_a_list() -> None:
    made, _ = exemptions("Tier 2")
    text = render(
        "markdown", Report("stop", view=Stopped("stop", made, left=("x",), beside=("y",), undo="f"))
    )
    assert text.startswith("## syncer stop\n\n**Contacts still overflow into `Tier 2`: ")
    for line in ("- left: `x`", "- not touched: `y`", "- what is needed to undo it: `f`"):
        assert line in text.splitlines()


def test_the_exceptions_in_force_are_a_list() -> None:
    text = render("markdown", Report("stop", view=ExceptionsShown(exemptions("x"), NOW)))
    assert "**2 exceptions** in force." in text
    assert 2 == text.count("\n- the ")
    assert "**No exceptions** in force." in render("markdown", Report("stop", view=ExceptionsShown((), NOW)))
