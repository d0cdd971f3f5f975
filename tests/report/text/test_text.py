from dataclasses import replace

import pytest

from syncer.applying.apply import Result
from syncer.audit.figures import figures
from syncer.audit.verify import Break, Verification
from syncer.drift.found import drift_of
from syncer.model.change import Reason, Untouched
from syncer.model.finding import Finding, Severity
from syncer.model.network import Headroom
from syncer.model.plan import Plan, Status
from syncer.planning.document import plan_document
from syncer.report import render
from syncer.report.views import (
    Applied,
    AuditFigures,
    AuditShown,
    AuditVerified,
    Drifted,
    Planned,
    Report,
    Validated,
    View,
)
from tests.report.report_samples import HEAD, NOW, RUN, entries, outcomes, plan, reports

FIELDS = (
    "threshold is 10 %, the policy says 20 %, "
    "delay is 60 s, the policy says 0 s, "
    "enabled is true, the policy says false"
)


def text(view: View, *findings: Finding, verbose: bool = False) -> list[str]:
    return render("text", Report("x", 0, view, findings, verbose=verbose)).splitlines()


def planned(made: Plan, saved_to: str = "") -> Planned:
    return Planned(made, plan_document(made), saved_to)


def test_validated() -> None:
    view = Validated(1, 2, 3, Headroom())
    warning, error = (Finding("a.b", severity, "m") for severity in (Severity.WARNING, Severity.ERROR))
    assert ["2 queues and 3 rules in 1 file: valid (0 errors, 0 warnings)"] == text(view)
    assert "2 queues and 3 rules in 1 file: valid (0 errors, 1 warning)" == text(view, warning)[-1]
    assert "2 queues and 3 rules in 1 file: invalid (1 error, 0 warnings)" == text(view, error)[-1]


def test_headroom() -> None:
    assert (
        "headroom: the load may grow to 1.25 times today's; then B is full"
        == (text(Validated(1, 2, 3, Headroom(1.25, "B")))[-1])
    )
    assert (
        "headroom: none; B would be full at 0.50 times today's load already"
        == (text(Validated(1, 2, 3, Headroom(0.5, "B")))[-1])
    )


def test_a_plan() -> None:
    made = replace(plan("Q"), findings=(), headroom=Headroom())
    queue = [
        "    + → Q  5 % after 0 s, disabled",
        "    ~ → Q  threshold 10 % → 20 %, delay 60 s → 0 s, enabled true → false",
        "    ~ → Q  written anew  # Q",
        "    - → Q  10 % after 60 s  # Q",
        "",
    ]
    shown = text(planned(made, "plan.json"))
    assert ["step 1 of 2", "  Q (Q)", *queue, "step 2 of 2", "  Q (z)", *queue] == shown[:14]
    assert "plan: 2 to create, 4 to update, 2 to delete in 2 queues (2 PUTs)" == shown[14]
    assert any(
        line.startswith("live: dialect overflow-rules, lock compare: live has no etags") for line in shown
    )
    digest = plan_document(made)["digest"][:19]
    assert [f"saved to plan.json ({digest}…)", "apply it with: syncer apply plan.json"] == shown[-2:]


def test_a_plan_of_one_step_does_not_count_steps() -> None:
    made = plan("Q")
    assert "  Q (Q)" == text(planned(replace(made, changes=made.changes[:1])))[0]


def test_a_plan_without_changes() -> None:
    made = Plan("now", "api")
    assert ["no changes: live is what the policies say"] == text(planned(made))[:1]
    assert not any("apply it" in line for line in text(planned(made, "plan.json")))


def test_a_plan_with_errors_can_not_be_applied() -> None:
    shown = text(planned(plan("Q"), "plan.json"))
    assert "This plan has errors and can't be applied." in shown
    assert not any("apply it" in line for line in shown)


def test_a_verbose_plan_lists_what_stays() -> None:
    shown = text(planned(plan("Q")), verbose=True)
    assert [
        "  equal: Q (Q)",
        "  disabled: Q (Q)",
        "  left out: Q (Q)",
        "  ignored: Q (Q)",
        "  not managed: Q (Q)",
        "  unmanaged: Q (Q)",
    ] == [line for line in shown if line.endswith(": Q (Q)")]


def test_an_apply() -> None:
    result = Result(RUN, "in part", outcomes("Q"), HEAD, {"GET /q": 3, "PUT /q": 1, "retries": 9}, 1234.5)
    shown = text(Applied(None, result, message="hello"))
    assert ["hello", "  applied         Q  4 rules, no PUT", "                  Q"] == shown[:3]
    assert "  merged          Q  4 rules, 1 PUT, 12 ms" == shown[3]
    usual = text(Applied(None, replace(result, outcomes=outcomes("Q")[:1])))
    assert ["  applied      Q  4 rules, no PUT", "               Q"] == usual[:2]
    assert [
        "",
        f"apply in part: {', '.join(f'1 {status.value}' for status in Status)}",
        f"run {RUN.id}, 4 calls in 1.2 s",
        f"audit head: {HEAD}",
    ] == shown[-4:]


def test_an_outcome_without_detail_takes_one_line() -> None:
    only = (replace(outcomes("Q")[0], detail=""),)
    assert 5 == len(text(Applied(None, Result(RUN, "done", only, HEAD, {}, 0.0))))


SAME = Plan("now", "api", untouched=(Untouched("q", "Q", Reason.EQUAL),))


def test_drift() -> None:
    assert ["no drift: live is what the policies say"] == text(Drifted(drift_of(SAME)))
    made = plan("Q")
    shown = text(Drifted(drift_of(replace(made, changes=made.changes[:1]))))
    assert [
        "  Q (Q)",
        f"    ~ → Q  live differs: {FIELDS}",
        "    - → Q  live has less: 5 % after 0 s, disabled",
        "    + → Q  live has more: 10 % after 60 s  # Q",
        "    ~ → Q  live differs: 10 % after 60 s  # Q",
        "",
        "drift: 4 rules (1 live has more, 1 live has less, 2 live differs)",
        (
            "for 4 rules only two sides were compared, live and the policies: neither the audit trail nor an "
            "earlier run of drift knows what was live when both last agreed"
        ),
        (
            "syncer apply makes live what the policies say; "
            "syncer export --output policies --update writes what live has into them"
        ),
        "ignored: 2 differences in 1 queue, as the settings say",
    ] == shown


def test_drift_that_was_seen_before() -> None:
    view = reports("Q")["drift, remembered"].view
    assert isinstance(view, Drifted)
    rules = view.drift.rules
    shown = text(replace(view, drift=replace(view.drift, rules=(rules[0], rules[-1]))))
    assert [
        f"  Q (Q)  # last changed by Q at {NOW}",
        f"    ~ → Q  live differs: {FIELDS}",
        f"      new, seen 1 time since {NOW}",
        "",
        "  Q (z)  # last changed by Q at Q",
        "    ~ → Q  live differs: 10 % after 60 s  # Q; the policies changed it too since both last agreed",
        f"      alerted, seen 8 times since {NOW}",
        "",
        f"  resolved: Q → Q, live differs: Q, seen 3 times since {NOW}",
        f"  live was changed again: Q → Q, live differs: Q, seen 1 time since {NOW}",
        "",
        "drift: 2 rules (0 live has more, 0 live has less, 2 live differs)",
        (
            "syncer apply makes live what the policies say; to keep what live has, change the policies: "
            "syncer export --update would undo what is pending"
        ),
    ] == shown[:-1]
    gone = text(Drifted(drift_of(SAME), {}, view.resolved[:1]))
    assert ["", "no drift: live is what the policies say"] == gone[1:]


def test_what_waits_to_be_applied_is_no_drift() -> None:
    view = reports("Q")["drift, pending"].view
    assert isinstance(view, Drifted)
    shown = text(replace(view, drift=replace(view.drift, pending=view.drift.pending[:4])))
    waiting = (
        "4 rules of 1 queue: the policies changed, and the live queues are as they were when both last agreed"
    )
    assert [
        "  Q (Q)",
        f"    ~ → Q  pending, to be updated: {FIELDS}",
        "    + → Q  pending, to be created: 5 % after 0 s, disabled",
        "    - → Q  pending, to be deleted: 10 % after 60 s  # Q",
        "    ~ → Q  pending, to be updated: 10 % after 60 s  # Q",
        "",
        (
            "  resolved, the policies wait to be applied: Q → Q, live differs: Q, seen 3 times since "
            "2026-03-01T08:30:00.000Z"
        ),
        "",
        "no drift in the 4 queues that could be compared",
        f"pending: {waiting}; syncer apply applies it",
    ] == shown[:10]
    clean = replace(view.drift, plan=replace(view.drift.plan, findings=(), ignored=()))
    assert "no drift" == text(Drifted(clean))[-2]


def test_where_nothing_could_be_compared_there_is_no_word_of_no_drift() -> None:
    view = reports("Q")["drift, nothing compared"].view
    assert isinstance(view, Drifted)
    shown = text(view)
    assert "nothing could be compared, so it is not known whether the live queues drifted" == shown[0]
    assert not [line for line in shown if "no drift" in line]


def test_drift_and_apply_are_quiet_about_what_only_informs() -> None:
    info = Finding("a.b", Severity.INFO, "m")
    view = Drifted(drift_of(SAME))
    assert 1 == len(text(view, info))
    assert "info a.b: m" == text(view, info, verbose=True)[0]


def test_audit_entries() -> None:
    assert ["the audit trail is empty"] == text(AuditShown([]))
    shown = text(AuditShown(entries("Q")))
    assert (
        "    1  2026-03-01T08:30:00.000Z  Q  ok    CREATE_OVERFLOW_RULE  "
        "Q → Q: none ⇒ 5 % after 0 s, disabled (applied)"
    ) == shown[0]
    assert (
        "   14  2026-03-01T08:30:00.000Z  Q  FAIL  UPDATE_OVERFLOW_RULE  "
        "Q → Q: 10 % after 60 s ⇒ 20 % after 0 s, disabled (conflict)"
    ) == shown[13]
    assert "   41  2026-03-01T08:30:00.000Z  Q  ok    APPLY_RUN  done" == shown[-1]


def test_a_refusal_says_who_was_refused_and_why() -> None:
    origin = {"user": "somebody", "host": "h"}
    (entry,) = [each for each in entries("Q") if each["kind"] == "run"]
    refused = {
        **entry,
        "success": False,
        "status": "refused",
        "origin": origin,
        "detail": "too much:\n1 of 2",
    }
    (line,) = text(AuditShown([refused]))
    assert line.endswith("Q  FAIL  APPLY_RUN  refused, by somebody; too much; 1 of 2")


def test_after_a_rollback_the_policies_wait_to_be_reverted() -> None:
    result = Result(replace(RUN, verb="rollback"), "done", outcomes("Q")[:1], HEAD, {}, 0.0)
    assert "revert them too" in text(Applied(None, result))[-1]
    assert "revert them too" not in "".join(text(Applied(None, replace(result, run=RUN))))


def test_verification() -> None:
    breaks = (Break(3, "edited", "it was"), Break(5, "torn", "it is"))
    whole, broken = Verification(1, HEAD), Verification(4, HEAD, breaks)
    assert [f"whole: 1 entry, head {HEAD}"] == text(AuditVerified("a.jsonl", whole, HEAD))
    shown = text(AuditVerified("a.jsonl", broken))
    assert [
        "a.jsonl:3: edited: it was",
        "a.jsonl:5: torn: it is",
        "broken: 2 breaks in 4 entries",
    ] == shown[:3]
    assert "--head HASH" in shown[3]


def test_figures() -> None:
    shown = text(AuditFigures(figures(entries("Q")), []))
    assert [
        "from 2026-03-01T08:30:00.000Z to 2026-03-01T08:30:00.000Z",
        "runs: 1 (1 done)",
        "validations that passed: 100.0 % of 1",
        "rule changes: 40 (10 CREATE_OVERFLOW_RULE, 10 DELETE_OVERFLOW_RULE, 20 UPDATE_OVERFLOW_RULE)",
    ] == shown[:4]
    assert [
        "latency of 2 PUTs: median 12 ms, 95th percentile 12 ms",
        "calls: 3 GET /q, 1 retries",
        "",
    ] == shown[5:]


def test_figures_of_nothing() -> None:
    shown = text(AuditFigures(figures([]), []))
    assert ["from - to -", "runs: 0 (none)", "validations that passed: - of 0"] == shown[:3]
    assert "latency of 0 PUTs: median -, 95th percentile -" == shown[5]


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_every_report_ends_in_a_line_end(form: str) -> None:
    for report in reports("x").values():
        assert render(form, report).endswith("\n")


def test_a_report_of_nothing_is_empty() -> None:
    assert "" == render("text", Report("plan"))
