"""Audit trails for the tests: runs, outcomes, entries, and a trail on disk."""

import hashlib
import json
import resource
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from syncer.audit.chain import Chain
from syncer.audit.entries import Origin, Run, change_entries, run_entry
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, FieldChange, QueueChange, RuleChange
from syncer.model.plan import Outcome, Status

NOW = "2026-03-01T08:30:00.000Z"
BEFORE, AFTER = OverflowRule("b", 10, 60, True), OverflowRule("b", 20, 60, True)
UPDATE = RuleChange(Action.UPDATE, "b", "Queue B", BEFORE, AFTER, (FieldChange("threshold", 10, 20),))
CREATE = RuleChange(Action.CREATE, "c", "Queue C", None, OverflowRule("c", 5, 0, False))
DELETE = RuleChange(Action.DELETE, "d", "Queue D", OverflowRule("d", 7, 1, True), None, note="a note")
CHANGE = QueueChange("a", "Queue A", (CREATE, UPDATE, DELETE), (BEFORE,), (AFTER,), kinds=("overflow",))
RUN = Run("20260301T083000Z-abcdef", NOW, "https://api", "prod", "sha256:1", overrides=("--allow-delete",))
DONE = Outcome(CHANGE, Status.APPLIED, "", 2, 12.34567, "1", "2", "etag", "corr")

Entry = dict[str, Any]


def entries(number: int) -> list[Entry]:
    """Small entries that can be told apart."""
    return [{"timestamp": NOW, "kind": "change", "what": f"entry {place}"} for place in range(1, number + 1)]


def written(folder: Path, number: int = 5) -> Chain:
    """A trail of ``number`` small entries."""
    chain = Chain(folder)
    for entry in entries(number):
        chain.append([entry])
    return chain


def rewritten(chain: Chain, change: Callable[[list[bytes]], Iterable[bytes]]) -> None:
    """Put other lines into the file of a trail."""
    chain.path.write_bytes(b"".join(change(chain.path.read_bytes().splitlines(keepends=True))))


def line_of(entry: Entry) -> bytes:
    """An entry as its line."""
    return json.dumps(entry).encode() + b"\n"


def rehashed(lines: Iterable[Entry]) -> list[bytes]:
    """What a forger writes: every entry with the hashes that it should have."""
    previous = "sha256:" + "0" * 64
    forged = []
    for entry in lines:
        plain = {key: value for key, value in entry.items() if key not in ("n", "previous", "hash")}
        body = json.dumps({**plain, "n": entry["n"], "previous": previous})[:-1].encode()
        previous = f"sha256:{hashlib.sha256(body).hexdigest()}"
        forged.append(body + f', "hash": "{previous}"}}\n'.encode())
    return forged


def whole_run() -> list[Entry]:
    """The entries of a run: three rules of one queue, and the run itself."""
    run = Run(
        **{name: getattr(RUN, name) for name in ("id", "started_at", "api")}, origin=Origin("me", "here")
    )
    closing = run_entry(
        run, NOW, status="done", validation_pass=True, outcomes=[DONE], calls={"PUT /q": 1}, duration_ms=99.5
    )
    return [*change_entries(run, DONE, NOW), closing]


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Writing more than that to a file fails, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
