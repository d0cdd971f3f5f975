"""Into: what overflows into a queue right now, directly and through others. Nothing is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.app.places import STATE, LiveTarget, PolicySource
from syncer.app.session import Session, begun
from syncer.errors import AuditError
from syncer.report.sights import Flowing
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from pathlib import Path

    from syncer.model.held import Held
    from syncer.model.network import Facts, Transfer
    from syncer.model.queue import LiveQueue
    from syncer.model.settings import ApiLocation
    from syncer.planning.disk import OnDisk
    from syncer.planning.gather import Live

AGENTS = "what the backups of agents send there: queues don't show that"
FLOWS = "what in-queue flows send there: they are not read"


def into(
    queue: str,
    source: PolicySource,
    target: LiveTarget,
    state_dir: Path = STATE,
    *,
    session: Session | None = None,
) -> ReportOf[Flowing]:
    """Return all that overflows into ``queue`` now, and the stops in force there.

    ``queue`` is an id, a name, a glob, or the unique beginning of a name.

    Needs no policies; contacts are known if the policies, or the record of what was last applied, contain
    loads. Raises WrongUsage that suggests similar names, ConfigError, AuthError, LiveError.
    """
    session = begun(session)
    return session.ended(_into(queue, source, target, state_dir, session))


def _into(
    wanted: str, source: PolicySource, target: LiveTarget, state_dir: Path, session: Session
) -> ReportOf[Flowing]:
    from syncer.app.connection import client_for, dialect_of, with_flows
    from syncer.app.flows import reading_flows
    from syncer.model.lookup import queues_meant
    from syncer.model.policy import PolicySet
    from syncer.model.settings import ApiLocation
    from syncer.planning.disk import read_disk
    from syncer.planning.gather import read_live
    from syncer.planning.inflow import cone, inflow_of
    from syncer.planning.live_loops import live_network
    from syncer.resolving.transfers import measured_transfers

    disk = read_disk(source.folder, source.paths, source.environment)
    with client_for(target, disk.settings, session) as client:
        live = read_live(client, PolicySet(), dialect_of(target, disk.settings))
        live = with_flows(live, reading_flows(client, disk.settings, state_dir), off=FLOWS)
    names = {queue.id: queue.name for queue in live.queues}
    meant = queues_meant(wanted, names, "live")
    facts, whence, unknown = _facts(disk, live, state_dir, disk.settings.environment.name)
    transfers, _ = measured_transfers(
        disk.policies if disk.readable else PolicySet(), live.queues, live.flows, read=disk.settings.flows
    )
    network = live_network(live.queues, facts, transfers)
    where = ApiLocation(live.api, live.organization)
    above = {network.nodes[place].key for key in meant for place in cone(network, key)}
    view = Flowing(
        where=str(where),
        interval=disk.settings.interval,
        loads=whence,
        queues=tuple(inflow_of(network, key, facts.keys()) for key in meant),
        transfers=tuple(
            _in_words(each, names)
            for each in transfers
            if each.target in above and each.source != each.target
        ),
        unknown=(*unknown, *live.view.unseen, *live.flows.not_known, AGENTS),
        held=tuple(_stops(where, above, live.queues, state_dir, session)),
        state="" if state_dir == STATE else str(state_dir),
    )
    return ReportOf("into", view=view)


def _stops(
    where: ApiLocation, above: Container[str], queues: Iterable[LiveQueue], state_dir: Path, session: Session
) -> Iterator[Held]:
    """Yield the stops of overflow into the queues ``above``: what they keep away is not in the
    organization."""
    from syncer.app.known_exceptions import exceptions_in
    from syncer.audit.exceptions import STOP, exceptions_at
    from syncer.planning.exceptions import held_of, open_sources

    known = exceptions_at(exceptions_in(state_dir, session.warnings.append), where)
    stops = [each for each in known if each.kind == STOP]
    again = open_sources(queues, stops)
    for each in stops:
        if each.target in above or any(target in above for _, target in each.edges):
            yield replace(held_of(each, session.now()), open=again.get(each.id, ()))


def _in_words(transfer: Transfer, names: Mapping[str, str]) -> str:
    source, target = names[transfer.source], names[transfer.target]
    many = "how many is not known" if transfer.share is None else f"{transfer.share:g} % as measured"
    perhaps = "" if transfer.proven else "perhaps "
    return f"{source} → {target}: {perhaps}by the in-queue flow {transfer.label}, {many}"


def _facts(
    disk: OnDisk, live: Live, state_dir: Path, environment: str
) -> tuple[dict[str, Facts], str, tuple[str, ...]]:
    """Capacities and loads by queue id, where they come from, and what is not known of them."""
    from syncer.audit.record import NAME, read_record
    from syncer.model.settings import ApiLocation
    from syncer.planning.before import stated_facts

    if disk.readable and disk.policies.queues:
        return stated_facts(disk.policies, live.queues), "the policies", ()
    try:
        record = read_record(state_dir / NAME)
    except AuditError as error:
        return {}, "", (f"loads: {error.message}",)
    found = record.place(ApiLocation(live.api, live.organization), environment).facts
    if found:
        return found, "what was applied last", ()
    return {}, "", ("loads: there are no policies, and no record of what was applied last",)
