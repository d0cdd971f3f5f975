"""The record brought up to date: what newer entries of the trail say is folded into it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from syncer.audit.applied_set import AppliedSet
from syncer.audit.entries import place_of
from syncer.audit.exceptions import changed_nothing, exceptions_after
from syncer.audit.record import AppliedQueue, Intent, Place, Record
from syncer.kinds.registry import rules_of
from syncer.model.json_values import mapping
from syncer.model.plan import Status
from syncer.model.rule import Rules

if TYPE_CHECKING:
    from syncer.model.settings import ApiLocation

LOST: Final = "lost"
"""The status of a run that vanished."""
_OPEN: Final = frozenset({Status.UNKNOWN.value, Status.NOT_TAKEN_BACK.value})
"""Nobody knows what such a change made of its queue."""
_MAY_HAVE: Final = _OPEN | {Status.TAKEN_BACK.value}
"""What may have changed a queue, though it is no success."""


def folded(record: Record, entries: Iterable[Mapping[str, Any]]) -> Record:
    """The record with what newer entries of the trail say: of the queues that were changed, and of the runs
    that ended, with the exceptions that these made and lifted."""
    ended, last = dict[str, Mapping[str, Any]](), dict[str, Any]()
    changed: dict[tuple[ApiLocation, str], list[Mapping[str, Any]]] = {}
    for entry in entries:
        number = entry.get("n")
        if type(number) is not int or number <= record.entry:
            continue
        last = {"head": str(entry.get("hash")), "entry": number}
        if entry.get("kind") == "run":
            ended[str(entry.get("run"))] = entry
            with suppress(ValueError):  # anybody may have written it
                record = replace(record, exceptions=exceptions_after(record.exceptions, entry))
        elif entry.get("kind") == "change" and (entry.get("success") or entry.get("status") in _MAY_HAVE):
            changed.setdefault((place_of(entry), str(entry.get("environment") or "")), []).append(entry)
    for (location, environment), found in changed.items():
        record = record.with_place(_changed(record.place(location, environment), found))
    for intent in record.intents:
        if intent.run in ended and not changed_nothing(ended[intent.run]):
            record = _applied(record, intent)
        if intent.run in ended and ended[intent.run].get("status") == LOST:
            record = record.with_place(_left_open(record.place(intent.place, intent.environment), intent))
    return replace(record.without_intents(ended), **last)


def _applied(record: Record, intent: Intent) -> Record:
    """The record after a run that meant to write and may have done so, however it ended: an older commit must
    not undo what it did."""
    known = record.place(intent.place, intent.environment).sets.get(intent.policy_set)
    known = known or AppliedSet(intent.policy_set)
    if intent.verb != "apply" or intent.started_at <= known.at:
        return record
    applied = known.applied(intent.commit, intent.run, intent.started_at)
    return record.with_set(intent.place, intent.environment, applied)


def _left_open(place: Place, intent: Intent) -> Place:
    """A place after a run that vanished: of each queue that it meant to write, and that nobody wrote since,
    nobody knows what it made of it."""
    known = (place.queues.get(key) for key in intent.queues)
    left = {
        queue.id: replace(queue, run=intent.run, at=intent.started_at, commit=intent.commit, settled=False)
        for queue in known
        if queue is not None and queue.at < intent.started_at
    }
    return replace(place, queues={**place.queues, **left})


def _changed(place: Place, entries: Sequence[Mapping[str, Any]]) -> Place:
    """A place after these changes. Of a queue that nothing was known of, only a part is known: no rules."""
    queues = dict(place.queues)
    for entry in entries:
        queue = AppliedQueue(
            id=str(entry.get("queueId")),
            name=str(entry.get("queueName")),
            run=str(entry.get("run")),
            at=str(entry.get("occurredAt") or entry.get("timestamp")),
            commit=str(mapping(entry.get("origin")).get("commit", "")),
        )
        known = queues.get(queue.id)
        is_open = entry.get("status") in _OPEN
        if known is not None:
            rules = known.rules if is_open else _after(known.rules, entry)
            queue = replace(queue, rules=rules, facts=known.facts)
        queue = replace(queue, settled=not is_open)
        queues[queue.id] = queue
    last = entries[-1]
    return replace(
        place,
        run=str(last.get("run")),
        commit=str(mapping(last.get("origin")).get("commit", "")),
        plan_digest=str(last.get("planDigest") or ""),
        at=str(last.get("occurredAt") or last.get("timestamp")),
        queues=queues,
    )


def _after(rules: Rules | None, entry: Mapping[str, Any]) -> Rules | None:
    """The rules of a queue after the change of one; None where that doesn't follow from what is known."""
    try:
        before, after = (rules_of([entry[side]] if entry[side] else []) for side in ("before", "after"))
    except (KeyError, TypeError, ValueError):  # anybody may have written it
        return None
    if rules is None or any(rule not in rules for rule in before):
        return None
    place = rules.index(before[0]) if before else len(rules)
    return (*rules[:place], *after, *rules[place + len(before) :])
