"""Connect to live and make a plan: the steps that plan, apply and drift share."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from syncer.cli.options import Target
from syncer.live.auth import credentials
from syncer.live.client import Client, connect
from syncer.live.region import endpoints
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue
from syncer.model.settings import Settings
from syncer.model.times import rfc3339, utc_now
from syncer.planning.build import build_plan
from syncer.planning.gather import OnDisk, inputs_of, read_live
from syncer.planning.unmanaged import Unmanaged, unmanaged_in


@dataclass(frozen=True, slots=True)
class Fresh:
    """A plan made right now, the live queues that it was made from, by id, and the names of queues and
    groups by their ids."""

    plan: Plan
    live: Mapping[str, LiveQueue]
    names: Mapping[str, str] = field(default_factory=dict)

    def unmanaged(self, asked_for: bool) -> tuple[Unmanaged, ...] | None:
        """The queues that no policy describes, where they are asked for."""
        return unmanaged_in(self.plan, self.live.values(), self.names) if asked_for else None


def client_for(target: Target, settings: Settings, *, write: bool) -> Client:
    """A client for the organisation that options and environment name; close it after use."""
    where = endpoints(os.environ, region=target.region, api_url=target.api_url)
    return connect(where, credentials(os.environ), write=write, settings=settings)


def fresh_plan(disk: OnDisk, client: Client, dialect: str, *, with_groups: bool = False) -> Fresh:
    """List live once and plan; ``with_groups`` asks for the names of groups in any case."""
    live = read_live(client, disk.policies, dialect, with_groups=with_groups)
    plan = build_plan(inputs_of(disk, live), rfc3339(utc_now()))
    return Fresh(plan, {queue.id: queue for queue in live.queues}, live.names)
