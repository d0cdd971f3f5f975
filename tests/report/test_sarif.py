"""SARIF 2.1.0."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import AuthError
from syncer.model.finding import Finding, Note, Position, Severity
from syncer.model.plan import Plan
from syncer.planning.document import plan_document
from syncer.report import render
from syncer.report.views import Planned, Report
from tests.report.changes import excused, loop, overload, small
from tests.report.ci_schemas import checked
from tests.report.report_samples import HOSTILE, KINDS, reports


def run_of(report: Report) -> dict[str, Any]:
    """The one run, once the whole fits the schema."""
    run: dict[str, Any] = checked(render("sarif", report), "sarif")["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert sorted(rules) == rules
    assert [result["ruleId"] for result in run["results"]] == [
        rules[result["ruleIndex"]] for result in run["results"]
    ]
    return run


def test_a_result_has_its_place_its_queue_and_its_notes() -> None:
    notes = (Note("A → B", Position("policies/ä b.yaml", 7, 3)), Note("B → A"))
    found = Finding(
        "loops.cycle", Severity.ERROR, "A → B → A", Position("policies/a.yaml", 4, 9), "cut it", notes, "A"
    )
    run = run_of(Report("validate", 3, findings=(found,)))
    (result,) = run["results"]
    assert 64 == len(result.pop("partialFingerprints")["finding/v1"])
    assert {
        "ruleId": "loops.cycle",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "A → B → A\ncut it"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "policies/a.yaml"},
                    "region": {"startLine": 4, "startColumn": 9},
                },
                "logicalLocations": [{"name": "A"}],
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "message": {"text": "A → B"},
                "physicalLocation": {
                    "artifactLocation": {"uri": "policies/%C3%A4%20b.yaml"},
                    "region": {"startLine": 7, "startColumn": 3},
                },
            },
            {"id": 2, "message": {"text": "B → A"}},
        ],
    } == result
    assert [{"id": "loops.cycle", "shortDescription": {"text": "loops: cycle"}}] == run["tool"]["driver"][
        "rules"
    ]
    assert [{"executionSuccessful": True, "exitCode": 3, "toolExecutionNotifications": []}] == run[
        "invocations"
    ]


def test_levels_and_what_has_no_line() -> None:
    results = run_of(reports("x")["plan"])["results"]
    assert ["error", "warning", "note"] == [result["level"] for result in results]
    assert {"artifactLocation": {"uri": "x"}} == results[1]["locations"][0]["physicalLocation"]


def results_of(made: Plan) -> list[tuple[str, str, str | None]]:
    run = run_of(Report("plan", 0, Planned(made, plan_document(made)), made.findings))
    return [(each["ruleId"], each["level"], each.get("baselineState")) for each in run["results"]]


def test_the_verdict_is_a_property_of_the_run() -> None:
    made = small()
    run = run_of(Report("plan", 0, Planned(made, plan_document(made)), made.findings))
    assert {"verdict": "Can be applied: it causes no loop and no overload."} == run["properties"]
    assert "properties" not in run_of(Report("validate"))


def test_a_result_says_how_it_stands_to_the_state_before() -> None:
    assert [
        ("capacity.saturated", "warning", "unchanged"),
        ("capacity.unchecked", "warning", "new"),
        ("loops.cycle", "error", "new"),
    ] == results_of(loop())
    worse = results_of(overload(30, 60))
    assert [("capacity.exceeded", "error", "updated")] == worse


def test_a_result_that_was_held_against_nothing_has_no_baseline() -> None:
    (result,) = run_of(Report("validate", findings=(Finding("a.b", Severity.INFO, "m"),)))["results"]
    assert "baselineState" not in result


def test_an_excused_error_is_a_warning() -> None:
    assert [("capacity.exceeded", "warning", "unchanged")] == results_of(excused())


def test_an_error_that_ended_the_command_is_a_failed_invocation() -> None:
    run = run_of(Report("plan", 1, error=AuthError("no credentials", hint="Set them.")))
    assert [] == run["results"]
    notification = {
        "descriptor": {"id": "error.auth-error"},
        "level": "error",
        "message": {"text": "no credentials\nSet them."},
    }
    expected = {"executionSuccessful": False, "exitCode": 1, "toolExecutionNotifications": [notification]}
    assert [expected] == run["invocations"]


def test_a_name_is_no_placeholder_and_no_link() -> None:
    found = Finding("loops.cycle", Severity.ERROR, "{0} [see](https://evil.example) ]](1)")
    (result,) = run_of(Report("validate", findings=(found,)))["results"]
    assert "{{0}} [see] (https://evil.example) ]] (1)" == result["message"]["text"]


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.slow
def test_every_report_fits_sarif_with_any_name(name: str) -> None:
    for kind, report in reports(name).items():
        assert render("sarif", report).replace("\n", "").isprintable(), kind
        run_of(report)


@given(st.text(st.characters(exclude_categories=()), min_size=1), st.sampled_from(KINDS))
def test_any_name_at_all_in_sarif(name: str, kind: str) -> None:
    run_of(reports(name)[kind])
