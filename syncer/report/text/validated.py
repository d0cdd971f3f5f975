"""The result of validating, as text."""

from collections.abc import Sequence

from syncer.model.finding import Finding, Severity
from syncer.model.headroom import Headroom
from syncer.report.text.paint import Paint, counted
from syncer.report.views import Validated


def validated_lines(view: Validated, findings: Sequence[Finding], paint: Paint) -> list[str]:
    """One line of what was read, one of what was found, and the headroom."""
    number = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    queues, rules = counted(view.queues, "queue"), counted(view.rules, "rule")
    read = f"{queues} and {rules} in {counted(view.files, 'file')}"
    verdict = (
        paint("invalid", "red", bold=True) if number[Severity.ERROR] else paint("valid", "green", bold=True)
    )
    found = f"{counted(number[Severity.ERROR], 'error')}, {counted(number[Severity.WARNING], 'warning')}"
    return [f"{read}: {verdict} ({found})", *headroom_lines(view.headroom, paint)]


def headroom_lines(headroom: Headroom, paint: Paint) -> list[str]:
    """How far the load may grow before the first capacity is exceeded."""
    if headroom.factor is None:
        return []
    factor, queue = f"{headroom.factor:.2f} times today's", paint(headroom.queue)
    if headroom.factor < 1:
        return [f"headroom: none; {queue} would be full at {factor} load already"]
    return [f"headroom: the load may grow to {factor}; then {queue} is full"]
