"""Start and finish of a run that may write: connection, lock and trail, and what is kept of its head."""

from collections.abc import Iterator
from contextlib import contextmanager

from syncer.app.anchor import anchor_after_run
from syncer.app.attempt import Attempt
from syncer.app.connection import client_for, listed_live
from syncer.app.deadline import Deadline
from syncer.app.held_chain import hold_chain, open_trail
from syncer.app.keep_record import KeptRecord
from syncer.app.known_run import known_run
from syncer.app.notify import endpoint_for, notifying
from syncer.app.options import RunOptions
from syncer.app.places import LiveTarget
from syncer.app.record_store import stored_record
from syncer.app.restore_plans import RestorePlans
from syncer.app.run import LockedRun
from syncer.app.session import Session, ending_waits, interruptible
from syncer.app.witness import WitnessOfRuns, witness_of
from syncer.applying.engine import Stop
from syncer.applying.lock import held
from syncer.audit.anchors import Head
from syncer.audit.chain import Chain
from syncer.errors import SyncerError
from syncer.files import write_whole
from syncer.live.client import Client
from syncer.live.clock_offset import clock_warning
from syncer.net.timing import rfc3339
from syncer.planning.build import Inputs
from syncer.planning.disk import OnDisk
from syncer.planning.gather import inputs_of
from syncer.planning.saved_plan import SavedPlan


@contextmanager
def locked_run(
    begun: Attempt,
    disk: OnDisk,
    target: LiveTarget,
    options: RunOptions,
    session: Session,
    saved: SavedPlan | None = None,
    *,
    apart: bool = False,
) -> Iterator[LockedRun]:
    """Connect with write permission, hold the lock, and make sure that the last message is delivered.

    A trail that is kept ``apart`` from that of other runs is not part of their chain. Raises SyncerError,
    before anything is sent, if the audit head could not be written, AuditError if the audit could not, and
    Refused if it is broken or forked.
    """
    state, endpoint = options.state_dir, endpoint_for(disk.settings.webhook, session.environ)
    deadline = Deadline(options.deadline, lambda: session.duration)
    with (
        ending_waits(session.waits, deadline.ending),
        client_for(target, disk.settings, session, write=True, parallel=options.parallel) as client,
    ):
        begun.run = run = known_run(begun, client, disk, options, saved)
        with (
            held(state, run, min(options.lock_timeout, deadline.left), session.waits.announce),
            notifying(endpoint, state, session.warnings.append) as notify,
        ):
            begun.clock_offset = client.clock_offset
            begun.chain = chain = Chain(state / "audit", told=notify)
            open_trail(begun, options)
            store = stored_record(options.record, run.place, run.environment, session)
            kept = KeptRecord(
                state, chain, session.warnings.append, store, policy_set=begun.source.policy_set
            )
            begun.refused = kept.refused
            if not apart:
                hold_chain(begun, kept, options)
            begun.witness = _witness(begun, disk, client, target, deadline)
            try:
                yield LockedRun(disk, target, client, begun, options, session, notify, kept)
            except BaseException as error:
                begun.leave(error)
                raise
            finally:
                with interruptible(Stop()):
                    kept.settle(begun.run)
                _anchor(options, chain, session)
                if words := clock_warning(client.clock_offset()):
                    session.warnings.append(words)
                with interruptible(Stop()):  # what was done is reported all the same
                    _keep_head(options, chain, session)


def _witness(
    begun: Attempt, disk: OnDisk, client: Client, target: LiveTarget, deadline: Deadline
) -> WitnessOfRuns | None:
    """The witness that checks what runs may have overwritten."""
    session = begun.session

    def inputs() -> Inputs:
        return inputs_of(disk, listed_live(disk, client, target, with_groups=False)[0])

    return witness_of(
        *(client, disk.settings, session, begun.journals.parent, begun.run.place),
        RestorePlans(inputs, begun.chain.folder, rfc3339(session.now()), session.warnings.append),
        lambda: deadline.left,
    )


def _anchor(options: RunOptions, chain: Chain, session: Session) -> None:
    """Anchor the head after the run; the run is finished, so a failure is a warning."""
    if options.anchors:
        last = chain.newest()
        head = Head(last.number, last.head)
        session.warnings.extend(anchor_after_run(options.anchors, options.state_dir, head))


def _keep_head(options: RunOptions, chain: Chain, session: Session) -> None:
    """Write the head to the requested file; the run is finished, so a failure is a warning."""
    if options.audit_head is not None:
        try:
            write_whole(options.audit_head, chain.head() + "\n")
        except SyncerError as error:
            session.warnings.append(f"the audit head was not written: {error.message}")
