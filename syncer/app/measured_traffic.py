"""Read analytics and work out the figures of queues: the part that measure and drift share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.errors import ConfigError, SyncerError

if TYPE_CHECKING:
    from datetime import datetime

    from syncer.live.client import Client
    from syncer.measuring.busy import Busy
    from syncer.measuring.figures import Measurement
    from syncer.model.network import Network
    from syncer.model.traffic import Traffic
    from syncer.planning.disk import OnDisk
    from syncer.planning.gather import Live


@dataclass(frozen=True)
class MeasuredTraffic:
    """The counted traffic, its network, and the resulting figures."""

    network: Network
    traffic: Traffic
    found: Measurement


def measured_traffic(
    disk: OnDisk,
    live: Live,
    client: Client,
    now: datetime,
    *,
    weeks: int,
    busy: float,
    handling: bool = False,
) -> MeasuredTraffic:
    """Measure the queues that the policies describe, over the last ``weeks`` before ``now``.

    An interval at or above the percentile ``busy`` is busy; with ``handling``, the time that contacts take is
    read too. Raises ConfigError if the organization has none of the queues, SyncerError if there are too few
    contacts, Forbidden if the client may not read analytics, AuthError, LiveError.
    """
    from syncer.live.analytics import AnalyticsCalls, past, service_targets
    from syncer.measuring.busy import common_busy
    from syncer.measuring.figures import measure
    from syncer.measuring.outflow import upstream
    from syncer.planning.before import stated_facts
    from syncer.planning.live_loops import live_network
    from syncer.resolving.transfers import measured_transfers

    settings = disk.settings
    facts = stated_facts(disk.policies, live.queues)
    transfers, _ = measured_transfers(disk.policies, live.queues, live.flows, read=settings.flows)
    network = live_network(live.queues, facts, transfers)
    queues = upstream(network, facts)
    if not queues:
        raise ConfigError(
            "the organization has none of the queues that the policies describe: there is nothing to measure",
            hint="Check their names, and which divisions the client can see.",
        )
    calls = AnalyticsCalls(client.exchange, service_targets(live.queues))
    traffic = calls.traffic(queues, past(weeks, settings.interval, now), handling=handling)
    found = common_busy(traffic, busy)
    if not found.enough:
        raise _too_few(found, weeks, settings.interval)
    return MeasuredTraffic(network, traffic, measure(network, traffic, found, queues))


def _too_few(found: Busy, number: int, interval: str) -> SyncerError:
    weeks = f"{number} week{'' if number == 1 else 's'}"
    if not found.counted:
        return SyncerError(
            f"no contact was counted in the last {weeks}: nothing is measured",
            hint="Check whether these queues have contacts, and whether the client can see their divisions.",
        )
    return SyncerError(
        f"only {len(found.places)} of {found.counted:,} intervals of {interval} with contacts are busy: "
        "figures from fewer than 3 are down to chance, so nothing is measured",
        hint="Measure more weeks (--weeks), or count more intervals as busy (--busy 80).",
    )
