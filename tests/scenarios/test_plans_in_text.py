"""A plan as a terminal shows it: what stands first, what last, and what is left out."""

from dataclasses import replace

import pytest

from syncer.model.finding import Finding, Severity
from syncer.report import render
from syncer.report.views import Report
from tests.report.changes import excused, joined, loop, overload, shown, small
from tests.report.report_samples import reports


def test_the_verdict_comes_first_and_last() -> None:
    said = "Can't be applied: this change overloads Tier 3 (20 → 120 of 40)."
    lines = shown(overload(), saved_to="plan.json")
    assert [said, ""] == lines[:2]
    assert ["", said] == lines[-2:]
    assert said not in lines[2:-2]


def test_a_small_change_is_small_whatever_was_there_before() -> None:
    assert [
        "Can be applied: it causes no loop and no overload.",
        "",
        "12 findings were there before: 12 warnings (--verbose shows them)",
        "",
        "  Front (id-Front)",
        "    ~ → Back  threshold 20 % → 25 %  [30 → 37.5 contacts]",
        "",
        "plan: 0 to create, 1 to update, 0 to delete in 1 queue (1 PUT)",
        "untouched: 13 equal",
        "load: Front keeps 120 → 112.5 of 150",
        "load: Back takes in 30 → 37.5, keeps 70 → 77.5 of 200",
        "headroom: 0.77 times today's load: Line 01 keeps more than its capacity already",
        "cost of an apply: 3 calls, less than 1 s at 5 calls a second",
        "API: dialect overflow-rules, lock etag",
        "",
        "Can be applied: it causes no loop and no overload.",
    ] == shown(small())


def test_verbose_shows_what_was_there_before() -> None:
    lines = shown(small(), verbose=True)
    assert 12 == sum(" capacity.saturated (before): Line " in line for line in lines) == len(small().findings)
    assert not [line for line in lines if "there before" in line]


def test_a_loop_that_the_change_closes_leads() -> None:
    lines = shown(loop())
    assert [
        "Can't be applied: this change closes a loop of 3 queues (A → B → C → A).",
        "",
        "policies/a.yaml:8:7: error loops.cycle (new): A → B → C → A overflows in a circle",
        "    policies/a.yaml:4:7: A → B at 50 % after 60 s",
        "    policies/a.yaml:6:7: B → C at 25 % after 60 s",
        "    policies/a.yaml:8:7: C → A at 30 % after 60 s, new in this change",
    ] == lines[:6]
    assert "1 finding was there before: 1 warning (--verbose shows them)" in lines


def test_a_queue_that_joins_a_loop_is_named() -> None:
    assert [
        "Can't be applied: this change closes a loop of 2 queues (A → C → A).",
        "",
        (
            "policies/a.yaml:3:7: error loops.cycle (new): A → C → A overflows in a circle "
            "(one of at least 2 loops that tie 3 queues together)"
        ),
        "    policies/a.yaml:3:7: A → C at 10 % after 60 s, new in this change",
        "    policies/a.yaml:7:7: C → A at 30 % after 60 s",
    ] == shown(joined())[:5]


def test_an_error_that_was_there_before_is_counted_and_refuses_nothing() -> None:
    lines = shown(excused(), saved_to="plan.json")
    assert "Can be applied: it causes no loop and no overload." == lines[0]
    assert "1 finding was there before: 1 error (--verbose shows them)" == lines[2]
    assert "apply it with: syncer apply plan.json" in lines


def test_an_error_that_ended_the_command_is_said_last() -> None:
    lines = render("text", reports("Q")["plan"]).splitlines()
    assert ["error: it is stale:", "  Q", "  Q", "  Q"] == lines[-4:]
    assert lines[0] == lines[-5]


def test_findings_without_a_plan_begin_with_the_worst() -> None:
    found = tuple(
        Finding("a.b", severity, f"m{place}")
        for place, severity in enumerate((Severity.INFO, Severity.ERROR, Severity.WARNING))
    )
    lines = render("text", Report("validate", findings=found)).splitlines()
    assert ["error a.b: m1", "warning a.b: m2", "info a.b: m0", ""] == lines
    assert ["error a.b: m1", "warning a.b: m2", ""] == render(
        "text", Report("validate", findings=found, quiet=True)
    ).splitlines()


def test_drift_and_apply_are_quiet_about_what_only_informs() -> None:
    found = (Finding("a.b", Severity.INFO, "only so"),)
    for kind in ("drift", "apply"):
        report = replace(reports("Q")[kind], findings=found)
        assert "only so" not in render("text", report), kind
        assert "info a.b: only so\n" in render("text", replace(report, verbose=True)), kind


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_every_report_ends_in_a_line_end(form: str) -> None:
    for report in reports("x").values():
        assert render(form, report).endswith("\n")


def test_a_report_of_nothing_is_empty() -> None:
    assert "" == render("text", Report("plan"))
