"""Applies that sent nothing, in the record: drift says of them why what was merged is not live.

::

    refused under the lock      KeptRecord.refused     what the run has read of the record already
    refused before it           note_refused           the record as the state folder has it, and its store

A run that ends before it has reached the organization doesn't know its place: it is that of the record, where
the environment has one alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.app.record_store import alone_with_record, known_in, marked, stored_record
from syncer.audit.applied_set import AppliedSet, RefusedRun
from syncer.audit.record import write_record
from syncer.errors import SyncerError

if TYPE_CHECKING:
    from syncer.app.options import RunOptions
    from syncer.app.session import Session
    from syncer.audit.chain import Chain
    from syncer.audit.entries import Run
    from syncer.audit.record import Record


def with_refused(record: Record, run: Run, policy_set: str, reason: str) -> Record:
    """Return the record after a run that was to apply a policy set, and changed nothing for ``reason``."""
    known = record.place(run.place, run.environment).sets.get(policy_set, AppliedSet(policy_set))
    refused = RefusedRun(run.id, run.started_at, run.origin.commit, reason)
    return record.with_set(run.place, run.environment, known.with_refused(refused))


def note_refused(
    run: Run, policy_set: str, reason: str, chain: Chain, options: RunOptions, session: Session
) -> None:
    """Note in the record that an apply stopped without the lock; a failure is a warning of the session."""
    if run.verb != "apply":
        return
    try:
        with alone_with_record(options.state_dir) as path:
            known = known_in(path, chain)
            placed = _placed(run, known)
            if placed is None:
                return
            store = stored_record(options.record, placed.place, placed.environment, session)
            if store is not None:
                known = store.pulled(known, chain.entries)
            known = marked(with_refused(known, placed, policy_set, reason), placed)
            write_record(path, known if store is None else store.pushed(known))
    except SyncerError as error:
        session.warnings.append(f"that the run was refused is missing in the record: {error.message}")


def _placed(run: Run, record: Record) -> Run | None:
    """Return the run with the place it was to write to; None if that isn't known."""
    if run.api:
        return run
    places = [each.location for each in record.places if each.environment == run.environment]
    if len(places) != 1:
        return None
    return replace(run, api=places[0].api, organization=places[0].organization)
