"""The exceptions in force, according to the state folder and an external store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from syncer.errors import AuditError, SyncerError, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from syncer.app.places import LiveTarget, PolicySource
    from syncer.app.record_store import StoredRecord
    from syncer.app.session import Session
    from syncer.audit.exceptions import Exemption
    from syncer.model.settings import ApiLocation

SOON: Final = timedelta(hours=24)
"""How long before its end an exception is mentioned."""


def store_here(
    record: str, source: PolicySource, target: LiveTarget, session: Session
) -> StoredRecord | None:
    """Return the store in ``record`` (``--record``), for the organization that the credentials belong to.

    None if there is none, or if the organization can't be known, which is a warning: then only the state
    folder counts. Raises WrongUsage for an invalid store.
    """
    from syncer.app.connection import client_for
    from syncer.app.record_store import stored_record
    from syncer.app.stop_run import disk_as_far
    from syncer.model.settings import ApiLocation

    if not record:
        return None
    try:
        settings = disk_as_far(source, target, session).settings
        with client_for(target, settings, session) as client:
            location = ApiLocation(client.api, client.organization())
    except WrongUsage:
        raise
    except SyncerError as error:
        session.warnings.append(
            f"the store of the record is not read, because the organization is not known "
            f"({error.message}): exceptions made elsewhere are missing"
        )
        return None
    return stored_record(record, location, settings.environment.name, session)


def exceptions_in(state: Path, warn: Callable[[str], None]) -> tuple[Exemption, ...]:
    """Return the exceptions in force, according to record and trail in the folder ``state``, each with its
    images as far as these have them; nothing is written."""
    from syncer.app.exception_images import with_images
    from syncer.audit.chain import Chain
    from syncer.audit.record import NAME, Record, read_record
    from syncer.audit.record_fold import folded

    chain = Chain(state / "audit")
    try:
        known = read_record(state / NAME)
    except AuditError:
        known = Record()
    try:
        found = folded(known, chain.entries(known.entry)).exceptions
        return with_images(found, chain.entries)
    except AuditError as error:
        warn(f"the exceptions in force are known from the record alone: {error.message}")
        return known.exceptions


def exceptions_known(state: Path, link: StoredRecord | None, session: Session) -> tuple[Exemption, ...]:
    """Return the exceptions in force, according to the folder ``state`` and the store; nothing is written."""
    from syncer.app.exception_images import with_images
    from syncer.app.record_store import known_in
    from syncer.audit.chain import Chain
    from syncer.audit.record import NAME

    ours = exceptions_in(state, session.warnings.append)
    if link is None:
        return ours
    chain = Chain(state / "audit")
    known = replace(known_in(state / NAME, chain), exceptions=ours)
    return with_images(link.pulled(known, chain.entries).exceptions, chain.entries)


def ending_soon(found: Iterable[Exemption], place: ApiLocation, now: datetime) -> Iterator[str]:
    """Yield the exceptions at a place that have expired, or will soon, each with what to do."""
    from syncer.audit.exceptions import exceptions_at
    from syncer.model.held import moment
    from syncer.planning.exceptions import held_of

    for each in exceptions_at(found, place):
        if not each.until or datetime.fromisoformat(each.until) - now > SOON:
            continue
        about, do = held_of(each, now).about(), f"syncer stop {each.id}"
        is_over = each.is_expired(now)
        when = (
            f"expired at {moment(each.until)}, and is still in force"
            if is_over
            else (f"ends at {moment(each.until)}, and stays in force until it is lifted")
        )
        yield f"{about} {when}: {do} --lift, or {do} --extend --for TIME"
