"""Whether loads have outgrown the figures in the policies, for drift: it stops nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from syncer.errors import SyncerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.app.session import Session
    from syncer.live.client import Client
    from syncer.model.finding import Finding
    from syncer.planning.disk import OnDisk
    from syncer.planning.gather import Live

WEEKS: Final = 2
BUSY: Final = 95.0


def outgrown_loads(
    disk: OnDisk, live: Live, client: Client, session: Session, selected: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """Return the findings ``load.outgrown`` of the queues that match one of the ``selected`` globs, by
    default of all; none if the settings don't ask for them. If nothing can be measured, that is a warning."""
    from syncer.app.measured_traffic import measured_traffic
    from syncer.checks import weigh
    from syncer.measuring.outgrown import outgrown
    from syncer.measuring.proposals import Proposing
    from syncer.resolving.groups import QueueIndex
    from syncer.resolving.select import not_selected

    percent = disk.settings.drift.outgrown
    if percent is None or not any(queue.base_load for queue in disk.policies.queues):
        return ()
    try:
        measured = measured_traffic(disk, live, client, session.now(), weeks=WEEKS, busy=BUSY)
    except SyncerError as error:
        session.warnings.append(f"loads are not compared: {error.message}. {error.hint}".strip())
        return ()
    proposals = Proposing(QueueIndex(live.queues), measured.found).of_file(disk.policies.queues).values()
    others = not_selected(disk.policies, selected, live.queues)
    own = (each for each in proposals if each.figures.key not in others)
    return weigh(outgrown(own, percent, WEEKS), disk.settings)
