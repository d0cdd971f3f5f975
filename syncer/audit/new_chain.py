"""The entry that begins a new chain: which head it follows, and why what was here could not go on.

::

    … 6 ─ 7 │ 21: a new chain, follows entry 20 ─ 22 …      entries 8 to 20 are in the trail of another runner

Nothing is taken away: what was here before stays in front of it. Its number is higher than any that is known,
so numbers only grow, also where a fork is left behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from syncer import __version__
from syncer.audit.entries import Run
from syncer.audit.line import FORMAT
from syncer.audit.tail import START
from syncer.kinds.registry import RULE_TYPE_OF_RUNS
from syncer.model.json_values import mapping

KIND: Final = "chain"

LOST, BEHIND, UNPROVED = "lost", "behind", "unproved"
"""The trail is empty; is an older copy; is older, and nothing shows whether it is a copy."""

CUT: Final = "cut"
"""The trail ends inside what a run added."""

UNASKED: Final = "unasked"
"""The trail is empty, and the record could not be read."""

BROKEN, FORKED = "broken-chain", "forked-chain"
"""The trail is broken; goes on otherwise than the record says."""

OVERRIDE: Final = "--new-chain"
EXEMPT: Final = "exempt:new-chain"
"""Why a chain may begin behind one that is broken or forked: somebody said so; or no such run is held up."""


@dataclass(frozen=True, slots=True)
class NewChain:
    """Why a chain starts: its ``reason`` as a code, what was found (``detail``), and the reason that a person
    gave for it (``justification``), with the ``override`` that allows it. It follows the ``head`` of entry
    ``entry``; 0 where none is known."""

    reason: str
    entry: int = 0
    head: str = START
    detail: str = ""
    justification: str = ""
    override: str = ""


def chain_entry(run: Run, timestamp: str, new: NewChain) -> dict[str, Any]:
    """The entry of a new chain that ``run`` begins."""
    return {
        "timestamp": timestamp,
        "action": "NEW_CHAIN",
        "queueId": None,
        "ruleType": RULE_TYPE_OF_RUNS,
        "threshold": None,
        "targetQueue": None,
        "latencyMs": 0.0,
        "validationPass": False,
        "success": new.reason not in (BROKEN, FORKED),
        "format": FORMAT,
        "kind": KIND,
        "run": run.id,
        "occurredAt": timestamp,
        "recordedAt": timestamp,
        "reason": new.reason,
        "detail": new.detail,
        "justification": new.justification,
        "overrides": [new.override] if new.override else [],
        "follows": {"entry": new.entry, "head": new.head},
        "tool": __version__,
        "api": run.api,
        "environment": run.environment,
        "organization": {"id": run.organization.id, "name": run.organization.name},
        "origin": run.origin.as_json(),
    }


def begins_chain(entry: Mapping[str, Any]) -> bool:
    """Whether an entry begins a new chain: it is linked to the head that it says it follows."""
    follows = mapping(entry.get("follows"))
    own, number = entry.get("n"), follows.get("entry")
    return (
        entry.get("kind") == KIND
        and isinstance(own, int)
        and isinstance(number, int)
        and 0 <= number < own
        and bool(follows.get("head"))
        and follows.get("head") == entry.get("previous")
    )


def begins_apart(entry: Mapping[str, Any]) -> bool:
    """Whether an entry begins a trail that may be a part of another one: nobody could ask the record."""
    return begins_chain(entry) and entry.get("reason") == UNASKED


def settles_breaks(entry: Mapping[str, Any]) -> bool:
    """Whether a new chain begins behind what is known to be broken or forked."""
    return begins_chain(entry) and entry.get("reason") in (BROKEN, FORKED)
