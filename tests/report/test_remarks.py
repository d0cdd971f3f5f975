"""What the formats of CI list, and the fingerprints that they tell entries apart by."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.doctor import failed, ok, warning
from syncer.drift.found import Direction
from syncer.errors import AuthError, Defect
from syncer.model.finding import Finding, Loop, LoopRule, Note, Position, Severity, Since
from syncer.model.plan import Plan
from syncer.planning.document import plan_document
from syncer.report import render
from syncer.report.lookups import Examined
from syncer.report.remarks import (
    encodable,
    fatal,
    fingerprints,
    grade,
    in_full,
    place_of,
    remarks,
    verdict_of,
)
from syncer.report.views import Drifted, Planned, Report
from tests.report.changes import halved, loop, overload, small
from tests.report.report_samples import reports

AT = Position("policies/a.yaml", 4, 9)
FOUND = Finding("loops.cycle", Severity.ERROR, "A → B overflows in a circle", AT, "cut it", queue="A")


def ids(report: Report) -> list[str]:
    return [finding.id for finding in remarks(replace(report, findings=()))]


def test_a_view_that_points_at_nothing_leaves_the_findings() -> None:
    for kind in ("validate", "plan", "audit show", "audit report", "an error alone"):
        report = reports("x")[kind]
        assert report.findings == remarks(report), kind


def test_each_drifted_rule_is_an_entry_beside_the_findings() -> None:
    report = reports("Support")["drift"]
    assert isinstance(report.view, Drifted)
    expected = [f"drift.{rule.direction.replace(' ', '-')}" for rule in report.view.drift.rules]
    assert expected == ids(report)
    assert {f"drift.{direction.replace(' ', '-')}" for direction in Direction} == set(expected)
    found = remarks(report)
    assert report.findings == found[: len(report.findings)]
    assert "Support → Support: live has less: 5 % after 0 s, disabled" in [each.message for each in found]


def test_a_rule_that_waits_to_be_applied_informs_and_is_no_drift() -> None:
    report = replace(reports("Support")["drift, pending"], findings=(), error=None)
    found = remarks(report)
    assert {"pending.live-differs", "pending.live-has-less", "pending.live-has-more"} == {e.id for e in found}
    assert {Severity.INFO} == {finding.severity for finding in found}
    assert "Support → Support: pending, to be created: 5 % after 0 s, disabled" in [e.message for e in found]


def test_what_is_remembered_of_a_drift_is_no_part_of_its_fingerprint() -> None:
    report = reports("Support")["drift, remembered"]
    found = [each for each in remarks(report) if each.id.startswith("drift.")]
    assert any(
        each.tip.startswith("new, seen 1 time since ")
        and "; the queue was last changed by Support at " in each.tip
        for each in found
    )
    before = [each for each in remarks(reports("Support")["drift"]) if each.id.startswith("drift.")]
    assert fingerprints(before) == fingerprints(found)


def test_a_drifted_rule_stands_where_its_queue_does() -> None:
    report = reports("Support")["drift"]
    assert isinstance(report.view, Drifted)
    by_name = replace(report, findings=(), view=replace(report.view, places={"Support": AT}))
    assert {AT} == {finding.position for finding in remarks(by_name)}
    by_id = replace(report, findings=(), view=replace(report.view, places={"z": AT}))
    assert {AT, None} == {finding.position for finding in remarks(by_id)}


def test_each_break_is_an_entry_at_its_line() -> None:
    found = remarks(replace(reports("trail.jsonl")["audit verify, broken"], findings=()))
    chain = ["audit.edited", "audit.removed", "audit.reordered", "audit.torn", "audit.truncated"]
    entries = ["audit.schema", "audit.time", "audit.totals", "audit.orphaned"]
    assert chain + entries == [finding.id for finding in found]
    assert {Position("trail.jsonl", 3, 1)} == {finding.position for finding in found}


def test_each_queue_that_was_not_done_is_an_entry() -> None:
    kinds = ("conflict", "failed", "unknown", "skipped", "not-started", "taken-back", "not-taken-back")
    expected = [f"apply.{kind}" for kind in kinds]
    assert expected == ids(reports("x")["apply"])
    back = [f"rollback.{kind}" for kind in kinds]
    assert expected + back == ids(reports("x")["apply, undone"])
    assert [] == ids(reports("x")["apply, nothing to do"])


def test_each_check_that_is_not_well_is_an_entry() -> None:
    lines = (
        failed("API host", "refuses", "Check it."),
        warning("clock", "off", "Set it."),
        ok("Python", "3"),
    )
    expected = (
        Finding("doctor.api-host", Severity.ERROR, "API host: refuses", tip="Check it."),
        Finding("doctor.clock", Severity.WARNING, "clock: off", tip="Set it."),
    )
    assert expected == remarks(Report("doctor", 1, Examined(lines)))


def test_an_error_is_named_after_its_kind() -> None:
    assert fatal(Report("plan")) is None
    refused = fatal(Report("plan", 1, error=AuthError("no credentials", hint="Set them.")))
    assert Finding("error.auth-error", Severity.ERROR, "no credentials", None, "Set them.") == refused
    defect = fatal(Report("plan", 1, error=Defect(ValueError("x"))))
    assert defect is not None
    assert "error.defect" == defect.id


def test_what_has_no_place_is_shown_at_the_first_file() -> None:
    nowhere = replace(FOUND, position=None)
    assert AT == place_of(FOUND, Report("plan"))
    assert Position("policies", 1, 1) == place_of(nowhere, Report("plan"))
    assert Position("a.yaml", 1, 1) == place_of(nowhere, Report("plan", sources={"b.yaml": [], "a.yaml": []}))


def test_the_lines_of_a_text_stay_lines() -> None:
    assert "one\ntwo\\x1b\ntip" == in_full(Finding("a.b", Severity.INFO, "one\ntwo\x1b", tip="tip"))


def test_a_path_stays_as_it_is_but_for_halves_of_characters() -> None:
    assert "ä/😀:1\n?" == encodable("ä/😀:1\n\udc80")


def test_a_fingerprint_stays_when_lines_move() -> None:
    here = replace(FOUND, message="A is named twice, see policies/b.yaml:12:3 and line 7")
    moved = replace(
        here,
        message="A is named twice, see policies/b.yaml:13:5 and line 88",
        position=Position("policies/a.yaml", 40, 1),
        tip="another tip",
    )
    assert fingerprints([here]) == fingerprints([moved])


def prints(made: Plan) -> dict[str, str]:
    """The fingerprint of each finding by its id and queue."""
    found = made.findings
    return {
        f"{each.id} {each.queue}": each_print
        for each, each_print in zip(found, fingerprints(found), strict=True)
    }


def test_a_fingerprint_does_not_move_with_the_figures_of_capacity() -> None:
    assert prints(small(35, 130)) == prints(small(36, 130))
    assert prints(small(35, 130)) == prints(small(35, 145))
    assert prints(overload(10, 60)) == prints(overload(30, 50))
    assert prints(overload(10, 60)) == prints(halved())
    assert 12 == len(set(prints(small()).values()))


def test_a_fingerprint_of_a_loop_is_that_of_its_queues() -> None:
    (found,) = [each for each in loop().findings if each.loop]
    assert found.loop is not None
    turned = replace(found.loop, queues=(*found.loop.queues[1:], found.loop.queues[0]))
    other = replace(found, message="B → C → A → B overflows in a circle", queue="B", loop=turned)
    moved = replace(other, position=Position("policies/b.yaml", 1, 1))
    assert fingerprints([found]) == fingerprints([other]) == fingerprints([moved])
    larger = replace(found.loop, queues=(*found.loop.queues, ("id-D", "D")))
    assert fingerprints([found]) != fingerprints([replace(found, loop=larger)])


def test_how_a_finding_stands_to_a_change_is_no_part_of_its_fingerprint() -> None:
    before = replace(FOUND, since=Since.BEFORE, excused=True, severity=Severity.WARNING)
    assert fingerprints([FOUND]) == fingerprints([replace(FOUND, since=Since.NEW)]) == fingerprints([before])


@pytest.mark.parametrize(
    ("severity", "excused", "graded"),
    [
        (Severity.ERROR, False, Severity.ERROR),
        (Severity.ERROR, True, Severity.WARNING),
        (Severity.WARNING, False, Severity.WARNING),
        (Severity.INFO, False, Severity.INFO),
    ],
)
def test_an_error_that_refuses_nothing_is_graded_as_a_warning(
    severity: Severity, excused: bool, graded: Severity
) -> None:
    assert graded is grade(Finding("a.b", severity, "m", excused=excused))


def test_the_verdict_is_that_of_a_plan_alone() -> None:
    made = overload()
    planned = Report("plan", 3, Planned(made, plan_document(made)), made.findings)
    assert "Can't be applied: this change overloads Tier 3 (20 → 120 of 40)." == verdict_of(planned)
    assert "" == verdict_of(Report("plan")) == verdict_of(reports("x")["drift"])


def test_a_fingerprint_tells_what_differs_apart() -> None:
    several = [
        FOUND,
        replace(FOUND, id="loops.unmanaged"),
        replace(FOUND, position=Position("policies/b.yaml", 4, 9)),
        replace(FOUND, position=None),
        replace(FOUND, queue="B"),
        replace(FOUND, message="the threshold is 25"),
        replace(FOUND, message="the threshold is 26"),
    ]
    assert len(several) == len(set(fingerprints(several)))


@given(st.lists(st.sampled_from([FOUND, replace(FOUND, queue="B"), replace(FOUND, queue="\ud800")])))
def test_fingerprints_are_unique_and_those_before_do_not_change_them(findings: list[Finding]) -> None:
    prints = fingerprints(findings)
    assert len(findings) == len(set(prints))
    assert prints[:-1] == fingerprints(findings[:-1])


def test_files_are_named_from_the_top_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "eu").mkdir()
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path / "eu")
    at, outside = Position("policies/a.yaml", 3, 5), Position(str(tmp_path / "policies" / "b.yaml"), 1, 1)
    found = Finding("a.b", Severity.ERROR, "wrong", at, notes=(Note("and here", outside), Note("nowhere")))
    report = Report("validate", findings=(found,), sources={"policies/a.yaml": ()})
    (remark,) = remarks(report)
    assert Position("eu/policies/a.yaml", 3, 5) == remark.position
    assert ["policies/b.yaml", None] == [each.position and each.position.file for each in remark.notes]
    nowhere = Finding("a.b", Severity.ERROR, "wrong")
    assert Position("eu/policies/a.yaml", 1, 1) == place_of(nowhere, report)
    (entry,) = json.loads(render("codequality", report))
    assert "eu/policies/a.yaml" == entry["location"]["path"]
    assert 'file="eu/policies/a.yaml"' in render("junit", report)
    assert "file=eu/policies/a.yaml,line=3" in render("github", report)
    assert '"uri": "eu/policies/a.yaml"' in render("sarif", report)
    monkeypatch.setenv("CI_JOB_URL", "https://gitlab.example.com/-/jobs/7")
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    links = render("annotations", Report("plan", files=("plan.md", "../plan.md", "../../plan.md")))
    assert ["eu/plan.md", "plan.md", "job log"] == [
        each["external_link"]["label"] for each in json.loads(links)["syncer plan"]
    ]


def test_the_rules_of_a_loop_are_named_so_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rule = LoopRule("a", "a", "overflow", position=Position(str(tmp_path / "a.yaml"), 1, 1))
    found = Finding("loops.cycle", Severity.ERROR, "round", loop=Loop((("a", "A"),), (rule,), ()))
    (remark,) = remarks(Report("validate", findings=(found,)))
    assert remark.loop is not None
    assert [Position("a.yaml", 1, 1)] == [each.position for each in remark.loop.rules]
