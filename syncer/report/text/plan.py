"""A plan as text: what happens to each queue, in the order of application."""

import math
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from syncer.checks.capacity import number
from syncer.checks.safety import REFUSED
from syncer.kinds.registry import kind_of
from syncer.model.change import Action, Ignored, Moved, QueueChange, Reason, RuleChange, Unmanaged
from syncer.model.finding import Limit, Severity
from syncer.model.held import Held
from syncer.model.network import Load
from syncer.model.plan import AffectedQueue, Plan
from syncer.model.rule import Rule
from syncer.planning.affected import bounded
from syncer.planning.causes import not_known
from syncer.planning.verdict import verdict
from syncer.report.lookups import AuditShown
from syncer.report.narrow import shown_plan
from syncer.report.text.paint import Paint, counted, padded, width_of
from syncer.report.text.short import narrowed_in_words, selected_in_words
from syncer.report.text.validated import comparable, headroom_gap, headroom_lines
from syncer.report.views import Applied, Planned

SIGNS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.DELETE: ("-", "red")}
MOST_SOLVED = 5
MOST_LOADS = 3
LEAST = 1e-9
"""Contacts; a smaller difference is one of rounding."""

HAND_EDITS = {
    Moved.LIVE: "undoes a hand edit",
    Moved.BOTH: "the policies changed it, and it overwrites a hand edit too",
}
"""What a plan says of a rule that somebody edited by hand."""

COMPARE = (
    ": the API has no etags; each queue is compared before and after its PUT, which leaves a small window"
)


def plan_lines(view: Planned, paint: Paint, *, verbose: bool = False) -> list[str]:
    """The whole plan; ``verbose`` lists the untouched queues by name."""
    plan, part, call = view.plan, shown_plan(view.plan, view.only), paint.program.call
    lines = [*change_lines(part, paint), *_totals(plan, paint)]
    lines += [paint(words)] if (words := selected_in_words(plan)) else []
    lines += [paint(words)] if (words := two_sides_in_words(plan)) else []
    lines += ignored_lines(part.ignored, paint, verbose=verbose)
    lines += held_lines(plan.held, paint)
    lines += _solved_lines(part, paint)
    lines += [f"load: {words}" for words in loads_in_words(part, paint)]
    lines += headroom_lines(plan.headroom, paint, comparable(plan), headroom_gap(plan.findings))
    if cost := cost_in_words(plan):
        lines.append(f"cost of an apply: {cost}")
    if place := place_in_words(plan):
        lines.append(f"for {paint(place)}")
    lines.append(
        f"API: dialect {plan.dialect}, lock {plan.lock}" + (COMPARE if plan.lock == "compare" else "")
    )
    if verbose:
        lines += [paint(f"  {queue.reason.value}: {queue.name} ({queue.queue})") for queue in part.untouched]
    lines += unmanaged_lines(view.unmanaged, paint)
    if view.saved_to:
        lines.append(f"saved to {paint(view.saved_to)} ({view.document['digest'][:19]}…)")
        if any(finding.id == REFUSED for finding in plan.findings):
            lines.append(paint(f"{call} apply refuses it as it is: see {REFUSED} above", "yellow"))
        elif plan.changes and plan.applicable:
            apply = shlex.join(["apply", *view.apply_options, view.saved_to])
            lines.append(f"apply it with: {call} {paint(apply)}")
    return [*lines, "", *narrowed_lines(view, paint), *verdict_lines(plan, paint)]


def verdict_lines(plan: Plan, paint: Paint) -> list[str]:
    """The verdict, in the color of what it says."""
    alarming = any(finding.caused and finding.severity is Severity.WARNING for finding in plan.findings)
    color = "red" if not plan.applicable else "yellow" if alarming else "green"
    return [paint(verdict(plan), color, bold=True)]


def narrowed_lines(view: Planned | Applied | AuditShown, paint: Paint) -> list[str]:
    """That only some queues are shown; nothing where all are."""
    words = narrowed_in_words(view)
    return [paint(words, "cyan")] if words else []


def loads_in_words(plan: Plan, name: Callable[[str], str]) -> list[str]:
    """What queues around the change take in and keep, before and after: those that move most first."""
    moved, left = moved_loads(plan, MOST_LOADS)
    shown = [f"{name(each.name)} {words}" for each, words in moved]
    return [*shown, *([f"and {counted(left, 'more queue')}"] if left else [])]


def moved_loads(plan: Plan, most: int) -> tuple[list[tuple[AffectedQueue, str]], int]:
    """The ``most`` queues whose load moves farthest, each with its movement in words, and how many more."""
    moved, bounds = sorted(filter(movement, plan.queues), key=movement, reverse=True), bounded(plan)
    shown = [(each, movement_in_words(each, at_most=each.queue in bounds)) for each in moved[:most]]
    return shown, len(moved) - len(shown)


def movement(queue: AffectedQueue) -> float:
    """How far the load of a queue moves, as a part of its capacity; 0 where it is not known."""
    before, after = queue.before.load, queue.after.load
    if before is None or after is None:
        return 0.0
    most = max(abs(after.of(limit) - before.of(limit)) for limit in (Limit.INFLOW, Limit.KEPT))
    return most / (queue.after.capacity or max(after.offered, before.offered, 1.0)) if most > LEAST else 0.0


def movement_in_words(queue: AffectedQueue, *, at_most: bool = False) -> str:
    """``takes in 32 → 45, keeps 45 → up to 65 of 80``, as ``at_most`` says that its loads are bounds."""
    up_to = "up to " if at_most else ""
    before, after = queue.before.load or Load(0, 0, 0), queue.after.load or Load(0, 0, 0)
    verbs = {Limit.INFLOW: "takes in", Limit.KEPT: "keeps"}
    parts = [
        f"{verb} {number(before.of(limit))} → {up_to if after.of(limit) else ''}{number(after.of(limit))}"
        for limit, verb in verbs.items()
        if number(before.of(limit)) != number(after.of(limit))
    ]
    return ", ".join(parts) + (f" of {number(queue.after.capacity)}" if queue.after.capacity else "")


def _solved_lines(plan: Plan, paint: Paint) -> list[str]:
    if not plan.solved:
        return []
    found = [f"{finding.id} of {finding.queue}" for finding in plan.solved]
    shown = ", ".join(found[:MOST_SOLVED]) + (", …" if len(found) > MOST_SOLVED else "")
    return [f"{paint('solved:', 'green', bold=True)} {counted(len(found), 'finding')}: {paint(shown)}"]


def cost_in_words(plan: Plan) -> str:
    """``412 calls, about 1 min 22 s at 5 calls a second``; nothing where an apply has nothing to do."""
    if not plan.changes or not plan.cost.calls:
        return ""
    minutes, seconds = divmod(math.ceil(plan.cost.seconds), 60)
    time = f"about {minutes:,} min {seconds} s" if minutes else f"about {seconds} s"
    time = time if plan.cost.seconds >= 1 else "less than 1 s"
    return f"{counted(plan.cost.calls, 'call')}, {time} at {plan.cost.per_second:g} calls a second"


def contacts_in_words(rule: RuleChange) -> str:
    """``37.5 → 52.5``; nothing where no load is known to move."""
    contacts = rule.contacts
    if contacts is None or not (contacts.before or contacts.after):
        return ""
    up_to = "up to " if contacts.up_to else ""
    before, after = (
        "?" if side is None else f"{up_to if side else ''}{number(side)}"
        for side in (contacts.before, contacts.after)
    )
    return f"{before} → {after}" if before != after else after


def marks_among(counted_rules: Iterable[Rule]) -> str:
    """``, 2 marks and 1 member among them``: what was counted and is no rule in the sense of the field."""
    others = Counter(rule.label("") for rule in counted_rules if rule.role is None)
    words = " and ".join(counted(number, what) for what, number in others.items())
    return f", {words} among them" if words else ""


def place_in_words(plan: Plan) -> str:
    """``production, organization Example (3f2b…)``: what is known of both, or nothing."""
    known = [plan.environment, f"organization {plan.organization}" if plan.organization.id else ""]
    return ", ".join(part for part in known if part)


def change_lines(plan: Plan, paint: Paint) -> list[str]:
    """The changes, step by step: the queues of one step may be written at the same time."""
    lines: list[str] = []
    steps = [(step, list(changes)) for step, changes in groupby(sorted(plan.changes, key=_step), key=_step)]
    for step, changes in steps:
        if len(steps) > 1:
            lines.append(paint(f"step {step} of {len(steps)}", dim=True))
        for change in changes:
            lines += [*_queue_lines(change, paint), ""]
    return lines


def _step(change: QueueChange) -> int:
    return change.step


def _queue_lines(change: QueueChange, paint: Paint) -> Iterator[str]:
    yield f"  {paint(change.name, bold=True)} {paint(f'({change.queue})', dim=True)}"
    labels = [rule.rule.label(rule.target_name) for rule in change.rules]
    width = width_of(labels)
    for rule, text in zip(change.rules, labels, strict=True):
        sign, color = SIGNS[rule.action]
        what = f"{sign} {padded(text, width)}  {rule_in_words(rule)}"
        contacts = f"  {paint(f'[{moved} contacts]', dim=True)}" if (moved := contacts_in_words(rule)) else ""
        said = "; ".join(filter(None, (rule.note, HAND_EDITS.get(rule.moved or Moved.POLICIES, ""))))
        note = f"  {paint(f'# {said}', dim=True)}" if said else ""
        yield f"    {paint(what, color)}{contacts}{note}"


def rule_in_words(rule: RuleChange) -> str:
    """What is created or deleted, or field by field what changes."""
    if rule.action is not Action.UPDATE:
        return rule.rule.settings(rule.names)
    if not rule.fields:
        return "rewritten"
    in_words = kind_of(rule.rule).in_words
    return ", ".join(
        f"{field.field} {in_words(field.field, field.before)} → {in_words(field.field, field.after)}"
        for field in rule.fields
    )


def two_sides_in_words(plan: Plan) -> str:
    """For how many changes it is not known whether they overwrite a hand edit; empty where that is known of
    all."""
    unknown = sum(1 for _ in not_known(plan))
    if not unknown:
        return ""
    return f"last applied: not known for {counted(unknown, 'rule')}, so a hand edit would not show"


def _totals(plan: Plan, paint: Paint) -> Iterator[str]:
    if plan.changes:
        counts = [f"{plan.count(action)} to {action.value}" for action in Action]
        queues, puts = counted(len(plan.changes), "queue"), counted(len(plan.changes), "PUT")
        rules = (rule.rule for change in plan.changes for rule in change.rules)
        yield f"{paint('plan:', bold=True)} {', '.join(counts)} in {queues} ({puts}){marks_among(rules)}"
    else:
        yield f"{paint('plan:', bold=True)} no changes"
    if untouched := untouched_in_words(plan):
        yield f"untouched: {untouched}"


def untouched_in_words(plan: Plan) -> str:
    """``8 equal, 1 equal and disabled, 7 unmanaged``: the queues that stay as they are, or nothing."""
    counts = {
        "equal": plan.untouched_count(Reason.EQUAL),
        "equal and disabled": plan.untouched_count(Reason.DISABLED),
        "unmanaged": plan.unmanaged,
        "left out": plan.untouched_count(Reason.LEFT_OUT),
        "held back": plan.untouched_count(Reason.HELD),
    }
    return ", ".join(f"{number:,} {how}" for how, number in counts.items() if number)


def held_lines(exceptions: Sequence[Held], paint: Paint) -> list[str]:
    """The exceptions from the policies, each with what it holds back."""
    lines = []
    for held in exceptions:
        color = "red" if held.expired or held.open else "yellow"
        lines.append(f"{paint('exception:', color, bold=True)} {held.in_words(paint)}")
        lines += [f"  {effect}" for effect in held.effects(paint)]
    return lines


def ignored_lines(ignored: Sequence[Ignored], paint: Paint, *, verbose: bool) -> list[str]:
    """How much stays as it is because of the settings; ``verbose`` lists it, with the reasons."""
    if not ignored:
        return []
    queues = counted(len({each.queue for each in ignored}), "queue")
    lines = [f"ignored: {counted(len(ignored), 'difference')} in {queues}, as the settings say"]
    for each in ignored if verbose else ():
        reason = f"  # {each.reason}" if each.reason else ""
        lines.append(paint(f"  ignored: {each.name}: {each.what}{reason}"))
    return lines


def unmanaged_lines(queues: Sequence[Unmanaged] | None, paint: Paint) -> list[str]:
    """The queues that no policy describes, each with its rules; nothing where they weren't asked for."""
    if queues is None:
        return []
    rules = sum(len(queue.rules) for queue in queues)
    sum_of_all = f"{counted(len(queues), 'queue')} that no policy describes, with {counted(rules, 'rule')}"
    lines = [f"{paint('unmanaged:', bold=True)} {sum_of_all}"]
    for queue in queues:
        lines.append(f"  {paint(queue.name, bold=True)} {paint(f'({queue.queue})', dim=True)}")
        marked = [f"managed by {queue.owner}"] if queue.owner else []
        lines += [f"    {paint(rule)}" for rule in [*queue.rules, *within_in_words(queue), *marked]]
    return lines


def within_in_words(queue: Unmanaged) -> list[str]:
    """``1 bullseye ring, within the queue``."""
    return [f"{what}, within the queue" for what in queue.within]
