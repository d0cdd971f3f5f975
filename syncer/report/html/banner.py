"""The verdict of a report that has no page of its own: how it looks, and one sentence."""

from typing import Final

from syncer.doctor import State
from syncer.model.finding import Severity
from syncer.report.lookups import AuditVerified, Examined
from syncer.report.reconciled import Reconciled
from syncer.report.stopped import headline
from syncer.report.text.paint import counted
from syncer.report.text.reconciled import missing_in_words, stray_in_words
from syncer.report.views import Report, Stopped

Verdict = tuple[str, str]
"""``bad``, ``warn`` or ``good``, and a sentence without its full stop."""

NONE: Final[Verdict] = ("", "")


def verdict_of(report: Report) -> Verdict:
    """What its view says, or what couldn't be read; bad where an error ended it. ``NONE`` without any."""
    kind, words = _verdict_of(report)
    if report.error is not None:
        return "bad", words or f"syncer {report.command} failed"
    return kind, words


def _verdict_of(report: Report) -> Verdict:
    view = report.view
    if view is None:
        errors = sum(each.severity is Severity.ERROR for each in report.findings)
        return ("bad", f"The policies can't be used: {counted(errors, 'error')}") if errors else NONE
    if isinstance(view, Examined):
        return _examined(view)
    if isinstance(view, AuditVerified):
        return _verified(view)
    if isinstance(view, Reconciled):
        return _reconciled(view)
    if isinstance(view, Stopped):
        return ("bad" if view.left or view.unread else "good"), report.program.spoken(headline(view))
    return NONE


def _examined(view: Examined) -> Verdict:
    failed, warnings, skipped = map(view.count, (State.FAILED, State.WARNING, State.SKIPPED))
    if failed:
        return "bad", f"{counted(failed, 'check')} failed, {counted(warnings, 'warning')}"
    if warnings:
        return "warn", f"Nothing failed, {counted(warnings, 'warning')}"
    rest = f", {skipped:,} not checked" if skipped else ""
    return "good", f"{counted(view.count(State.OK), 'check')} ok{rest}"


def _verified(view: AuditVerified) -> Verdict:
    entries = counted(view.verification.entries, "entry", "entries")
    if view.verification.whole:
        return "good", f"The audit trail is whole: {entries}"
    return "bad", f"The audit trail is broken: {counted(len(view.verification.breaks), 'break')} in {entries}"


def _reconciled(view: Reconciled) -> Verdict:
    found = view.found
    wrong = [
        *([stray_in_words(len(found.stray))] if found.stray else []),
        *([missing_in_words(len(found.missing))] if found.missing else []),
    ]
    if wrong:
        return "bad", "; ".join(wrong)
    if found.pending or view.unknown:
        return "warn", "The trail and the organization's audit agree, as far as both are known"
    return "good", "The trail and the organization's audit agree"
