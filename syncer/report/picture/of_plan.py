"""The network of a plan as a picture: every queue that the plan knows, before and after."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from syncer.kinds.registry import ROUTING_KINDS
from syncer.model.change import QueueChange, Reason, RuleChange, names_in
from syncer.model.finding import Finding, Severity
from syncer.model.network import FLOW
from syncer.model.plan import LiveRules, Plan
from syncer.model.rule import Rule
from syncer.planning.affected import bounded
from syncer.report.picture import labels
from syncer.report.picture.model import Badge, Box, Link, Picture
from syncer.report.text.plan import contacts_in_words

BADGES: Final = {Severity.ERROR: Badge.ERROR, Severity.WARNING: Badge.WARNING}

Badges = Mapping[str, tuple[Badge, bool]]
"""By the key of a queue its badge, and whether the change causes it."""


def picture_of_plan(plan: Plan) -> Picture:
    """The whole network of a plan; rules that only watch are counted."""
    names = names_of(plan)
    links = tuple(_links(plan))
    boxes = _boxes(plan, names)
    gone = _ends(links) - {box.key for box in boxes}
    boxes += [Box(key, names.get(key) or key) for key in gone]
    watches = sum(_watches(rule) for queue in plan.live for rule in queue.rules)
    return Picture(
        tuple(sorted(boxes, key=lambda box: (box.name, box.key))),
        links,
        plan.interval,
        changes=bool(plan.changes),
        watches=watches,
    )


def names_of(plan: Plan) -> dict[str, str]:
    """The names of all queues and groups that a plan knows, by id."""
    spoken = {id_: name for change in plan.changes for id_, name in names_in(change).items()}
    queues: Iterable[Any] = (*plan.untouched, *plan.live, *plan.changes, *plan.queues)
    return {**spoken, **{each.queue: each.name for each in queues}}


def _boxes(plan: Plan, names: Mapping[str, str]) -> list[Box]:
    """Every queue with rules, that changes, or that is in danger."""
    states, bounds = {queue.queue: queue for queue in plan.queues}, bounded(plan)
    changed = {change.queue for change in plan.changes}
    badges = badges_of(plan.findings)
    others = {each.queue for each in plan.untouched if each.reason in (Reason.UNMANAGED, Reason.NOT_MANAGED)}
    keys = {*changed, *states, *(queue.queue for queue in plan.live if queue.rules), *badges}
    boxes = []
    for key in keys & names.keys():
        state, (badge, caused) = states.get(key), badges.get(key, (None, False))
        boxes.append(
            Box(
                key,
                names[key],
                managed=state.managed if state else key not in others,
                changed=key in changed,
                badge=badge,
                caused=caused,
                before=state.before if state else None,
                after=state.after if state else None,
                at_most=key in bounds,
            )
        )
    return boxes


def badges_of(findings: Iterable[Finding]) -> Badges:
    """What is wrong at each queue: what the change causes before what was there, loops before the rest."""
    found: dict[str, tuple[Badge, bool]] = {}
    order = list(Badge)
    for finding in findings:
        if finding.loop:
            badge, keys = Badge.LOOP, finding.loop.tied
        elif finding.severity in BADGES and finding.queue_id:
            badge, keys = BADGES[finding.severity], (finding.queue_id,)
        else:
            continue
        for key in keys:
            other, caused = found.get(key, (badge, finding.caused))
            if (not finding.caused, order.index(badge)) <= (not caused, order.index(other)):
                found[key] = (badge, finding.caused)
    return found


def _links(plan: Plan) -> Iterator[Link]:
    changes = {change.queue: change for change in plan.changes}
    for change in plan.changes:
        yield from _changed(change)
    for queue in plan.live:
        yield from _kept(queue, changes.get(queue.queue))
    for number, each in enumerate(plan.transfers):
        words = labels.transfer(each)
        yield Link(f"{FLOW} {number}", each.source, each.target, FLOW, words, words, words)


def _changed(change: QueueChange) -> Iterator[Link]:
    for number, rule in enumerate(change.rules):
        if rule.kind in ROUTING_KINDS and rule.target:
            yield Link(
                f"{change.queue} ~ {number:04}",
                change.queue,
                rule.target,
                rule.kind,
                _words(rule.before, rule),
                _words(rule.after, rule),
                labels.brief(rule),
                contacts_in_words(rule),
                rule.action,
                (bool(rule.before and rule.before.enabled), bool(rule.after and rule.after.enabled)),
                rule.position,
            )


def _words(side: Rule | None, rule: RuleChange) -> str:
    return side.settings(rule.names) if side else ""


def _kept(queue: LiveRules, change: QueueChange | None) -> Iterator[Link]:
    """The rules that stay."""
    touched = {_slot(rule.before) for rule in change.rules if rule.before} if change else set()
    for number, rule in enumerate(queue.rules):
        if rule.kind in ROUTING_KINDS and rule.target and _slot(rule) not in touched:
            words = labels.share(rule)
            key = f"{queue.queue} = {number:04}"
            both = (rule.enabled, rule.enabled)
            yield Link(key, queue.queue, rule.target, rule.kind, words, words, words, in_force=both)


def _slot(rule: Rule) -> tuple[str, str]:
    return (rule.kind, rule.key)


def _watches(rule: Rule) -> bool:
    return bool(rule.target and rule.role and not rule.role.moves)


def _ends(links: Iterable[Link]) -> set[str]:
    return {end for link in links for end in (link.source, link.target)}
