from syncer.errors import ConfigError
from syncer.model.change import Unmanaged
from syncer.model.finding import Finding, Severity
from syncer.report import render
from syncer.report.html.other import unmanaged
from syncer.report.views import Report
from tests.report.html.pages import Page
from tests.report.report_samples import reports


def test_a_report_without_a_form_of_its_own_is_its_text() -> None:
    report = reports("x")["into"]
    read = Page(render("html", report))
    assert report.error is not None
    plain = render("text", Report(report.command, report.exit_code, report.view, report.findings))
    assert plain.strip() == read.one("pre").text
    assert "✕ syncer into failed" == read.one("h1").text


def test_an_error_alone_says_what_to_do() -> None:
    findings = (Finding("policy.schema", Severity.ERROR, "no such key"),)
    failed = Report(
        "plan", 1, None, findings, error=ConfigError("two\nlines", hint="do that"), warnings=("odd",)
    )
    read = Page(render("html", failed))
    assert "Error: twolinesdo that" == read.one("div", "error").text
    assert "Warning: odd" == read.one("p", "warning").text
    assert "no such key" in read.one("pre").text


def test_a_report_with_nothing_to_say_is_empty() -> None:
    assert [] == Page(render("html", Report("plan"))).all("pre")


def test_queues_that_no_policy_describes() -> None:
    read = Page(
        "".join(unmanaged((Unmanaged("u", "U", ("to A: 5 %",), within=("1 ring",)), Unmanaged("v", "V"))))
    )
    assert ["U u: to A: 5 %; 1 ring, within the queue", "V v: no rules"] == [
        each.text for each in read.all("li")
    ]
    assert [] == list(unmanaged(None))


def test_the_report_on_an_audit_trail_has_its_own_form() -> None:
    assert "signed" in render("html", reports("x")["audit report"])
