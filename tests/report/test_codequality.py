"""GitLab's code quality report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import AuthError
from syncer.model.finding import Finding, Position, Severity
from syncer.report import render
from syncer.report.views import Report
from tests.report.changes import STANDING, excused, overload, shown, small
from tests.report.ci_schemas import checked
from tests.report.report_samples import HOSTILE, KINDS, reports

AT = Position("policies/a.yaml", 4, 9)


def test_an_entry_says_what_is_wrong_where_and_what_to_do() -> None:
    found = Finding("capacity.saturated", Severity.WARNING, "B keeps 95 of 90", AT, "raise it", queue="B")
    (entry,) = checked(render("gitlab-codequality", Report("validate", findings=(found,))), "codequality")
    assert 64 == len(entry.pop("fingerprint"))
    assert {
        "description": "B keeps 95 of 90\nraise it",
        "check_name": "capacity.saturated",
        "severity": "minor",
        "location": {"path": "policies/a.yaml", "lines": {"begin": 4}},
    } == entry


def test_severities() -> None:
    entries = checked(render("codequality", reports("x")["plan"]), "codequality")
    assert ["critical", "minor", "info", "blocker"] == [entry["severity"] for entry in entries]


def test_an_excused_error_is_minor() -> None:
    for made, severity in ((excused(), "minor"), (overload(), "critical")):
        (entry,) = checked("\n".join(shown(made, "codequality")), "codequality")
        assert ("capacity.exceeded", severity) == (entry["check_name"], entry["severity"])


def test_an_entry_of_before_stays_itself_when_another_queue_changes() -> None:
    before, after = (
        {entry["fingerprint"] for entry in checked("\n".join(shown(made, "codequality")), "codequality")}
        for made in (small(25), small(36))
    )
    assert before == after
    assert STANDING == len(before)


def test_an_error_before_any_result_is_a_blocker_at_the_policies() -> None:
    report = Report("plan", 1, error=AuthError("no credentials", hint="Set them."))
    (entry,) = checked(render("codequality", report), "codequality")
    assert ("blocker", "error.auth-error") == (entry["severity"], entry["check_name"])
    assert {"path": "policies", "lines": {"begin": 1}} == entry["location"]
    assert "no credentials\nSet them." == entry["description"]


def test_nothing_found_is_an_empty_array() -> None:
    assert "[]\n" == render("codequality", Report("validate"))


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.slow
def test_every_report_fits_the_schema_with_any_name(name: str) -> None:
    for kind, report in reports(name).items():
        text = render("codequality", report)
        entries = checked(text, "codequality")
        assert text.replace("\n", "").isprintable(), kind
        assert len(entries) == len({entry["fingerprint"] for entry in entries}), kind


@given(st.text(st.characters(exclude_categories=()), min_size=1), st.sampled_from(KINDS))
def test_any_name_at_all_in_code_quality(name: str, kind: str) -> None:
    checked(render("codequality", reports(name)[kind]), "codequality")
