"""An apply or rollback from its first step: however it finishes, the trail has an entry for it."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncer.app.known_run import named
from syncer.app.refused_runs import note_refused
from syncer.audit.chain import Chain
from syncer.audit.entries import Run, origin, run_entry
from syncer.audit.evidence import Evidence
from syncer.audit.identity import before_settings
from syncer.errors import (
    BadPlan,
    Interrupted,
    PoliciesInvalid,
    Refused,
    SyncerError,
    WrongUsage,
    explained,
    is_interrupt,
)
from syncer.files import open_regular, refuse_unwritable
from syncer.net.timing import rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from syncer.app.options import RunOptions
    from syncer.app.places import PolicySource
    from syncer.app.session import Session
    from syncer.app.witness import WitnessOfRuns

_CHUNK = 1024 * 1024

INTERRUPTED = "interrupted"
FAILED = "failed"
REFUSED = "refused"


def _unheard(_run: Run, _reason: str) -> None:
    pass


@dataclass
class Attempt:
    """A run that has started: ``run`` has what is known of it so far.

    ``source`` are its policies, ``chain`` is the trail, ``evidence`` is who and why, before persons are named
    as the settings require. ``validated``: whether the checks passed. ``content`` are the bytes of the plan
    file. ``clock_offset`` is our clock minus the server's, in milliseconds. ``counted`` are the calls of this
    session that an earlier run counted as its own. ``witness`` checks what runs may have overwritten.
    ``refused`` is called for a run that sent nothing, with the code of the reason, once the trail has its
    entry.
    """

    session: Session
    chain: Chain
    journals: Path
    run: Run
    source: PolicySource
    evidence: Evidence = field(default_factory=Evidence)
    validated: bool = False
    content: bytes = b""
    clock_offset: Callable[[], float | None] = lambda: None
    counted: Mapping[str, int] = field(default_factory=dict)
    recorded: set[str] = field(default_factory=set)
    witness: WitnessOfRuns | None = None
    refused: Callable[[Run, str], None] = _unheard

    def agreed(self, how: str) -> None:
        """Note that the plan was approved."""
        self.run = replace(self.run, evidence={**self.run.evidence, "approval": how})

    def presented(self, plan_file: Path) -> None:
        """Note the plan file and its digest, before anything in it is trusted."""
        self.run = replace(self.run, plan_presented=file_digest_of(plan_file))

    def leave(self, error: BaseException) -> None:
        """Write an entry for a run that fails with ``error``, unless there is one.

        Wrong usage isn't an attempt. A run with a journal may have sent something: the next run reads the
        live queues and closes it. An entry that can't be written is only a warning: the error matters more.
        """
        if isinstance(error, WrongUsage) or self.run.id in self.recorded or self._has_journal():
            return
        status, known = _ending(error)
        try:
            self.close(status, reason=known.reason, detail=known.message)
        except SyncerError as unwritten:
            self.recorded.add(self.run.id)
            self.session.warnings.append(f"the audit has no entry for this run: {unwritten.message}")

    def close(self, status: str, *, reason: str = "", detail: str = "") -> None:
        """Write the entry of the run. Raises AuditError if that fails."""
        from syncer.applying.apply import beyond

        earlier = self.witness.earlier.overwritten if self.witness else ()
        entry = run_entry(
            self.run,
            rfc3339(self.session.now()),
            status=status,
            validation_pass=self.validated,
            calls=beyond(self.counted, self.session.calls()),
            duration_ms=self.session.duration * 1000,
            reason=reason,
            detail=detail,
            clock_offset_ms=self.clock_offset(),
            overwritten=earlier,
        )
        self.chain.append([entry])
        self.recorded.add(self.run.id)
        if status in (REFUSED, FAILED):
            self.refused(self.run, reason)

    def _has_journal(self) -> bool:
        from syncer.applying.journal import SUFFIX

        return (self.journals / f"{self.run.id}{SUFFIX}").exists()


def _ending(error: BaseException) -> tuple[str, SyncerError]:
    """Return the status of a run that failed with an error, and the error that explains it."""
    if is_interrupt(error) or not isinstance(error, Exception):
        return INTERRUPTED, Interrupted("interrupted before anything was sent")
    known = error if isinstance(error, SyncerError) else explained(error)
    if known.exit_code == Interrupted.exit_code:
        return INTERRUPTED, known
    return (REFUSED if isinstance(known, Refused | PoliciesInvalid | BadPlan) else FAILED), known


def file_digest_of(path: Path) -> str:
    """Return the SHA-256 of the bytes of a file, as ``sha256:<hex>``; empty if it can't be read."""
    found = hashlib.sha256()
    try:
        with open_regular(path) as file:
            while data := file.read(_CHUNK):
                found.update(data)
    except (OSError, ValueError):
        return ""
    return f"sha256:{found.hexdigest()}"


@contextmanager
def attempt(verb: str, source: PolicySource, options: RunOptions, session: Session) -> Iterator[Attempt]:
    """Start a run. If it fails without an entry in the audit, one is written here.

    Raises SyncerError, before it starts, if its outputs can't be written or its anchors can't be used.
    """
    if options.audit_head is not None:
        refuse_unwritable(options.audit_head)
    if options.anchors:
        from syncer.app.anchor import anchors_of

        anchors_of(options.anchors)
    run = Run(
        id=session.run,
        started_at=rfc3339(session.now()),
        api="",
        environment=source.environment,
        verb=verb,
        overrides=options.overrides,
        origin=named(origin(session.environ), before_settings(session.environ)),
    )
    state = options.state_dir
    chain = Chain(state / "audit")
    begun = Attempt(session, chain, state / "journal", run, source)
    begun.refused = lambda run, reason: note_refused(run, source.policy_set, reason, chain, options, session)
    try:
        yield begun
    except BaseException as error:
        begun.leave(error)
        raise
