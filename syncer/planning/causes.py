"""Whose doing each change of a plan is: the policies', or that somebody edited live by hand.

::

    since it was applied last      the change
    the policies moved             is explained
    the organization moved                     overwrites a hand edit
    both moved                     is explained, and overwrites a hand edit too
    nobody knows                   may overwrite one, where the organization has a rule
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from syncer.live.queues import last_edit
from syncer.model.change import Action, Moved, QueueChange, RuleChange
from syncer.model.finding import OVERWRITES, UNEXPLAINED, Finding, Severity, quoted
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule
from syncer.model.settings import ApiLocation, Settings
from syncer.planning.agreed import NOT_KNOWN, Agreed, spot_of
from syncer.planning.third_side import Sources, who_moved
from syncer.resolving.moved_names import names_first

TIP: Final = (
    "to keep the edit, add it to the policies first: syncer drift --open-mr, or syncer export --update"
)


_TOO: Final = "; the policies changed the rule too"


def with_causes(plan: Plan, live: Mapping[str, LiveQueue], sources: Sources, settings: Settings) -> Plan:
    """The plan with whose doing each change is, and a finding for each that overwrites a hand edit, in front
    of all but those of names that moved. ``live`` are the queues by their ids."""
    third = sources.third(plan)
    here = ApiLocation(plan.api, plan.organization)
    unsettled, conflicts = sources.unsettled(here), sources.conflicts(here)
    changes, findings = [], list[Finding]()
    for change in plan.changes:
        queue, agreed = live[change.queue], third.queues.get(change.queue, NOT_KNOWN)
        rules = []
        for rule in change.rules:
            spot = spot_of(rule.rule)
            moved = who_moved(
                queue, spot, change.after, agreed, settings.ignore, settled=change.queue not in unsettled
            )
            rules.append(replace(rule, moved=moved))
        changes.append(replace(change, rules=tuple(rules)))
        findings += _findings(changes[-1], queue, agreed)
        findings += _conflicted(changes[-1], conflicts.get(change.queue))
    return replace(plan, changes=tuple(changes), findings=names_first((*findings, *plan.findings)))


def overwritten(plan: Plan) -> Iterator[tuple[QueueChange, RuleChange]]:
    """The changes that overwrite a hand edit."""
    for change in plan.changes:
        for rule in change.rules:
            if rule.moved in (Moved.LIVE, Moved.BOTH):
                yield change, rule


def not_known(plan: Plan) -> Iterator[tuple[QueueChange, RuleChange]]:
    """The changes of live rules of which what was applied last is not known."""
    for change in plan.changes:
        for rule in change.rules:
            if rule.moved is Moved.UNKNOWN and rule.before is not None:
                yield change, rule


def hand_edits(plan: Plan) -> list[dict[str, Any]]:
    """What is overwritten, as output has it."""
    return [
        {
            "queue": {"id": change.queue, "name": change.name},
            "kind": rule.kind,
            "target": {"id": rule.target, "name": rule.target_name},
            "moved": str(rule.moved),
        }
        for change, rule in overwritten(plan)
    ]


def _findings(change: QueueChange, queue: LiveQueue, agreed: Agreed) -> Iterator[Finding]:
    edit = last_edit(queue.raw).in_words()
    by = f"; the queue was last changed {edit}" if edit else ""
    for rule in change.rules:
        if rule.moved not in (Moved.LIVE, Moved.BOTH):
            continue
        what = f"{rule.rule.label(rule.target_name)} {_became(rule, agreed)}{by}"
        if rule.moved is Moved.LIVE:
            id_, words = UNEXPLAINED, f"this undoes a hand edit of {quoted(change.name)}: {what}"
        else:
            id_, words = OVERWRITES, f"this overwrites a hand edit of {quoted(change.name)}: {what}{_TOO}"
        yield _warning(id_, words, rule, change)


def _conflicted(change: QueueChange, detail: str | None) -> Iterator[Finding]:
    """A hand edit that the last run found and left alone, if nothing else is known of what was applied: this
    plan was made after the edit, so it is no conflict any more."""
    if detail is None or all(rule.moved is not Moved.UNKNOWN for rule in change.rules):
        return
    words = f"this may undo a hand edit of {quoted(change.name)}, which the last run left alone: {detail}"
    yield _warning(UNEXPLAINED, words, change.rules[0], change)


def _warning(id_: str, words: str, rule: RuleChange, change: QueueChange) -> Finding:
    return Finding(id_, Severity.WARNING, words, rule.position, TIP, queue=change.name, queue_id=change.queue)


def _became(rule: RuleChange, agreed: Agreed) -> str:
    """``was 25 % after 60 s when it was last applied, and is 40 % after 60 s now``."""
    then = [each for each in agreed.at(spot_of(rule.rule)) or () if each.key == rule.rule.key]
    was = _settings(then[0] if then else None, rule)
    now = _settings(rule.before, rule)
    if not then:
        return f"was added in the organization: {now}"
    if rule.action is Action.CREATE or rule.before is None:
        return f"was removed in the organization; it was {was} when it was last applied"
    return f"was {was} when it was last applied, and is {now} now"


def _settings(rule: Rule | None, change: RuleChange) -> str:
    return rule.settings(change.names) if rule else "nothing"
