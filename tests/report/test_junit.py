"""JUnit XML, as GitLab reads it."""

from dataclasses import replace
from functools import cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xmlschema import XMLSchema

from syncer.errors import AuthError
from syncer.model.finding import Finding, Note, Position, Severity
from syncer.model.plan import Plan
from syncer.planning.document import plan_document
from syncer.report import render
from syncer.report.views import Drifted, Planned, Report
from tests.report.changes import excused, loop, small
from tests.report.ci_schemas import FOLDER
from tests.report.report_samples import HOSTILE, KINDS, reports

FILES: dict[str, list[str]] = {"policies/a.yaml": [], "policies/b.yaml": [], "policies/settings.yaml": []}
AT = Position("policies/a.yaml", 4, 9)
LOOP = Finding(
    "loops.cycle", Severity.ERROR, "A → A", AT, "cut it", (Note("A → A at 5 %", AT), Note("?")), "A"
)
TIGHT = Finding("capacity.tight", Severity.INFO, "A is nearly full", AT, queue="A")


@cache
def schema() -> XMLSchema:
    return XMLSchema(FOLDER / "junit.xsd")


def suites_of(report: Report) -> dict[str, dict[str, Element]]:
    """The cases of each suite by their names, once the whole fits the schema and adds up."""
    text = render("junit", report)
    schema().validate(text)
    root = ElementTree.fromstring(text.encode())
    for element in (root, *root):
        counts = {name: int(element.get(name, "")) for name in ("tests", "failures", "errors")}
        tags = {"tests": "testcase", "failures": "failure", "errors": "error"}
        assert counts == {name: len(list(element.iter(tag))) for name, tag in tags.items()}
    suites = {suite.get("name", ""): {case.get("name", ""): case for case in suite} for suite in root}
    assert sum(len(cases) for cases in suites.values()) == int(root.get("tests", ""))
    return suites


def verdict(case: Element) -> dict[str, str]:
    return {child.tag: child.text or "" for child in case}


def test_every_check_has_a_case_for_every_file_that_it_looks_at() -> None:
    suites = suites_of(Report("validate", sources=FILES))
    policies = ["policies/a.yaml", "policies/b.yaml"]
    assert {
        "command": ["syncer validate"],
        "schema": [*policies, "policies/settings.yaml"],
        "references": policies,
        "loops": policies,
        "capacity": policies,
    } == {name: list(cases) for name, cases in suites.items()}
    assert all(verdict(case) == {} for cases in suites.values() for case in cases.values())


def test_an_error_fails_the_case_of_its_file_and_the_rest_is_its_output() -> None:
    suites = suites_of(Report("validate", 3, findings=(LOOP, TIGHT), sources=FILES))
    case = suites["loops"]["policies/a.yaml"]
    assert {"name": AT.file, "classname": "loops", "file": AT.file} == case.attrib
    assert {
        "failure": "policies/a.yaml:4: A → A (error loops.cycle)\n"
        "  policies/a.yaml:4:9: A → A at 5 %\n  ?\n  tip: cut it"
    } == verdict(case)
    assert {"message": "policies/a.yaml:4: A → A", "type": "loops.cycle"} == case[0].attrib
    output = "policies/a.yaml:4: A is nearly full (info capacity.tight)"
    assert {"system-out": output} == verdict(suites["capacity"]["policies/a.yaml"])
    assert {} == verdict(suites["loops"]["policies/b.yaml"])


def test_one_case_holds_all_that_was_found_in_its_file() -> None:
    warning = replace(LOOP, severity=Severity.WARNING, message="B", notes=(), tip="")
    other = replace(LOOP, message="C", notes=(), tip="", position=None)
    suites = suites_of(Report("validate", 3, findings=(LOOP, warning, other), sources=FILES))
    found = verdict(suites["loops"]["policies/a.yaml"])
    assert found["failure"].endswith("tip: cut it\nC (error loops.cycle)")
    assert "policies/a.yaml:4: B (warning loops.cycle)" == found["system-out"]


def test_where_a_file_is_broken_the_whole_set_was_not_checked() -> None:
    broken = Finding("yaml.syntax", Severity.ERROR, "what is this", AT)
    suites = suites_of(Report("validate", 3, findings=(broken,), sources=FILES))
    assert ["command", "schema", "yaml"] == list(suites)
    assert ["policies/a.yaml"] == list(suites["yaml"])


def test_a_drifted_queue_fails() -> None:
    report = reports("Support")["drift"]
    assert isinstance(report.view, Drifted)
    view = replace(report.view, places={"Support": AT})
    for found, file in ((report, None), (replace(report, view=view), AT.file)):
        case = suites_of(replace(found, findings=(), error=None))["drift"]["Support"]
        assert "Support → Support: live has less" in verdict(case)["failure"]
        assert file == case.get("file")


def test_a_queue_that_waits_to_be_applied_does_not_fail() -> None:
    suites = suites_of(replace(reports("Support")["drift, pending"], findings=(), error=None))
    assert "drift" not in suites
    assert {"system-out"} == {kind for case in suites["pending"].values() for kind in verdict(case)}


def test_an_error_that_ended_the_command_is_an_error_of_its_case() -> None:
    suites = suites_of(Report("plan", 1, error=AuthError("no credentials", hint="Set them.")))
    assert ["command"] == list(suites)
    assert {"error": "no credentials\nSet them."} == verdict(suites["command"]["syncer plan"])


def test_the_verdict_is_the_output_of_the_command() -> None:
    case = suites_of(planned(small()))["command"]["syncer plan"]
    assert {"system-out": "Can be applied: it causes no loop and no overload."} == verdict(case)


def test_what_the_change_causes_fails_and_what_was_there_before_does_not() -> None:
    suites = suites_of(planned(loop()))
    assert {"failure"} == set(verdict(suites["loops"]["policies/a.yaml"]))
    assert {"system-out"} == set(verdict(suites["capacity"]["policies/a.yaml"]))


def test_an_excused_error_does_not_fail() -> None:
    case = suites_of(planned(excused()))["capacity"]["policies/a.yaml"]
    output = verdict(case)["system-out"]
    assert {"system-out"} == set(verdict(case))
    assert "Tier 3 takes 120 from Tier 1: 120 of 40 (error capacity.exceeded)" in output


def planned(made: Plan) -> Report:
    return Report("plan", 0, Planned(made, plan_document(made)), made.findings)


def test_a_name_is_no_attachment() -> None:
    found = replace(TIGHT, message="[[ATTACHMENT|/etc/passwd]]")
    case = suites_of(Report("validate", findings=(found,)))["capacity"]["policies/a.yaml"]
    assert "[[ATTACHMENT |/etc/passwd]]" in verdict(case)["system-out"]


@pytest.mark.parametrize("name", [*HOSTILE.values(), "]]>", "a\x00b\ufffe", "😀"])
@pytest.mark.slow
def test_every_report_fits_junit_with_any_name(name: str) -> None:
    for report in reports(name).values():
        suites_of(report)


@given(st.text(st.characters(exclude_categories=()), min_size=1), st.sampled_from(KINDS))
def test_any_name_at_all_in_junit(name: str, kind: str) -> None:
    suites_of(reports(name)[kind])
