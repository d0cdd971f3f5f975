"""What a reviewer must see first, and what else the checks found."""

from collections.abc import Iterator, Sequence

from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.finding import Finding, Severity
from syncer.report.folding import fold, rest_in_words
from syncer.report.note.markup import LONGEST_MESSAGE, code, folded
from syncer.report.text.paint import counted
from syncer.report.text.plan import COMPARE

MOST_FINDINGS = 50
MOST_DELETIONS = 20
SATURATION = "capacity.saturated"

Findings = Sequence[Finding]


def warnings_first(findings: Findings, changes: Sequence[QueueChange], lock: str) -> list[str]:
    """Errors, deletions, warnings (saturation before others), and a lock that leaves a window."""
    lines = [
        *_listed(_of(findings, Severity.ERROR)),
        *_deletions(changes),
        *_listed(sorted(_of(findings, Severity.WARNING), key=lambda finding: finding.id != SATURATION)),
        *([f"- **lock** `compare`{COMPARE}."] if lock == "compare" and changes else []),
    ]
    return ["### Look at this first", "", *lines, ""] if lines else []


def further_findings(findings: Findings) -> list[str]:
    """What only informs, folded."""
    found = _of(findings, Severity.INFO)
    if not found:
        return []
    return folded(counted(len(found), "note") + " of the checks", [*_listed(found), ""])


def _of(findings: Findings, severity: Severity) -> Findings:
    return [finding for finding in findings if finding.severity is severity]


def _listed(findings: Findings) -> Iterator[str]:
    few, rest = fold(findings, lambda finding: (finding.severity.value, finding.id))
    for finding in few[:MOST_FINDINGS]:
        place = f" at {code(str(finding.position))}" if finding.position else ""
        message = code(finding.message, LONGEST_MESSAGE)
        yield f"- **{finding.severity.value}** {code(finding.id)}{place}: {message}"
        if finding.tip:
            yield f"  <br>tip: {code(finding.tip, LONGEST_MESSAGE)}"
    for (severity, id_), found in rest.items():
        told = rest_in_words((finding.position, finding.queue) for finding in found)
        yield f"- **{severity}** {code(id_)}: {code(told, LONGEST_MESSAGE)}"
    if len(few) > MOST_FINDINGS:
        yield f"- … and {len(few) - MOST_FINDINGS:,} more of this severity."


def _label(rule: RuleChange) -> str:
    """``→ `Tier 2```, with the name as code."""
    return rule.rule.label(code(rule.target_name) if rule.target_name else "")


def _deletions(changes: Sequence[QueueChange]) -> Iterator[str]:
    deleted = [
        (change.name, rule) for change in changes for rule in change.rules if rule.action is Action.DELETE
    ]
    if deleted:
        shown = ", ".join(f"{code(queue)} {_label(rule)}" for queue, rule in deleted[:MOST_DELETIONS])
        left = len(deleted) - MOST_DELETIONS
        more = f" and {left:,} more" if left > 0 else ""
        yield f"- **delete** {counted(len(deleted), 'rule')}: {shown}{more}."
