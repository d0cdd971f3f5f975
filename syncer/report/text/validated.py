"""What was read from policies alone, and the headroom of a network, as text."""

from collections.abc import Callable, Sequence

from syncer.model.finding import Finding, Limit, Severity
from syncer.model.network import Headroom
from syncer.report.text.paint import Paint, counted
from syncer.report.views import Validated


def validated_lines(view: Validated, paint: Paint, *, findings: Sequence[Finding]) -> list[str]:
    """One line of what was read, one of what was found, and the headroom."""
    number = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    queues, rules = counted(view.queues, "queue"), counted(view.rules, "rule")
    read = f"{queues} and {rules} in {counted(view.files, 'file')}"
    verdict = (
        paint("invalid", "red", bold=True) if number[Severity.ERROR] else paint("valid", "green", bold=True)
    )
    found = f"{counted(number[Severity.ERROR], 'error')}, {counted(number[Severity.WARNING], 'warning')}"
    return [f"{read}: {verdict} ({found})", *headroom_lines(view.headroom, paint)]


def headroom_lines(headroom: Headroom, paint: Paint, before: Headroom | None = None) -> list[str]:
    """How far the load may grow before the first queue is over its capacity; ``before`` a change too."""
    words = headroom_in_words(headroom, paint, before)
    return [f"headroom: {words}"] if words else []


def headroom_in_words(headroom: Headroom, name: Callable[[str], str], before: Headroom | None = None) -> str:
    """``1.48 → 1.08 times today's load; then Tier 2 takes in more than its capacity``, or nothing."""
    if headroom.factor is None:
        return "" if before is None or before.factor is None else f"{before.factor:.2f} → no limit is known"
    was, now = _factors(before) if before else "", _factors(headroom)
    factor = f"{was} → {now}" if was and was != now else now
    does = "takes in" if headroom.limit is Limit.INFLOW else "keeps"
    if headroom.factor < 1 and headroom.at_most is not None and headroom.at_most >= 1:
        does = "may take in" if headroom.limit is Limit.INFLOW else "may keep"
    if headroom.factor < 1:
        return f"{factor} times today's load: {name(headroom.queue)} {does} more than its capacity already"
    return f"{factor} times today's load; beyond it {name(headroom.queue)} {does} more than its capacity"


def _factors(headroom: Headroom) -> str:
    """The factor, or both ends of it where a share may be less."""
    if headroom.factor is None:
        return "no limit"
    least = f"{headroom.factor:.2f}"
    most = f"{headroom.at_most:.2f}" if headroom.at_most else least
    return least if most == least else f"{least} to {most}"
