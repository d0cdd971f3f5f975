"""The verdicts of reports that are shown as text."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncer.audit.reconcile import Reconciliation
from syncer.audit.verify import Break, Verification
from syncer.doctor import Line, State
from syncer.errors import ConfigError
from syncer.model.finding import Finding, Severity
from syncer.report import render
from syncer.report.html.banner import NONE, verdict_of
from syncer.report.lookups import AuditVerified, Examined
from syncer.report.reconciled import Reconciled
from syncer.report.views import Report
from tests.report.html.pages import Page
from tests.report.report_samples import reports

OK, WARNED, FAILED, SKIPPED = (Line(state.value, state, "found") for state in State)
RECONCILED = replace(reports("x")["audit reconcile"], error=None)


@pytest.mark.parametrize(
    ("report", "kind", "words"),
    [
        (Report("doctor", view=Examined((OK, OK))), "good", "2 checks ok"),
        (Report("doctor", view=Examined((OK, SKIPPED))), "good", "1 check ok, 1 not checked"),
        (Report("doctor", view=Examined((OK, WARNED))), "warn", "Nothing failed, 1 warning"),
        (Report("doctor", view=Examined((FAILED, WARNED))), "bad", "1 check failed, 1 warning"),
        (Report("plan", 3, error=ConfigError("no")), "bad", "syncer plan failed"),
        (
            Report("plan", 3, findings=(Finding("policy.schema", Severity.ERROR, "m"),)),
            "bad",
            "The policies can't be used: 1 error",
        ),
    ],
)
def test_the_verdict_of_a_page_whose_report_is_text(report: Report, kind: str, words: str) -> None:
    assert (kind, words) == verdict_of(report)
    read = Page(render("html", report))
    assert ["verdict", kind] == read.one("header").classes
    assert read.one("h1").text.endswith(words) and read.one("title").text.endswith(words)


def test_the_verdict_on_a_trail() -> None:
    whole = Verification(entries=2, head="h")
    broken = replace(whole, breaks=(Break(1, "kind", "m", Path("a.jsonl")),))
    said = [verdict_of(Report("audit verify", view=AuditVerified((), each))) for each in (whole, broken)]
    assert [
        ("good", "The audit trail is whole: 2 entries"),
        ("bad", "The audit trail is broken: 1 break in 2 entries"),
    ] == said


def test_the_verdict_on_a_trail_held_against_the_audit() -> None:
    view = RECONCILED.view
    kind, words = verdict_of(RECONCILED)
    assert "bad" == kind and "by our client, not in the trail" in words
    assert isinstance(view, Reconciled)
    agreed = replace(view, found=Reconciliation(), unknown=())
    assert ("good", "The trail and the organization's audit agree") == verdict_of(
        replace(RECONCILED, view=agreed)
    )
    partly = replace(agreed, unknown=("some",))
    assert "warn" == verdict_of(replace(RECONCILED, view=partly))[0]


def test_the_verdict_on_a_stop_is_its_headline() -> None:
    stopped = reports("x")["stop"]
    kind, words = verdict_of(stopped)
    assert "bad" == kind and words in render("text", stopped)
    lifted = replace(reports("x")["stop, lifted"], error=None)
    assert verdict_of(lifted)[1] in render("text", lifted)


def test_what_only_lists_has_no_verdict() -> None:
    report = replace(reports("x")["environments"], error=None, findings=())
    assert NONE == verdict_of(report)
    assert "syncer environments" == Page(render("html", report)).one("h1").text
