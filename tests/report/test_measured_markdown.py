"""Figures as Markdown: a table, a line for each thing to look at, and the difference in a fence."""

from dataclasses import replace

from syncer.report import render
from syncer.report.sights import Measured
from syncer.report.views import Report
from tests.report.report_samples import measured


def shown(view: Measured) -> list[str]:
    return render("markdown", Report("measure", view=view)).splitlines()


def test_figures_stand_in_a_table() -> None:
    lines = shown(measured("Tier 1"))
    assert "**1 queue of 2 with other figures**; `Tier 1` written." in lines
    assert "| `Tier 1` | 150 | 120 | 5.5 | 25 | 30 | 0 → 120 | 100 → at least 118 | 240 s |" in lines
    assert "| `Tier 1` | 0 | 0 | 0 | 0 | ? | 5 → ? | – → ? | – |" in lines


def test_what_is_to_be_looked_at_has_a_line() -> None:
    lines = shown(measured("A"))
    assert "- **Left as it is:** `A: A`" in lines
    assert "- **The model is off:** `A → A: the model says 10 to 12, measured 30: A`" in lines
    assert "- **The model is off:** `A: 25 flow out: A`" in lines
    assert "- **A flow transfers:** `A → A: 12.5 % of what the first is offered`" in lines
    assert "- **Not known:** `A`" in lines


def test_a_check_has_the_difference_in_a_fence() -> None:
    lines = shown(replace(measured("A"), check=True, diff=("-old", "+new ``` \x1b"), files=()))
    assert "no file would be written." in lines[2]
    assert ["````diff", "-old", "+new ``` \\x1b", "````"] == lines[-4:]
