"""Figures as text: as much as a person can read, and all with --verbose."""

from dataclasses import replace

import pytest

from syncer.report import render
from syncer.report.sights import Measured
from syncer.report.views import Report
from tests.report.report_samples import measured


def lines(view: Measured, *, verbose: bool = False) -> list[str]:
    return render("text", Report("measure", view=view, verbose=verbose)).splitlines()


def test_each_queue_has_a_row_and_what_is_left_a_line() -> None:
    found = lines(measured("Tier 1"))
    assert found[1].split() == [
        *("queue", "offered", "answered", "abandoned", "flowed", "out", "flowed", "in"),
        *("base", "load", "capacity", "AHT"),
    ]
    assert found[2].split() == [
        *("Tier", "1", "150", "120", "5.5", "25", "30", "0", "→", "120", "100", "→", "at", "least", "118"),
        *("240", "s"),
    ]
    assert "left as it is: Tier 1: Tier 1" in found
    assert "the model is off: Tier 1: 25 flow out: Tier 1" in found
    assert found[-1].startswith("measured: 1 queue of 2 with other figures, written into Tier 1; ")


def test_a_check_shows_the_difference() -> None:
    found = lines(replace(measured("A"), check=True, diff=("+\x1b[2J",), files=()))
    assert ["+\\x1b[2J", "checked: 1 queue of 2 with other figures; no file would be written"] == found[-2:]


@pytest.mark.parametrize(("verbose", "rows"), [(False, 40), (True, 100)])
def test_many_queues_are_shown_in_part(verbose: bool, rows: int) -> None:
    one, bare = measured("A").queues
    view = replace(measured("A"), queues=(*[bare] * 99, one))
    found = lines(view, verbose=verbose)
    assert rows == sum(line.startswith("  A ") for line in found)
    assert (not verbose) == ("  and 60 queues more (--verbose shows all)" in found)
    assert (not verbose) == ("left as it is: 59 more (--verbose shows all)" in found)
    if not verbose:
        assert "0 → 120" in found[2], "what has another figure comes first"
