"""GitLab's job annotations."""

import pytest

from syncer.report import render
from syncer.report.views import Report
from tests.report.ci_schemas import checked

JOB = "https://gitlab.example/group/project/-/jobs/7"


def test_outside_a_pipeline_there_is_nothing_to_link_to() -> None:
    assert {} == checked(render("annotations", Report("plan", files=("plan.md",))), "annotations")


def test_the_report_comes_before_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_JOB_URL", JOB)
    report = Report("plan", files=("./reports/plan ä.md", "/tmp/plan.md", "../plan.md"))
    expected = [
        {"label": "reports/plan ä.md", "url": f"{JOB}/artifacts/file/reports/plan%20%C3%A4.md"},
        {"label": "job log", "url": JOB},
    ]
    document = checked(render("annotations", report), "annotations")
    assert {"syncer plan": [{"external_link": link} for link in expected]} == document


def test_names_of_files_are_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_JOB_URL", JOB)
    for name in ("\x1b[31m\u202e\udc80", "x" * 300, "a\nb?c#d%e"):
        checked(render("annotations", Report("plan", files=(name,))), "annotations")
