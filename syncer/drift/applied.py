"""The queues of which the record knows more than the rest of the state folder: others applied them."""

from collections.abc import Iterable, Mapping
from typing import Any

from syncer.audit.entries import place_of
from syncer.audit.record import AppliedQueue
from syncer.drift.agreed import DONE, NOT_KNOWN, Agreed, Agreement
from syncer.model.settings import ApiLocation


def newer_in_record(
    applied: Mapping[str, AppliedQueue],
    known: Agreement,
    trail: Iterable[Mapping[str, Any]],
    here: ApiLocation,
) -> dict[str, Agreed]:
    """The ``applied`` queues that were applied after all that is ``known`` of them and after each change of
    theirs in the ``trail``.

    Where the record has their rules, all of these agreed then; else what is known of them is too old.
    """
    seen = dict.fromkeys(known.queues, known.at)
    for entry in trail:
        if entry.get("kind") == "change" and entry.get("status") in DONE and place_of(entry).is_as(here):
            queue = str(entry.get("queueId"))
            seen[queue] = max(seen.get(queue, ""), str(entry.get("timestamp")))
    return {
        id_: NOT_KNOWN if queue.rules is None else Agreed(queue.rules)
        for id_, queue in applied.items()
        if queue.at > seen.get(id_, "")
    }
