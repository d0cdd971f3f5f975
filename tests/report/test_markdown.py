"""Reports as Markdown."""

from dataclasses import replace

from syncer.applying.apply import Result
from syncer.audit.figures import figures
from syncer.drift.found import drift_of
from syncer.errors import SyncerError
from syncer.model.change import Reason, Untouched
from syncer.model.finding import Finding, Limit, Position, Severity
from syncer.model.network import Headroom
from syncer.model.plan import Plan
from syncer.planning.document import plan_document
from syncer.report.lookups import AuditFigures, AuditShown
from syncer.report.markdown import render
from syncer.report.note.body import plan_lines
from syncer.report.views import Applied, CutOffRun, Drifted, Planned, Report, Validated
from tests.report.changes import loop, shown
from tests.report.report_samples import HEAD, RUN, entries, outcomes, plan, reports


def lines(report: Report) -> list[str]:
    return render(report, color=False).splitlines()


def test_findings_are_a_table() -> None:
    found = (
        Finding("loops.cycle", Severity.ERROR, "a loop", Position("p.yaml", 2, 5), "break it"),
        Finding("capacity.tight", Severity.INFO, "tight"),
    )
    report = Report("validate", 3, Validated(1, 2, 3, Headroom()), found)
    assert [
        "## syncer validate",
        "",
        "**Invalid** (1 error, 0 warnings): 2 queues and 3 rules in 1 file.",
        "",
        "| Severity | Check | Place | Finding |",
        "| --- | --- | --- | --- |",
        ("| **error** | `loops.cycle` | `p.yaml:2:5` | `a loop`<br>`break it` |"),
        "| info | `capacity.tight` |  | `tight` |",
    ] == lines(report)


def test_an_error_of_many_lines() -> None:
    report = Report("apply", 4, error=SyncerError("it is stale:\na moved\nb moved", hint="again"))
    assert [
        "**Error:** `it is stale:`<br>`a moved`<br>`b moved`",
        "",
        "`again`",
    ] == lines(report)[2:]


def test_the_worst_of_policies_comes_first_and_what_the_headroom_leaves_out_is_named() -> None:
    tight, unknown = (
        Finding("capacity.tight", Severity.INFO, "tight"),
        Finding("references.unknown", Severity.WARNING, "unknown"),
    )
    view = Validated(1, 2, 3, Headroom(2.0, "B"), ("T*r",), ("prod", "test"))
    shown = lines(Report("validate", 0, view, (tight, unknown)))
    assert (
        "**Valid, but a name may be misspelled** (0 errors, 1 warning): 2 queues and 3 rules in 1 file."
        in shown
    )
    assert "Checked in each environment: `prod`, `test`." in shown
    assert "Targets that no policy describes: `T*r`; the headroom leaves out what goes there." in shown
    assert ["`unknown`", "`tight`"] == [line.split(" | ")[-1].removesuffix(" |") for line in shown[-2:]]


def test_policies_have_their_headroom() -> None:
    view = Validated(1, 2, 3, Headroom(1.25, "B", "b", Limit.KEPT))
    assert (
        "Headroom: 1.25 times today's load; beyond it `B` keeps more than its capacity."
        == (lines(Report("validate", 0, view))[4])
    )


def test_a_plan_is_what_the_note_says_of_it() -> None:
    made = plan("Q")
    shown = lines(Report("plan", 0, Planned(made, plan_document(made)), made.findings))
    assert ["## syncer plan for `Q`", ""] == shown[:2]
    whole = plan_lines(made)
    assert whole == shown[2 : 2 + len(whole)]
    assert [
        "| Queue | Ignored | Why |",
        "| --- | --- | --- |",
        "| `Q` | `Q` | `Q` |",
        "| `Q` | `Q` |  |",
        "",
        f"Plan `{plan_document(made)['digest']}`, commit `{'1' * 40}`, merge request `7`.",
    ] == shown[2 + len(whole) :]


def test_the_verdict_comes_first_after_the_heading() -> None:
    assert [
        "## syncer plan",
        "",
        "**Can't be applied: this change closes a loop of 3 queues (`A` → `B` → `C` → `A`).**",
        "",
    ] == shown(loop(), "markdown")[:4]


def test_a_plan_says_its_findings_once() -> None:
    assert 1 == sum("overflows in a circle" in line for line in shown(loop(), "markdown"))


def test_a_narrowed_plan_says_of_which_queues_it_is() -> None:
    said = "- narrowed: `only Q and 7 others of 9 queues; the rest stays as it is`"
    assert said in lines(reports("Q")["plan, narrowed"])
    compared = "`only Q and 7 others of 9 queues; the rest was not compared`"
    assert compared in lines(reports("Q")["drift, narrowed"])
    assert said not in lines(reports("Q")["plan"])


def test_what_was_applied_recovered_and_undone() -> None:
    (first, *_) = outcomes("Q")
    result = Result(RUN, "failed", (first,), HEAD, {}, 1.0)
    undone = replace(result, run=replace(RUN, verb="rollback"), status="done")
    cut_off = CutOffRun(replace(RUN, id="earlier"), (first,))
    rows = [
        "| Queue | Status | PUTs | Detail |",
        "| --- | --- | --- | --- |",
        "| `Q` | applied | 0 | `Q` |",
        "",
    ]
    closing = f"Run `{RUN.id}`, audit head `{HEAD}`."
    assert [
        "Run `earlier` was cut off; the live queues were read:",
        "",
        *rows,
        "`hello`",
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
    words = "`5 % after 0 s, disabled`"
    assert f"| `Q` | `→ Q` | live has less | {words} |  |  |" in shown
    assert (
        "For 4 rules only the live queues and the policies were compared: no record, audit trail or "
        "earlier drift check shows the state in which both last agreed." == shown[-1]
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
    (row,) = [line for line in shown if "| `new, seen 1 time since" in line]
    assert row.endswith(
        "| `new, seen 1 time since 2026-03-01T08:30:00.000Z` | `by Q at 2026-03-01T08:30:00.000Z` |"
    )
    assert shown[-2].startswith("- `resolved: Q → Q, live differs: Q, seen 3 times since")
    assert shown[-1].startswith("- `the live rule was changed again: Q → Q")


def test_audit() -> None:
    trail = entries("Q")
    shown = lines(Report("audit show", 0, AuditShown(trail)))
    assert len(trail) + 4 == len(shown)
    assert shown[-1].startswith("| `41` | ") and shown[-1].endswith("`APPLY_RUN` |  |  |  | `done` |")
    adding = lines(Report("audit report", 0, AuditFigures(figures(trail), trail)))
    assert "| Calls | 3 |" in adding
    assert shown[2:] == adding[-len(shown[2:]) :]


def test_a_broken_trail_shows_its_breaks() -> None:
    shown = lines(reports("x")["audit verify, broken"])
    assert "The audit trail is **broken**: 3 entries, head `x`." in shown
    assert "| `x:3` | torn | `x` |" in shown
