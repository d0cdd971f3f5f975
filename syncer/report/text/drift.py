"""Drift as text: each rule that live and the policies don't agree on, both sides named."""

from collections.abc import Iterator
from itertools import groupby

from syncer.planning.drift import Direction, Drift, Drifting
from syncer.report.text.paint import Paint, counted, padded, width_of
from syncer.report.text.plan import in_unit, label, settings_in_words

SIGNS = {
    Direction.LIVE_HAS_MORE: ("+", "green"),
    Direction.LIVE_HAS_LESS: ("-", "red"),
    Direction.LIVE_DIFFERS: ("~", "yellow"),
}


def drift_lines(drift: Drift, paint: Paint) -> list[str]:
    """Queue by queue what drifted, then how much in each direction."""
    lines: list[str] = []
    for (name, queue), rules in groupby(drift.rules, key=lambda rule: (rule.queue_name, rule.queue)):
        lines += [f"  {paint(name, bold=True)} {paint(f'({queue})', dim=True)}"]
        lines += [*_rule_lines(list(rules), paint), ""]
    if not drift.rules:
        return [f"{paint('no drift:', 'green', bold=True)} live is what the policies say"]
    counts = [f"{drift.count(direction):,} {direction.value}" for direction in Direction]
    lines.append(f"{paint('drift:', bold=True)} {counted(len(drift.rules), 'rule')} ({', '.join(counts)})")
    lines.append("sync apply makes live what the policies say; or write what live has into the policies")
    return lines


def _rule_lines(rules: list[Drifting], paint: Paint) -> Iterator[str]:
    labels = [label(rule.live or rule.policy, rule.target_name) for rule in rules]
    width = width_of(labels)
    for rule, text in zip(rules, labels, strict=True):
        sign, color = SIGNS[rule.direction]
        what = f"{sign} {padded(text, width)}  {rule.direction.value}: {drift_in_words(rule)}"
        note = f"  {paint(f'# {rule.note}', dim=True)}" if rule.note else ""
        yield f"    {paint(what, color)}{note}"


def drift_in_words(rule: Drifting) -> str:
    """Field by field what live and the policy say, or the rule that one side has alone."""
    if rule.fields:
        return ", ".join(
            f"{field.field} is {in_unit(field.field, field.after)}, the policy says "
            f"{in_unit(field.field, field.before)}"
            for field in rule.fields
        )
    return settings_in_words(rule.live or rule.policy, rule.names)
