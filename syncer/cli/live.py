"""Connect to live and make a plan: the steps that plan, apply and drift share."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from syncer.cli.options import Target
from syncer.errors import WrongUsage
from syncer.live.client import Client, connect
from syncer.live.credentials import credentials
from syncer.live.region import Endpoints, endpoints
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue
from syncer.model.settings import Settings
from syncer.model.times import rfc3339, utc_now
from syncer.net.timing import REAL_TIME, Reading
from syncer.net.transport import LIMITS, Limits
from syncer.planning.build import build_plan
from syncer.planning.gather import AUTO, Live, OnDisk, inputs_of, read_live
from syncer.planning.unmanaged import Unmanaged, unmanaged_in


@dataclass(frozen=True, slots=True)
class Fresh:
    """A plan made right now, and what it was made from: the live queues by id, all that was ``read``, and
    when it was ``listed``."""

    plan: Plan
    live: Mapping[str, LiveQueue]
    read: Live
    listed: Reading

    def unmanaged(self, asked_for: bool) -> tuple[Unmanaged, ...] | None:
        """The queues that no policy describes, where they are asked for."""
        return unmanaged_in(self.plan, self.read.queues, self.read.names) if asked_for else None


def endpoints_for(target: Target, settings: Settings) -> Endpoints:
    """Where live is, as options, variables and settings say.

    Raises WrongUsage where the settings know several environments and none was chosen.
    """
    own = settings.environment
    if settings.environments and not own.name:
        raise WrongUsage(
            f"the settings have environments, and none was chosen: {', '.join(settings.environments)}",
            hint="Choose one with --env or SYNCER_ENV.",
        )
    return endpoints(os.environ, region=target.region, api_url=target.api_url, environment=own)


def client_for(target: Target, settings: Settings, *, write: bool, limits: Limits = LIMITS) -> Client:
    """A client for the organisation that options, variables and settings name; close it after use."""
    where = endpoints_for(target, settings)
    own = credentials(os.environ, settings.environment.variables)
    return connect(where, own, write=write, settings=settings, limits=limits)


def dialect_of(target: Target, settings: Settings) -> str:
    """The dialect that option, variable or settings name, or ``auto``."""
    return settings.dialect if target.dialect == AUTO else target.dialect


def fresh_plan(disk: OnDisk, client: Client, target: Target, *, with_groups: bool = False) -> Fresh:
    """List live once and plan; ``with_groups`` asks for the names of groups in any case."""
    dialect = dialect_of(target, disk.settings)
    begun = REAL_TIME.clock()
    live = read_live(client, disk.policies, dialect, with_groups=with_groups)
    listed = reading_since(begun)
    plan = build_plan(inputs_of(disk, live), rfc3339(utc_now()))
    return Fresh(plan, {queue.id: queue for queue in live.queues}, live, listed)


def reading_since(begun: float) -> Reading:
    """A listing that began at ``begun`` and ends now."""
    ended = REAL_TIME.clock()
    return Reading(ended, ended - begun)
