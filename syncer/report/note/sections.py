"""The sections of a note: what must be seen first, the table of changes, and one diff a queue."""

from collections.abc import Iterator, Mapping, Sequence

from syncer.kinds.registry import kind_of
from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.finding import Finding, Severity
from syncer.model.rule import Rule
from syncer.report.escape import fold, rest_in_words
from syncer.report.markdown import table
from syncer.report.note.markup import LONGEST_MESSAGE, code, code_cell, code_tag, fenced, folded, shortened
from syncer.report.text.paint import counted
from syncer.report.text.plan import COMPARE, rule_in_words

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


MOST_ROWS = 300
MOST_DIFFS = 200
MOST_LINES = 60


def change_table(changes: Sequence[QueueChange]) -> list[str]:
    """One row a rule, in the order of application."""
    rules = [(change, rule) for change in changes for rule in change.rules]
    rows = [
        [
            str(change.step),
            code_cell(change.name),
            rule.action.value,
            code_cell(rule.rule.label(rule.target_name)),
            _values(rule),
        ]
        for change, rule in rules[:MOST_ROWS]
    ]
    lines = table(["Step", "Queue", "Action", "Rule", "Values"], rows)
    left = len(rules) - len(rows)
    return [*lines, f"… and {counted(left, 'more rule')}.", ""] if left else lines


def _values(rule: RuleChange) -> str:
    """What changes; as code where it names groups, other queues or owners."""
    words = rule_in_words(rule)
    return code_cell(words) if kind_of(rule.rule).names_in_settings else shortened(words)


def folded_diffs(changes: Sequence[QueueChange], names: Mapping[str, str], room: int) -> list[str]:
    """One folded block a queue, as many as ``room`` characters hold, and how many are left out."""
    lines: list[str] = []
    shown = 0
    for change in changes[:MOST_DIFFS]:
        block = folded(_summary(change), fenced("diff", _diff(change, names)))
        room -= sum(len(line) + 1 for line in block)
        if room < 0:
            break
        lines += block
        shown += 1
    left = len(changes) - shown
    return [*lines, f"… and {counted(left, 'more queue')}.", ""] if left else lines


def _summary(change: QueueChange) -> str:
    counts = {action: sum(rule.action is action for rule in change.rules) for action in Action}
    words = ", ".join(f"{number:,} to {action.value}" for action, number in counts.items() if number)
    return f"{code_tag(change.name)}: {words}"


def _diff(change: QueueChange, names: Mapping[str, str]) -> list[str]:
    lines = [*_changed_lines(change, names), *_equal_lines(change, names)]
    left = len(lines) - MOST_LINES
    return lines if left <= 0 else [*lines[:MOST_LINES], f"  … and {counted(left, 'more line')}"]


def _changed_lines(change: QueueChange, names: Mapping[str, str]) -> Iterator[str]:
    for rule in change.rules:
        for sign, side in (("-", rule.before), ("+", rule.after)):
            if side is not None:
                yield _line(sign, side, {**names, **rule.names})


def _equal_lines(change: QueueChange, names: Mapping[str, str]) -> Iterator[str]:
    changed = {rule.after for rule in change.rules}
    for rule in change.after:
        if rule not in changed:
            yield _line(" ", rule, names)


def _line(sign: str, rule: Rule, names: Mapping[str, str]) -> str:
    """The words of ours come first: a line that begins with a name could be taken for something else."""
    what = shortened(rule.label(names.get(rule.target, rule.target)))
    settings = shortened(rule.settings(names))
    return f"{sign} {what}: {settings}" if kind_of(rule).label_first else f"{sign} {settings} {what}"
