"""Reconcile: compare the trail with the organization's own audit. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from syncer.app.audit import broken_trail, unfinished_runs
from syncer.app.places import STATE, LiveTarget, PolicySource
from syncer.app.session import Session, begun
from syncer.errors import ConfigError, NotFound, WrongUsage
from syncer.net.timing import rfc3339
from syncer.report.reconciled import Reconciled
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from syncer.app.options import ReconcileOptions
    from syncer.audit.chain import Chain
    from syncer.audit.period import Period
    from syncer.audit.sent_puts import TrailPuts
    from syncer.live.client import Client
    from syncer.model.audited import AuditedEdit
    from syncer.model.settings import ApiLocation, Settings
    from syncer.planning.disk import OnDisk
    from syncer.planning.gather import Live

UNREADABLE = "which queues the policies manage, as they can't be read: edits to the trail's queues are listed"
LONGEST = timedelta(days=400)
OTHER_TRAILS = "runs of another state folder: only this trail was read"


def audit_reconcile(
    options: ReconcileOptions,
    source: PolicySource,
    target: LiveTarget,
    state_dir: Path = STATE,
    *,
    session: Session | None = None,
) -> ReportOf[Reconciled]:
    """Compare each PUT of the trail in a period with the audit of the organization, and list what others
    edited in queues of the policies or the trail.

    The exit code is 1 if our client wrote something that the trail doesn't have, or the trail has something
    that the audit should have by now but doesn't; else 2 if others edited something and ``detailed_exitcode``
    is set. Raises WrongUsage for an invalid period, AuditError if the trail can't be read, Forbidden if the
    audit may not be read, ConfigError if the API has no audit or our client is not known, AuthError,
    LiveError.
    """
    session = begun(session)
    return session.ended(_reconcile(options, source, target, state_dir, session))


@dataclass(frozen=True, slots=True)
class _Read:
    """What is compared: policies, live queues, the trail, and the edits in the audit."""

    disk: OnDisk
    live: Live
    here: ApiLocation
    trail: TrailPuts
    clients: frozenset[str]
    edits: Sequence[AuditedEdit]

    @property
    def queues(self) -> frozenset[str]:
        """The ids of the live queues that the policies manage now, and of those in the trail."""
        from syncer.resolving.select import policies_of

        every = frozenset(queue.id for queue in self.live.queues)
        found = policies_of(self.disk.policies, every, self.live.queues)
        managed = (id_ for id_, policy in found.items() if policy.managed)
        return frozenset((*managed, *self.trail.names))


def _reconcile(
    options: ReconcileOptions, source: PolicySource, target: LiveTarget, state_dir: Path, session: Session
) -> ReportOf[Reconciled]:
    from syncer.audit.chain import Chain
    from syncer.audit.reconcile import reconcile

    now = session.now()
    period = _period(options, now)
    since, until = period.since or now, period.until or now
    chain = Chain(state_dir / "audit")
    read = _read(source, target, chain, session, (since, until))
    queues = read.queues
    found = reconcile(
        *(read.trail.puts, read.edits), ours=read.clients, queues=queues, period=period, now=now
    )
    view = Reconciled(
        where=str(read.here),
        since=rfc3339(since),
        until=rfc3339(until),
        clients=tuple(sorted(read.clients)),
        found=found,
        names={**read.trail.names, **read.live.names},
        queues=len(queues),
        unknown=tuple(_unknown(read, since)),
    )
    code = 0 if found.agrees else 1
    if found.agrees and found.others and options.detailed_exitcode:
        code = 2
    warnings = (*unfinished_runs(state_dir), *broken_trail(chain.files()))
    return ReportOf("audit reconcile", code, view, warnings=warnings)


def _period(options: ReconcileOptions, now: datetime) -> Period:
    """The period from --since to --until; without an end if that is missing or in the future, since clocks
    may be off a little."""
    from syncer.audit.period import Period, moment_from

    if not options.since:
        raise WrongUsage("the start of the period is missing", hint="Give --since, such as --since 7d.")
    since, until = moment_from(options.since, now), moment_from(options.until, now) if options.until else now
    if now - since > LONGEST:
        raise WrongUsage(
            f"{options.since} is more than {LONGEST.days} days ago",
            hint="Each 30 days take a query of their own, and Genesys Cloud doesn't keep its audit forever.",
        )
    Period(since, min(until, now))  # refuses an empty one
    return Period(since, until if until < now else None)


def _read(
    source: PolicySource,
    target: LiveTarget,
    chain: Chain,
    session: Session,
    sides: tuple[datetime, datetime],
) -> _Read:
    """Read the trail last: a run may write meanwhile, and its entry comes after its event."""
    from syncer.app.connection import client_for, dialect_of
    from syncer.audit.sent_puts import sent_puts
    from syncer.live.own_client import own_client
    from syncer.model.policy import PolicySet
    from syncer.model.settings import ApiLocation
    from syncer.planning.disk import read_disk
    from syncer.planning.gather import read_live

    disk = read_disk(source.folder, source.paths, source.environment)
    with client_for(target, disk.settings, session) as client:
        live = read_live(client, PolicySet(), dialect_of(target, disk.settings))
        here, own = ApiLocation(live.api, live.organization), own_client(client)
        edits = _named(_edits(client, *sides), disk.settings, session)
    trail = sent_puts(chain.entries(), here)
    clients = frozenset(filter(None, (own, *trail.clients)))
    if not clients:
        raise ConfigError(
            "the API doesn't state which client the token belongs to, and neither does the trail",
            hint="Use client credentials instead of an access token.",
        )
    return _Read(disk, live, here, trail, clients, edits)


def _edits(client: Client, since: datetime, until: datetime) -> list[AuditedEdit]:
    """Return all edits of queues in the audit in the period, and a little before and after."""
    from syncer.audit.reconcile import MARGIN
    from syncer.live.audits import AuditCalls

    try:
        return AuditCalls(client.exchange).queue_edits(since - MARGIN, until + MARGIN)
    except NotFound as error:
        raise ConfigError(
            f"{client.api} serves no audit of the organization to compare with",
            hint="Genesys Cloud has one; a gateway may not.",
        ) from error


def _named(edits: Iterable[AuditedEdit], settings: Settings, session: Session) -> Sequence[AuditedEdit]:
    """Return the edits, persons and addresses named as in the trail. Raises ConfigError without a key."""
    from syncer.audit.identity import LOGIN, identity

    if settings.audit.identity == LOGIN:
        return tuple(edits)
    names = identity(settings.audit.identity, session.environ)
    return [
        replace(
            edit,
            user=names(edit.user),
            user_name="" if edit.user else names(edit.user_name),
            addresses=tuple(map(names.host, edit.addresses)),
        )
        for edit in edits
    ]


def _unknown(read: _Read, since: datetime) -> Iterable[str]:
    if not read.disk.readable:
        yield UNREADABLE
    yield from read.live.view.unseen
    trail = read.trail
    if trail.first is None:
        yield "what our runs wrote: the trail has no entry"
    elif trail.first > since:
        yield f"what our runs wrote before {rfc3339(trail.first)}: the trail starts there"
    if trail.undated:
        yield f"when {trail.undated} changes of the trail were made: their time can't be read"
    yield OTHER_TRAILS
