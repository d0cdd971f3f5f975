"""One row a change, with who stands behind its run and why: what an auditor follows, in one place.

The rows are flat: text, numbers, truth values, lists of texts, and null for what isn't known. An entry of an
older trail has fewer members, and somebody may have edited anything into one: what is of another type is
written as its JSON.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from syncer.audit.entries import place_of
from syncer.audit.filters import overrides_in
from syncer.kinds.registry import rule_step
from syncer.model.json_values import mapping, one_line

Value = str | int | float | bool | tuple[str, ...] | None
Row = Mapping[str, Value]
Entry = Mapping[str, Any]

_OF_CHANGE: Final = (
    *("n", "timestamp", "occurredAt", "recordedAt", "run", "action", "ruleType", "queueId", "queueName"),
    *("targetQueue", "targetName", "before", "after", "status", "success", "detail", "note", "attempts"),
    *("latencyMs", "lock", "windowMs", "correlationId", "causedBy", "etagBefore", "etagAfter"),
)
_SHARED: Final = ("api", "environment", "planDigest", "planCreatedAt", "undoes")
_OF_ORIGIN: Final = (
    *("user", "verified", "unverified", "source", "host", "commit", "ref", "refProtected"),
    *("pipeline", "job"),
)
_OF_RUN: Final = (
    *("client", "requester", "approvers", "approvedSha", "executor", "segregation", "mergeRequest"),
    *("ticket", "justification", "planPresented", "approval", "planSignature", "tool", "clockOffsetMs"),
)
KEPT: Final = (
    *_OF_RUN,
    *(
        "action",
        "status",
        "reason",
        "startedAt",
        "timestamp",
        "occurredAt",
        "overrides",
        "policies",
    ),
)
"""The members of the entry of a run that its changes are joined with."""


_MOST_TEXTS = 5_000
"""Texts that are looked for again; of times and ids each is another."""


class Runs:
    """The entries of runs by their id, as far as changes are joined with them; of several the newest."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._runs: dict[str, tuple[Any, ...]] = {}
        self._texts: dict[str, str] = {}
        for entry in entries:
            if entry.get("kind") == "run":
                self._runs[self._once(str(entry.get("run")))] = tuple(
                    self._once(entry.get(key)) for key in KEPT
                )

    def _once(self, value: Any) -> Any:
        """``value``, with equal texts once: most runs have persons, versions and tickets in common."""
        if isinstance(value, str):
            if len(self._texts) < _MOST_TEXTS:
                return self._texts.setdefault(value, value)
            return self._texts.get(value, value)
        if isinstance(value, dict):
            return {self._once(key): self._once(each) for key, each in value.items() if key != "blobs"}
        return value

    def of(self, change: Entry) -> Entry | None:
        """What the entry of a change's run says; None where there is no such entry."""
        kept = self._runs.get(str(change.get("run")))
        return None if kept is None else dict(zip(KEPT, kept, strict=True))


def row_of(change: Entry, run: Entry | None) -> dict[str, Value]:
    """The row of a change; ``run`` is what the entry of its run says, None where there is none."""
    run = run or {}
    origin = mapping(change.get("origin"))
    organization = place_of(change).organization
    recovered = mapping(change.get("recoveredBy"))
    policies = mapping(run.get("policies"))
    return {
        **{key: flat(change.get(key)) for key in _OF_CHANGE},
        "rule": rule_step(change),
        "recoveredByRun": flat(recovered.get("run")),
        "recoveredByUser": flat(recovered.get("user")),
        **{key: flat(change.get(key)) for key in _SHARED},
        "organizationId": organization.id,
        "organizationName": organization.name,
        "identity": identity(origin),
        **{key: flat(origin.get(key)) for key in _OF_ORIGIN},
        **{key: flat(run.get(key)) for key in _OF_RUN},
        "overrides": tuple(f"--{each}" for each in overrides_in(run)),
        "policiesDigest": flat(policies.get("digest")),
        "policiesDirty": flat(policies.get("dirty")),
        "runAction": flat(run.get("action")),
        "runStatus": flat(run.get("status")),
        "runReason": flat(run.get("reason")),
        "runStartedAt": flat(run.get("startedAt")),
        "runEndedAt": flat(run.get("occurredAt") or run.get("timestamp")),
        "previous": flat(change.get("previous")),
        "hash": flat(change.get("hash")),
    }


def identity(origin: Entry) -> str:
    """Whether somebody else vouches for the user of an origin, or the environment alone claims it."""
    return "verified" if origin.get("verified") is True else "claimed"


def flat(value: Any) -> Value:
    """``value`` as it stands in a row."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    return one_line(value)


COLUMNS: Final = tuple(row_of({}, None))
"""The names of the columns, in their order."""


def rows(changes: Iterable[Entry], runs: Runs) -> Iterator[dict[str, Value]]:
    """The row of each change."""
    return (row_of(change, runs.of(change)) for change in changes)
