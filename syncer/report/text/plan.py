"""A plan as text: what happens to each queue, in the order of application."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from syncer.checks.safety import REFUSED
from syncer.model.change import Action, QueueChange, Reason, RuleChange
from syncer.model.plan import Plan
from syncer.model.rule import BackupRule, GroupRule, OverflowRule, OwnerMark, Rule, Value
from syncer.report.text.outside import ignored_lines, unmanaged_lines
from syncer.report.text.paint import Paint, counted, padded, width_of
from syncer.report.text.validated import headroom_lines
from syncer.report.views import Planned

SIGNS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.DELETE: ("-", "red")}
UNITS = {"threshold": " %", "delay": " s", "agent_wait": " s", "wait": " s"}
NOTHING = {"queue": "the queue itself", "groups": "none"}
COMPARE = ": live has no etags; each queue is compared before and after its PUT, which leaves a small window"


def plan_lines(view: Planned, paint: Paint, *, verbose: bool = False) -> list[str]:
    """The whole plan; ``verbose`` lists the untouched queues by name."""
    plan, call = view.plan, paint.program.call
    lines = [*change_lines(plan, paint), *_totals(plan, paint)]
    lines += ignored_lines(plan.ignored, paint, verbose=verbose)
    lines += headroom_lines(plan.headroom, paint)
    if place := place_in_words(plan):
        lines.append(f"for {paint(place)}")
    lines.append(
        f"live: dialect {plan.dialect}, lock {plan.lock}" + (COMPARE if plan.lock == "compare" else "")
    )
    if verbose:
        lines += [paint(f"  {queue.reason.value}: {queue.name} ({queue.queue})") for queue in plan.untouched]
    lines += unmanaged_lines(view.unmanaged, paint)
    if not plan.applicable:
        lines.append(paint("This plan has errors and can't be applied.", "red", bold=True))
    if view.saved_to:
        lines.append(f"saved to {paint(view.saved_to)} ({view.document['digest'][:19]}…)")
        if any(finding.id == REFUSED for finding in plan.findings):
            lines.append(paint(f"{call} apply refuses it as it is: see {REFUSED} above", "yellow"))
        elif plan.changes and plan.applicable:
            lines.append(f"apply it with: {call} apply {paint(view.saved_to)}")
    return lines


def marks_among(marks: int) -> str:
    """``, 2 marks among them``: how many of the rules that were counted are marks of the owner, if any."""
    return f", {counted(marks, 'mark')} among them" if marks else ""


def place_in_words(plan: Plan) -> str:
    """``production, organisation Example (3f2b…)``: what is known of both, or nothing."""
    known = [plan.environment, f"organisation {plan.organization}" if plan.organization.id else ""]
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
    labels = [label(rule.after or rule.before, rule.target_name) for rule in change.rules]
    width = width_of(labels)
    for rule, text in zip(change.rules, labels, strict=True):
        sign, color = SIGNS[rule.action]
        what = f"{sign} {padded(text, width)}  {rule_in_words(rule)}"
        note = f"  {paint(f'# {rule.note}', dim=True)}" if rule.note else ""
        yield f"    {paint(what, color)}{note}"


def rule_in_words(rule: RuleChange) -> str:
    """What is created or deleted, or field by field what changes."""
    if rule.action is not Action.UPDATE:
        return settings_in_words(rule.after or rule.before, rule.names)
    if not rule.fields:
        return "written anew"
    return ", ".join(
        f"{field.field} {in_unit(field.field, field.before)} → {in_unit(field.field, field.after)}"
        for field in rule.fields
    )


def label(rule: Rule | None, target_name: str) -> str:
    """What tells a rule from the others of its queue: ``→ Tier 2``, ``backup → Tier 2``, ``groups 1``."""
    match rule:
        case BackupRule():
            return f"backup → {target_name}"
        case GroupRule():
            return f"groups {rule.place}" + (f" watching {target_name}" if target_name else "")
        case OwnerMark():
            return "mark"
        case _:
            return f"→ {target_name}"


def settings_in_words(rule: Rule | None, names: Mapping[str, str]) -> str:
    """``25 % after 120 s``; ``names`` gives the name of a group by its id."""
    match rule:
        case OverflowRule():
            return f"{rule.threshold} % after {rule.delay} s" + ("" if rule.enabled else ", disabled")
        case BackupRule():
            return rule.when
        case GroupRule():
            groups = ", ".join(names.get(group, group) for group in rule.groups) or "no groups"
            return f"{groups} when {rule.metric} {rule.operator} {rule.value:g}, after {rule.wait} s"
        case OwnerMark():
            return rule.in_words(names)
        case None:
            return ""


def in_unit(field: str, value: Value) -> str:
    """A value with its unit; booleans as YAML has them, and a queue without a name as what it means."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return f"{value}{UNITS.get(field, '')}" if value != "" else NOTHING.get(field, "")


def _totals(plan: Plan, paint: Paint) -> Iterator[str]:
    equal, disabled = plan.untouched_count(Reason.EQUAL), plan.untouched_count(Reason.DISABLED)
    left_out = plan.untouched_count(Reason.LEFT_OUT)
    unmanaged = plan.untouched_count(Reason.UNMANAGED) + plan.untouched_count(Reason.NOT_MANAGED)
    if plan.changes:
        counts = [f"{plan.count(action)} to {action.value}" for action in Action]
        queues, puts = counted(len(plan.changes), "queue"), counted(len(plan.changes), "PUT")
        yield f"{paint('plan:', bold=True)} {', '.join(counts)} in {queues} ({puts}){marks_among(plan.marks)}"
    elif plan.applicable:
        yield f"{paint('no changes:', 'green', bold=True)} live is what the policies say"
    else:
        yield f"{paint('plan:', bold=True)} none, because of the errors"
    yield f"untouched: {equal:,} equal, {disabled:,} equal and disabled, {unmanaged:,} unmanaged" + (
        f", {left_out:,} left out" if left_out else ""
    )
