"""Exceptions in force: which there are, until when, and those added from a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from syncer.app.options import RunOptions, StopOptions
from syncer.app.places import LiveTarget, PolicySource
from syncer.app.session import Session, begun
from syncer.audit.exceptions import ROLLBACK, STOP
from syncer.errors import Refused, WrongUsage
from syncer.net.timing import rfc3339
from syncer.report.lookups import ExceptionsShown
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from syncer.audit.exceptions import Exemption

LOOPS = "loops"
"""The name of the stops of loops."""

_SHORTEST = 8


def stops(
    wanted: StopOptions = StopOptions(),
    options: RunOptions = RunOptions(),
    source: PolicySource = PolicySource(),
    target: LiveTarget = LiveTarget(),
    *,
    session: Session | None = None,
) -> ReportOf[ExceptionsShown]:
    """Return the exceptions in force, according to record and trail.

    The API is only asked for the organization, if ``options`` name a store of the record.
    """
    from syncer.app.known_exceptions import exceptions_known, store_here
    from syncer.app.undo_file import exceptions_of

    session = begun(session)
    if wanted.undo:
        found = exceptions_of(wanted.undo)
    else:
        link = store_here(options.record, source, target, session)
        found = exceptions_known(options.state_dir, link, session)
    return session.ended(ReportOf("stop", 0, ExceptionsShown(found, rfc3339(session.now()))))


def extend(
    which: str,
    wanted: StopOptions,
    options: RunOptions = RunOptions(),
    source: PolicySource = PolicySource(),
    target: LiveTarget = LiveTarget(),
    *,
    session: Session | None = None,
) -> ReportOf[ExceptionsShown]:
    """Extend the stops of ``which`` for ``wanted.seconds`` from now on, including those that only a store of
    the record has; it is updated.

    Raises WrongUsage if there is no such stop, if the length is missing, or if one already lasts longer;
    Refused if another run has the lock; AuditError.
    """
    from syncer.app.attempt import attempt
    from syncer.app.keep_record import KeptRecord
    from syncer.app.known_exceptions import store_here
    from syncer.app.undo_file import state_of
    from syncer.applying.lock import held
    from syncer.audit.exceptions import exception_document

    session = begun(session)
    now = session.now()
    if wanted.seconds is None:
        raise WrongUsage("how long the stop is to last is missing", hint="Add it: --extend --for 2h")
    until = rfc3339(now + timedelta(seconds=wanted.seconds))
    extended: list[Exemption] = []
    link = store_here(options.record, source, target, session)
    with (
        state_of(options, wanted.undo) as used,
        attempt("stop", PolicySource(), used, session) as begun_,
        held(used.state_dir, begun_.run, used.lock_timeout),
    ):
        kept = KeptRecord(used.state_dir, begun_.chain, session.warnings.append, link)
        chosen = named(kept.record.exceptions, which)
        _refuse_shorter(chosen, until)
        for made in chosen:
            longer = replace(made, until=until, reason=wanted.reason or made.reason)
            begun_.run = replace(
                begun_.run,
                id=session.next_run() if extended else session.run,
                api=made.location.api,
                organization=made.location.organization,
                environment=made.environment,
                exception=exception_document(longer),
            )
            begun_.validated = True
            begun_.close("done", reason="extended")
            kept.note(begun_.run)
            extended.append(longer)
    view = ExceptionsShown(tuple(extended), rfc3339(now), "extended:")
    return session.ended(ReportOf("stop", 0, view))


def _refuse_shorter(chosen: Sequence[Exemption], until: str) -> None:
    """Raise WrongUsage if a stop already ends later than ``until`` (RFC 3339, in UTC)."""
    for made in chosen:
        if made.until > until:
            raise WrongUsage(
                f"the stop of {made.target_name or 'loops'} already lasts until {made.until}, which is "
                "later: nothing was changed",
                hint=f"Extend it for longer than that, or lift it: syncer stop {made.id} --lift",
            )


def join(
    file: Path,
    options: RunOptions = RunOptions(),
    source: PolicySource = PolicySource(),
    target: LiveTarget = LiveTarget(),
    *,
    session: Session | None = None,
) -> ReportOf[ExceptionsShown]:
    """Add the entries that a stop left in ``file`` to the trail of the state folder: from then on plan, apply
    and drift respect it there, and a lift in the file counts too. Runs that the trail has are left out. A
    store of the record is updated too.

    Raises AuditError if the file is damaged, Refused if the trail already has its runs.
    """
    from syncer.app.keep_record import KeptRecord
    from syncer.app.known_exceptions import store_here
    from syncer.app.undo_file import entries_of, take_windows
    from syncer.applying.lock import held
    from syncer.audit.chain import Chain
    from syncer.audit.entries import Run, origin

    session = begun(session)
    now, entries = rfc3339(session.now()), entries_of(file)
    run = Run(session.run, now, "", verb="stop", origin=origin(session.environ))
    link = store_here(options.record, source, target, session)
    with held(options.state_dir, run, options.lock_timeout):
        chain = Chain(options.state_dir / "audit")
        known = {each.get("run") for each in chain.entries()}
        new = [entry for entry in entries if entry.get("run") not in known]
        if not new:
            raise Refused(
                f"the trail already has the runs of {file}: nothing was added", reason="joined-before"
            )
        chain.append([{**entry, "timestamp": now, "recordedAt": now} for entry in new])
        kept = KeptRecord(options.state_dir, chain, session.warnings.append, link)
        kept.note(run)
        take_windows(file, options.state_dir, session.warnings.append)
    brought = {entry.get("run") for entry in entries}
    found = tuple(each for each in kept.record.exceptions if each.id in brought)
    count = "1 entry" if len(new) == 1 else f"{len(new)} entries"
    view = ExceptionsShown(found, now, f"{count} of {file} added to the trail")
    return session.ended(ReportOf("stop", 0, view))


def named(found: Sequence[Exemption], which: str) -> list[Exemption]:
    """Return the stops that ``which`` names: by queue, run, or ``loops``. Raises WrongUsage if there is
    none."""
    folded = which.casefold()
    stops_in_force = [each for each in found if each.kind == STOP]
    chosen = [
        each
        for each in stops_in_force
        if which == each.target != ""
        or folded == each.target_name.casefold() != ""
        or (which == LOOPS and each.edges)
        or _begins(each, which)
    ]
    if not chosen:
        known = ", ".join(each.target_name or f"{LOOPS} ({each.id})" for each in stops_in_force) or "none"
        hold = next((each for each in found if each.kind == ROLLBACK and _begins(each, which)), None)
        see = "See all: syncer stop --list. Kept elsewhere: --state-dir DIR, --record STORE or --undo FILE."
        raise WrongUsage(
            f"no stop of {which!r} is in force: there is {known}",
            hint=f"That is a rollback: syncer rollback --lift {hold.id}" if hold else see,
        )
    return chosen


def _begins(each: Exemption, which: str) -> bool:
    return len(which) >= _SHORTEST and each.id.startswith(which)
