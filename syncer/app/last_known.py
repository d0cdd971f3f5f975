"""What records have on an apply that left no report, for the note on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.app.record_reading import LARGEST
from syncer.app.record_store import known_in
from syncer.audit.applied_set import AppliedSet
from syncer.audit.chain import Chain
from syncer.audit.record import NAME, record_in
from syncer.errors import AuditError, SyncerError
from syncer.report.note.unknown import LastKnown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from syncer.app.options import CommentOptions
    from syncer.audit.record import Place, Record


def last_known(options: CommentOptions, environ: Mapping[str, str]) -> tuple[LastKnown, tuple[str, ...]]:
    """What the state folder and the store in the options have on a policy set, and warnings of what can't be
    read. The API is not asked. Raises WrongUsage for an invalid store."""
    warnings: list[str] = []
    records = [known_in(options.state_dir / NAME, Chain(options.state_dir / "audit"))]
    records += _stored(options, environ, warnings)
    places = [(place, record) for record in records for place in _places(record, options.environment)]
    if not places:
        return LastKnown(), tuple(warnings)
    # Each organization has its own place; of the same one, the version that was written last counts.
    newest: dict[str, tuple[Place, Record]] = {}
    for place, record in sorted(places, key=lambda known: known[0].version):
        newest[place.location.organization.id or place.location.api] = (place, record)
    intents = (
        each
        for place, record in newest.values()
        for each in record.intents
        if each.environment == place.environment and each.place.is_as(place.location)
    )
    applied = (place.sets.get(options.policy_set, AppliedSet()) for place, _ in newest.values())
    return (
        LastKnown(
            open=tuple(sorted(intents, key=lambda intent: intent.started_at, reverse=True)),
            applied=max(applied, key=lambda each: each.at),
            names={queue.id: queue.name for place, _ in newest.values() for queue in place.queues.values()},
            read=True,
        ),
        tuple(warnings),
    )


def _places(record: Record, environment: str) -> Iterator[Place]:
    return (place for place in record.places if place.environment == environment)


def _stored(options: CommentOptions, environ: Mapping[str, str], warnings: list[str]) -> Iterator[Record]:
    """The records in the store."""
    from syncer.app.record_places import stores_of
    from syncer.errors import WrongUsage

    if not options.record:
        return
    try:
        for store in stores_of(options.record, options.environment, environ):
            content = store.read().content
            if content is not None:
                if len(content) > LARGEST:
                    raise AuditError(f"it is larger than {LARGEST:,} bytes")
                yield record_in(content, "what is there")
    except WrongUsage:
        raise
    except SyncerError as error:
        warnings.append(f"the record can't be read from its store: {error.message}")
