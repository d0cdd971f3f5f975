from typing import Any

from syncer.audit.verify import Break
from syncer.report import render
from syncer.report.binder.markdown import item
from syncer.report.binder.words import Fact
from syncer.report.lookups import AuditFigures
from syncer.report.views import Report
from tests.report.binders import binder


def lines(view: Any) -> list[str]:
    return render("markdown", Report("audit report", view=view)).splitlines()


def test_it_is_read_raw() -> None:
    shown = lines(binder("x"))
    assert ["## syncer audit report", "", "- **Made at:** 2026-11-27T08:00:00.000Z"] == shown[:3]
    assert "- **Made by:** `x on x` (as the environment claims)" == shown[3]
    assert "- **Exceptions:** 1 `no approver known`; 1 `x`" in shown
    assert ["### Figures", "### Runs", "#### Run `x: x x`", "### Exceptions", "### Changes"] == [
        line for line in shown if line.startswith("###")
    ]
    assert "- Entry `3`, run `r1`: `no approver known`" in shown
    assert "- **Person:** `x` (claimed, not verified)" in shown


def test_a_broken_trail_is_said_first() -> None:
    shown = lines(binder("x", Break(2, "edited", "it was")))
    assert shown[2].startswith("**WARNING: The audit trail is broken in 1 place.")
    assert "- **Break, line 2:** `it was` (edited)" in shown


def test_an_empty_trail_has_its_headings() -> None:
    whole = binder("x")
    empty = lines(AuditFigures(whole.figures, [], whole.cover))
    assert 3 == empty.count("None.")
    assert "- **Exceptions:** none" in empty


def test_an_item_is_what_is_told_and_a_remark() -> None:
    assert ["- **A:** `b` (c)", "- **A:** `b`", "- **A:** c"] == [
        item(each) for each in (Fact("A", "b", "c"), Fact("A", "b"), Fact("A", "", "c"))
    ]
