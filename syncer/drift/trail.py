"""What runs made of the live queues, as the audit trail says: newer than what drift remembers."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from syncer.audit.entries import place_of
from syncer.drift.agreed import NOT_KNOWN, Agreed, Spot, at_spot, spot_of
from syncer.errors import SyncerError
from syncer.kinds.registry import POLICY_KINDS, rules_of
from syncer.live.wire import rules_in
from syncer.model.change import Written
from syncer.model.environment import Place
from syncer.model.outcome import Status

DONE = frozenset({Status.APPLIED.value, Status.MERGED.value, Status.ALREADY.value})
"""Of anything else live may be what it was before, and where it isn't, nobody here can say why."""

Entry = Mapping[str, Any]


def brought_up_to_date(
    known: Mapping[str, Agreed], at: str, entries: Iterable[Entry], here: Place
) -> dict[str, Agreed]:
    """``known``, as of ``at``, with what the runs at ``here`` made of the queues since.

    A run says nothing of queues that it didn't write. An apply leaves a queue as the policies say, so all of
    its rules agree; a rollback brings rules back, and says nothing of the others. An entry that can't be
    read counts for nothing.
    """
    ours = [entry for entry in entries if place_of(entry).is_as(here)]
    applies = {entry.get("run") for entry in ours if entry.get("action") == "APPLY_RUN"}
    queues = dict(known)
    done = [entry for entry in ours if entry.get("kind") == "change" and entry.get("status") in DONE]
    for (run, queue), group in groupby(done, lambda entry: (entry.get("run"), str(entry.get("queueId")))):
        changes = list(group)
        if queue in known and str(changes[0].get("timestamp")) <= at:
            continue
        try:
            queues[queue] = _after(queues.get(queue, NOT_KNOWN), queue, changes, whole=run in applies)
        except (KeyError, TypeError, ValueError, AttributeError, SyncerError):
            continue
    return queues


def _after(before: Agreed, queue: str, changes: Sequence[Entry], *, whole: bool) -> Agreed:
    """One queue behind one PUT."""
    written = next((found for entry in changes if (found := Written.of(entry.get("written")))), None)
    images = [rules_of([entry[side] for side in ("before", "after") if entry[side]]) for entry in changes]
    left = [rule for entry in changes if entry["after"] for rule in rules_of([entry["after"]])]
    agreed = before
    if written is not None:
        left = [*rules_in(written.after, queue), *(rule for rule in left if rule.kind not in POLICY_KINDS)]
    if written is not None and whole:
        marks = tuple(rule for rule in before.rules if rule.kind not in POLICY_KINDS)
        spoken = tuple(rule for rule in left if rule.kind in POLICY_KINDS)
        still_open = frozenset(spot for spot in before.open if spot[0] not in POLICY_KINDS)
        agreed = Agreed((*marks, *spoken), still_open)
    spots: dict[Spot, None] = dict.fromkeys(spot_of(rule) for rules in images for rule in rules)
    for spot in spots:
        agreed = agreed.put(spot, at_spot(left, spot))
    return agreed
