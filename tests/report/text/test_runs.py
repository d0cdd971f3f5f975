"""Applies and the audit trail as text."""

from dataclasses import replace
from pathlib import Path

from syncer.applying.apply import Result
from syncer.audit.figures import figures
from syncer.audit.verify import Break, Verification
from syncer.model.plan import Status
from syncer.report.lookups import AuditFigures, AuditShown, AuditVerified
from syncer.report.views import Applied
from tests.report.report_samples import HEAD, RUN, entries, outcomes
from tests.report.text.as_text import text


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
    assert (
        "   41  2026-03-01T08:30:00.000Z  Q  ok    APPLY_RUN  done, in environment Q of organization Q (Q)"
        == shown[-1]
    )


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
    place = "in environment Q of organization Q (Q)"
    assert line.endswith(f"Q  FAIL  APPLY_RUN  refused, by somebody, {place}; too much; 1 of 2")


def test_verification() -> None:
    breaks = (Break(3, "edited", "it was", Path("a.jsonl")), Break(5, "torn", "it is", Path("a.jsonl")))
    whole, broken = Verification(5, HEAD, attested=3), Verification(4, HEAD, breaks)
    attested = "attested to entry 3 of 5; 2 rest on the chain alone"
    assert [f"whole: 5 entries, head {HEAD}", attested] == text(AuditVerified(("a.jsonl",), whole, (HEAD,)))
    shown = text(AuditVerified(("a.jsonl",), broken))
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
        "PUTs of changes: 16 = 0 counted by runs, which does not add up",
        "",
    ] == shown[5:]


def test_figures_of_nothing() -> None:
    shown = text(AuditFigures(figures([]), []))
    assert ["from - to -", "runs: 0 (none)", "validations that passed: - of 0"] == shown[:3]
    assert "latency of 0 PUTs: median -, 95th percentile -" == shown[5]
