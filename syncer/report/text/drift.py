"""Drift as text: each rule on which the live queues and the policies differ, with both sides."""

import shlex
from collections.abc import Iterator, Sequence
from itertools import groupby

from syncer.audit.applied_set import IN_PART, ROLLED_BACK, AppliedSet
from syncer.drift.episodes import Gone
from syncer.drift.found import Direction, Drift, Drifting
from syncer.kinds.registry import kind_of
from syncer.model.change import Moved
from syncer.planning.live_loops import LiveLoop
from syncer.report.edited import edit_in_words
from syncer.report.text.paint import Paint, counted, padded, width_of
from syncer.report.text.plan import held_lines, ignored_lines, marks_among, unmanaged_lines
from syncer.report.text.short import selected_in_words
from syncer.report.views import Drifted

SIGNS = {
    Direction.LIVE_HAS_MORE: ("+", "green"),
    Direction.LIVE_HAS_LESS: ("-", "red"),
    Direction.LIVE_DIFFERS: ("~", "yellow"),
}

WAITING = {
    Direction.LIVE_HAS_MORE: (Direction.LIVE_HAS_LESS, "deleted"),
    Direction.LIVE_HAS_LESS: (Direction.LIVE_HAS_MORE, "created"),
    Direction.LIVE_DIFFERS: (Direction.LIVE_DIFFERS, "updated"),
}
"""What an apply will do about a rule that is pending; it has the sign that a plan gives it."""

MOST_REFUSED = 3
"""So many runs that were refused are named, the newest."""

BOTH = "the policies changed it too since both last agreed"
NOT_COMPARED = "nothing could be compared, so it is not known whether the live queues drifted"


def loop_lines(loops: Sequence[LiveLoop], paint: Paint) -> list[str]:
    """A line for each live loop, with who closed it, as far as that is known."""
    return [f"{paint('live loop:', 'red', bold=True)} {paint(loop.in_words())}" for loop in loops]


def drift_lines(view: Drifted, paint: Paint, *, verbose: bool = False) -> list[str]:
    """Queue by queue what drifted and what is pending, what no longer does, then how much of each; at last
    the exceptions that are held, what is ignored, and the queues that no policy describes."""
    plan = view.drift.plan
    return [
        *_compared_lines(view, paint),
        *held_lines(plan.held, paint),
        *ignored_lines(plan.ignored, paint, verbose=verbose),
        *unmanaged_lines(view.unmanaged, paint),
    ]


def _compared_lines(view: Drifted, paint: Paint) -> list[str]:
    drift = view.drift
    lines = [*_queue_lines(drift.rules, paint), *_queue_lines(drift.pending, paint)]
    if view.resolved:
        lines += [*(f"  {paint(gone_in_words(gone), 'green')}" for gone in view.resolved), ""]
    if not drift.compared:
        return [*lines, paint(NOT_COMPARED, "red", bold=True)]
    lines += _verdict(view, paint)
    return [*lines, paint(words)] if (words := compared_in_words(drift)) else lines


def _verdict(view: Drifted, paint: Paint) -> Iterator[str]:
    drift, call = view.drift, paint.program.call
    waiting, unknown = pending_in_words(drift), two_sides_in_words(drift)
    apply = f"{call} {paint(shlex.join(['apply', *view.apply_options]))}"
    if not drift.rules:
        yield f"{paint('no drift', 'green', bold=True)}{_so_far(drift)}"
    else:
        counts = [f"{drift.count(direction):,} {direction.value}" for direction in Direction]
        among = f"({', '.join(counts)}){marks_among(rule.side for rule in drift.rules)}"
        yield f"{paint('drift:', bold=True)} {counted(len(drift.rules), 'rule')} {among}"
    if unknown:
        yield unknown
    if waiting and not view.older:
        yield f"{paint('pending:', 'cyan', bold=True)} {waiting}; {apply} applies it"
    if since := pending_since(view):
        yield paint(f"  {since}")
    yield from to_do_in_words(view, paint)


def to_do_in_words(view: Drifted, paint: Paint) -> Iterator[str]:
    """Which commands end a drift, whichever side is to be kept."""
    if view.drift.rules:
        apply = f"{paint.program.call} {paint(shlex.join(['apply', *view.apply_options]))}"
        yield f"{apply} makes the live queues match the policies; {_to_keep(view, paint)}"


def compared_in_words(drift: Drift) -> str:
    """Which queues a narrowed drift covers; empty if it covers all."""
    return selected_in_words(drift.plan, "the rest was not compared")


def _so_far(drift: Drift) -> str:
    """How much of the queues the statement "no drift" covers."""
    if not drift.plan.applicable:
        return f" in the {counted(drift.compared, 'queue')} that could be compared"
    if drift.held:
        return f" in the {counted(drift.compared, 'queue')} that were compared; {drift.held:,} held back"
    return "" if drift.pending else ": the live queues match the policies"


def _to_keep(view: Drifted, paint: Paint) -> str:
    """How to keep the live rules: an export takes all of them, also where the policies are newer."""
    drift, call = view.drift, paint.program.call
    if drift.pending or drift.moved(Moved.BOTH):
        return (
            f"to keep the live rules, change the policies: {call} export --update would undo what is pending"
        )
    export = paint(shlex.join(["export", *view.export_options, "--update"]))
    return f"{call} {export} writes the live rules into the policies"


def pending_in_words(drift: Drift) -> str:
    """``2 rules of 1 queue: the policies …``; empty where nothing is pending."""
    if not drift.pending:
        return ""
    queues = {rule.queue for rule in drift.pending}
    return (
        f"{counted(len(drift.pending), 'rule')} of {counted(len(queues), 'queue')}: "
        "the policies changed, and the live queues are as they were when both last agreed"
    )


def pending_since(view: Drifted) -> str:
    """``merged up to commit …, not applied since … (run …, commit …), refused by …``, or that the last apply
    was one in part, or rolled back: as much of it as is known; empty where nothing is pending or known.

    Where the policies are older than what was applied last, that is said instead.
    """
    commit, applied = view.drift.plan.source.commit, view.applied
    if applied and view.older and view.drift.pending:
        return (
            f"the policies here are of commit {commit}, older than commit {applied.commit}, which was "
            f"applied last (run {applied.run} at {applied.at}): what differs only because of that does not "
            "wait for an apply"
        )
    parts = [f"merged up to commit {commit}"] if commit else []
    if applied and applied.run:
        parts.append(_how_applied(applied))
    parts += [
        f"refused by {each.reason or 'an error'} (run {each.run} at {each.at})"
        for each in (applied.refused[-MOST_REFUSED:] if applied else ())
    ]
    return ", ".join(parts) if view.drift.pending else ""


def _how_applied(applied: AppliedSet) -> str:
    """When what is pending could have gone live last, and the result."""
    commit = f", commit {applied.commit}" if applied.commit else ""
    if applied.state == IN_PART:
        return f"applied in part at {applied.at} (run {applied.run}{commit})"
    if applied.state == ROLLED_BACK:
        return f"applied at {applied.at} (run {applied.run}{commit}) and rolled back"
    return f"not applied since {applied.at} (run {applied.run}{commit})"


def two_sides_in_words(drift: Drift) -> str:
    """For how many rules it is not known which side moved; empty if it is known for all."""
    unknown = len(drift.moved(Moved.UNKNOWN))
    if not unknown:
        return ""
    return (
        f"for {counted(unknown, 'rule')} only the live queues and the policies were compared: no record, "
        "audit trail or earlier drift check shows the state in which both last agreed"
    )


def _queue_lines(found: Sequence[Drifting], paint: Paint) -> Iterator[str]:
    for (name, queue), group in groupby(found, key=lambda rule: (rule.queue_name, rule.queue)):
        rules = list(group)
        edit = rules[0].edit.in_words()
        changed = f"  {paint(f'# last changed {edit}', dim=True)}" if edit else ""
        yield f"  {paint(name, bold=True)} {paint(f'({queue})', dim=True)}{changed}"
        yield from _rule_lines(rules, paint)
        yield from (f"    {paint(f'# {words}', dim=True)}" for words in editors_in_words(rules))
        yield ""


def _rule_lines(rules: list[Drifting], paint: Paint) -> Iterator[str]:
    labels = [rule.side.label(rule.target_name) for rule in rules]
    width = width_of(labels)
    for rule, text in zip(rules, labels, strict=True):
        waits = rule.moved is Moved.POLICIES
        sign, color = SIGNS[WAITING[rule.direction][0] if waits else rule.direction]
        what = f"{sign} {padded(text, width)}  {how_in_words(rule)}: {drift_in_words(rule)}"
        said = "; ".join(filter(None, (rule.note, BOTH if rule.moved is Moved.BOTH else "")))
        note = f"  {paint(f'# {said}', dim=True)}" if said else ""
        yield f"    {paint(what, color)}{note}"
        if rule.episode:
            yield f"      {paint(history_in_words(rule), dim=True)}"


def editors_in_words(rules: Sequence[Drifting]) -> Iterator[str]:
    """Who changed the fields of a queue that drifted, as the organization's audit has it; a text an edit."""
    names = {id_: name for rule in rules for id_, name in rule.names.items()}
    for edit in rules[0].edits:
        yield f"changed by {edit_in_words(edit, names)}"


def how_in_words(rule: Drifting) -> str:
    """``live differs``, or of a rule that waits to be applied ``pending, to be created``."""
    waits = rule.moved is Moved.POLICIES
    return f"pending, to be {WAITING[rule.direction][1]}" if waits else rule.direction.value


def history_in_words(rule: Drifting) -> str:
    """``alerted, seen 3 times since 2026-03-01T08:30:00.000Z``; empty where nothing is remembered."""
    episode = rule.episode
    if episode is None:
        return ""
    return f"{episode.standing.value}, seen {counted(episode.detections, 'time')} since {episode.first_seen}"


def gone_in_words(gone: Gone) -> str:
    """``resolved: Front → Back, 30 % to Back after 60 s, seen 3 times since …``."""
    episode, facts = gone.episode, gone.episode.facts
    how = "resolved, the policies wait to be applied" if gone.pending else "resolved"
    how = "the live rule was changed again" if gone.superseded else how
    rule = " → ".join(filter(None, (facts.queue_name, facts.target_name)))
    return (
        f"{how}: {rule}, {facts.direction}: {facts.live or facts.policy}, "
        f"seen {counted(episode.detections, 'time')} since {episode.first_seen}"
    )


def drift_in_words(rule: Drifting) -> str:
    """The differences field by field, or the rule that one side has alone."""
    if rule.fields:
        in_words = kind_of(rule.side).in_words
        return ", ".join(
            f"{field.field} is {in_words(field.field, field.after)}, the policy says "
            f"{in_words(field.field, field.before)}"
            for field in rule.fields
        )
    return rule.side.settings(rule.names)
