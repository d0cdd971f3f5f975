from dataclasses import replace

from syncer.applying.apply import Result
from syncer.audit.figures import figures
from syncer.drift.found import drift_of
from syncer.errors import SyncerError
from syncer.model.change import Reason, Untouched
from syncer.model.finding import Finding, Position, Severity
from syncer.model.network import Headroom
from syncer.model.plan import Plan
from syncer.planning.document import plan_document
from syncer.report.markdown import render, table
from syncer.report.views import (
    Applied,
    AuditFigures,
    AuditShown,
    CutOffRun,
    Drifted,
    Planned,
    Report,
    Validated,
)
from tests.report.report_samples import HEAD, RUN, entries, outcomes, plan, reports


def lines(report: Report) -> list[str]:
    return render(report, color=False).splitlines()


def test_tables() -> None:
    assert [] == table(["A", "B"], [])
    assert ["| A | B |", "| --- | --- |", "| 1 | 2 |", ""] == table(["A", "B"], [["1", "2"]])


def test_findings_are_a_table() -> None:
    found = (
        Finding("loops.cycle", Severity.ERROR, "a loop", Position("p.yaml", 2, 5), "break it"),
        Finding("capacity.tight", Severity.INFO, "tight"),
    )
    report = Report("validate", 3, Validated(1, 2, 3, Headroom()), found)
    assert [
        "## syncer validate",
        "",
        "2 queues and 3 rules in 1 files.",
        "",
        "| Severity | Check | Place | Finding |",
        "| --- | --- | --- | --- |",
        (
            "| **error** | <code>loops&#46;cycle</code> | <code>p&#46;yaml&#58;2&#58;5</code> "
            "| <code>a loop</code><br><code>break it</code> |"
        ),
        "| info | <code>capacity&#46;tight</code> |  | <code>tight</code> |",
    ] == lines(report)


def test_an_error_of_many_lines() -> None:
    report = Report("apply", 4, error=SyncerError("it is stale:\na moved\nb moved", hint="again"))
    assert [
        "**Error:** <code>it is stale&#58;<br>a moved<br>b moved</code>",
        "",
        "<code>again</code>",
    ] == lines(report)[2:]


def test_a_plan_is_a_table_of_rules() -> None:
    made = plan("Q")
    shown = lines(Report("plan", 0, Planned(made, plan_document(made))))
    assert "**2 to create, 4 to update, 2 to delete** in 2 queues; 1 equal." == shown[2]
    assert (
        "| 1 | <code>Q</code> | create | <code>→ Q</code> | <code>5 &#37; after 0 s, disabled</code> |"
        == shown[6]
    )
    where = "For <code>Q, organisation Q &#40;Q&#41;</code>. "
    assert f"{where}Plan `{plan_document(made)['digest']}`, lock `compare`." == shown[-1]


def test_what_was_applied_recovered_and_undone() -> None:
    (first, *_) = outcomes("Q")
    result = Result(RUN, "failed", (first,), HEAD, {}, 1.0)
    undone = replace(result, run=replace(RUN, verb="rollback"), status="done")
    cut_off = CutOffRun(replace(RUN, id="earlier"), (first,))
    rows = [
        "| Queue | Status | PUTs | Detail |",
        "| --- | --- | --- | --- |",
        "| <code>Q</code> | applied | 0 | <code>Q</code> |",
        "",
    ]
    closing = f"Run `{RUN.id}`, audit head `{HEAD}`."
    assert [
        "Run <code>earlier</code> was cut off; live was asked:",
        "",
        *rows,
        "<code>hello</code>",
        "",
        "**apply failed**",
        "",
        *rows,
        closing,
        "",
        "**rollback done**",
        "",
        *rows,
        closing,
    ] == lines(Report("apply", 1, Applied(None, result, (cut_off,), "hello", undone)))[2:]


def test_drift_says_what_differs() -> None:
    made = plan("Q")
    drift = drift_of(replace(made, changes=made.changes[:1]))
    shown = lines(Report("drift", 0, Drifted(drift)))
    assert "**1 live has more, 1 live has less, 2 live differs**" == shown[2]
    words = "<code>5 &#37; after 0 s, disabled</code>"
    assert f"| <code>Q</code> | <code>→ Q</code> | live has less | {words} |  |  |" in shown
    assert (
        "For 4 rules only two sides were compared, live and the policies: neither the audit trail nor an "
        "earlier run of drift knows what was live when both last agreed." == shown[-1]
    )
    same = Plan("now", "api", untouched=(Untouched("q", "Q", Reason.EQUAL),))
    assert 3 == len(lines(Report("drift", 0, Drifted(drift_of(same)))))


def test_drift_says_what_waits_and_that_nothing_could_be_compared() -> None:
    shown = lines(replace(reports("Q")["drift, pending"], findings=(), error=None))
    assert "**0 live has more, 0 live has less, 0 live differs**" == shown[2]
    assert shown[4].startswith(
        "**Pending:** 8 rules of 2 queues: the policies changed, and the live queues are"
    )
    assert 2 == len([line for line in shown if "| pending, to be created |" in line])
    nothing = lines(replace(reports("Q")["drift, nothing compared"], findings=(), error=None))
    assert "**nothing could be compared, so it is not known whether the live queues drifted**" == nothing[2]


def test_drift_says_since_when_and_who_changed_the_queue() -> None:
    shown = lines(replace(reports("Q")["drift, remembered"], findings=(), error=None))
    (row,) = [line for line in shown if "| <code>new, seen 1 time since" in line]
    assert row.endswith(
        "| <code>new, seen 1 time since 2026&#45;03&#45;01T08&#58;30&#58;00&#46;000Z</code> "
        "| <code>by Q at 2026&#45;03&#45;01T08&#58;30&#58;00&#46;000Z</code> |"
    )
    assert shown[-2].startswith("- <code>resolved&#58; Q → Q, live differs&#58; Q, seen 3 times since")
    assert shown[-1].startswith("- <code>live was changed again&#58; Q → Q")


def test_audit() -> None:
    trail = entries("Q")
    shown = lines(Report("audit show", 0, AuditShown(trail)))
    assert len(trail) + 4 == len(shown)
    assert shown[-1].startswith("| <code>41</code> | ") and shown[-1].endswith(
        "<code>APPLY&#95;RUN</code> |  |  |  | <code>done</code> |"
    )
    adding = lines(Report("audit report", 0, AuditFigures(figures(trail), trail)))
    assert "| Calls | 3 |" in adding
    assert shown[2:] == adding[-len(shown[2:]) :]


def test_a_broken_trail_shows_its_breaks() -> None:
    shown = lines(reports("x")["audit verify, broken"])
    assert "The audit trail is **broken**: 3 entries, head <code>x</code>." in shown
    assert "| 3 | torn | <code>x</code> |" in shown
