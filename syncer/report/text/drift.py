"""Drift as text: each rule that live and the policies don't agree on, both sides named."""

from collections.abc import Iterator
from itertools import groupby

from syncer.drift.episodes import Gone
from syncer.drift.found import Direction, Drifting
from syncer.report.text.paint import Paint, counted, padded, width_of
from syncer.report.text.plan import in_unit, label, marks_among, settings_in_words
from syncer.report.views import Drifted

SIGNS = {
    Direction.LIVE_HAS_MORE: ("+", "green"),
    Direction.LIVE_HAS_LESS: ("-", "red"),
    Direction.LIVE_DIFFERS: ("~", "yellow"),
}


def drift_lines(view: Drifted, paint: Paint) -> list[str]:
    """Queue by queue what drifted, what no longer does, then how much in each direction."""
    drift = view.drift
    lines: list[str] = []
    for (name, queue), group in groupby(drift.rules, key=lambda rule: (rule.queue_name, rule.queue)):
        rules = list(group)
        edit = rules[0].edit.in_words()
        changed = f"  {paint(f'# last changed {edit}', dim=True)}" if edit else ""
        lines += [f"  {paint(name, bold=True)} {paint(f'({queue})', dim=True)}{changed}"]
        lines += [*_rule_lines(rules, paint), ""]
    if view.resolved:
        lines += [*(f"  {paint(gone_in_words(gone), 'green')}" for gone in view.resolved), ""]
    if not drift.rules:
        return [*lines, f"{paint('no drift:', 'green', bold=True)} live is what the policies say"]
    counts = [f"{drift.count(direction):,} {direction.value}" for direction in Direction]
    lines.append(
        f"{paint('drift:', bold=True)} {counted(len(drift.rules), 'rule')} ({', '.join(counts)})"
        + marks_among(drift.plan)
    )
    call = paint.program.call
    lines.append(
        f"{call} apply makes live what the policies say; "
        f"{call} export --update writes what live has into them"
    )
    return lines


def _rule_lines(rules: list[Drifting], paint: Paint) -> Iterator[str]:
    labels = [label(rule.live or rule.policy, rule.target_name) for rule in rules]
    width = width_of(labels)
    for rule, text in zip(rules, labels, strict=True):
        sign, color = SIGNS[rule.direction]
        what = f"{sign} {padded(text, width)}  {rule.direction.value}: {drift_in_words(rule)}"
        note = f"  {paint(f'# {rule.note}', dim=True)}" if rule.note else ""
        yield f"    {paint(what, color)}{note}"
        if rule.episode:
            yield f"      {paint(history_in_words(rule), dim=True)}"


def history_in_words(rule: Drifting) -> str:
    """``alerted, seen 3 times since 2026-03-01T08:30:00.000Z``; empty where nothing is remembered."""
    episode = rule.episode
    if episode is None:
        return ""
    return f"{episode.standing.value}, seen {counted(episode.detections, 'time')} since {episode.first_seen}"


def gone_in_words(gone: Gone) -> str:
    """``resolved: Front → Back, 30 % to Back after 60 s, seen 3 times since …``."""
    episode, facts = gone.episode, gone.episode.facts
    how = "live was changed again" if gone.superseded else "resolved"
    rule = " → ".join(filter(None, (facts.queue_name, facts.target_name)))
    return (
        f"{how}: {rule}, {facts.direction}: {facts.live or facts.policy}, "
        f"seen {counted(episode.detections, 'time')} since {episode.first_seen}"
    )


def drift_in_words(rule: Drifting) -> str:
    """Field by field what live and the policy say, or the rule that one side has alone."""
    if rule.fields:
        return ", ".join(
            f"{field.field} is {in_unit(field.field, field.after)}, the policy says "
            f"{in_unit(field.field, field.before)}"
            for field in rule.fields
        )
    return settings_in_words(rule.live or rule.policy, rule.names)
