"""Drift as text."""

from dataclasses import replace

from syncer.audit.applied_set import AppliedSet, RefusedRun
from syncer.drift.found import drift_of
from syncer.model.change import Moved, Reason, Untouched
from syncer.model.finding import Finding, Severity
from syncer.model.plan import Plan
from syncer.model.source import Source
from syncer.report import render
from syncer.report.text.drift import pending_since
from syncer.report.views import Drifted, Report
from tests.report.report_samples import NOW, plan, reports
from tests.report.text.as_text import text

FIELDS = (
    "threshold is 10 %, the policy says 20 %, "
    "delay is 60 s, the policy says 0 s, "
    "enabled is true, the policy says false"
)


SAME = Plan("now", "api", untouched=(Untouched("q", "Q", Reason.EQUAL),))


def test_drift() -> None:
    assert ["no drift: the live queues match the policies"] == text(Drifted(drift_of(SAME)))
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
            "for 4 rules only the live queues and the policies were compared: no record, audit trail or "
            "earlier drift check shows the state in which both last agreed"
        ),
        (
            "syncer apply makes the live queues match the policies; "
            "syncer export --output policies --update writes the live rules into the policies"
        ),
        "ignored: 2 differences in 1 queue, as the settings say",
    ] == shown


def test_drift_of_some_queues_says_of_which() -> None:
    others = tuple(Untouched("o", "Other", Reason.NOT_SELECTED) for _ in range(2))
    one = replace(plan("Q"), changes=(), selected=("Q",), untouched=(*others, *SAME.untouched))
    assert "only Q of 3 queues; the rest was not compared" in text(Drifted(drift_of(one)))


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
        f"  the live rule was changed again: Q → Q, live differs: Q, seen 1 time since {NOW}",
        "",
        "drift: 2 rules (0 live has more, 0 live has less, 2 live differs)",
        (
            "syncer apply makes the live queues match the policies; to keep the live rules, change the "
            "policies: syncer export --update would undo what is pending"
        ),
    ] == shown[:-1]
    gone = text(Drifted(drift_of(SAME), {}, view.resolved[:1]))
    assert ["", "no drift: the live queues match the policies"] == gone[1:]


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
    assert "no drift in the 4 queues that were compared; 1 held back" == text(Drifted(clean))[-3]


def test_what_is_pending_says_since_when_as_far_as_that_is_known() -> None:
    commit, at = "c0ffee", "2026-03-01T08:30:00Z"
    source = Source(commit)
    rules = tuple(replace(rule, moved=Moved.POLICIES) for rule in drift_of(plan("Q")).rules)
    drift = replace(drift_of(plan("Q")), rules=(), pending=rules)
    drift = replace(drift, plan=replace(drift.plan, source=source))
    assert "" == pending_since(Drifted(replace(drift, pending=()), applied=AppliedSet("", commit, "r", at)))
    assert "merged up to commit c0ffee" == pending_since(Drifted(drift))
    assert "merged up to commit c0ffee" == pending_since(Drifted(drift, applied=AppliedSet()))
    known = Drifted(drift, applied=AppliedSet("", "beef", "r1", at))
    assert f"merged up to commit c0ffee, not applied since {at} (run r1, commit beef)" == pending_since(known)
    for state, words in (
        ("in part", f"applied in part at {at} (run r1, commit beef)"),
        ("rolled back", f"applied at {at} (run r1, commit beef) and rolled back"),
    ):
        known = Drifted(drift, applied=AppliedSet("", "beef", "r1", at, state=state))
        assert f"merged up to commit c0ffee, {words}" == pending_since(known)
    nowhere = replace(drift, plan=replace(drift.plan, source=Source()))
    refused = tuple(RefusedRun(f"r{number}", at, "", "protected" if number else "") for number in range(4))
    said = pending_since(Drifted(nowhere, applied=AppliedSet("", "", "r", at, refused=refused)))
    runs = ", ".join(f"refused by protected (run r{number} at {at})" for number in (1, 2, 3))
    assert f"not applied since {at} (run r), {runs}" == said
    alone = Drifted(nowhere, applied=AppliedSet(refused=refused[:1]))
    assert f"refused by an error (run r0 at {at})" == pending_since(alone)
    assert f"  merged up to commit {commit}" in text(Drifted(drift))


def test_policies_that_are_older_than_what_was_applied_wait_for_nothing() -> None:
    at, made = "2026-03-01T08:30:00Z", drift_of(plan("Q"))
    rules = tuple(replace(rule, moved=Moved.POLICIES) for rule in made.rules)
    drift = replace(made, rules=(), pending=rules, plan=replace(made.plan, source=Source("c1")))
    view = Drifted(drift, applied=AppliedSet("", "c2", "r", at), older=True)
    last = "older than commit c2, which was applied last (run r at 2026-03-01T08:30:00Z)"
    assert pending_since(view).startswith(f"the policies here are of commit c1, {last}: what differs only")
    assert not [line for line in text(view) if line.startswith("pending:")]
    shown = Report("drift", 0, view)
    for kind in ("markdown", "html"):
        assert "live queues are as they were" not in render(kind, shown)
        assert "older than commit c2" in render(kind, shown)


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
