"""Audit trails of any length, where hardly anything stands twice: each change has a queue of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from syncer.audit.chain import Chain
from syncer.audit.entries import Run, change_entries, intended, run_entry
from syncer.audit.origin import Origin
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, FieldChange, QueueChange, RuleChange
from syncer.model.plan import Outcome, Status
from syncer.model.settings import Organization
from syncer.net.timing import rfc3339
from tests.bench.organizations import queue_name

_AT_ONCE: Final = 5_000
_SPACE: Final = UUID(int=1)
_START: Final = datetime(2026, 3, 1, tzinfo=UTC)


def write_trail(folder: Path, entries: int, changes: int = 20) -> None:
    """Write a trail of so many entries in runs of ``changes`` changes each into ``folder``/audit."""
    chain, waiting = Chain(folder / "audit"), list[Mapping[str, Any]]()
    for number, entry in zip(range(entries), _entries(changes), strict=False):
        waiting.append(entry)
        if len(waiting) == _AT_ONCE or number == entries - 1:
            chain.append(waiting)
            waiting.clear()


def _entries(changes: int) -> Iterator[Mapping[str, Any]]:
    """Runs without end: so many changes, each of another queue, then the entry of the run."""
    made = 0
    while True:
        run, at = _run(made // changes, _at(made)), _at(made)
        outcomes = [_outcome(number) for number in range(made, made + changes)]
        for outcome in outcomes:
            yield from change_entries(run, outcome, at)
        yield run_entry(
            replace(run, intended=intended(outcome.change for outcome in outcomes)),
            at,
            status="done",
            validation_pass=True,
            outcomes=outcomes,
            calls={"GET /api/v2/routing/queues": 3, "PUT /api/v2/routing/queues/{id}": changes},
            duration_ms=1234.5 + made,
        )
        made += changes


def _at(second: int) -> str:
    return rfc3339(_START + timedelta(seconds=second))


def _run(number: int, at: str) -> Run:
    job = f"https://gitlab.example.com/contact-center/overflow/-/jobs/{7_000_000 + number}"
    return Run(
        _id("run", number),
        at,
        "https://api.mypurecloud.de",
        "production",
        f"sha256:{number:064x}",
        origin=Origin(f"person{number}@example.com", "runner", f"{number:040x}", str(number), job),
        organization=Organization(_id("organization", 1), "Example Inc."),
        plan_presented=f"sha256:{number:064x}",
    )


def _outcome(number: int) -> Outcome:
    source, to = _id("queue", number), _id("queue", number + 1)
    before, after = (OverflowRule(target=to, threshold=share, delay=60) for share in (25, 35))
    rule = RuleChange(
        Action.UPDATE, to, queue_name(number + 1), before, after, (FieldChange("threshold", 25, 35),)
    )
    change = QueueChange(source, queue_name(number), (rule,), (before,), (after,), kinds=("overflow",))
    return Outcome(
        change,
        Status.APPLIED,
        attempts=1,
        latency_ms=80 + number % 997 / 7,
        etag_before=str(number),
        etag_after=str(number + 1),
        lock="etag",
        correlation_id=_id("correlation", number),
    )


def _id(what: str, number: int) -> str:
    return str(uuid5(_SPACE, f"{what} {number}"))
