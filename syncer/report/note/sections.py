"""The sections of a note: what a change causes, the table of rules, their diff, what was there before."""

from collections.abc import Iterator, Mapping, Sequence

from syncer.kinds.registry import kind_of
from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.finding import Finding, Severity
from syncer.model.held import Held
from syncer.model.plan import Plan
from syncer.model.rule import Rule
from syncer.report.escape import fold, rest_in_words
from syncer.report.note.markup import (
    LONGEST_MESSAGE,
    code,
    code_cell,
    fenced,
    folded,
    shortened,
    table,
)
from syncer.report.text.findings import before_in_words, by_danger, message_of, moved_names
from syncer.report.text.paint import counted
from syncer.report.text.plan import contacts_in_words, rule_in_words

MOST_FINDINGS = 50
MOST_DELETIONS = 20
MOST_EXCEPTIONS = 50

Findings = Sequence[Finding]


def caused(plan: Plan) -> list[str]:
    """What the change causes or makes worse, and what refuses it: errors first, each with its way out.

    Then deletions, and what the change solves.
    """
    found = [finding for finding in plan.findings if finding.caused or finding.refuses]
    loud = [finding for finding in found if finding.severity is not Severity.INFO]
    lines = [
        *finding_lines(by_danger(loud)),
        *_deletions(plan.changes),
    ]
    solved = [f"- **solved** {code(each.id)}: {code(each.message, LONGEST_MESSAGE)}" for each in plan.solved]
    left = len(solved) - MOST_FINDINGS
    lines += [*solved[:MOST_FINDINGS], *([f"- … and {left:,} more solved."] if left > 0 else [])]
    only_caused = all(finding.caused for finding in found)
    heading = "What this change causes" if only_caused else "Why this plan is refused, and what it causes"
    return [f"### {heading}", "", *lines, ""] if lines else []


def moved_name_lines(findings: Findings) -> list[str]:
    """A line for each name that is on another queue than when it was applied last."""
    lines = [f"**Name moved:** {code(words, LONGEST_MESSAGE)}" for words in moved_names(findings)]
    return [line for words in lines for line in (words, "")]


def standing(plan: Plan) -> list[str]:
    """What was there before, and what only informs, folded."""
    before = [each for each in plan.findings if not (each.caused or each.refuses)]
    notes = [each for each in plan.findings if each.caused and each.severity is Severity.INFO]
    lines = folded(before_in_words(before), [*finding_lines(before), ""]) if before else []
    return [*lines, *(folded(counted(len(notes), "note"), [*finding_lines(notes), ""]) if notes else [])]


def exceptions_in_force(held: Sequence[Held]) -> list[str]:
    """The exceptions from the policies: which queues each holds, by whom, until when, and why."""
    shown = [
        f"- {'; '.join([each.in_words(code), *each.effects(code)])} (run {code(each.id)})"
        for each in held[:MOST_EXCEPTIONS]
    ]
    left = len(held) - len(shown)
    more = [f"- … and {left:,} more."] if left else []
    return ["### Exceptions in force", "", *shown, *more, ""] if held else []


def finding_lines(findings: Findings) -> Iterator[str]:
    """An item for each finding, with its place and what to do; many of a kind are counted."""
    few, rest = fold(findings, lambda finding: (finding.severity.value, finding.id))
    for finding in few[:MOST_FINDINGS]:
        place = f" at {code(str(finding.position))}" if finding.position else ""
        loud = finding.caused or finding.refuses
        since = f" ({finding.since.value})" if finding.since and loud else ""
        message = code(message_of(finding), LONGEST_MESSAGE)
        yield f"- **{finding.severity.value}**{since} {code(finding.id)}{place}: {message}"
        yield from _way_round(finding)
        if finding.tip:
            yield f"  - tip: {code(finding.tip, LONGEST_MESSAGE)}"
    for (severity, id_), found in rest.items():
        told = rest_in_words((finding.position, finding.queue) for finding in found)
        yield f"- **{severity}** {code(id_)}: {code(told, LONGEST_MESSAGE)}"
    if len(few) > MOST_FINDINGS:
        yield f"- … and {len(few) - MOST_FINDINGS:,} more."


def _way_round(finding: Finding) -> Iterator[str]:
    """The rules of a loop, each with its place: where it is cut."""
    for note in finding.notes if finding.loop else ():
        place = f" at {code(str(note.position))}" if note.position else ""
        yield f"  - {code(note.message, LONGEST_MESSAGE)}{place}"


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
    """One row a rule, in the order of application; contacts where any are known, steps where several are."""
    rules = [(change, rule) for change in changes for rule in change.rules]
    shown = rules[:MOST_ROWS]
    columns = {
        "Queue": [code_cell(change.name) for change, _ in shown],
        "Action": [rule.action.value for _, rule in shown],
        "Rule": [code_cell(rule.rule.label(rule.target_name)) for _, rule in shown],
        "Values": [_values(rule) for _, rule in shown],
        "Contacts": [contacts_in_words(rule) for _, rule in shown],
        "Step": [str(change.step) for change, _ in shown],
    }
    if not any(columns["Contacts"]):
        del columns["Contacts"]
    if all(change.step == 1 for change in changes):
        del columns["Step"]
    lines = table(list(columns), list(zip(*columns.values(), strict=True)))
    left = len(rules) - len(shown)
    return [*lines, f"… and {counted(left, 'more rule')}.", ""] if left else lines


def _values(rule: RuleChange) -> str:
    """What changes; as code where it names groups, other queues or owners."""
    words = rule_in_words(rule)
    return code_cell(words) if kind_of(rule.rule).names_in_settings else shortened(words)


def folded_diffs(changes: Sequence[QueueChange], names: Mapping[str, str], room: int) -> list[str]:
    """The whole rules of each queue as one folded diff, and how many queues are left out of it.

    It holds at most ``MOST_DIFFS`` queues, and as many as ``room`` characters take.
    """
    lines: list[str] = []
    shown = 0
    for change in changes[:MOST_DIFFS]:
        own = [f"@@ {shortened(change.name)} @@", *_diff(change, names)]
        room -= sum(len(line) + 1 for line in own)
        if room < 0:
            break
        lines += own
        shown += 1
    if left := len(changes) - shown:
        lines.append(f"… and {counted(left, 'more queue')}")
    summary = f"Rules before and after: {counted(len(changes), 'queue')}"
    return folded(summary, fenced("diff", lines)) if changes else []


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
