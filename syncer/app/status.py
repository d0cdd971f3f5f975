"""Status: what is going on, on one screen, from the live queues and the state folder. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from syncer.app.audit import ended_runs
from syncer.app.places import STATE, LiveTarget, PolicySource
from syncer.app.session import Session, begun
from syncer.errors import AuditError, SyncerError
from syncer.net.timing import rfc3339
from syncer.report.sights import Freezing, Situation
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from syncer.applying.underway import ActiveRun, LeftRun
    from syncer.audit.exceptions import Exemption
    from syncer.audit.record import Record
    from syncer.model.queue import LiveQueue
    from syncer.model.settings import ApiLocation, Settings
    from syncer.planning.recent import RecentRun


def status(
    source: PolicySource,
    target: LiveTarget,
    state_dir: Path = STATE,
    *,
    record: str = "",
    session: Session | None = None,
) -> ReportOf[Situation]:
    """Return what is going on: live loops, exceptions, freezes, unfinished runs, and the last runs that
    changed something.

    ``record`` is the store of what was last applied, empty: only the state folder. Needs no policies: the
    settings name the organization and its freezes, if there are any. What can't be read is listed in
    ``unknown`` of the view; if that is the organization, its error is that of the report, with its exit code.
    Nothing is raised except WrongUsage for an environment that the settings don't have.
    """
    session = begun(session)
    return session.ended(_status(_Looking(source, target, state_dir, session, record)))


UNREAD = "they are not read, as set in the settings"


@dataclass(frozen=True, slots=True)
class _Live:
    """The live queues and where they are, or the error why they could not be read."""

    queues: tuple[LiveQueue, ...] = ()
    here: ApiLocation | None = None
    error: SyncerError | None = None
    flow_loops: tuple[str, ...] = ()


@dataclass
class _Looking:
    """One look around; ``unknown`` collects what could not be read."""

    source: PolicySource
    target: LiveTarget
    state_dir: Path
    session: Session
    store: str = ""
    unknown: list[str] = field(default_factory=list)

    def settings(self) -> Settings:
        """The settings, or the defaults if there are none that can be read."""
        from syncer.model.finding import has_errors
        from syncer.model.settings import DEFAULTS
        from syncer.planning.disk import environment_of
        from syncer.policy.load import load_settings

        loaded = load_settings(self.source.folder)
        if has_errors(loaded.findings):
            first = next(finding for finding in loaded.findings if finding.refuses)
            self.unknown.append(f"freezes of the settings: they can't be read ({first.message})")
            return DEFAULTS
        if self.source.environment:
            return environment_of(loaded.environments, self.source.environment)
        return loaded.settings

    def live(self, settings: Settings) -> _Live:
        """List the live queues once, and read their in-queue flows."""
        from syncer.app.connection import client_for, dialect_of, with_flows
        from syncer.app.flows import reading_flows
        from syncer.model.policy import PolicySet
        from syncer.model.settings import ApiLocation
        from syncer.planning.gather import read_live
        from syncer.planning.live_loops import loops_by_flows

        try:
            with client_for(self.target, settings, self.session) as client:
                read = read_live(client, PolicySet(), dialect_of(self.target, settings))
                read = with_flows(read, reading_flows(client, settings, self.state_dir), off=UNREAD)
        except SyncerError as error:
            self.unknown.append(f"live loops: {error.message}")
            return _Live(error=error)
        self.unknown += read.view.unseen
        self.unknown += [f"loops by in-queue flows: {words}" for words in read.flows.not_known]
        circles = loops_by_flows(read.queues, read.flows.transfers)
        return _Live(read.queues, ApiLocation(read.api, read.organization), flow_loops=circles)

    def trail(self) -> tuple[dict[str, Any], ...]:
        """The entries of the audit; none if there is no trail."""
        from syncer.audit.chain import Chain

        chain = Chain(self.state_dir / "audit")
        try:
            found = tuple(chain.entries())
        except AuditError as error:
            self.unknown.append(f"what ran: {error.message}")
            return ()
        if not found:
            self.unknown.append(
                f"what ran: there is no audit trail in {self.state_dir} (--state-dir selects another)"
            )
        return found

    def record(
        self, entries: tuple[dict[str, Any], ...], here: ApiLocation | None, environment: str
    ) -> Record:
        """The record with the newer entries of the trail, and what its store has newer of a place."""
        from syncer.app.record_store import stored_record
        from syncer.audit.record import NAME, Record, read_record
        from syncer.audit.record_fold import folded

        try:
            known = read_record(self.state_dir / NAME)
        except AuditError as error:
            self.unknown.append(f"what only the record knows: {error.message}")
            known = Record()
        known = folded(known, entries)
        link = stored_record(self.store, here, environment, self.session) if here else None
        return link.pulled(known, lambda: iter(entries)) if link else known

    def runs(self, record: Record) -> tuple[ActiveRun | None, tuple[LeftRun, ...]]:
        """The run in progress, and the unfinished ones."""
        from syncer.applying.underway import active_run, left_runs

        state = self.state_dir
        try:
            active = active_run(state, self.session.now())
            return active, left_runs(state, active, ended_runs(state), record.intents)
        except (AuditError, OSError) as error:
            why = error.message if isinstance(error, AuditError) else f"{state} can't be read"
            self.unknown.append(f"which runs are unfinished: {why}")
            return None, ()


def _status(looking: _Looking) -> ReportOf[Situation]:
    from syncer.audit.exceptions import exceptions_at
    from syncer.checks.freeze import over
    from syncer.planning.exceptions import open_sources
    from syncer.planning.live_loops import live_loops

    session, now = looking.session, looking.session.now()
    settings = looking.settings()
    live = looking.live(settings)
    here, error = live.here, live.error
    entries = looking.trail()
    record = looking.record(entries, here, settings.environment.name)
    active, left = looking.runs(record)
    held = exceptions_at(record.exceptions, here) if here else record.exceptions
    view = Situation(
        at=rfc3339(now),
        where=str(here) if here else "",
        state=str(looking.state_dir),
        queues=len(live.queues),
        loops=live_loops(live.queues, here, lambda: entries) if here else None,
        flow_loops=live.flow_loops,
        exceptions=held,
        expired=frozenset(each.id for each in held if each.is_expired(now)),
        open=open_sources(live.queues, held),
        freezes=tuple(_freezes(settings, session, now)),
        active=active,
        left=left,
        recent=_recent(looking, entries, here, held),
        unknown=(*looking.unknown, *filter(None, (over(session.environ, now),))),
    )
    return ReportOf("status", error.exit_code if error else 0, view, error=error)


def _recent(
    looking: _Looking, entries: Sequence[dict[str, Any]], here: ApiLocation | None, held: Iterable[Exemption]
) -> tuple[RecentRun, ...]:
    """The last runs, each with a command that finds this state folder."""
    from syncer.audit.exceptions import STOP
    from syncer.planning.recent import recent_runs

    stops = {each.id for each in held if each.kind == STOP}
    option = () if looking.state_dir == STATE else ("--state-dir", str(looking.state_dir))
    found = recent_runs(entries, here, stops=stops)
    return tuple(replace(run, undo=(*run.undo, *option)) if run.undo else run for run in found)


def _freezes(settings: Settings, session: Session, now: datetime) -> Iterator[Freezing]:
    """The freezes in force, of settings and variables, and the next one of the settings."""
    from syncer.checks.freeze import declared_freezes

    yield from (Freezing(True, each.message) for each in declared_freezes(session.environ, now))
    ahead = []
    for freeze in sorted(settings.safety.freeze, key=lambda freeze: freeze.start):
        words = f"changes are frozen from {rfc3339(freeze.start)} to {rfc3339(freeze.end)}: {freeze.reason}"
        if freeze.start <= now < freeze.end:
            yield Freezing(True, words)
        elif now < freeze.start:
            ahead.append(Freezing(False, words))
    yield from ahead[:1]
