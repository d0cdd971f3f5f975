"""The network around a drift as a picture: before is the policies, after is the live queues."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from syncer.drift.found import Drift, Drifting
from syncer.model.change import Action, Contacts, QueueChange, RuleChange
from syncer.model.finding import Finding, Severity, Since
from syncer.model.plan import LiveRules, Plan
from syncer.planning.live_loops import LiveLoop
from syncer.report.picture.model import Became, Picture
from syncer.report.picture.of_plan import picture_of_plan

TURNED: Final = {
    Action.CREATE: Action.DELETE,
    Action.DELETE: Action.CREATE,
    Action.UPDATE: Action.UPDATE,
}


def picture_of_drift(drift: Drift, loops: Sequence[LiveLoop] = ()) -> Picture:
    """The network of the plan that the drift was read from, turned round. A rule that waits to be applied is
    marked so; ``loops`` are those of the live rules."""
    whole = picture_of_plan(_turned(drift.plan, of_live(drift, loops)))
    waiting = _waiting(drift)
    links = [
        replace(link.tried(Became.WAITING), in_force=link.in_force) if link.key in waiting else link
        for link in whole.links
    ]
    drifted = {rule.queue for rule in drift.rules}
    boxes = [replace(box, changed=box.key in drifted) for box in whole.boxes]
    return replace(whole, boxes=tuple(boxes), links=tuple(links))


def of_live(drift: Drift, loops: Sequence[LiveLoop] = ()) -> tuple[Finding, ...]:
    """What is wrong with the live rules and would not be with the policies, and the live loops."""
    found = tuple(
        Finding("loops.cycle", Severity.ERROR, each.message, since=Since.NEW, loop=each.loop)
        for each in loops
    )
    gone = tuple(replace(each, since=Since.NEW) for each in drift.plan.solved if not each.loop)
    return (*found, *gone, *filter(None, map(_worse, drift.plan.findings)))


def _worse(finding: Finding) -> Finding | None:
    """What is wrong on both sides and worse on the live side, as it is there; None for anything else."""
    figure = finding.figure
    if finding.since is not Since.BEFORE or finding.severity is Severity.INFO or figure is None:
        return None
    if figure.before is None or figure.before <= figure.amount or figure.capacity_before != figure.capacity:
        return None
    return replace(
        finding, since=Since.WORSE, figure=replace(figure, amount=figure.before, before=figure.amount)
    )


def _turned(plan: Plan, findings: Iterable[Finding]) -> Plan:
    changes = {change.queue: change for change in plan.changes}
    before = (each for each in plan.findings if each.since is Since.BEFORE and not each.loop)
    return replace(
        plan,
        changes=tuple(map(_change, plan.changes)),
        live=tuple(_kept(queue, changes.get(queue.queue)) for queue in plan.live),
        queues=tuple(replace(each, before=each.after, after=each.before) for each in plan.queues),
        findings=(*findings, *before),
    )


def _change(change: QueueChange) -> QueueChange:
    rules = tuple(map(_rule, change.rules))
    return replace(change, rules=rules, before=change.after, after=change.before)


def _rule(rule: RuleChange) -> RuleChange:
    moved = rule.contacts
    contacts = Contacts(moved.after, moved.before, moved.up_to) if moved else None
    return replace(rule, action=TURNED[rule.action], before=rule.after, after=rule.before, contacts=contacts)


def _kept(queue: LiveRules, change: QueueChange | None) -> LiveRules:
    """The live rules on which both sides agree."""
    moved = {(each.before.kind, each.before.key) for each in change.rules if each.before} if change else set()
    return replace(queue, rules=tuple(rule for rule in queue.rules if (rule.kind, rule.key) not in moved))


def _waiting(drift: Drift) -> set[str]:
    """The keys of the links of rules that wait, as ``picture_of_plan`` makes them."""
    waits = [_sides(rule) for rule in drift.pending]
    return {
        f"{change.queue} ~ {number:04}"
        for change in drift.plan.changes
        for number, rule in enumerate(change.rules)
        if (change.queue, rule.target, rule.before, rule.after) in waits
    }


def _sides(rule: Drifting) -> tuple[object, ...]:
    return (rule.queue, rule.target, rule.live, rule.policy)
