"""Reports narrowed to some queues: what is shown, and what stays whole."""

import json
from dataclasses import replace
from typing import Any

import pytest

from syncer.applying.apply import Result
from syncer.audit.entries import change_entries, run_entry
from syncer.errors import WrongUsage
from syncer.model.change import Ignored, Reason, Unmanaged, Untouched
from syncer.model.finding import Finding, Loop, Severity
from syncer.model.plan import LiveRules, Outcome, Plan, Status
from syncer.planning.document import plan_document
from syncer.planning.verdict import verdict
from syncer.report import render
from syncer.report.lookups import AuditShown
from syncer.report.narrow import narrowed
from syncer.report.views import Applied, CutOffRun, Planned, Report
from tests.report.report_samples import HEAD, NOW, RUN, plan

NAMES = {"a": "Sales", "b": "Sales [EU]", "c": "Support"}


def finding(id_: str, queue: str = "", severity: Severity = Severity.WARNING, **more: Any) -> Finding:
    return Finding(id_, severity, f"about {queue}", queue=NAMES.get(queue, ""), queue_id=queue, **more)


def whole() -> Plan:
    """A plan that changes three queues, leaves three more, and has findings of all sorts."""
    (change, *_) = plan("x").changes
    loop = Loop((("c", "Support"), ("a", "Sales")), (), ("a", "c"))
    return replace(
        plan("x"),
        changes=tuple(replace(change, queue=id_, name=name) for id_, name in NAMES.items()),
        untouched=tuple(Untouched(f"u{id_}", f"{name} 2", Reason.EQUAL) for id_, name in NAMES.items()),
        ignored=tuple(Ignored(id_, name, "what") for id_, name in NAMES.items()),
        live=tuple(LiveRules(id_, name) for id_, name in NAMES.items()),
        findings=(
            finding("capacity.saturated", "a"),
            finding("capacity.tight", "c"),
            finding("capacity.exceeded", "c", Severity.ERROR),
            finding("loops.watch", "c", loop=loop),
            finding("settings.freeze"),
        ),
        solved=(finding("capacity.missing", "b"), finding("capacity.missing", "c")),
    )


def planned(*only: str) -> Report:
    found = whole()
    others = (Unmanaged("o1", "Sales other"), Unmanaged("o2", "Other"))
    view = Planned(found, plan_document(found), "plan.json", others)
    return narrowed(Report("show", 3, view, found.findings), only)


def ids(findings: Any) -> list[str]:
    return [each["id"] for each in findings]


def test_a_plan_keeps_what_refuses_and_what_is_of_no_queue() -> None:
    shown = json.loads(render("json", planned("Sales*")))
    part = shown["result"]["plan"]
    kept = ["capacity.saturated", "capacity.exceeded", "loops.watch", "settings.freeze"]
    assert kept == ids(shown["findings"]) == ids(part["findings"])
    assert {"error": 1, "warning": 3, "info": 0} == shown["counts"]
    assert ["Sales", "Sales [EU]"] == [each["queue"]["name"] for each in part["changes"]]
    assert ["ua", "ub"] == [each["queue"]["id"] for each in part["untouched"]]
    assert [["a", "b"]] * 2 == [[each["queue"]["id"] for each in part[name]] for name in ("ignored", "live")]
    assert ["b"] == [each["queue_id"] for each in part["solved"]]
    assert ["o1"] == [each["queue"]["id"] for each in shown["result"]["unmanaged"]]
    assert ["Sales*"] == shown["result"]["narrowed"]


def test_what_judges_a_plan_stays_whole() -> None:
    every, part = (json.loads(render("json", planned(*only)))["result"] for only in ((), ("Sales",)))
    assert "narrowed" not in every
    for name in ("digest", "verdict", "summary", "headroom", "cost", "change_digest", "applicable"):
        assert every["plan"][name] == part["plan"][name]
    assert render("terraform", planned()) == render("terraform", planned("Sales"))


NOTICE = (
    "only queues that match {} are shown, 1 of 3 changes; "
    "the verdict and the totals are those of the whole plan"
)


def test_text_says_so_beside_each_verdict() -> None:
    lines = render("text", planned("Support")).splitlines()
    judged = verdict(whole())
    notice = NOTICE.format("Support")
    assert [judged, notice] == lines[:2]
    assert [notice, judged] == lines[-2:]
    assert ["  Support (c)"] == [line for line in lines if line.startswith("  S") and line.endswith(")")]
    assert "plan: 3 to create, 6 to update, 3 to delete in 3 queues (3 PUTs)" in lines
    assert notice not in render("text", planned())


def test_markdown_says_so_below_the_verdict() -> None:
    text = render("markdown", planned("Supp?rt"))
    notice = NOTICE.format("`Supp?rt`")
    assert f"**\n\nO{notice[1:]}.\n\n- changes: " in text
    assert "`Sales`" not in text.partition("### Changes")[2].partition("###")[0]


@pytest.mark.parametrize("only", [("Sales [EU]",), ("b",), ("*[[]EU]",)])
def test_a_queue_fits_by_its_name_its_id_or_a_glob(only: tuple[str, ...]) -> None:
    view = planned(*only).view
    assert isinstance(view, Planned)
    shown = json.loads(render("json", planned(*only)))["result"]["plan"]["changes"]
    assert ["b"] == [each["queue"]["id"] for each in shown]


@pytest.mark.parametrize(
    ("only", "message", "hint"),
    [
        (("Suport",), "no queue in it matches 'Suport'", "Did you mean 'Support'? "),
        (("sales", "Support"), "no queue in it matches 'sales'", "Did you mean 'Sales'? "),
        (("xyzzy*", "Salles"), "no queue in it matches 'xyzzy*' or 'Salles'", "Did you mean 'Sales'? "),
        (("xyzzy",), "no queue in it matches 'xyzzy'", ""),
    ],
)
def test_a_glob_that_fits_nothing_is_wrong_usage(only: tuple[str, ...], message: str, hint: str) -> None:
    with pytest.raises(WrongUsage) as raised:
        planned(*only)
    assert (message, f"{hint}Case matters, * matches any text, and an id works as a name.") == (
        raised.value.message,
        raised.value.hint,
    )


def applied(*only: str) -> Report:
    changes = whole().changes
    done = tuple(Outcome(change, Status.APPLIED, "", 1, 5.0) for change in changes[:2])
    failed = Outcome(changes[2], Status.FAILED, "gone", 1, 5.0)
    result = Result(RUN, "in part", (*done, failed), HEAD, {"PUT /q": 3}, 100.0)
    cut_off = CutOffRun(replace(RUN, id="before"), done)
    undone = replace(result, run=replace(RUN, verb="rollback"), outcomes=done)
    return narrowed(Report("show", 5, Applied(whole(), result, (cut_off,), "", undone)), only)


def test_outcomes_are_narrowed_and_totals_are_not() -> None:
    lines = render("text", applied("Sales")).splitlines()
    assert (
        "only queues that match Sales are shown, 3 of 7 outcomes; "
        "the status and the totals are those of the whole run"
    ) == lines[0]
    assert 3 == sum(line.startswith("  applied ") for line in lines)
    assert "apply in part: 2 applied, 1 failed" in lines
    shown = json.loads(render("json", applied("Sales")))["result"]
    found = [shown, shown["rollback"], *shown["recovered"]]
    assert [["a"]] * 3 == [[each["queue"]["id"] for each in part["outcomes"]] for part in found]
    assert ("in part", ["Sales"]) == (shown["status"], shown["narrowed"])
    assert 3 == render("markdown", applied("Sales")).count("| `Sales` | applied |")


def test_formats_of_pipelines_hear_of_these_outcomes_alone() -> None:
    assert [] == json.loads(render("gitlab-codequality", applied("Sales")))
    (failed,) = json.loads(render("gitlab-codequality", applied("Supp*")))
    assert "apply.failed" == failed["check_name"]


def test_entries_of_the_run_itself_stay() -> None:
    outcomes = [Outcome(change, Status.APPLIED) for change in whole().changes]
    entries = [entry for each in outcomes for entry in change_entries(RUN, each, NOW)]
    entries.append(run_entry(RUN, NOW, status="done", validation_pass=True))
    report = narrowed(Report("show", view=AuditShown(entries)), ("Support",))
    shown = json.loads(render("json", report))["result"]
    assert ["c", "c", "c", "c", None] == [entry["queueId"] for entry in shown["entries"]]
    first, *lines = render("text", report).splitlines()
    assert (
        "only queues that match Support are shown, 5 of 13 entries; the status is that of the whole run"
        == first
    )
    assert 5 == len(lines)
    assert 5 == render("markdown", report).count("\n| `None` ")


def test_a_report_without_a_view_knows_the_queues_of_its_findings() -> None:
    report = Report("show", 3, None, whole().findings[:2])
    assert (whole().findings[0],) == narrowed(report, ("Sales",)).findings
    with pytest.raises(WrongUsage, match="no queue in it matches 'Other'"):
        narrowed(report, ("Other",))
