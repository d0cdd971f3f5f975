"""All checks in order. Checks that an earlier failure makes impossible are listed as well."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from syncer.doctor import Line, State, of_error, skipped
from syncer.doctor.access import NAMES as OF_ACCESS
from syncer.doctor.access import TRAITS as OF_TRAITS
from syncer.doctor.access import check_access, check_clock, check_traits
from syncer.doctor.analytics import check_analytics
from syncer.doctor.live_loops import LOOPS, OF_ALL, check_all_queues
from syncer.doctor.machine import check_machine, check_policies, check_state
from syncer.doctor.network import NetworkPath, check_network
from syncer.doctor.witness import check_witness
from syncer.errors import SyncerError
from syncer.live.client import Client
from syncer.live.flows import ReadFlows
from syncer.live.region import Endpoints
from syncer.planning.disk import OnDisk


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked.

    ``where`` returns the address of the API, and ``connect`` a client that only reads; both may raise
    SyncerError. ``flows`` returns the reader of in-queue flows for that client, None if they are not to be
    read. ``wall`` is this machine's clock, in seconds since 1970.
    """

    disk: OnDisk
    state_dir: Path
    where: Callable[[], Endpoints]
    connect: Callable[[], Client]
    dialect: str
    wall: Callable[[], float] = time.time
    flows: Callable[[Client], ReadFlows | None] = lambda _: None


def examine(subject: Subject) -> tuple[Line, ...]:
    """Return one line per check. The organization is only read, with read permission only."""
    where = _where(subject)
    way = check_network(where)
    clock = check_clock(way.headers, subject.wall)
    lines = (
        *check_machine(),
        check_policies(subject.disk),
        *way.lines,
        clock,
        *_live(subject, where, way),
        *check_state(subject.state_dir),
    )
    return tuple(sorted(lines, key=_is_no_loop))


def _is_no_loop(line: Line) -> bool:
    """Sort a live loop first: contacts go in a circle now."""
    return not (line.name == LOOPS and line.state is State.WARNING)


def _where(subject: Subject) -> Endpoints | SyncerError:
    try:
        return subject.where()
    except SyncerError as error:
        return error


def _live(subject: Subject, where: Endpoints | SyncerError, way: NetworkPath) -> tuple[Line, ...]:
    """The checks that need credentials and an API that responds."""
    if isinstance(where, SyncerError) or way.error is not None:
        return skipped((*OF_ACCESS, *OF_TRAITS, *OF_ALL), "the API can't be reached")
    try:
        client = subject.connect()
    except SyncerError as error:
        names = (*OF_ACCESS[1:], *OF_TRAITS, *OF_ALL)
        return (of_error(OF_ACCESS[0], error), *skipped(names, "there is no token"))
    with closing(client):
        found = check_access(client, gateway=where.gateway, environment=subject.disk.settings.environment)
        try:
            traits = check_traits(found.queues, found.headers, subject.dialect, client.usual_dialect)
        except SyncerError as error:
            traits = (of_error(OF_TRAITS[0], error), *skipped(OF_TRAITS[1:], "a queue can't be understood"))
        if found.queues is None:
            return (*found.lines, *traits, *skipped(OF_ALL, "no queue could be read"))
        witness = check_witness(client, found.queues, subject.disk.settings, subject.wall())
        analytics = check_analytics(client, found.queues, subject.wall())
        every = check_all_queues(client, subject.state_dir, subject.flows(client))
        return (*found.lines, *traits, *witness, analytics, *every)
