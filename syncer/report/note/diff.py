"""What changes, as a table and as one folded diff a queue; both are cut where a plan is very large."""

from collections.abc import Iterator, Mapping, Sequence

from syncer.model.change import Action, QueueChange
from syncer.model.queue import OverflowRule
from syncer.report.markdown import table
from syncer.report.note.markup import code_cell, code_tag, fenced, folded, shortened
from syncer.report.text.paint import counted
from syncer.report.text.plan import rule_in_words, settings_in_words

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
            code_cell(rule.target_name),
            shortened(rule_in_words(rule)),
        ]
        for change, rule in rules[:MOST_ROWS]
    ]
    lines = table(["Step", "Queue", "Action", "Target", "Rule"], rows)
    left = len(rules) - len(rows)
    return [*lines, f"… and {counted(left, 'more rule')}.", ""] if left else lines


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
    rules = [*_changed(change), *_equal(change, names)]
    lines = [
        f"{sign} {shortened(settings_in_words(rule))} → {shortened(target)}"
        for sign, target, rule in rules[:MOST_LINES]
    ]
    left = len(rules) - len(lines)
    return [*lines, f"  … and {counted(left, 'more line')}"] if left else lines


def _changed(change: QueueChange) -> Iterator[tuple[str, str, OverflowRule]]:
    for rule in change.rules:
        for sign, side in (("-", rule.before), ("+", rule.after)):
            if side is not None:
                yield sign, rule.target_name, side


def _equal(change: QueueChange, names: Mapping[str, str]) -> Iterator[tuple[str, str, OverflowRule]]:
    changed = {rule.target for rule in change.rules}
    for rule in change.after:
        if rule.target not in changed:
            yield " ", names.get(rule.target, rule.target), rule
